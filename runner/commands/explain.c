/* skyrig explain [TOPIC] */
#include <stdio.h>

#include "emulator/aws/errors.h"
#include "emulator/aws/policy/language.h"
#include "emulator/aws/quota.h"
#include "emulator/base/strbuf.h"
#include "emulator/model/aws_model.h"
#include "emulator/model/kube_model.h"
#include "runner/commands/command.h"
#include "runner/commands/explain_aws.h"
#include "runner/commands/explain_file.h"
#include "runner/schema/kinds.h"
#include "runner/schema/manual.h"
#include "runner/schema/schema.h"
#include "runner/text.h"

#define TOPICS_MAX 2048
#define PAGE_MAX   (1024 * 1024) /* bytes of the manual */

static void explain_key(const struct key *key)
{
	printf("  %-14s %s%s%s\n", key->name, schema_type_text(key->type),
	       key->flags & KEY_LIST	      ? " (a list)"
	       : key->flags & KEY_ONE_OR_LIST ? " (or a list)"
					      : "",
	       key->flags & KEY_REQUIRED ? "; required" : "");
	printf("  %-14s %s\n", "", key->doc);
	if (key->fallback)
		printf("  %-14s Default: %s.\n", "", key->fallback);
	if (key->type == VALUE_WORD)
		printf("  %-14s Words: skyrig explain %s\n", "", key->of);
}

static bool explain_block(const char *topic)
{
	const struct block *block = schema_block(topic);

	if (!block)
		return false;
	printf("%s: %s\n\n", block->called, block->doc);
	for (size_t i = 0; i < schema_key_count; i++)
		if (schema_is_of(&schema_keys[i], topic))
			explain_key(&schema_keys[i]);
	return true;
}

static void explain_own_controllers(void)
{
	_cleanup_(strs_done) struct strs own = {0};

	schema_own_controllers(&own);
	for (size_t i = 0; i < own.count; i++)
		printf("  %-26s a controller of your own: fixtures/controllers/%s.yaml\n",
		       own.items[i], own.items[i]);
}

static bool explain_words(const char *topic)
{
	/* "faults" is as good as "fault" */
	size_t length = strlen(topic);
	_cleanup_(freep) char *list =
		xstrndup(topic, length - (str_ends_with(topic, "s") && length > 1));
	bool found = false;

	for (size_t i = 0; i < schema_word_count; i++) {
		if (!str_eq(schema_words[i].list, list) && !str_eq(schema_words[i].list, topic))
			continue;
		printf("  %-26s %s\n", schema_words[i].word, schema_words[i].doc);
		found = true;
	}
	if (schema_names_controllers(list))
		explain_own_controllers();
	return found;
}

/* A key by itself, "settle": in every block that has it. */
static bool explain_keys(const char *topic)
{
	bool found = false;

	for (size_t i = 0; i < schema_key_count; i++) {
		if (!str_eq(schema_keys[i].name, topic))
			continue;
		printf("%s%s, a key of %s:\n", found ? "\n" : "", topic,
		       schema_block(schema_keys[i].block)->called);
		explain_key(&schema_keys[i]);
		found = true;
	}
	return found;
}

/* A word by itself, "owner-gone": in every list that has it. */
static bool explain_word(const char *topic)
{
	bool found = false;

	for (size_t i = 0; i < schema_word_count; i++) {
		if (!str_eq(schema_words[i].word, topic))
			continue;
		printf("%s, a word of %s: %s\n", topic, schema_words[i].list, schema_words[i].doc);
		found = true;
	}
	return found;
}

static bool explain_quotas(const char *topic)
{
	const char *names[TOPICS_MAX];
	size_t n = quota_names(names, array_size(names));

	for (size_t i = 0; str_eq(topic, "quotas") && i < n; i++)
		printf("  %s\n", names[i]);
	return str_eq(topic, "quotas");
}

