/* User names and passwords, or keys, for single services. Document kind: iam-service-credential. */
#include "emulator/aws/iam/credential.h"
#include "emulator/base/clock.h"
#include "emulator/base/digest.h"

#define PER_SERVICE_MAX	  2 /* IAM API, CreateServiceSpecificCredential */
#define PASSWORD_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
#define PASSWORD_DIGITS	  43
#define ID_DIGITS	  17
#define DAY_MS		  (24 * INT64_C(3600) * 1000)

static const struct kind_index indexes[] = {{"user", iam_user_term}, {NULL, NULL}};
const struct kind kind_iam_service_credential = {
	.name = "iam-service-credential",
	.shape = "iam:ServiceSpecificCredentialMetadata",
	.indexes = indexes,
};
const struct iam_credential iam_service_credential = {
	.kind = &kind_iam_service_credential,
	.id_member = "ServiceSpecificCredentialId",
	.list = "ServiceSpecificCredentials",
	.not_found = AWS_IAM_SERVICE_CREDENTIAL,
};

/* Services, and whether they take a key instead of user name and password. Source: IAM User Guide,
 * "Service-specific credentials for IAM users". */
static const struct supported {
	const char *name, *alias; /* alias: how the name of a key begins; NULL: a password */
} services[] = {
	{"bedrock.amazonaws.com", "BedrockAPIKey"},
	{"cassandra.amazonaws.com", NULL},
	{"codecommit.amazonaws.com", NULL},
	{"logs.amazonaws.com", "CloudWatchLogsAPIKey"},
};

static const struct supported *find_service(const char *name, struct err *err)
{
	for (size_t i = 0; i < array_size(services); i++)
		if (str_eq(services[i].name, name))
			return &services[i];
	aws_fail(err, AWS_IAM_CREDENTIAL_SERVICE, name);
	return NULL;
}

static size_t count_of(struct call *call, const struct doc *user, const char *service)
{
	struct docs docs = {0};
	size_t n = 0;

	world_lookup(call->world, &kind_iam_service_credential, "user", user->key, &docs);
	for (size_t i = 0; i < docs.count; i++)
		n += str_eq(doc_str(docs.items[i], "ServiceName"), service);
	docs_done(&docs);
	return n;
}

/* Adds the secret part to what is shown once. */
static void show_secret(struct call *call, struct json *shown)
{
	const char *secret = arena_printf(
		call->arena,
		"%s=", iam_secret(call, "service-password", PASSWORD_ALPHABET, PASSWORD_DIGITS));
	const char *alias = json_get_str(shown, "ServiceCredentialAlias"), *pair;
	_cleanup_(freep) char *coded = NULL;

	if (!alias) {
		json_set_str(shown, "ServicePassword", secret);
		return;
	}
	/* as Bedrock's keys look: "ABSK" and the base64 of name and secret */
	pair = arena_printf(call->arena, "%s:%s", alias, secret);
	coded = base64_encode(pair, strlen(pair));
	json_setf(shown, "ServiceCredentialSecret", "ABSK%s", coded);
}

static struct json *new_body(struct call *call, const struct json *input, const struct doc *user,
			     const struct supported *service, size_t before)
{
	struct json *body = json_new_object();
	const char *name = doc_str(user, "UserName");
	int64_t days = json_get_int(input, "CredentialAgeDays", 0);
	char text[CLOCK_TEXT_MAX];

	json_set_str(body, "CreateDate", iam_now(call));
	if (days)
		json_set_str(body, "ExpirationDate",
			     clock_format_seconds(world_now(call->world) + days * DAY_MS, text));
	json_set_str(body, "ServiceName", service->name);
	if (service->alias)
		json_setf(body, "ServiceCredentialAlias", "%s+%zu-at-%s", name, before + 1,
			  call->account);
	else if (before)
		json_setf(body, "ServiceUserName", "%s+%zu-at-%s", name, before, call->account);
	else
		json_setf(body, "ServiceUserName", "%s-at-%s", name, call->account);
	json_set_str(body, "ServiceSpecificCredentialId",
		     iam_credential_id(call, "ACCA", ID_DIGITS));
	json_set_str(body, "UserName", name);
	json_set_str(body, "Status", "Active");
	return body;
}

bool iam_create_service_specific_credential(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	const struct doc *user = iam_user_of(call, input, err), *doc;
	const char *name = json_get_str(input, "ServiceName");
	const struct supported *service = user ? find_service(name, err) : NULL;
	struct json *shown;
	size_t before;

	if (!service)
		return false;
	if (json_get(input, "CredentialAgeDays") && !service->alias)
		return aws_fail(err, AWS_IAM_CREDENTIAL_AGE, name);
	before = count_of(call, user, name);
	if (!iam_check_quota(call, "ServiceSpecificCredentialsPerUser", before, PER_SERVICE_MAX,
			     err))
		return false;
	doc = iam_credential_add(call, &iam_service_credential, user,
				 new_body(call, input, user, service, before), NULL);
	shown = iam_credential_view(call, &iam_service_credential, doc, true);
	show_secret(call, shown);
	json_set(output, "ServiceSpecificCredential", shown);
	return true;
}

bool iam_reset_service_specific_credential(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	const struct doc *doc = iam_credential_find(call, &iam_service_credential, input, err);
	struct json *shown;

	if (!doc)
		return false;
	shown = iam_credential_view(call, &iam_service_credential, doc, true);
	show_secret(call, shown);
	json_set(output, "ServiceSpecificCredential", shown);
	return true;
}

bool iam_update_service_specific_credential(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	(void)output;
	return iam_credential_update(call, &iam_service_credential, input, err);
}

bool iam_delete_service_specific_credential(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	(void)output;
	return iam_credential_delete(call, &iam_service_credential, input, err);
}

/* Of a user, or of all; this one answers without pages unless it is asked for them. */
static bool select_all(struct call *call, const struct json *input, struct docs *ret,
		       struct err *err)
{
	const char *service = json_get_str(input, "ServiceName");
	const struct doc *user = NULL;

	if (!json_get_bool(input, "AllUsers", false)) {
		user = iam_user_of(call, input, err);
		if (!user)
			return false;
	}
	if (service && !find_service(service, err))
		return false;
	world_foreach (doc, call->world, &kind_iam_service_credential)
		if (doc_in_scope(call, doc) &&
		    (!user || str_eq(doc_extra_str(doc, "User"), user->key)) &&
		    (!service || str_eq(doc_str(doc, "ServiceName"), service)))
			docs_add(ret, doc);
	return true;
}

bool iam_list_service_specific_credentials(struct call *call, const struct json *input,
					   struct json *output, struct err *err)
{
	bool paged = json_get(input, "MaxItems") || json_get(input, "Marker");
	struct json *list = json_ensure_array(output, iam_service_credential.list);
	struct docs docs = {0};
	bool ok = select_all(call, input, &docs, err) &&
		  (!paged || page_docs(call, input, output, &page_iam, &docs, err));

	for (size_t i = 0; ok && i < docs.count; i++)
		json_append(list, iam_credential_view(call, &iam_service_credential, docs.items[i],
						      false));
	docs_done(&docs);
	return ok;
}
