#pragma once
/* Worlds for tests: a stopped clock, a fixed seed, calls in one line. */
#include "emulator/world/actor.h"
#include "emulator/world/call.h"
#include "emulator/world/fault.h"
#include "emulator/world/journal.h"
#include "emulator/world/snapshot.h"

#define TEST_SEED    42
#define TEST_ACCOUNT "123456789012"
#define TEST_REGION  "eu-west-1"

/** A world with TEST_SEED and a clock that only moves by test_advance; world_free it. */
struct world *test_world(enum profile profile);
/** Opens a call of the actor in TEST_ACCOUNT and TEST_REGION, as ec2:Test. */
struct call *test_call(struct world *world, const char *actor);
/** The same with a service and an operation. */
struct call *test_call_as(struct world *world, const char *actor, const char *service,
			  const char *operation);
/** Moves the clock on and fires what becomes due; the number of timers fired. */
size_t test_advance(struct world *world, int64_t ms);
/** A tree out of JSON in which ' stands for "; ends the test when it is none. */
struct json *test_json(const char *text);
/** Adds a document in a call of its own, as actor; body and tags as test_json takes them, tags may
 * be NULL. */
const struct doc *test_add(struct world *world, const char *actor, const struct kind *kind,
			   const char *key, const char *body, const char *tags);
/** The same for a document that AWS made for another one. */
const struct doc *test_add_implied(struct world *world, const char *actor, const struct kind *kind,
				   const char *key, const char *body, const char *implied_by);
/** Gives a document another body, in a call of its own. */
const struct doc *test_put(struct world *world, const char *actor, const struct kind *kind,
			   const char *key, const char *body);
/** Removes a document in a call of its own. */
void test_remove(struct world *world, const char *actor, const struct kind *kind, const char *key);
