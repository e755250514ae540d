#pragma once
/*
 * IPv6 blocks that stand for others: AWS gave a VPC one block, the emulator another one, and every
 * address in the first has its place in the second.
 */
#include "emulator/base/cidr.h"

struct moved_block {
	struct cidr theirs, ours;
};

/** Zero-initialise; moved_blocks_done. */
struct moved_blocks {
	struct moved_block *items;
	size_t count;
};
void moved_blocks_done(struct moved_blocks *blocks);

/** From now on addresses in theirs stand for those in ours. Texts that are no blocks of the same
 * length, equal ones, and a block on either side that is known change nothing. */
void moved_blocks_add(struct moved_blocks *blocks, const char *theirs, const char *ours);
/** The place of an address or block in ours, new text; NULL when it is none, or in no such block.
 */
char *moved_blocks_text(const struct moved_blocks *blocks, const char *text);
