/* Server certificates, which listeners may name. Document kind: iam-server-certificate. */
#include "emulator/aws/iam/iam.h"
#include "emulator/base/certificate.h"

#define CERTIFICATES_MAX 20 /* IAM quotas, "Server certificates stored in an AWS account" */

static void by_name(const struct doc *doc, struct terms *terms)
{
	terms_add(terms, doc_extra_str(doc, "Name"));
}

static const struct kind_index indexes[] = {{"name", by_name}, {NULL, NULL}};

const struct kind kind_iam_server_certificate = {
	.name = "iam-server-certificate",
	.shape = "iam:ServerCertificate",
	.indexes = indexes,
	.view = iam_view,
};

static const struct json *metadata(const struct doc *doc)
{
	return json_get(doc->body, "ServerCertificateMetadata");
}

static const struct doc *find(struct call *call, const struct json *input, struct err *err)
{
	const char *name = json_get_str(input, "ServerCertificateName");
	const struct doc *doc = iam_find(call, &kind_iam_server_certificate, name);

	if (!doc)
		aws_fail(err, AWS_IAM_CERTIFICATE_NOT_FOUND, name);
	return doc;
}

static struct json *name_extra(struct call *call, const char *name)
{
	struct json *extra = json_new_object();

	json_set_str(extra, "Name", iam_key(call, name));
	return extra;
}

static bool check(const struct json *input, struct certificate *ret, struct err *err)
{
	const char *body = json_get_str(input, "CertificateBody");

	if (!certificate_parse(body, ret))
		return aws_fail(err, AWS_IAM_CERTIFICATE_MALFORMED);
	if (certificate_has_key(body, json_get_str(input, "PrivateKey")))
		return true;
	certificate_done(ret);
	return aws_fail(err, AWS_IAM_CERTIFICATE_KEY);
}

static struct json *new_metadata(struct call *call, const struct json *input,
				 const struct certificate *certificate)
{
	const char *name = json_get_str(input, "ServerCertificateName");
	const char *path = json_get_str(input, "Path");
	struct json *json = json_new_object();
	char until[CLOCK_TEXT_MAX];

	path = path ? path : "/";
	json_set_str(json, "Path", path);
	json_set_str(json, "ServerCertificateName", name);
	json_set_str(json, "ServerCertificateId",
		     iam_id(call, &kind_iam_server_certificate, "ASCA", name));
	json_set_str(json, "Arn",
		     aws_global_arn(call, "iam", "server-certificate%s%s", path, name));
	json_set_str(json, "UploadDate", iam_now(call));
	json_set_str(json, "Expiration", clock_format_seconds(certificate->not_after_ms, until));
	return json;
}

bool iam_upload_server_certificate(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const char *name = json_get_str(input, "ServerCertificateName");
	struct certificate certificate;
	struct json *body, *tags;
	const struct doc *doc;

	if (iam_find(call, &kind_iam_server_certificate, name))
		return aws_fail(err, AWS_IAM_CERTIFICATE_EXISTS, name);
	if (!iam_check_quota(call, "ServerCertificatesPerAccount",
			     world_count(call->world, &kind_iam_server_certificate),
			     CERTIFICATES_MAX, err) ||
	    !tags_from_list(TAGS_IAM_CASED, json_get(input, "Tags"), &tags, err))
		return false;
	if (!check(input, &certificate, err)) {
		json_free(tags);
		return false;
	}
	body = json_new_object();
	json_set(body, "ServerCertificateMetadata", new_metadata(call, input, &certificate));
	certificate_done(&certificate);
	json_set_copy(body, "CertificateBody", json_get(input, "CertificateBody"));
	json_set_copy(body, "CertificateChain", json_get(input, "CertificateChain"));
	doc = world_add(call,
			(struct doc_spec){
				.kind = &kind_iam_server_certificate,
				.key = arena_printf(call->arena, "%s/%s", call->account,
						    json_find_str(body, "ServerCertificateMetadata",
								  "ServerCertificateId", NULL)),
				.body = body,
				.tags = tags,
				.extra = name_extra(call, name)});
	json_set_borrowed(output, "ServerCertificateMetadata", metadata(doc));
	if (json_first(doc->tags))
		json_set(output, "Tags", tags_to_list(doc->tags));
	return true;
}

bool iam_get_server_certificate(struct call *call, const struct json *input, struct json *output,
				struct err *err)
{
	const struct doc *doc = find(call, input, err);

	if (!doc)
		return false;
	json_set(output, "ServerCertificate", iam_item(doc));
	return true;
}

bool iam_list_server_certificates(struct call *call, const struct json *input, struct json *output,
				  struct err *err)
{
	struct json *list = json_ensure_array(output, "ServerCertificateMetadataList");
	const char *prefix = json_get_str(input, "PathPrefix");
	struct docs docs = {0};
	bool ok;

	world_foreach (doc, call->world, &kind_iam_server_certificate)
		if (doc_in_scope(call, doc) &&
		    (!prefix || str_starts_with(json_get_str(metadata(doc), "Path"), prefix)))
			docs_add(&docs, doc);
	ok = page_docs(call, input, output, &page_iam, &docs, err);
	for (size_t i = 0; ok && i < docs.count; i++)
		json_append_borrowed(list, metadata(docs.items[i]));
	docs_done(&docs);
	return ok;
}

bool iam_update_server_certificate(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *doc = find(call, input, err), *other;
	const char *name = json_get_str(input, "NewServerCertificateName");
	const char *path = json_get_str(input, "NewPath");
	struct json *body, *json;

	(void)output;
	if (!doc)
		return false;
	other = name ? iam_find(call, &kind_iam_server_certificate, name) : NULL;
	if (other && other != doc)
		return aws_fail(err, AWS_IAM_CERTIFICATE_EXISTS, name);
	name = name ? name : json_get_str(metadata(doc), "ServerCertificateName");
	path = path ? path : json_get_str(metadata(doc), "Path");
	body = json_copy(doc->body);
	json = json_get_mut(body, "ServerCertificateMetadata");
	json_set_str(json, "ServerCertificateName", name);
	json_set_str(json, "Path", path);
	json_set_str(json, "Arn",
		     aws_global_arn(call, "iam", "server-certificate%s%s", path, name));
	world_put_all(call, &kind_iam_server_certificate, doc->key, body, NULL,
		      name_extra(call, name));
	return true;
}

/* The listener of a load balancer that names an ARN, or NULL. */
static const struct doc *find_user(struct call *call, const char *arn)
{
	const struct kind *kind = world_kind_named(call->world, "listener");

	if (!kind)
		return NULL;
	world_foreach (doc, call->world, kind)
		json_foreach (item, json_get(doc->body, "Certificates"))
			if (str_eq(json_get_str(item, "CertificateArn"), arn))
				return doc;
	return NULL;
}

bool iam_delete_server_certificate(struct call *call, const struct json *input, struct json *output,
				   struct err *err)
{
	const struct doc *doc = find(call, input, err), *user;

	(void)output;
	if (!doc)
		return false;
	user = find_user(call, json_get_str(metadata(doc), "Arn"));
	if (user)
		return aws_fail(err, AWS_IAM_CERTIFICATE_IN_USE,
				json_get_str(metadata(doc), "ServerCertificateId"),
				doc_str(user, "LoadBalancerArn"));
	world_remove(call, &kind_iam_server_certificate, doc->key);
	return true;
}

IAM_TAG_OPERATIONS(server_certificate, find)
