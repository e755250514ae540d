/* The tags of all services' resources. */
#include "emulator/aws/tagging/tagging.h"

#include "emulator/aws/ec2/ec2.h"
#include "emulator/aws/iam/iam.h"

#define RESOURCES_MAX 100 /* ResourcesPerPage */
#define TAGS_MAX_PAGE 500 /* TagsPerPage */
#define TAGS_MIN_PAGE 100

static const struct page_style page_resources = {
	.limit = "ResourcesPerPage",
	.token_in = "PaginationToken",
	.token_out = "PaginationToken",
	.default_limit = 50,
	.max_limit = RESOURCES_MAX,
	.bad_token = AWS_TAGGING_TOKEN,
};

/* @name ARNs */

/* What documents are called that are found by neither an ARN nor an id of EC2. */
static const char *other_arn(struct call *call, const struct doc *doc)
{
	if (str_eq(doc->kind->name, "classic-load-balancer"))
		return aws_arn(call, "elasticloadbalancing", "loadbalancer/%s",
			       doc_str(doc, "LoadBalancerName"));
	if (str_eq(doc->kind->name, "instance-profile") || str_eq(doc->kind->name, "kms-key"))
		return doc_str(doc, "Arn");
	if (str_eq(doc->kind->name, "iam-server-certificate"))
		return json_find_str(doc->body, "ServerCertificateMetadata", "Arn", NULL);
	if (str_eq(doc->kind->name, "efs-file-system"))
		return doc_str(doc, "FileSystemArn");
	if (str_eq(doc->kind->name, "s3-bucket"))
		return arena_printf(call->arena, "arn:%s:s3:::%s", aws_partition(call->region),
				    doc->key);
	if (str_eq(doc->kind->name, "hosted-zone"))
		return arena_printf(call->arena, "arn:%s:route53:::hostedzone/%s",
				    aws_partition(call->region), doc->key);
	return NULL;
}

const char *tagging_arn(struct call *call, const struct doc *doc)
{
	const char *type, *home = "us-east-1";

	if (!str_eq(doc->account, call->account) || str_starts_with(doc->kind->name, "sts-"))
		return NULL;
	if (str_starts_with(doc->key, "arn:aws:globalaccelerator:"))
		home = "us-west-2";
	if (!str_eq(*doc->region ? doc->region : home, call->region))
		return NULL;
	if (str_starts_with(doc->key, "arn:"))
		return doc->key;
	type = ec2_resource_type(doc->kind);
	return type ? aws_arn(call, "ec2", "%s/%s", type, doc->key) : other_arn(call, doc);
}

const struct doc *tagging_find(struct call *call, const char *arn)
{
	const char *slash = strrchr(arn, '/');
	const struct kind *kind;

	for (size_t i = 0; (kind = world_kind(call->world, i)); i++) {
		const struct doc *doc = world_find(call->world, kind, arn);

		if (!doc && slash && strstr(arn, ":ec2:"))
			doc = world_find(call->world, kind, slash + 1);
		if (doc && *doc->account)
			return str_eq(tagging_arn(call, doc), arn) ? doc : NULL;
	}
	for (size_t i = 0; (kind = world_kind(call->world, i)); i++)
		world_foreach (doc, call->world, kind)
			if (*doc->account && other_arn(call, doc) &&
			    str_eq(tagging_arn(call, doc), arn))
				return doc;
	return NULL;
}

/* @name Filters */

/* "service" and "type/…" of an ARN against "service:type". */
static bool is_type(const char *arn, const char *filter)
{
	const char *service = arn, *resource, *colon = strchr(filter, ':');
	size_t n = colon ? (size_t)(colon - filter) : strlen(filter);

	for (unsigned i = 0; i < 2; i++)
		service = strchr(service, ':') + 1;
	if (strncmp(service, filter, n) != 0 || service[n] != ':')
		return false;
	if (!colon)
		return true;
	resource = service;
	for (unsigned i = 0; i < 3; i++)
		resource = strchr(resource, ':') + 1;
	n = strlen(colon + 1);
	return strncmp(resource, colon + 1, n) == 0 && strchr("/:", resource[n]);
}

static bool has_type(const char *arn, const struct json *filters)
{
	json_foreach (filter, filters)
		if (is_type(arn, json_str(filter)))
			return true;
	return !json_first(filters);
}

static bool has_tag(const struct doc *doc, const struct json *filter)
{
	const char *value = doc_tag(doc, json_get_str(filter, "Key"));
	const struct json *values = json_get(filter, "Values");

	if (!value)
		return false;
	json_foreach (wanted, values)
		if (str_eq(json_str(wanted), value))
			return true;
	return !json_first(values);
}

