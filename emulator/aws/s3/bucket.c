/* Buckets. Document kind: s3-bucket, shape: S3 Bucket. */
#include "emulator/aws/s3/s3.h"

#include <ctype.h>

#include "emulator/base/ids.h"

#define NAME_MIN	 3
#define NAME_MAX_CHARS	 63
#define BUCKETS_PAGE_MAX 10000	     /* MaxBuckets of ListBuckets */
#define HOME_REGION	 "us-east-1" /* whose buckets have no location */

static struct json *view(const struct world *world, const struct doc *doc)
{
	struct json *body = json_copy(doc->body);

	(void)world;
	json_set_str(body, "BucketRegion", doc->region);
	return body;
}

const struct kind kind_s3_bucket = {.name = "s3-bucket", .shape = "s3:Bucket", .view = view};

static const struct page_style page = {
	.limit = "MaxBuckets",
	.token_in = "ContinuationToken",
	.token_out = "ContinuationToken",
	.default_limit = BUCKETS_PAGE_MAX,
	.max_limit = BUCKETS_PAGE_MAX,
	.bad_token = AWS_S3_TOKEN,
};

bool s3_fail(struct err *err, enum aws_error error, const char *element, const char *text)
{
	aws_fail(err, error);
	if (err && element && text) {
		err->details = json_new_object();
		json_set_str(err->details, element, text);
	}
	return false;
}

const char *s3_canonical_id(struct call *call, const char *account)
{
	char id[65];

	ids_hex(world_seed(call->world), "s3-owner", "", account, 0, 64, id);
	return arena_strdup(call->arena, id);
}

struct json *s3_owner(struct call *call, const char *account)
{
	struct json *owner = json_new_object();

	json_set_str(owner, "ID", s3_canonical_id(call, account));
	return owner;
}

/* @name Finding */

static bool wrong_region(const struct call *call, const struct doc *bucket, struct err *err)
{
	aws_fail(err, AWS_S3_REGION, call->region, bucket->region);
	if (err) {
		err->details = json_new_object();
		json_set_str(err->details, "Region", bucket->region);
	}
	return false;
}

const struct doc *s3_bucket(struct call *call, const struct json *input, struct err *err)
{
	const char *name = json_get_str(input, "Bucket");
	const char *owner = json_get_str(input, "ExpectedBucketOwner");
	const struct doc *bucket = world_find(call->world, &kind_s3_bucket, name);

	if (!bucket) {
		s3_fail(err, AWS_S3_BUCKET, "BucketName", name);
		return NULL;
	}
	if (!str_eq(bucket->region, call->region)) {
		wrong_region(call, bucket, err);
		return NULL;
	}
	if (owner && !str_eq(owner, bucket->account)) {
		aws_fail(err, AWS_S3_ACCESS);
		return NULL;
	}
	return s3_check_policy(call, bucket, input, err) ? bucket : NULL;
}

const struct json *s3_setting(const struct doc *bucket, const char *name)
{
	return json_get(bucket->extra, name);
}

void s3_put_setting(struct call *call, const struct doc *bucket, const char *name,
		    struct json *value)
{
	struct json *extra = json_copy(bucket->extra);

	if (value)
		json_set(extra, name, value);
	else
		json_remove(extra, name);
	world_put_extra(call, &kind_s3_bucket, bucket->key, extra);
}

const char *s3_versioning(const struct doc *bucket)
{
	return json_find_str(bucket->extra, "Versioning", "Status", NULL);
}

/* @name Creating */