/* What conditions of policies may ask. */
static bool explain_conditions(const char *topic)
{
	const char *names[TOPICS_MAX];
	size_t n = policy_operator_names(names, array_size(names));
	const struct policy_key_row *row;

	if (str_eq(topic, "condition-operators")) {
		for (size_t i = 0; i < n; i++)
			printf("  %s\n", names[i]);
		printf("  each with IfExists behind it, ForAllValues: or ForAnyValue: before it\n");
		return true;
	}
	for (size_t i = 0; str_eq(topic, "condition-keys") && (row = policy_key_row(i)); i++)
		printf("  %-46s %s\n", row->name, row->value);
	return str_eq(topic, "condition-keys");
}

static bool explain_kinds(const char *topic)
{
	if (!str_eq(topic, "kinds"))
		return false;
	for (size_t i = 0; i < object_kind_count; i++)
		printf("  %-30s %-32s %s\n", object_kinds[i].word,
		       object_kinds[i].shape				 ? object_kinds[i].shape
		       : object_kinds[i].group && *object_kinds[i].group ? object_kinds[i].group
									 : "v1",
		       object_kinds[i].doc);
	return true;
}

static const char *shape_type_text(const struct aws_shape *shape)
{
	static const char *const texts[] = {"fields",	     "list",   "map",	 "text",
					    "true or false", "number", "number", "number",
					    "number",	     "time",   "bytes"};

	return shape->type < array_size(texts) ? texts[shape->type] : "value";
}

static void print_members(const struct aws_service_model *service, const struct aws_shape *shape)
{
	for (size_t i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &service->members[shape->first_member + i];
		const struct aws_shape *inner = aws_member_shape(service, member);

		printf("  %-36s %s%s", member->name, shape_type_text(inner),
		       member->flags & MEMBER_REQUIRED ? ", required" : "");
		for (size_t j = 0; j < inner->enum_count && j < 8; j++)
			printf("%s%s", j ? ", " : ": ", service->enums[inner->first_enum + j]);
		printf("%s\n", inner->enum_count > 8 ? ", …" : "");
	}
}

static void print_fields(const struct kube_message *message)
{
	for (size_t i = 0; i < message->field_count; i++) {
		const struct kube_field *field = &message->fields[i];

		printf("  %-36s %s%s\n", *field->name ? field->name : "(inline)",
		       field->flags & KUBE_REPEATED ? "list of "
		       : field->flags & KUBE_MAP    ? "map of "
						    : "",
		       field->type == KUBE_MESSAGE  ? "fields"
		       : field->type == KUBE_BOOL   ? "true or false"
		       : field->type == KUBE_STRING ? "text"
						    : "values");
	}
}

/* What a list or map holds, down to what has members of its own or none. */
static const struct aws_shape *inner_shape(const struct aws_service_model *service,
					   const struct aws_shape *shape)
{
	while (shape->type == SHAPE_LIST || shape->type == SHAPE_MAP)
		shape = aws_member_shape(service, shape->type == SHAPE_LIST
							  ? aws_list_element(service, shape)
							  : aws_map_value(service, shape));
	return shape;
}

/* The members at "State.Code" below a shape; false when there is no such path. */
static bool explain_shape(const struct aws_service_model *service, const struct aws_shape *shape,
			  const char *path)
{
	while (*path) {
		size_t length = strcspn(path, ".");
		_cleanup_(freep) char *name = xstrndup(path, length);
		const struct aws_member *member = shape->type == SHAPE_STRUCTURE
							  ? aws_shape_member(service, shape, name)
							  : NULL;

		if (!member)
			return false;
		shape = inner_shape(service, aws_member_shape(service, member));
		path += length + (path[length] == '.');
	}
	if (shape->type != SHAPE_STRUCTURE)
		printf("  %s\n", shape_type_text(shape));
	for (size_t i = 0; shape->type != SHAPE_STRUCTURE && i < shape->enum_count; i++)
		printf("  %s\n", service->enums[shape->first_enum + i]);
	if (shape->type == SHAPE_STRUCTURE)
		print_members(service, shape);
	return true;
}

static bool explain_message(const struct kube_message *message, const char *path)
{
	while (*path) {
		size_t length = strcspn(path, ".");
		_cleanup_(freep) char *name = xstrndup(path, length);
		const struct kube_field *field = kube_message_field(message, name);

		path += length + (path[length] == '.');
		if (!field || (field->type != KUBE_MESSAGE && *path))
			return false;
		if (field->type != KUBE_MESSAGE) {
			printf("  a value\n");
			return true;
		}
		message = &kube_messages[field->message];
	}
	print_fields(message);
	return true;
}

