/*
 * Trust stores: certificates of authorities whose clients an HTTPS listener lets in. Document
 * kinds: trust-store, shape ELBv2 TrustStore, and trust-store-revocation for its revocation lists.
 *
 * Bundles and lists are read from S3 when they are named; what becomes of the objects later does
 * not matter. Sharing between accounts (RAM) is not there, so that no association and no resource
 * policy comes from another account.
 */
#include "emulator/aws/elbv2/internal.h"
#include "emulator/aws/s3/delivery.h"
#include "emulator/base/certificate.h"

#define ID_DIGITS	 16
#define LOCATION_SECONDS 600 /* API: "a pre-signed S3 URI which is active for ten minutes" */

/* ---- Kinds ---- */

static void terms_name(const struct doc *doc, struct terms *terms)
{
	_cleanup_(freep) char *term =
		xasprintf("%s/%s/%s", doc->account, doc->region, doc_str(doc, "Name"));

	terms_add(terms, term);
}

static void terms_store(const struct doc *doc, struct terms *terms)
{
	elbv2_term(terms, doc->body, "TrustStoreArn");
}

static const struct kind_index indexes[] = {{"name", terms_name}, {NULL, NULL}};
static const struct kind_index revocation_indexes[] = {{"trust-store", terms_store}, {NULL, NULL}};

/* The only timer: the bundle has been taken in. */
static void became_active(struct call *call, const struct doc *doc, _unused_ const char *timer)
{
	struct json *body = json_copy(doc->body);

	json_set_str(body, "Status", "ACTIVE");
	world_put(call, doc->kind, doc->key, body);
}

const struct kind kind_trust_store = {
	.name = "trust-store",
	.shape = "elbv2:TrustStore",
	.indexes = indexes,
	.timer = became_active,
	.view = elbv2_view,
};

const struct kind kind_trust_store_revocation = {
	.name = "trust-store-revocation",
	.shape = "elbv2:TrustStoreRevocation",
	.indexes = revocation_indexes,
};

static bool get(struct call *call, const struct json *input, const struct doc **ret,
		struct err *err)
{
	return trust_store_get(call, json_get_str(input, "TrustStoreArn"), ret, err);
}

bool trust_store_get(struct call *call, const char *arn, const struct doc **ret, struct err *err)
{
	*ret = find_in_scope(call, &kind_trust_store, arn);
	return *ret || aws_fail(err, AWS_ELBV2_TRUST_STORE_NOT_FOUND, arn ? arn : "");
}

/* The load balancers whose listeners verify clients by it; new array. */
static struct json *balancers_of(const struct world *world, const struct doc *store)
{
	_cleanup_(docs_done) struct docs listeners = {0};
	struct json *arns = json_new_array();
	const char *last = NULL;

	world_lookup(world, &kind_listener, "trust-store", store->key, &listeners);
	for (size_t i = 0; i < listeners.count; i++) {
		const char *arn = doc_str(listeners.items[i], "LoadBalancerArn");
		bool seen = str_eq(arn, last);

		json_foreach (item, arns)
			seen = seen || str_eq(json_str(item), arn);
		if (!seen)
			json_append_str(arns, arn);
		last = arn;
	}
	return arns;
}

/* ---- Making, showing, deleting ---- */

/* Where a bundle comes from: the members that create and modify have in common. Says how many
 * certificates are in it. */
static bool take_bundle(struct call *call, struct json *extra, const struct json *input,
			int64_t *ret_count, struct err *err)
{
	static const char *const members[] = {"CaCertificatesBundleS3Bucket",
					      "CaCertificatesBundleS3Key",
					      "CaCertificatesBundleS3ObjectVersion"};
	struct json *bundle = json_new_object();
	const char *pem;
	size_t length;

	json_set(extra, "bundle", bundle);
	for (size_t i = 0; i < array_size(members); i++)
		json_set_copy(bundle, members[i], json_get(input, members[i]));
	pem = s3_read(call, json_get_str(input, members[0]), json_get_str(input, members[1]),
		      json_get_str(input, members[2]), &length);
	if (!pem)
		return aws_fail(err, AWS_ELBV2_BUNDLE_NOT_FOUND);
	*ret_count = (int64_t)certificate_count(pem);
	return *ret_count > 0 || aws_fail(err, AWS_ELBV2_INVALID_BUNDLE);
}

static void reply_one(struct json *output, const struct doc *doc)
{
	json_append_borrowed(json_ensure_array(output, "TrustStores"), doc->body);
}

