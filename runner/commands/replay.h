#pragma once
/* skyrig replay: what its files share. */
#include "emulator/base/container.h"

/** What --from-cloudtrail is about. */
struct replay_cloudtrail {
	struct strs files;
	const char *state; /**< fixture with what AWS had before; NULL: nothing */
	size_t shown;	   /**< records of each sort that are told */
};

/** Plays the logs, tells what differs, and a summary; the exit status. */
int replay_cloudtrail(const struct replay_cloudtrail *options);