static bool is_wanted(const struct doc *doc, const char *arn, const struct json *input)
{
	const struct json *arns = json_get(input, "ResourceARNList");

	json_foreach (item, arns)
		if (str_eq(json_str(item), arn))
			return true;
	if (json_first(arns) || !has_type(arn, json_get(input, "ResourceTypeFilters")))
		return false;
	json_foreach (filter, json_get(input, "TagFilters"))
		if (!has_tag(doc, filter))
			return false;
	return true;
}

static int by_age(const void *a, const void *b)
{
	const struct doc *x = *(const struct doc *const *)a, *y = *(const struct doc *const *)b;

	return (x->created_revision > y->created_revision) -
	       (x->created_revision < y->created_revision);
}

/* Documents with tags; a filter on a key goes by the index of tags. */
static void select_docs(struct call *call, const struct json *input, struct docs *ret)
{
	const char *key = json_get_str(json_first(json_get(input, "TagFilters")), "Key");
	const struct kind *kind;

	*ret = (struct docs){0};
	for (size_t i = 0; (kind = world_kind(call->world, i)); i++) {
		struct docs found = {0};

		if (key)
			world_lookup_tag(call->world, kind, key, NULL, &found);
		else
			world_foreach (doc, call->world, kind)
				if (json_first(doc->tags))
					docs_add(&found, doc);
		for (size_t j = 0; j < found.count; j++) {
			const char *arn =
				*found.items[j]->account ? tagging_arn(call, found.items[j]) : NULL;

			if (arn && is_wanted(found.items[j], arn, input))
				docs_add(ret, found.items[j]);
		}
		docs_done(&found);
	}
	if (ret->count > 1)
		qsort(ret->items, ret->count, sizeof(*ret->items), by_age);
}

static bool check_input(struct call *call, const struct json *input, struct err *err)
{
	static const char *const alone[] = {"TagFilters", "ResourceTypeFilters", "ResourcesPerPage",
					    "TagsPerPage", "PaginationToken"};
	int64_t tags = json_get_int(input, "TagsPerPage", TAGS_MIN_PAGE);
	int64_t resources = json_get_int(input, "ResourcesPerPage", 1);

	(void)call;
	for (size_t i = 0; i < array_size(alone); i++)
		if (json_first(json_get(input, "ResourceARNList")) && json_get(input, alone[i]))
			return aws_fail(err, AWS_TAGGING_COMBINATION);
	if (resources < 1 || resources > RESOURCES_MAX)
		return aws_fail(err, AWS_TAGGING_PER_PAGE, "ResourcesPerPage", "1", "100");
	if (tags < TAGS_MIN_PAGE || tags > TAGS_MAX_PAGE)
		return aws_fail(err, AWS_TAGGING_PER_PAGE, "TagsPerPage", "100", "500");
	json_foreach (filter, json_get(input, "TagFilters"))
		if (!json_get_str(filter, "Key")) /* the model requires none */
			return aws_fail(err, AWS_TAGGING_FILTER_KEY);
	json_foreach (filter, json_get(input, "ResourceTypeFilters"))
		if (!*json_str(filter) || *json_str(filter) == ':')
			return aws_fail(err, AWS_TAGGING_TYPE, json_str(filter));
	return true;
}

bool tagging_get_resources(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	struct json *list = json_ensure_array(output, "ResourceTagMappingList");
	bool details = json_get_bool(input, "IncludeComplianceDetails", false);
	bool exclude = json_get_bool(input, "ExcludeCompliantResources", false);
	struct docs docs;
	bool ok;

	if (!check_input(call, input, err))
		return false;
	/* Source: Tagging API, GetResources; without tag policies all tags comply */
	if (exclude && !details)
		return aws_fail(err, AWS_TAGGING_COMPLIANCE);
	select_docs(call, input, &docs);
	if (exclude)
		docs.count = 0;
	ok = page_docs(call, input, output, &page_resources, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++) {
		struct json *item = json_new_object();

		json_set_str(item, "ResourceARN", tagging_arn(call, docs.items[i]));
		json_set(item, "Tags", tags_to_list(docs.items[i]->tags));
		if (details)
			json_set_bool(json_ensure_object(item, "ComplianceDetails"),
				      "ComplianceStatus", true);
		json_append(list, item);
	}
	docs_done(&docs);
	if (ok && !json_get(output, "PaginationToken"))
		json_set_str(output, "PaginationToken", ""); /* recorded from the API */
	return ok;
}

