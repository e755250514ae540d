/* IPv6 blocks that stand for others; see moved.h. */
#include "runner/store/moved.h"

void moved_blocks_done(struct moved_blocks *blocks)
{
	free(blocks->items);
	*blocks = (struct moved_blocks){0};
}

static const struct moved_block *find(const struct moved_blocks *blocks, const struct ip *ip)
{
	for (size_t i = 0; i < blocks->count; i++)
		if (cidr_contains_ip(&blocks->items[i].theirs, ip))
			return &blocks->items[i];
	return NULL;
}

void moved_blocks_add(struct moved_blocks *blocks, const char *theirs, const char *ours)
{
	struct moved_block block;

	if (!theirs || !ours || !cidr_parse(theirs, &block.theirs) ||
	    !cidr_parse(ours, &block.ours) || block.theirs.prefix != block.ours.prefix ||
	    cidr_equal(&block.theirs, &block.ours) || find(blocks, &block.theirs.ip))
		return;
	for (size_t i = 0; i < blocks->count; i++)
		if (cidr_equal(&blocks->items[i].ours, &block.ours))
			return;
	blocks->items = xrealloc(blocks->items, (blocks->count + 1) * sizeof(block));
	blocks->items[blocks->count++] = block;
}

/* The same bits behind another prefix. */
static void move_ip(const struct moved_block *block, struct ip *ip)
{
	for (unsigned bit = 0; bit < block->ours.prefix; bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		ip->bytes[bit / 8] = (uint8_t)((ip->bytes[bit / 8] & ~mask) |
					       (block->ours.ip.bytes[bit / 8] & mask));
	}
}

char *moved_blocks_text(const struct moved_blocks *blocks, const char *text)
{
	char buffer[CIDR_TEXT_MAX];
	struct cidr cidr;
	bool is_block = cidr_parse(text, &cidr);
	const struct moved_block *block;

	if (!is_block && !ip_parse(text, &cidr.ip))
		return NULL;
	block = find(blocks, &cidr.ip);
	if (!block || (is_block && cidr.prefix < block->theirs.prefix))
		return NULL;
	move_ip(block, &cidr.ip);
	return xstrdup(is_block ? cidr_format(&cidr, buffer) : ip_format(&cidr.ip, buffer));
}
