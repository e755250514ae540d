/* Access control lists: grants of buckets and objects. They are kept and shown; who may is decided
 * by policies alone, as buckets have it since ACLs are off by default. */
#include "emulator/aws/s3/s3.h"

#include "emulator/base/strbuf.h"

#define ALL_USERS     "http://acs.amazonaws.com/groups/global/AllUsers"
#define AUTHENTICATED "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"

/* S3 User Guide, "Canned ACL". */
static const struct {
	const char *acl, *group, *permission;
} canned[] = {
	{"public-read", ALL_USERS, "READ"},
	{"public-read-write", ALL_USERS, "READ"},
	{"public-read-write", ALL_USERS, "WRITE"},
	{"authenticated-read", AUTHENTICATED, "READ"},
};

static const struct {
	const char *member, *permission;
} headers[] = {
	{"GrantFullControl", "FULL_CONTROL"}, {"GrantRead", "READ"},
	{"GrantReadACP", "READ_ACP"},	      {"GrantWrite", "WRITE"},
	{"GrantWriteACP", "WRITE_ACP"},
};

static void add_grant(struct json *list, const char *type, const char *member, const char *value,
		      const char *permission)
{
	struct json *grant = json_new_object(), *grantee = json_ensure_object(grant, "Grantee");

	json_set_str(grantee, member, value);
	json_set_str(grantee, "Type", type);
	json_set_str(grant, "Permission", permission);
	json_append(list, grant);
}

static void add_owner(struct call *call, struct json *list, const char *account)
{
	add_grant(list, "CanonicalUser", "ID", s3_canonical_id(call, account), "FULL_CONTROL");
}

/* `id="…", uri="…"`: who is granted what a header says. */
static bool read_header(struct call *call, const char *text, const char *permission,
			struct json *list, struct err *err)
{
	static const struct {
		const char *key, *type, *member;
	} keys[] = {
		{"id", "CanonicalUser", "ID"},
		{"uri", "Group", "URI"},
		{"emailAddress", "AmazonCustomerByEmail", "EmailAddress"},
	};

	while (*text) {
		size_t skip = strspn(text, ", \t"), name, length, i = 0;
		const char *key, *value;

		text += skip;
		if (!*text)
			break;
		name = strcspn(text, "=");
		key = arena_strndup(call->arena, text, name);
		while (i < array_size(keys) && !str_eq(keys[i].key, key))
			i++;
		if (i == array_size(keys) || text[name] != '=')
			return aws_fail(err, AWS_S3_ACL_GRANT);
		value = text + name + 1;
		length = *value == '"' ? strcspn(value + 1, "\"") : strcspn(value, ", \t");
		value += *value == '"';
		add_grant(list, keys[i].type, keys[i].member,
			  arena_strndup(call->arena, value, length), permission);
		text = value + length + (value[length] == '"');
	}
	return true;
}

static bool has_headers(const struct json *input)
{
	for (size_t i = 0; i < array_size(headers); i++)
		if (json_get(input, headers[i].member))
			return true;
	return false;
}

/* Whether ACLs are off: ObjectOwnership of the bucket, or of a new one's input. */
static bool is_enforced(const struct json *input, const struct doc *bucket)
{
	const char *ownership = json_get_str(input, "ObjectOwnership");

	if (bucket) {
		const struct json *rules =
			json_get(s3_setting(bucket, "OwnershipControls"), "Rules");

		ownership = json_get_str(json_first(rules), "ObjectOwnership");
		return str_eq(ownership, "BucketOwnerEnforced");
	}
	return !ownership || str_eq(ownership, "BucketOwnerEnforced");
}

/* What a bucket without ACLs takes all the same: what changes nothing. */
static bool changes_nothing(struct call *call, const struct json *input)
{
	const char *acl = json_get_str(input, "ACL");
	const struct json *policy = json_get(input, "AccessControlPolicy");
	const struct json *grant = json_first(json_get(policy, "Grants"));

	if (has_headers(input))
		return false;
	if (policy)
		return grant && !json_next(grant) &&
		       str_eq(json_find_str(grant, "Grantee", "ID", NULL),
			      s3_canonical_id(call, call->account));
	return !acl || str_eq(acl, "private") || str_eq(acl, "bucket-owner-full-control");
}