static struct json *store_body(struct call *call, const char *name, int64_t certificates)
{
	const char *id = ids_make(call, &kind_trust_store, "", ID_DIGITS, name);
	struct json *body = json_new_object();

	json_set_str(body, "Name", name);
	json_set_str(body, "TrustStoreArn",
		     aws_arn(call, "elasticloadbalancing", "truststore/%s/%s", name, id));
	json_set_str(body, "Status", "CREATING");
	json_set_int(body, "NumberOfCaCertificates", certificates);
	json_set_int(body, "TotalRevokedEntries", 0);
	return body;
}

static size_t count_stores(struct call *call)
{
	size_t count = 0;

	world_foreach (doc, call->world, &kind_trust_store)
		count += doc_in_scope(call, doc);
	return count;
}

ELBV2_OP(elbv2_create_trust_store)
{
	_cleanup_(json_freep) struct json *tags = NULL, *extra = json_new_object(), *body = NULL;
	const char *name = json_get_str(input, "Name"), *arn;
	int64_t certificates = 0;

	if (!elbv2_check_name("Trust store", name, err))
		return false;
	if (world_lookup_one(call->world, &kind_trust_store, "name", elbv2_name_term(call, name)))
		return aws_fail(err, AWS_ELBV2_DUPLICATE_TRUST_STORE, name);
	if (!take_bundle(call, extra, input, &certificates, err) ||
	    !tags_from_list(TAGS_ELB, json_get(input, "Tags"), &tags, err) ||
	    !elbv2_limit(call, ELBV2_LIMIT_TRUST_STORES, count_stores(call) + 1, call->account,
			 err))
		return false;
	body = store_body(call, name, certificates);
	arn = arena_strdup(call->arena, json_get_str(body, "TrustStoreArn"));
	world_add(call, (struct doc_spec){.kind = &kind_trust_store,
					  .key = arn,
					  .body = steal(body),
					  .tags = steal(tags),
					  .extra = steal(extra)});
	reply_one(output, world_find(call->world, &kind_trust_store, arn));
	lifecycle_start(call, &kind_trust_store, arn, LIFECYCLE_TRUST_STORE, "active");
	return true;
}

ELBV2_OP(elbv2_modify_trust_store)
{
	_cleanup_(json_freep) struct json *extra = NULL;
	int64_t certificates = 0;
	const struct doc *doc;
	struct json *body;

	if (!get(call, input, &doc, err))
		return false;
	extra = json_copy(doc->extra);
	if (!take_bundle(call, extra, input, &certificates, err))
		return false;
	body = json_copy(doc->body);
	json_set_int(body, "NumberOfCaCertificates", certificates);
	reply_one(output, world_put_all(call, doc->kind, doc->key, body, NULL, steal(extra)));
	return true;
}

static bool select_stores(struct call *call, const struct json *input, struct docs *ret,
			  struct err *err)
{
	const struct json *arns = json_get(input, "TrustStoreArns"),
			  *names = json_get(input, "Names");
	const struct doc *doc;

	json_foreach (arn, arns) {
		if (!trust_store_get(call, json_str(arn), &doc, err))
			return false;
		docs_add(ret, doc);
	}
	json_foreach (name, names) {
		doc = world_lookup_one(call->world, &kind_trust_store, "name",
				       elbv2_name_term(call, json_str(name)));
		if (!doc)
			return aws_fail(err, AWS_ELBV2_TRUST_STORE_NOT_FOUND, json_str(name));
		docs_add(ret, doc);
	}
	if (json_size(arns) || json_size(names))
		return true;
	world_foreach (store, call->world, &kind_trust_store) {
		if (doc_in_scope(call, store))
			docs_add(ret, store);
	}
	return true;
}

