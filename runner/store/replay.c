/* Replays; see replay.h. */
#include "runner/store/replay.h"

#include <inttypes.h>

#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/emulator.h"

#define SHOWN_MAX 400 /* bytes of an answer in a difference */

struct player {
	struct replay *replay;
	struct recording *recording;
	struct emulator *emulator;
	const struct recorded_event *recorded; /* what is played now */
	bool answered;
	struct err *err;
	bool broken;
};

static void differ(struct player *player, char *expected, char *found)
{
	struct replay *replay = player->replay;

	replay->different++;
	if (replay->differs)
		replay->differs(player->recorded, expected, found, replay->userdata);
	free(expected);
	free(found);
}

/* The one thing that is another each time: the token of a TokenRequest. */
static bool same_but_token(const struct tape_event *then, const char *answer, size_t length,
			   const struct tape_event *now)
{
	_cleanup_(json_freep) struct json *a = NULL, *b = NULL;
	const char *path = json_get_str(then->what, "path");

	if (!path || !str_ends_with(path, "/token") || !json_parse(answer, length, &a, NULL) ||
	    !json_parse(now->answer, now->answer_length, &b, NULL))
		return false;
	json_remove(json_ensure_object(a, "status"), "token");
	json_remove(json_ensure_object(b, "status"), "token");
	return json_equal(a, b);
}

/* From where they part; new text. */
static char *shown(int status, const char *answer, size_t length, size_t from)
{
	length -= from;
	return xasprintf("status %d, %s%.*s%s", status, from ? "…" : "",
			 (int)(length > SHOWN_MAX ? SHOWN_MAX : length), answer + from,
			 length > SHOWN_MAX ? "…" : "");
}

/* Some bytes before the first that differs, at a character's beginning. */
static size_t where_they_part(const char *x, size_t x_length, const char *y, size_t y_length)
{
	size_t n = 0;

	while (n < x_length && n < y_length && x[n] == y[n])
		n++;
	n = n > 40 ? n - 40 : 0;
	while (n && ((unsigned char)x[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static char *calls_text(const struct tape_event *event)
{
	return xasprintf("calls %" PRIu64 " to %" PRIu64 ", status %d", event->first, event->last,
			 event->status);
}

/* Digests or status differ: looks at what was answered. */
static void compare_answers(struct player *player, const struct tape_event *now)
{
	const struct tape_event *then = &player->recorded->event;
	const char *sha = player->recorded->answer_sha256;
	_cleanup_(freep) char *answer = NULL;
	struct err err = ERR_INIT;
	char *expected, *found;
	size_t length, from = 0;

	if (!recording_answer(player->recording, sha, &answer, &length, &err)) {
		differ(player, xasprintf("status %d, %s", then->status, err_text(&err)),
		       xasprintf("status %d", now->status));
		err_done(&err);
		return;
	}
	if (answer && now->answer) {
		if (then->status == now->status && same_but_token(then, answer, length, now))
			return;
		from = where_they_part(answer, length, now->answer, now->answer_length);
	}
	expected = answer ? shown(then->status, answer, length, from)
			  : xasprintf("status %d, %s", then->status,
				      sha ? "an answer too long to be kept" : "no answer");
	found = now->answer ? shown(now->status, now->answer, now->answer_length, from)
			    : xasprintf("status %d, no answer", now->status);
	differ(player, expected, found);
}

static void compare(const struct tape_event *now, void *userdata)
{
	struct player *player = userdata;
	const struct recorded_event *recorded = player->recorded;
	const struct tape_event *then = &recorded->event;
	char sha[SHA256_HEX] = "";

	player->answered = true;
	player->replay->compared++;
	if (now->type != then->type || now->first != then->first || now->last != then->last) {
		differ(player, calls_text(then), calls_text(now));
		return;
	}
	if (now->answer)
		digest_sha256_hex(now->answer, now->answer_length, sha);
	if (now->status != then->status ||
	    !str_eq(sha, recorded->answer_sha256 ? recorded->answer_sha256 : ""))
		compare_answers(player, now);
}

static bool play(const struct recorded_event *recorded, void *userdata)
{
	struct player *player = userdata;

	player->recorded = recorded;
	player->answered = false;
	player->replay->events++;
	if (!emulator_play(player->emulator, &recorded->event, player->err)) {
		player->broken = true;
		return err_wrap(player->err, "event %lld", (long long)recorded->number);
	}
	/* an actor, a cluster of the same bytes: nothing to compare beyond that it happened */
	if (!player->answered)
		differ(player, xstrdup("it happened"), xstrdup("nothing happened"));
	return true;
}

bool replay_recording(struct recording *recording, struct replay *replay, struct err *err)
{
	const struct json *meta = recording_meta(recording);
	const char *seed = json_get_str(meta, "seed");
	struct player player = {.replay = replay, .recording = recording, .err = err};
	const struct emulator_config config = {
		.world = {.seed = seed ? strtoull(seed, NULL, 10) : 0,
			  .profile = str_eq(json_get_str(meta, "profile"), "instant")
					     ? PROFILE_INSTANT
					     : PROFILE_AWS},
		.tape = compare,
		.tape_userdata = &player,
	};
	bool ok;

	if (!seed)
		return err_set(err, ERR_INVALID, NULL, "the recording does not say its seed");
	if (!emulator_new(NULL, &config, &player.emulator, err))
		return false;
	ok = recording_each_event(recording, play, &player, err) && !player.broken;
	emulator_free(player.emulator);
	return ok;
}