bool s3_read_grants(struct call *call, const struct json *input, const struct doc *bucket,
		    struct json **ret, struct err *err)
{
	const char *acl = json_get_str(input, "ACL");
	const struct json *policy = json_get(input, "AccessControlPolicy");
	const char *owner = json_find_str(policy, "Owner", "ID", NULL);
	_cleanup_(json_freep) struct json *list = json_new_array();

	if (owner &&
	    !str_eq(owner, s3_canonical_id(call, bucket ? bucket->account : call->account)))
		return aws_fail(err, AWS_S3_ACCESS); /* ACLs do not change owners */
	if (is_enforced(input, bucket) && !changes_nothing(call, input))
		return aws_fail(err, bucket ? AWS_S3_ACL : AWS_S3_ACL_BUCKET);
	if (acl && has_headers(input))
		return aws_fail(err, AWS_S3_ACL_BOTH);
	if (has_headers(input)) {
		for (size_t i = 0; i < array_size(headers); i++) {
			const char *text = json_get_str(input, headers[i].member);

			if (text && !read_header(call, text, headers[i].permission, list, err))
				return false;
		}
	} else if (policy) {
		json_foreach (grant, json_get(policy, "Grants"))
			json_append(list, json_copy(grant));
	} else {
		add_owner(call, list, bucket ? bucket->account : call->account);
		for (size_t i = 0; acl && i < array_size(canned); i++)
			if (str_eq(canned[i].acl, acl))
				add_grant(list, "Group", "URI", canned[i].group,
					  canned[i].permission);
	}
	*ret = steal(list);
	return true;
}

static void show(struct call *call, const struct doc *doc, struct json *output)
{
	json_set(output, "Owner", s3_owner(call, doc->account));
	json_set_copy(output, "Grants", json_get(doc->extra, "Grants"));
}

bool s3_get_bucket_acl(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);

	if (bucket)
		show(call, bucket, output);
	return bucket != NULL;
}

/* An ACL is put by something; S3 wants to be told. */
static bool says_something(const struct json *input, struct err *err)
{
	return json_get(input, "ACL") || json_get(input, "AccessControlPolicy") ||
	       has_headers(input) ||
	       aws_fail(err, AWS_S3_REQUEST,
			"Your request was missing a required header: x-amz-acl");
}

static bool blocks_public(const struct doc *bucket, const struct json *grants, struct err *err)
{
	if (!json_get_bool(s3_setting(bucket, "PublicAccessBlock"), "BlockPublicAcls", false))
		return true;
	json_foreach (grant, grants) {
		const char *uri = json_find_str(grant, "Grantee", "URI", NULL);

		if (str_eq(uri, ALL_USERS) || str_eq(uri, AUTHENTICATED))
			return aws_fail(err, AWS_S3_ACCESS);
	}
	return true;
}

bool s3_put_bucket_acl(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);
	_cleanup_(json_freep) struct json *grants = NULL;

	(void)output;
	if (!bucket || !says_something(input, err) ||
	    !s3_read_grants(call, input, bucket, &grants, err) ||
	    !blocks_public(bucket, grants, err))
		return false;
	s3_put_setting(call, bucket, "Grants", steal(grants));
	return true;
}

bool s3_get_object_acl(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);
	const struct doc *version = bucket ? s3_version(call, bucket, input, err) : NULL;

	if (version)
		show(call, version, output);
	return version != NULL;
}

bool s3_put_object_acl(struct call *call, const struct json *input, struct json *output,
		       struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);
	const struct doc *version = bucket ? s3_version(call, bucket, input, err) : NULL;
	_cleanup_(json_freep) struct json *grants = NULL;
	struct json *extra;

	(void)output;
	if (!version || !says_something(input, err) ||
	    !s3_read_grants(call, input, bucket, &grants, err) ||
	    !blocks_public(bucket, grants, err))
		return false;
	extra = json_copy(version->extra);
	json_set(extra, "Grants", steal(grants));
	world_put_extra(call, &kind_s3_object, version->key, extra);
	return true;
}
