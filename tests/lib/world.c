/* Worlds for tests. */
#include "tests/lib/world.h"

#include <stdio.h>

#include "tests/lib/calls.h"

struct world *test_world(enum profile profile)
{
	struct world_config config = {.seed = TEST_SEED, .profile = profile, .speed = 0};
	struct world *world;

	/* whatever a façade answers in a test must be of the model's shape (aws_new reads this) */
	setenv("SKYRIG_CHECK_REPLIES", "1", 1);
	world = world_new(&config);
	calls_note(world);
	return world;
}

struct call *test_call_as(struct world *world, const char *actor, const char *service,
			  const char *operation)
{
	struct call_info info = {
		.actor = actor,
		.account = TEST_ACCOUNT,
		.region = TEST_REGION,
		.service = service,
		.operation = operation,
	};

	return call_begin(world, NULL, &info);
}

struct call *test_call(struct world *world, const char *actor)
{
	return test_call_as(world, actor, "ec2", "Test");
}

size_t test_advance(struct world *world, int64_t ms)
{
	emulated_clock_advance(world_clock(world), ms);
	return world_fire_timers(world);
}

struct json *test_json(const char *text)
{
	_cleanup_(freep) char *copy = xstrdup(text);
	struct err err = ERR_INIT;
	struct json *json;

	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	if (json_parse(copy, strlen(copy), &json, &err))
		return json;
	fprintf(stderr, "test_json: %s in %s\n", err_text(&err), text);
	abort();
}

static const struct doc *add(struct world *world, const char *actor, struct doc_spec spec)
{
	struct call *call = test_call(world, actor);
	const struct doc *doc = world_add(call, spec);

	call_commit(call, 200);
	return doc;
}

const struct doc *test_add(struct world *world, const char *actor, const struct kind *kind,
			   const char *key, const char *body, const char *tags)
{
	return add(world, actor,
		   (struct doc_spec){.kind = kind,
				     .key = key,
				     .body = test_json(body),
				     .tags = tags ? test_json(tags) : NULL});
}

const struct doc *test_add_implied(struct world *world, const char *actor, const struct kind *kind,
				   const char *key, const char *body, const char *implied_by)
{
	return add(world, actor,
		   (struct doc_spec){.kind = kind,
				     .key = key,
				     .body = test_json(body),
				     .implied_by = implied_by});
}

const struct doc *test_put(struct world *world, const char *actor, const struct kind *kind,
			   const char *key, const char *body)
{
	struct call *call = test_call(world, actor);
	const struct doc *doc = world_put(call, kind, key, test_json(body));

	call_commit(call, 200);
	return doc;
}

void test_remove(struct world *world, const char *actor, const struct kind *kind, const char *key)
{
	struct call *call = test_call(world, actor);

	world_remove(call, kind, key);
	call_commit(call, 200);
}
