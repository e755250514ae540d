/*
 * Fuzz target: what says who signed a request: the Authorization header, X-Amz-Date, the query of
 * a presigned request, any header more. Lines: method, path with its query, then headers up to an
 * empty line; the rest is the body. Nothing that comes out of it may pass for the operator's
 * signature (its secret is not in the input).
 */
#include <stddef.h>
#include <stdint.h>

#include "emulator/aws/sigv4.h"
#include "emulator/base/arena.h"
#include "emulator/world/actor.h"
#include "emulator/world/world.h"

#define HEADERS_MAX 20
#define NOW_MS	    1795419000000 /* 2026-11-23T07:30:00Z */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct world *world;
static struct sigv4 *sigv4;

static void prepare(void)
{
	static const struct world_config config = {.seed = 1, .profile = PROFILE_AWS};
	static const struct actor operator_ = {.name = "operator",
					       .access_key_id = "AKIAOPERATOREXAMPLE0",
					       .secret_key =
						       "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
					       .account = "123456789012",
					       .arn = "arn:aws:iam::123456789012:user/operator"};

	world = world_new(&config);
	actor_add(world, &operator_);
	sigv4 = sigv4_new();
}

static char *line(char **at)
{
	char *start = *at, *end = strchr(start, '\n');

	if (end)
		*end = '\0';
	*at = end ? end + 1 : start + strlen(start);
	return start;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_freep) struct arena *arena = arena_new();
	_cleanup_(freep) char *text = xstrndup((const char *)data, size);
	struct header headers[HEADERS_MAX + 1] = {{NULL, NULL}};
	struct wire_request request = {.arena = arena, .headers = headers};
	const struct actor *actor = NULL;
	struct credential credential;
	enum credential_state state;
	struct err err = ERR_INIT;
	char *at = text, *query;
	size_t count = 0;

	if (!world)
		prepare();
	request.method = line(&at);
	request.path = line(&at);
	query = strchr(request.path, '?');
	request.query = query ? query + 1 : "";
	if (query)
		*query = '\0';
	for (char *header; *(header = line(&at)) && count < HEADERS_MAX;) {
		char *colon = strchr(header, ':');

		if (!colon)
			continue;
		*colon = '\0';
		headers[count++] = (struct header){header, colon + 1 + strspn(colon + 1, " ")};
	}
	request.body = at;
	request.body_length = strlen(at);
	state = sigv4_read(&request, &credential);
	if (state == CREDENTIAL_NONE)
		return 0;
	if (sigv4_verify(sigv4, world, aws_model_find("ec2"), &request, state, &credential, NOW_MS,
			 &actor, &err))
		abort(); /* nobody could sign this */
	if (!err.wire || !err.status || !*err_text(&err))
		abort();
	err_done(&err);
	return 0;
}
