/* The services that are built, their operations, and those that are missing. */
#include <uthash.h>

#include "emulator/aws/private.h"

static const struct service *const services[] = {
	&service_acm,	  &service_ec2,		 &service_efs,
	&service_elb,	  &service_elbv2,	 &service_globalaccelerator,
	&service_iam,	  &service_kms,		 &service_route53,
	&service_s3,	  &service_shield,	 &service_sts,
	&service_tagging, &service_waf_regional, &service_wafv2,
};

/* Marks that an account's region has a service's defaults: a document, so that it goes with
 * snapshots and resets. */
static const struct kind kind_defaults = {.name = "region-defaults"};

#define MISSING_MAX  1000 /* different names kept; requests could invent any number */
#define MISSING_NAME 200  /* characters of one */

struct missing {
	char *name; /* "ec2:CreateFoo" */
	unsigned count;
	UT_hash_handle hh;
};

const struct service *service_find(const char *name)
{
	for (size_t i = 0; i < array_size(services); i++)
		if (str_eq(services[i]->name, name))
			return services[i];
	return NULL;
}

const struct service *service_at(size_t index)
{
	return index < array_size(services) ? services[index] : NULL;
}

static int by_name(const void *key, const void *row)
{
	return strcmp(key, ((const struct operation *)row)->name);
}

const struct operation *operation_find(const struct service *service, const char *name)
{
	if (!service || !service->operation_count)
		return NULL;
	return bsearch(name, service->operations, service->operation_count,
		       sizeof(*service->operations), by_name);
}

bool aws_operation_is_built(const char *service, const char *operation)
{
	return operation_find(service_find(service), operation) != NULL;
}

void service_defaults(struct aws *aws, const struct service *service, const char *account,
		      const char *region)
{
	const struct call_info info = {.actor = "aws",
				       .account = account,
				       .region = region,
				       .service = service->name,
				       .operation = "RegionDefaults"};
	char *key;

	if (!service->defaults)
		return;
	key = xasprintf("%s/%s/%s", service->name, account, region);
	if (!world_find(aws->world, &kind_defaults, key)) {
		struct call *call = call_begin(aws->world, NULL, &info);

		world_add(call, (struct doc_spec){.kind = &kind_defaults,
						  .key = key,
						  .body = json_new_object()});
		service->defaults(call);
		call_commit(call, 200);
	}
	free(key);
}

/* Whether it is the first of that name. */
static bool count_name(struct missing **table, const char *name)
{
	struct missing *missing;
	bool is_new;

	HASH_FIND_STR(*table, name, missing);
	if (!missing && HASH_COUNT(*table) >= MISSING_MAX) {
		name = "…"; /* and more */
		HASH_FIND_STR(*table, name, missing);
	}
	is_new = !missing;
	if (is_new) {
		missing = xcalloc(1, sizeof(*missing));
		missing->name = xstrdup(name);
		HASH_ADD_KEYPTR(hh, *table, missing->name, strlen(missing->name), missing);
	}
	missing->count++;
	return is_new;
}

bool member_ignored(struct aws *aws, const char *name)
{
	return count_name(&aws->ignored, name);
}

bool operation_missing(struct aws *aws, const char *service, const char *operation, struct err *err)
{
	_cleanup_(freep) char *name =
		xasprintf("%.*s:%.*s", MISSING_NAME, service, MISSING_NAME, operation);

	count_name(&aws->missing, name);
	err_set(err, ERR_UNSUPPORTED, "NotImplemented",
		"skyrig does not have %s yet; AWS has it, so this says nothing about the caller",
		name);
	if (err)
		err->status = 501;
	return false;
}

static unsigned count_all(const struct missing *table, struct strbuf *sb)
{
	unsigned count = 0;

	for (const struct missing *m = table; m; m = m->hh.next) {
		count += m->count;
		if (sb)
			strbuf_addf(sb, "%s\n", m->name);
	}
	return count;
}

unsigned aws_missing_operations(const struct aws *aws, struct strbuf *sb)
{
	return count_all(aws->missing, sb);
}

unsigned aws_ignored_members(const struct aws *aws, struct strbuf *sb)
{
	return count_all(aws->ignored, sb);
}

void missing_free(struct missing *all)
{
	struct missing *missing, *next;

	HASH_ITER (hh, all, missing, next) {
		HASH_DEL(all, missing);
		free(missing->name);
		free(missing);
	}
}