/* S3 User Guide, "General purpose bucket naming rules". */
static bool is_name(const char *name)
{
	static const char *const refused_starts[] = {"xn--", "sthree-", "amzn-s3-demo-"};
	static const char *const refused_ends[] = {"-s3alias", "--ol-s3", ".mrap", "--x-s3",
						   "--table-s3"};
	size_t length = strlen(name);

	if (length < NAME_MIN || length > NAME_MAX_CHARS || strstr(name, "..") ||
	    !isalnum((unsigned char)name[0]) || !isalnum((unsigned char)name[length - 1]) ||
	    strspn(name, "0123456789.") == length ||
	    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") != length)
		return false;
	for (size_t i = 0; i < array_size(refused_starts); i++)
		if (str_starts_with(name, refused_starts[i]))
			return false;
	for (size_t i = 0; i < array_size(refused_ends); i++)
		if (str_ends_with(name, refused_ends[i]))
			return false;
	return true;
}

/* us-east-1's endpoint makes buckets anywhere, the others in their own region only. Sets where. */
static bool read_location(const struct call *call, const struct json *input, const char **ret,
			  struct err *err)
{
	const char *wanted =
		json_find_str(input, "CreateBucketConfiguration", "LocationConstraint", NULL);

	if (str_eq(wanted, "EU"))
		wanted = "eu-west-1";
	if (str_eq(call->region, HOME_REGION)) {
		if (str_eq(wanted, HOME_REGION))
			return aws_fail(err, AWS_S3_LOCATION_INVALID);
		*ret = wanted ? wanted : HOME_REGION;
		return true;
	}
	if (!str_eq(wanted, call->region))
		return aws_fail(err, AWS_S3_LOCATION, wanted ? wanted : "unspecified");
	*ret = call->region;
	return true;
}

/* What new buckets have since April 2023: S3 User Guide, "Default settings for new buckets". */
static struct json *default_settings(const struct json *input, struct json *grants)
{
	static const char *const blocks[] = {"BlockPublicAcls", "IgnorePublicAcls",
					     "BlockPublicPolicy", "RestrictPublicBuckets"};
	const char *ownership = json_get_str(input, "ObjectOwnership");
	struct json *extra = json_new_object(), *block, *rule = json_new_object();

	json_set_str(rule, "ObjectOwnership", ownership ? ownership : "BucketOwnerEnforced");
	json_append(json_ensure_array(json_ensure_object(extra, "OwnershipControls"), "Rules"),
		    rule);
	block = json_ensure_object(extra, "PublicAccessBlock");
	for (size_t i = 0; i < array_size(blocks); i++)
		json_set_bool(block, blocks[i], true);
	json_set(extra, "Grants", grants);
	if (json_get_bool(input, "ObjectLockEnabledForBucket", false)) {
		json_set_str(json_ensure_object(extra, "Versioning"), "Status", "Enabled");
		json_set_str(json_ensure_object(extra, "ObjectLock"), "ObjectLockEnabled",
			     "Enabled");
	}
	return extra;
}

static bool check_new(struct call *call, const char *name, struct err *err)
{
	const struct doc *other = world_find(call->world, &kind_s3_bucket, name);

	if (!is_name(name))
		return s3_fail(err, AWS_S3_BUCKET_NAME, "BucketName", name);
	if (!other)
		return true;
	return s3_fail(err,
		       str_eq(other->account, call->account) ? AWS_S3_BUCKET_OWNED
							     : AWS_S3_BUCKET_EXISTS,
		       "BucketName", name);
}

bool s3_create_bucket(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct json *configuration = json_get(input, "CreateBucketConfiguration");
	_cleanup_(json_freep) struct json *tags = NULL, *grants = NULL;
	const char *name = json_get_str(input, "Bucket"), *region = NULL;
	const struct doc *other = world_find(call->world, &kind_s3_bucket, name);
	struct json *body;

	if (json_get(configuration, "Bucket") || json_get(configuration, "Location"))
		return err_set(err, ERR_UNSUPPORTED, "NotImplemented",
			       "skyrig has no directory buckets");
	if (!read_location(call, input, &region, err) ||
	    !tags_from_list(TAGS_S3, json_get(configuration, "Tags"), &tags, err) ||
	    !s3_read_grants(call, input, NULL, &grants, err))
		return false;
	/* for the oldest region's sake, who makes it there again gets it again */
	if (!(other && str_eq(other->account, call->account) && str_eq(region, HOME_REGION) &&
	      str_eq(other->region, HOME_REGION))) {
		if (!check_new(call, name, err))
			return false;
		body = json_new_object();
		json_set_str(body, "Name", name);
		json_set_str(body, "CreationDate", aws_now(call));
		world_add(call, (struct doc_spec){.kind = &kind_s3_bucket,
						  .key = name,
						  .body = body,
						  .tags = steal(tags),
						  .extra = default_settings(input, steal(grants)),
						  .region = region});
	}
	if (str_eq(region, HOME_REGION))
		json_setf(output, "Location", "/%s", name);
	else
		json_setf(output, "Location", "http://%s.s3.amazonaws.com/", name);
	json_setf(output, "BucketArn", "arn:%s:s3:::%s", aws_partition(region), name);
	return true;
}

bool s3_head_bucket(struct call *call, const struct json *input, struct json *output,
		    struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);

	if (!bucket)
		return false;
	json_set_str(output, "BucketRegion", bucket->region);
	json_setf(output, "BucketArn", "arn:%s:s3:::%s", aws_partition(bucket->region),
		  bucket->key);
	json_set_bool(output, "AccessPointAlias", false);
	return true;
}