/* "load-balancer", "load-balancer.State", "service.spec". */
static bool explain_kind(const char *topic)
{
	size_t length = strcspn(topic, ".");
	_cleanup_(freep) char *word = xstrndup(topic, length);
	const char *path = topic + length + (topic[length] == '.'), *colon;
	const struct object_kind *kind = object_kind(word);
	const struct kube_kind *model;
	const struct aws_service_model *service;
	_cleanup_(freep) char *service_name = NULL;

	if (!kind)
		return false;
	printf("%s: %s", topic, kind->doc);
	if (kind->kube_kind) {
		_cleanup_(freep) char *version = object_kind_api_version(kind);

		model = kube_model_kind(kind->group, kind->version, kind->kube_kind);
		printf(" (%s %s)\n", version, kind->kube_kind);
		if (model)
			return explain_message(&kube_messages[model->message], path);
		puts("  metadata, spec and status: see its CustomResourceDefinition");
		return true;
	}
	colon = strchr(kind->shape, ':');
	service_name = xstrndup(kind->shape, (size_t)(colon - kind->shape));
	service = aws_model_find(service_name);
	printf(" (%s)\n", kind->shape);
	return explain_shape(service, aws_model_shape(service, colon + 1), path);
}

/* "elbv2" or "elbv2:CreateLoadBalancer". */
static bool explain_service(const char *topic)
{
	size_t length = strcspn(topic, ":");
	_cleanup_(freep) char *name = xstrndup(topic, length);
	const struct aws_service_model *service = aws_model_find(name);
	const struct aws_operation *operation;

	if (!service)
		return false;
	if (!topic[length]) {
		for (size_t i = 0; i < service->operation_count; i++)
			printf("  %-6s %s:%s\n",
			       explain_aws_state(service, &service->operations[i]), service->name,
			       service->operations[i].name);
		return true;
	}
	operation = aws_model_operation(service, topic + length + 1);
	if (!operation)
		return false;
	printf("%s: parameters\n", topic);
	if (operation->input >= 0)
		print_members(service, &service->shapes[operation->input]);
	return true;
}

static bool explain_error(const char *topic)
{
	bool found = false;

	for (int i = 0; i < AWS_ERROR_COUNT; i++) {
		const struct aws_error_row *row = aws_error_row((enum aws_error)i);

		if (!str_eq(row->code, topic))
			continue;
		printf("%s (HTTP %d): %s\n  source: %s\n", row->code, row->status, row->text,
		       row->source);
		found = true;
	}
	return found;
}

static int unknown_topic(const char *topic)
{
	_cleanup_(freep) const char **names = xcalloc(TOPICS_MAX, sizeof(*names));
	size_t n = 0;
	_cleanup_(freep) char *meant = NULL;

	names[n++] = "kinds";
	names[n++] = "aws";
	names[n++] = "language";
	names[n++] = "quotas";
	names[n++] = "condition-keys";
	names[n++] = "condition-operators";
	for (size_t i = 0; i < schema_block_count; i++)
		names[n++] = schema_blocks[i].name;
	for (size_t i = 0; i < schema_word_count; i++)
		names[n++] = schema_words[i].list;
	for (size_t i = 0; i < schema_key_count; i++)
		names[n++] = schema_keys[i].name;
	for (size_t i = 0; i < schema_word_count; i++)
		names[n++] = schema_words[i].word;
	n += object_kind_words(names + n, TOPICS_MAX - n);
	for (size_t i = 0; i < aws_model_count && n < TOPICS_MAX; i++)
		names[n++] = aws_models[i]->name;
	meant = text_did_you_mean(topic, names, n);
	fprintf(stderr, "skyrig explain: there is nothing about \"%s\"%s%s\nTry: skyrig explain\n",
		topic, meant ? "; " : "", meant ? meant : "");
	return EXIT_USAGE;
}