/* @name Keys and values in use */

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorted, each once, in the page asked for. */
static bool list_texts(struct call *call, const struct json *input, struct json *output,
		       const char *member, struct json *set, struct err *err)
{
	struct json *list = json_ensure_array(output, member);
	size_t count = json_size(set), n = 0, first, end;
	const char **texts = arena_alloc(call->arena, (count + 1) * sizeof(*texts));

	json_foreach (item, set)
		texts[n++] = json_key(item);
	qsort(texts, n, sizeof(*texts), by_text);
	if (!page_range(call, input, output, &page_resources, n, &first, &end, err))
		return false;
	for (size_t i = first; i < end; i++)
		json_append_str(list, texts[i]);
	if (!json_get(output, "PaginationToken"))
		json_set_str(output, "PaginationToken", "");
	return true;
}

bool tagging_get_tag_keys(struct call *call, const struct json *input, struct json *output,
			  struct err *err)
{
	_cleanup_(json_freep) struct json *all = json_new_object(), *none = json_new_object();
	struct docs docs;

	select_docs(call, none, &docs);
	for (size_t i = 0; i < docs.count; i++)
		json_foreach (tag, docs.items[i]->tags)
			json_set_bool(all, json_key(tag), true);
	docs_done(&docs);
	return list_texts(call, input, output, "TagKeys", all, err);
}

bool tagging_get_tag_values(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	_cleanup_(json_freep) struct json *all = json_new_object(), *none = json_new_object();
	const char *key = json_get_str(input, "Key");
	struct docs docs;

	select_docs(call, none, &docs);
	for (size_t i = 0; i < docs.count; i++)
		if (doc_tag(docs.items[i], key))
			json_set_bool(all, doc_tag(docs.items[i], key), true);
	docs_done(&docs);
	return list_texts(call, input, output, "TagValues", all, err);
}

/* @name Changing: what fails is said per resource, the others are done */

static enum tag_dialect dialect_of(const char *arn)
{
	if (strstr(arn, ":ec2:"))
		return TAGS_EC2;
	if (strstr(arn, ":elasticloadbalancing:"))
		return TAGS_ELB;
	if (strstr(arn, ":iam:"))
		return strstr(arn, ":role/") || strstr(arn, ":user/") ? TAGS_IAM : TAGS_IAM_CASED;
	return TAGS_COMMON;
}

static void add_failure(struct json *output, const char *arn, struct err *err)
{
	struct json *map = json_ensure_object(output, "FailedResourcesMap");
	struct json *item = json_new_object();

	json_set_int(item, "StatusCode", err->status ? err->status : 400);
	json_set_str(item, "ErrorCode", "InvalidParameterException");
	json_set_str(item, "ErrorMessage", err_text(err));
	json_set(map, arn, item);
	err_done(err);
}

static bool tag_one(struct call *call, const char *arn, const struct json *tags, struct err *err)
{
	const struct doc *doc = tagging_find(call, arn);
	_cleanup_(json_freep) struct json *list = tags_to_list(tags);
	struct json *merged;

	if (!doc)
		return aws_fail(err, AWS_TAGGING_NOT_FOUND, arn);
	if (!tags_merge(dialect_of(arn), doc->tags, list, &merged, err))
		return false;
	world_put_tags(call, doc->kind, doc->key, merged);
	return true;
}

static bool untag_one(struct call *call, const char *arn, const struct json *keys, struct err *err)
{
	const struct doc *doc = tagging_find(call, arn);
	struct json *left;

	if (!doc)
		return aws_fail(err, AWS_TAGGING_NOT_FOUND, arn);
	left = json_copy(doc->tags);
	json_foreach (key, keys)
		json_remove(left, json_str(key));
	world_put_tags(call, doc->kind, doc->key, left);
	return true;
}

static bool change(struct call *call, const struct json *input, const char *member,
		   bool (*one)(struct call *, const char *, const struct json *, struct err *),
		   struct json *output, struct err *err)
{
	const struct json *arns = json_get(input, "ResourceARNList");

	json_foreach (arn, arns)
		if (!str_starts_with(json_str(arn), "arn:"))
			return aws_fail(err, AWS_TAGGING_ARN, json_str(arn));
	json_ensure_object(output, "FailedResourcesMap");
	json_foreach (arn, arns) {
		struct err why = ERR_INIT;

		if (!one(call, json_str(arn), json_get(input, member), &why))
			add_failure(output, json_str(arn), &why);
	}
	return true;
}

bool tagging_tag_resources(struct call *call, const struct json *input, struct json *output,
			   struct err *err)
{
	return change(call, input, "Tags", tag_one, output, err);
}

bool tagging_untag_resources(struct call *call, const struct json *input, struct json *output,
			     struct err *err)
{
	return change(call, input, "TagKeys", untag_one, output, err);
}