bool s3_get_bucket_location(struct call *call, const struct json *input, struct json *output,
			    struct err *err)
{
	const struct doc *bucket =
		world_find(call->world, &kind_s3_bucket, json_get_str(input, "Bucket"));

	/* the one question that any region answers */
	if (bucket && !str_eq(bucket->region, call->region) &&
	    str_eq(bucket->account, call->account)) {
		if (!str_eq(bucket->region, HOME_REGION))
			json_set_str(output, "LocationConstraint", bucket->region);
		return true;
	}
	bucket = s3_bucket(call, input, err);
	if (!bucket)
		return false;
	if (!str_eq(bucket->region, HOME_REGION))
		json_set_str(output, "LocationConstraint", bucket->region);
	return true;
}

/* @name Listing */

static int by_key(const void *a, const void *b)
{
	const struct doc *x = *(const struct doc *const *)a, *y = *(const struct doc *const *)b;

	return strcmp(x->key, y->key);
}

static bool is_wanted(const struct call *call, const struct json *input, const struct doc *bucket)
{
	const char *prefix = json_get_str(input, "Prefix"),
		   *region = json_get_str(input, "BucketRegion");

	return str_eq(bucket->account, call->account) &&
	       (!prefix || str_starts_with(bucket->key, prefix)) &&
	       (!region || str_eq(region, bucket->region));
}

bool s3_list_buckets(struct call *call, const struct json *input, struct json *output,
		     struct err *err)
{
	struct json *list = json_new_array();
	struct docs docs = {0};

	world_foreach (bucket, call->world, &kind_s3_bucket)
		if (is_wanted(call, input, bucket))
			docs_add(&docs, bucket);
	if (docs.count)
		qsort(docs.items, docs.count, sizeof(*docs.items), by_key);
	for (size_t i = 0; i < docs.count; i++) {
		struct json *item = json_copy(docs.items[i]->body);

		json_set_str(item, "BucketRegion", docs.items[i]->region);
		json_append(list, item);
	}
	docs_done(&docs);
	json_set(output, "Owner", s3_owner(call, call->account));
	json_set_copy(output, "Prefix", json_get(input, "Prefix"));
	return page_items(call, input, output, &page, "Buckets", list, err);
}

/* @name Deleting */

/* Uploads that were never finished go with their bucket. */
static void remove_uploads(struct call *call, const struct doc *bucket)
{
	struct docs uploads = {0}, parts = {0};

	world_lookup(call->world, &kind_s3_upload, "bucket", bucket->key, &uploads);
	for (size_t i = 0; i < uploads.count; i++) {
		world_lookup(call->world, &kind_s3_part, "upload", uploads.items[i]->key, &parts);
		for (size_t j = 0; j < parts.count; j++)
			world_remove(call, &kind_s3_part, parts.items[j]->key);
		docs_done(&parts);
		world_remove(call, &kind_s3_upload, uploads.items[i]->key);
	}
	docs_done(&uploads);
}

bool s3_delete_bucket(struct call *call, const struct json *input, struct json *output,
		      struct err *err)
{
	const struct doc *bucket = s3_bucket(call, input, err);

	(void)output;
	if (!bucket)
		return false;
	if (world_lookup_count(call->world, &kind_s3_object, "bucket", bucket->key))
		return s3_fail(err, AWS_S3_NOT_EMPTY, "BucketName", bucket->key);
	remove_uploads(call, bucket);
	world_remove(call, &kind_s3_bucket, bucket->key);
	return true;
}