/* The whole language: as the page, or each block's keys. */
static int explain_language(bool markdown)
{
	struct strbuf sb;

	if (markdown) {
		strbuf_init(&sb, PAGE_MAX);
		manual_markdown(&sb);
		fputs(strbuf_text(&sb), stdout);
		strbuf_done(&sb);
		return EXIT_PASSED;
	}
	for (size_t i = 0; i < schema_block_count; i++) {
		printf("%s", i ? "\n" : "");
		(void)!explain_block(schema_blocks[i].name);
	}
	return EXIT_PASSED;
}

static int overview(void)
{
	puts("skyrig explain TOPIC, where TOPIC is one of\n"
	     "  language             every key of a scenario file\n"
	     "  suites/my.yaml       a scenario: what holds for it, and which file says so\n"
	     "  kinds                what a claim can be about\n"
	     "  load-balancer …      a kind: its fields\n"
	     "  aws                  which operations are done: aws, aws ec2, aws ec2:CreateVpc\n"
	     "  elbv2, ec2 …         a service: its operations; elbv2:CreateListener: its parameters\n"
	     "  DependencyViolation  an AWS error code: what it says, and where that is from\n"
	     "  matchers, faults, verdicts, actors, controllers\n"
	     "  settle, owner-gone … a key or a word of the language by itself");
	for (size_t i = 0; i < schema_block_count; i++) {
		const char *doc = schema_blocks[i].doc, *end = strstr(doc, ". ");

		/* the first sentence */
		printf("  %-20s keys: %.*s\n", schema_blocks[i].name,
		       (int)(end ? (size_t)(end + 1 - doc) : strlen(doc)), doc);
	}
	return EXIT_PASSED;
}

struct asked {
	const char *topic, *second; /* second: of aws only */
	bool markdown;
};

static const struct argp_option argp_options[] = {
	{"markdown", 'm', NULL, 0, "with aws and with language: as the page below docs/", 0},
	{NULL, 0, NULL, 0, NULL, 0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct asked *asked = state->input;

	if (key == 'm') {
		asked->markdown = true;
		return 0;
	}
	if (key == ARGP_KEY_END && asked->markdown && !str_eq(asked->topic, "aws") &&
	    !str_eq(asked->topic, "language"))
		argp_error(state, "--markdown goes with the topics aws and language");
	if (key != ARGP_KEY_ARG || asked->second || (asked->topic && !str_eq(asked->topic, "aws")))
		return ARGP_ERR_UNKNOWN;
	if (asked->topic)
		asked->second = arg;
	else
		asked->topic = arg;
	return 0;
}

int command_explain(int argc, char **argv)
{
	static const struct argp argp = {
		argp_options,
		parse,
		"[TOPIC]\naws [SERVICE[:OPERATION]]\nFILE",
		"Explains kinds, fields, faults, keys of a scenario file, services, error codes; of a "
		"scenario, what holds for it, and whether it, a suite.yaml or nobody says so.\v"
		"Examples:\n"
		"  skyrig explain load-balancer\n"
		"  skyrig explain suites/leak/migrate-service-to-dual-stack.yaml",
		NULL,
		NULL,
		NULL};
	struct asked asked = {0};
	const char *topic, *words[TOPICS_MAX];
	bool known;

	command_parse(&argp, argc, argv, &asked);
	topic = asked.topic;
	if (!topic)
		return overview();
	if (explain_is_file(topic))
		return explain_file(topic);
	if (str_eq(topic, "language"))
		return explain_language(asked.markdown);
	if (str_eq(topic, "aws"))
		return explain_aws(asked.second, asked.markdown);
	if (explain_block(topic)) { /* "fault" is a block, and a list of words */
		if (schema_word_names(topic, words, array_size(words)))
			puts("");
		(void)!explain_words(topic);
		return EXIT_PASSED;
	}
	if (explain_kinds(topic) || explain_quotas(topic) || explain_conditions(topic) ||
	    explain_words(topic) || explain_kind(topic) || explain_service(topic) ||
	    explain_error(topic))
		return EXIT_PASSED;
	known = explain_keys(topic);
	if (explain_word(topic) || known)
		return EXIT_PASSED;
	return unknown_topic(topic);
}
