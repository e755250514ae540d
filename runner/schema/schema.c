/* The scenario language's table, and how to look things up in it. */
#include "runner/schema/schema.h"

const struct block schema_blocks[] = {
#define BLOCK(name, called, claim, doc) {name, called, claim, doc},
#define KEY(...)
#include "runner/schema/schema.tbl"
#undef BLOCK
#undef KEY
};
const size_t schema_block_count = array_size(schema_blocks);

const struct key schema_keys[] = {
#define BLOCK(...)
#define KEY(block, name, type, of, flags, min, max, fallback, doc)                                 \
	{block, name, VALUE_##type, of, flags, min, max, fallback, doc},
#include "runner/schema/schema.tbl"
#undef BLOCK
#undef KEY
};
const size_t schema_key_count = array_size(schema_keys);

const struct word schema_words[] = {
#define WORD(list, word, doc) {list, word, doc},
#include "runner/schema/words.tbl"
#undef WORD
};
const size_t schema_word_count = array_size(schema_words);

/* By enum value_type. */
static const char *const type_texts[VALUE_TYPE_COUNT] = {
	[VALUE_TEXT] = "text",
	[VALUE_NAME] = "a name in lower case, e.g. old-lb",
	[VALUE_TAG] = "a word in lower case, e.g. new-vpc",
	[VALUE_DURATION] = "a duration, e.g. 30s",
	[VALUE_INTEGER] = "a whole number",
	[VALUE_NUMBER] = "a number",
	[VALUE_SHARE] = "a share, e.g. 20%",
	[VALUE_BOOL] = "true or false",
	[VALUE_TRUE] = "true",
	[VALUE_TRUE_OR_DURATION] = "true, or a duration, e.g. 5s",
	[VALUE_WORD] = "a word",
	[VALUE_KIND] = "a kind of object, e.g. load-balancer",
	[VALUE_ACTION] = "service:Operation, e.g. elbv2:CreateLoadBalancer or ec2:Delete*",
	[VALUE_OPERATION] = "service:Operation, e.g. elb:DeleteLoadBalancer",
	[VALUE_FIXTURE] = "a file below fixtures/, e.g. services/echo.yaml",
	[VALUE_OBJECT] = "an owner, e.g. service default/echo, shoot demo or ${old-lb}",
	[VALUE_NAMED_OBJECT] = "kind and name, e.g. service default/echo",
	[VALUE_REMEMBERED] = "a remembered object, e.g. ${old-lb}",
	[VALUE_MATCHER] = "a value, or a matcher such as { at-least: 1 }",
	[VALUE_HOW_MANY] = "a whole number, or a matcher such as { at-least: 1 }",
	[VALUE_FIELDS] = "fields and their values",
	[VALUE_PARAMS] = "parameters and their values",
	[VALUE_PARAM_NAME] = "a parameter's name",
	[VALUE_OBJECT_FIELDS] = "fields as in a manifest",
	[VALUE_TAGS] = "tags and their values",
	[VALUE_VARS] = "names and values",
	[VALUE_QUOTAS] = "quotas and their numbers, e.g. { vpcs: 2 }",
	[VALUE_POLICY_FILE] = "a file below fixtures/, e.g. aws/policies/mine.json",
	[VALUE_IAM_ACTION] = "an action, e.g. elasticloadbalancing:SetSubnets or ec2:Describe*",
	[VALUE_CONDITION] = "operators and keys, e.g. { StringEquals: { ec2:Region: eu-west-1 } }",
	[VALUE_TEXTS] = "names and texts",
	[VALUE_BLOCK] = "a map",
	[VALUE_CLAIM] = "a claim, e.g. { one: load-balancer, of: service default/echo }",
	[VALUE_LEAKS] = "none, or a list such as [ { leaked: security-group } ]",
	[VALUE_STEP] = "the title of an earlier step",
	[VALUE_STATE] = "another scenario's step, e.g. happy/shoot#The Shoot is ready",
	[VALUE_SNAPSHOT] = "an earlier snapshot, or a file, e.g. snapshots/shoot.yaml",
};

const char *schema_type_text(enum value_type type)
{
	assert(type < VALUE_TYPE_COUNT && type_texts[type]);
	return type_texts[type];
}

bool schema_is_of(const struct key *key, const char *block)
{
	if (str_eq(block, "suite"))
		return str_eq(key->block, "scenario") && (key->flags & KEY_DEFAULT);
	return str_eq(key->block, block);
}

const struct block *schema_block(const char *name)
{
	for (size_t i = 0; i < schema_block_count; i++)
		if (str_eq(schema_blocks[i].name, name))
			return &schema_blocks[i];
	return NULL;
}

const struct key *schema_key(const char *block, const char *name)
{
	for (size_t i = 0; i < schema_key_count; i++)
		if (schema_is_of(&schema_keys[i], block) && str_eq(schema_keys[i].name, name))
			return &schema_keys[i];
	return NULL;
}

const struct block *schema_claim_block(const char *lead)
{
	for (size_t i = 0; i < schema_key_count; i++)
		if ((schema_keys[i].flags & KEY_LEAD) && str_eq(schema_keys[i].name, lead))
			return schema_block(schema_keys[i].block);
	return NULL;
}

const struct word *schema_word(const char *list, const char *word)
{
	for (size_t i = 0; i < schema_word_count; i++)
		if (str_eq(schema_words[i].list, list) && str_eq(schema_words[i].word, word))
			return &schema_words[i];
	return NULL;
}

size_t schema_key_names(const char *block, const char **ret, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < schema_key_count && n < room; i++)
		if (schema_is_of(&schema_keys[i], block))
			ret[n++] = schema_keys[i].name;
	return n;
}

size_t schema_word_names(const char *list, const char **ret, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < schema_word_count && n < room; i++)
		if (str_eq(schema_words[i].list, list))
			ret[n++] = schema_words[i].word;
	return n;
}

size_t schema_lead_names(const char **ret, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < schema_key_count && n < room; i++)
		if (schema_keys[i].flags & KEY_LEAD)
			ret[n++] = schema_keys[i].name;
	return n;
}

bool schema_is_matcher_word(const char *key)
{
	return schema_word("matcher", key) != NULL;
}
