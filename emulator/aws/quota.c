/* Quotas other than the tables'. */
#include "emulator/aws/quota.h"

#include <ctype.h>

#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/world/tape.h"

static const char *const words[] = {
#define LIMIT(name, value, what, source) #name,
#include "emulator/aws/ec2/limits.tbl"
#undef LIMIT
#define LIMIT(word, name, max, error) name,
#define HIDDEN(word, max, error)
#include "emulator/aws/elbv2/limits.tbl"
#undef LIMIT
#undef HIDDEN
#define LIMIT(word, name, max) name,
#include "emulator/aws/elb/limits.tbl"
#undef LIMIT
};

static const struct kind kind_quota = {.name = "quota-override"};

/* "SUBNETS_PER_VPC" is "subnets-per-vpc". */
static const char *name_of(const char *word)
{
	_cleanup_(freep) char *name = xstrdup(word);

	for (char *c = name; *c; c++)
		*c = *c == '_' ? '-' : (char)tolower((unsigned char)*c);
	return intern(name);
}

size_t quota_names(const char **ret, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < array_size(words) && n < room; i++)
		ret[n++] = name_of(words[i]);
	return n;
}

static bool is_quota(const char *name)
{
	for (size_t i = 0; i < array_size(words); i++)
		if (str_eq(name_of(words[i]), name))
			return true;
	return false;
}

bool quota_override(struct world *world, const char *name, unsigned max)
{
	const struct call_info info = {
		.actor = "operator", .service = "aws", .operation = "OverrideQuota"};
	_cleanup_(json_freep) struct json *what = json_new_object();
	struct json *body;
	struct call *call;

	if (!is_quota(name))
		return false;
	tape_enter(world);
	call = call_begin(world, NULL, &info);
	body = json_new_object();
	json_set_int(body, "Max", max);
	if (world_find(world, &kind_quota, name))
		world_put(call, &kind_quota, name, body);
	else
		world_add(call, (struct doc_spec){.kind = &kind_quota, .key = name, .body = body});
	call_commit(call, 200);
	json_set_str(what, "name", name);
	json_set_int(what, "max", max);
	tape_note(world, (struct tape_event){.type = TAPE_QUOTA, .what = what});
	tape_leave(world);
	return true;
}

unsigned quota_of(const struct world *world, const char *name, unsigned fallback)
{
	const struct doc *doc;

	if (!world_next(world, &kind_quota, NULL))
		return fallback;
	doc = world_find(world, &kind_quota, name_of(name));
	return doc ? (unsigned)json_get_int(doc->body, "Max", fallback) : fallback;
}