ELBV2_OP(elbv2_describe_trust_stores)
{
	_cleanup_(docs_done) struct docs found = {0};
	struct json *list = json_ensure_array(output, "TrustStores");

	if (!select_stores(call, input, &found, err) ||
	    !page_docs(call, input, output, &page_elb, &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++)
		json_append_borrowed(list, found.items[i]->body);
	return true;
}

ELBV2_OP(elbv2_delete_trust_store)
{
	_cleanup_(docs_done) struct docs revocations = {0};
	const struct doc *doc;

	(void)output; /* the answer is empty */
	if (!get(call, input, &doc, err))
		return false;
	if (world_lookup_count(call->world, &kind_listener, "trust-store", doc->key))
		return aws_fail(err, AWS_ELBV2_TRUST_STORE_IN_USE, doc->key);
	world_lookup(call->world, &kind_trust_store_revocation, "trust-store", doc->key,
		     &revocations);
	for (size_t i = 0; i < revocations.count; i++)
		world_remove(call, &kind_trust_store_revocation, revocations.items[i]->key);
	world_remove(call, &kind_trust_store, doc->key);
	return true;
}

/* ---- Contents ---- */

/* Says where an object of S3 can be had; "https://BUCKET.s3.REGION.DOMAIN/KEY?…". */
static void reply_location(struct call *call, struct json *output, const char *bucket,
			   const char *key, const char *version)
{
	json_setf(output, "Location", "https://%s.s3.%s.amazonaws.com%s/%s?%s%s%sX-Amz-Expires=%d",
		  bucket, call->region, str_starts_with(call->region, "cn-") ? ".cn" : "", key,
		  version ? "versionId=" : "", version ? version : "", version ? "&" : "",
		  LOCATION_SECONDS);
}

ELBV2_OP(elbv2_get_trust_store_ca_certificates_bundle)
{
	const struct json *bundle;
	const struct doc *doc;

	if (!get(call, input, &doc, err))
		return false;
	bundle = json_get(doc->extra, "bundle");
	reply_location(call, output, json_get_str(bundle, "CaCertificatesBundleS3Bucket"),
		       json_get_str(bundle, "CaCertificatesBundleS3Key"),
		       json_get_str(bundle, "CaCertificatesBundleS3ObjectVersion"));
	return true;
}

static const char *revocation_key(struct call *call, const char *store, int64_t id)
{
	return arena_printf(call->arena, "%s/%lld", store, (long long)id);
}

static bool get_revocation(struct call *call, const struct doc *store, int64_t id,
			   const struct doc **ret, struct err *err)
{
	*ret = world_find(call->world, &kind_trust_store_revocation,
			  revocation_key(call, store->key, id));
	return *ret || aws_fail(err, AWS_ELBV2_REVOCATION_NOT_FOUND,
				arena_printf(call->arena, "%lld", (long long)id));
}

ELBV2_OP(elbv2_get_trust_store_revocation_content)
{
	const struct doc *store, *doc;

	if (!get(call, input, &store, err) ||
	    !get_revocation(call, store, json_get_int(input, "RevocationId", 0), &doc, err))
		return false;
	reply_location(call, output, doc_extra_str(doc, "S3Bucket"), doc_extra_str(doc, "S3Key"),
		       doc_extra_str(doc, "S3ObjectVersion"));
	return true;
}

/* ---- Revocations ---- */

/* How many certificates the list at that place takes back. */
static bool count_revoked(struct call *call, const struct json *content, int64_t *ret,
			  struct err *err)
{
	const char *bucket = json_get_str(content, "S3Bucket");
	const char *key = json_get_str(content, "S3Key"), *pem = NULL;
	size_t length, count;

	if (bucket && key)
		pem = s3_read(call, bucket, key, json_get_str(content, "S3ObjectVersion"), &length);
	if (!pem)
		return aws_fail(err, AWS_ELBV2_REVOCATION_CONTENT_NOT_FOUND);
	if (!certificate_revoked_count(pem, &count))
		return aws_fail(err, AWS_ELBV2_INVALID_REVOCATION);
	*ret = (int64_t)count;
	return true;
}

static void add_revocation(struct call *call, const struct doc *store, int64_t id,
			   const struct json *content, int64_t entries, struct json *list)
{
	const char *type = json_get_str(content, "RevocationType");
	struct json *body = json_new_object();
	const struct doc *doc;

	json_set_str(body, "TrustStoreArn", store->key);
	json_set_int(body, "RevocationId", id);
	json_set_str(body, "RevocationType", type ? type : "CRL");
	json_set_int(body, "NumberOfRevokedEntries", entries);
	doc = world_add(call, (struct doc_spec){.kind = &kind_trust_store_revocation,
						.key = revocation_key(call, store->key, id),
						.body = body,
						.extra = json_copy(content)});
	json_append_borrowed(list, doc->body);
}

/* The store's body with the sum of what its lists take back; new tree. */
static struct json *with_total(const struct call *call, const struct doc *store)
{
	_cleanup_(docs_done) struct docs lists = {0};
	struct json *body = json_copy(store->body);
	int64_t total = 0;

	world_lookup(call->world, &kind_trust_store_revocation, "trust-store", store->key, &lists);
	for (size_t i = 0; i < lists.count; i++)
		total += json_get_int(lists.items[i]->body, "NumberOfRevokedEntries", 0);
	json_set_int(body, "TotalRevokedEntries", total);
	return body;
}

ELBV2_OP(elbv2_add_trust_store_revocations)
{
	const struct json *contents = json_get(input, "RevocationContents");
	_cleanup_(json_freep) struct json *extra = NULL;
	const struct doc *store;
	int64_t last;
	size_t count;

	if (!get(call, input, &store, err))
		return false;
	count = world_lookup_count(call->world, &kind_trust_store_revocation, "trust-store",
				   store->key);
	if (!elbv2_limit(call, ELBV2_LIMIT_REVOCATION_LISTS, count + json_size(contents),
			 store->key, err))
		return false;
	last = json_get_int(store->extra, "last-revocation", 0);
	json_foreach (content, contents) {
		int64_t entries = 0;

		if (!count_revoked(call, content, &entries, err))
			return false;
		add_revocation(call, store, ++last, content, entries,
			       json_ensure_array(output, "TrustStoreRevocations"));
	}
	extra = json_copy(store->extra);
	json_set_int(extra, "last-revocation", last);
	world_put_all(call, store->kind, store->key, with_total(call, store), NULL, steal(extra));
	return true;
}

ELBV2_OP(elbv2_remove_trust_store_revocations)
{
	const struct doc *store, *doc;

	(void)output; /* the answer is empty */
	if (!get(call, input, &store, err))
		return false;
	json_foreach (id, json_get(input, "RevocationIds")) {
		int64_t number = 0;

		if (!json_int(id, &number) || !get_revocation(call, store, number, &doc, err))
			return false;
		world_remove(call, doc->kind, doc->key);
	}
	world_put(call, store->kind, store->key, with_total(call, store));
	return true;
}

ELBV2_OP(elbv2_describe_trust_store_revocations)
{
	struct json *list = json_ensure_array(output, "TrustStoreRevocations");
	const struct json *ids = json_get(input, "RevocationIds");
	_cleanup_(docs_done) struct docs found = {0};
	const struct doc *store, *doc;

	if (!get(call, input, &store, err))
		return false;
	json_foreach (id, ids) {
		int64_t number = 0;

		if (!json_int(id, &number) || !get_revocation(call, store, number, &doc, err))
			return false;
		docs_add(&found, doc);
	}
	if (!json_size(ids))
		world_lookup(call->world, &kind_trust_store_revocation, "trust-store", store->key,
			     &found);
	if (!page_docs(call, input, output, &page_elb, &found, err))
		return false;
	for (size_t i = 0; i < found.count; i++)
		json_append_borrowed(list, found.items[i]->body);
	return true;
}

/* ---- Associations and sharing ---- */

ELBV2_OP(elbv2_describe_trust_store_associations)
{
	struct json *list = json_ensure_array(output, "TrustStoreAssociations");
	_cleanup_(json_freep) struct json *arns = NULL;
	const struct doc *store;
	size_t first, end;

	if (!get(call, input, &store, err))
		return false;
	arns = balancers_of(call->world, store);
	if (!page_range(call, input, output, &page_elb, json_size(arns), &first, &end, err))
		return false;
	for (size_t i = first; i < end; i++) {
		struct json *item = json_new_object();

		json_set_str(item, "ResourceArn", json_str(json_at(arns, i)));
		json_append(list, item);
	}
	return true;
}

/* Only associations of other accounts can be deleted so, and there are none. */
ELBV2_OP(elbv2_delete_shared_trust_store_association)
{
	const char *resource = json_get_str(input, "ResourceArn");
	_cleanup_(json_freep) struct json *arns = NULL;
	const struct doc *store;

	(void)output; /* the answer would be empty */
	if (!get(call, input, &store, err))
		return false;
	arns = balancers_of(call->world, store);
	json_foreach (arn, arns) {
		if (str_eq(json_str(arn), resource))
			return aws_fail(err, AWS_ELBV2_ASSOCIATION_SAME_ACCOUNT);
	}
	return aws_fail(err, AWS_ELBV2_ASSOCIATION_NOT_FOUND);
}

/* RAM would put a policy on a trust store that it shares; nothing else has one. */
ELBV2_OP(elbv2_get_resource_policy)
{
	(void)call;
	(void)output;
	return aws_fail(err, AWS_ELBV2_RESOURCE_NOT_FOUND, json_get_str(input, "ResourceArn"));
}
