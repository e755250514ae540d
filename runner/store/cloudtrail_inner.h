#pragma once
/* What the files about CloudTrail share. */
#include "emulator/base/container.h"
#include "emulator/model/aws_model.h"
#include "runner/store/cloudtrail.h"

struct strbuf;

/** @name cloudtrail_shape.c */
/**
 * Parameters or response elements as the model names them. CloudTrail writes members in lower camel
 * case, a list of EC2 as { "items": [ … ] } under a name that ends with "Set", and what newer
 * operations of EC2 get and answer inside of { "CreateXRequest": … } with XML's names.
 *
 * @param unknown  gets the names that no member has
 * @return a new tree; empty members are left out
 */
struct json *cloudtrail_read(const struct aws_service_model *service, const struct aws_shape *shape,
			     const struct json *written, struct strs *unknown);

/** @name cloudtrail_names.c: what AWS gave, and what the emulator gave instead */
struct cloudtrail_names;
struct cloudtrail_names *cloudtrail_names_new(void);
void cloudtrail_names_free(struct cloudtrail_names *names); /* NULL is fine */
/** From now on `theirs` stands for `ours`, also inside of longer texts. */
void cloudtrail_names_add(struct cloudtrail_names *names, const char *theirs, const char *ours);
/**
 * Whether both are texts of the sort that AWS makes up (ids, ARNs, host names, addresses), and
 * stand for each other: since now when `theirs` was not known.
 *
 * @param learn  false: nothing is noted
 */
bool cloudtrail_names_pair(struct cloudtrail_names *names, const char *theirs, const char *ours,
			   bool learn);
/** From now on addresses in that IPv6 block of AWS's stand for those in ours; see moved.h. */
void cloudtrail_names_move(struct cloudtrail_names *names, const char *theirs, const char *ours);
/** A text with all that is known replaced; new text. */
char *cloudtrail_names_text(const struct cloudtrail_names *names, const char *text);
/** A tree with the same; new tree. */
struct json *cloudtrail_names_tree(const struct cloudtrail_names *names, const struct json *tree);
/** The first text in a tree that looks like an id or ARN but is not known; borrowed, NULL: none. */
const char *cloudtrail_names_stranger(const struct cloudtrail_names *names,
				      const struct json *tree);

/** @name cloudtrail_compare.c */
/**
 * Compares an answer of AWS with ours: what theirs has must be there, times and hidden values
 * excepted; lists have no order. Learns the names of what was made.
 *
 * @param differences  gets a line "Vpc.State  pending | available" for each
 */
void cloudtrail_compare(struct cloudtrail_names *names, const struct aws_service_model *service,
			const struct aws_shape *shape, const struct json *theirs,
			const struct json *ours, struct strs *expected, struct strs *found);
