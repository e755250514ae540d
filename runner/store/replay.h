#pragma once
/* Playing a recording to an emulator without controllers: it must give the answers that it gave. */
#include "runner/store/recording.h"

/** What came of it. Zero-initialise. */
struct replay {
	size_t events;	  /**< played */
	size_t compared;  /**< of these, answers that were there to be compared */
	size_t different; /**< of these, that are not the same */
	/** Told of each difference; NULL: nobody is. expected and found are what was answered then
	 * and now, or what else parts them; borrowed. */
	void (*differs)(const struct recorded_event *event, const char *expected, const char *found,
			void *userdata);
	void *userdata;
};

/**
 * Plays a recording. Equal means: the same status and the same bytes; but a token that was signed
 * anew counts as equal (an ECDSA signature is another one each time).
 *
 * @param err  ERR_INVALID: the recording cannot be played
 * @return true when it could be played; see replay->different
 */
must_check bool replay_recording(struct recording *recording, struct replay *replay,
				 struct err *err);
