/* OpenAPI: the index and the documents; see openapi.h. */
#include "emulator/kube/openapi.h"

#include <stdio.h>

#include "emulator/base/container.h"
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/crd.h"
#include "emulator/kube/status.h"
#include "emulator/model/kube_openapi.h"

#define ROWS_MAX 256 /* resources and subresources of one group and version of CRDs */

/* "api/v1" or "apis/apps/v1" */
static char *document_name(const struct api_type *type)
{
	return xasprintf("%s/%s", *type->group ? "apis" : "api", type->api_version);
}

/* io.k8s.aws.elbv2.v1beta1.TargetGroupBinding out of elbv2.k8s.aws (crd openapi/builder) */
static char *custom_schema_name(const struct api_type *type)
{
	_cleanup_(freep) char *group = xstrdup(type->group), *reversed = xstrdup("");
	char *name, *dot;

	while ((dot = strrchr(group, '.'))) {
		char *longer = xasprintf("%s%s%s", reversed, *reversed ? "." : "", dot + 1);

		free(reversed);
		reversed = longer;
		*dot = '\0';
	}
	name = xasprintf("%s%s%s.%s.%s", reversed, *reversed ? "." : "", group, type->version,
			 type->kind);
	return name;
}

/* The schema of a custom kind as published: with its group, version and kind. */
static char *custom_schema_text(const struct api_type *type)
{
	struct json *schema =
		type->custom->schema ? json_copy(type->custom->schema) : json_new_object();
	struct json *properties = json_ensure_object(schema, "properties");
	struct json *metadata = json_new_object(), *kinds, *kind = json_new_object();
	struct json *version = json_new_object(), *kind_property = json_new_object();
	struct json *reference = json_new_object();
	char *text;

	json_set_str(schema, "type", "object");
	json_set_str(version, "type", "string");
	json_set_str(kind_property, "type", "string");
	json_set(properties, "apiVersion", version);
	json_set(properties, "kind", kind_property);
	json_set_str(reference, "$ref",
		     "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
	json_append(json_ensure_array(metadata, "allOf"), reference);
	json_set(properties, "metadata", metadata);
	json_set_str(kind, "group", type->group);
	json_set_str(kind, "version", type->version);
	json_set_str(kind, "kind", type->kind);
	kinds = json_ensure_array(schema, "x-kubernetes-group-version-kind");
	json_append(kinds, kind);
	text = json_to_text(schema);
	json_free(schema);
	return text;
}

struct custom_rows {
	struct kube_resource resources[ROWS_MAX];
	struct kube_openapi_row rows[ROWS_MAX];
	struct kube_openapi_schema schemas[ROWS_MAX];
	size_t row_count, schema_count;
	struct strs texts;
};

static const char *keep(struct custom_rows *all, char *text)
{
	const char *kept;

	strs_add(&all->texts, text);
	kept = all->texts.items[all->texts.count - 1];
	free(text);
	return kept;
}

static void add_row(struct custom_rows *all, const struct api_type *type, const char *subresource,
		    const char *schema, const char *list)
{
	struct kube_resource *resource = &all->resources[all->row_count];

	*resource = (struct kube_resource){
		.group = type->group,
		.version = type->version,
		.resource = *subresource
				    ? keep(all, xasprintf("%s/%s", type->resource, subresource))
				    : type->resource,
		.singular = *subresource ? "" : type->singular,
		.kind = type->kind,
		.namespaced = type->namespaced,
		.verbs = *subresource ? VERB_GET | VERB_UPDATE | VERB_PATCH : type->verbs,
	};
	all->rows[all->row_count++] = (struct kube_openapi_row){resource, schema, list, true};
}

static void add_custom(struct custom_rows *all, const struct api_type *type)
{
	const char *name, *list;

	if (all->row_count + 2 > ROWS_MAX)
		return;
	name = keep(all, custom_schema_name(type));
	list = keep(all, xasprintf("%sList", name));
	all->schemas[all->schema_count++] =
		(struct kube_openapi_schema){name, keep(all, custom_schema_text(type))};
	all->schemas[all->schema_count++] = (struct kube_openapi_schema){
		list,
		keep(all, xasprintf("{\"type\":\"object\",\"required\":[\"items\"],\"properties\":{"
				    "\"apiVersion\":{\"type\":\"string\"},\"kind\":{\"type\":"
				    "\"string\"},\"items\":{\"type\":\"array\",\"items\":{"
				    "\"$ref\":\"#/components/schemas/%s\"}},\"metadata\":{"
				    "\"$ref\":\"#/components/schemas/"
				    "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta\"}},"
				    "\"x-kubernetes-group-version-kind\":[{\"group\":\"%s\","
				    "\"kind\":\"%s\",\"version\":\"%s\"}]}",
				    name, type->group, type->list_kind, type->version))};
	add_row(all, type, "", name, list);
	if (type->has_status)
		add_row(all, type, "status", name, NULL);
}

static bool print_custom(const struct kube_cluster *cluster, const char *name, struct strbuf *sb)
{
	struct custom_rows *all = xcalloc(1, sizeof(*all));
	const struct api_type *first = NULL;

	for (size_t i = 0; i < cluster->types.count; i++) {
		const struct api_type *type = cluster->types.items[i];
		_cleanup_(freep) char *own = type->custom ? document_name(type) : NULL;

		if (!own || !str_eq(own, name))
			continue;
		first = first ? first : type;
		add_custom(all, type);
	}
	if (first)
		kube_openapi_print_custom(sb, first->group, first->version, all->rows,
					  all->row_count, all->schemas, all->schema_count);
	strs_done(&all->texts);
	free(all);
	return first;
}

/* name: "api/v1" … */
static bool print_document(const struct kube_cluster *cluster, const char *name, struct strbuf *sb)
{
	for (size_t i = 0; i < cluster->types.count; i++) {
		const struct api_type *type = cluster->types.items[i];
		_cleanup_(freep) char *own = type->builtin ? document_name(type) : NULL;

		if (own && str_eq(own, name))
			return kube_openapi_print(sb, type->group, type->version);
	}
	return print_custom(cluster, name, sb);
}

/* What a document depends on: the model, or the CRDs of its group. */
static void hash_of(const struct kube_cluster *cluster, const char *name, char ret[SHA256_HEX])
{
	struct strbuf sb;

	strbuf_init(&sb, 1 << 20);
	strbuf_addf(&sb, "%s %s", kube_model_version, name);
	for (size_t i = 0; i < cluster->types.count; i++) {
		const struct api_type *type = cluster->types.items[i];
		_cleanup_(freep) char *own = type->custom ? document_name(type) : NULL;

		if (own && str_eq(own, name))
			strbuf_addf(&sb, " %s@%llu", type->resource,
				    (unsigned long long)type->custom->definition->revision);
	}
	digest_sha256_hex(strbuf_text(&sb), sb.length, ret);
	for (char *c = ret; *c; c++)
		*c = (char)(*c >= 'a' ? *c - 'a' + 'A' : *c);
	strbuf_done(&sb);
}

/* {"paths": {"api/v1": {"serverRelativeURL": "/openapi/v3/api/v1?hash=…"}}} */
static void print_index(const struct kube_cluster *cluster, struct strbuf *sb)
{
	_cleanup_(json_freep) struct json *tree = json_new_object();
	struct json *paths = json_ensure_object(tree, "paths");

	for (size_t i = 0; i < cluster->types.count; i++) {
		_cleanup_(freep) char *name = document_name(cluster->types.items[i]);
		struct json *entry;
		char hash[SHA256_HEX];

		if (json_get(paths, name))
			continue;
		hash_of(cluster, name, hash);
		entry = json_ensure_object(paths, name);
		json_setf(entry, "serverRelativeURL", "/openapi/v3/%s?hash=%s", name, hash);
	}
	json_print(sb, tree);
}

bool openapi_serve(struct kube_cluster *cluster, const char *path, struct strbuf *ret,
		   char ret_etag[129], struct err *err)
{
	char hash[SHA256_HEX];

	if (str_eq(path, "/openapi/v3")) {
		print_index(cluster, ret);
		digest_sha256_hex(strbuf_text(ret), ret->length, hash);
	} else if (str_starts_with(path, "/openapi/v3/") &&
		   print_document(cluster, path + strlen("/openapi/v3/"), ret)) {
		hash_of(cluster, path + strlen("/openapi/v3/"), hash);
	} else {
		return status_set(err, 404, "NotFound",
				  "the server could not find the requested resource");
	}
	snprintf(ret_etag, 129, "%s", hash);
	return true;
}
