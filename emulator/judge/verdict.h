#pragma once
/* What leaks.c, verdict.c and leak_report.c share. */
#include "emulator/judge/judge_inner.h"

/** One document being judged. Texts live in the arena. */
struct judgement {
	const struct world *world;
	const struct snapshot *baseline; /**< may be NULL */
	const struct doc *doc;
	struct arena *arena;
	/* what comes out */
	const char *maker;
	struct owner owner;
	const struct doc *through; /**< who claims the owner: doc, or one above */
	bool only_inside;	   /**< the owner claims a place that it lies in, no more */
	const char *owner_state;
	const char *why;
	const struct journal_entry *since; /**< NULL: not known */
};

enum leak_flags {
	FREE = 0,
	JUDGED = 1 << 0,
	CASCADE = 1 << 1,
};
/** A row of leaks.tbl. */
struct leak_row {
	const char *kind;
	unsigned flags;
	unsigned rank;
	const char *action, *parameter, *member;
};
/** leaks.c: NULL when there is none. */
const struct leak_row *leak_row(const char *kind);
/** leaks.c: whether the baseline has the document. */
bool judge_in_baseline(const struct snapshot *baseline, const struct doc *doc);
/** leaks.c: whether the way from doc up to `top` leads through a place (VPC, subnet). */
bool judge_lies_in(const struct world *world, const struct doc *doc, const struct doc *top,
		   struct arena *arena);
/** leak_report.c: what people call a document: its id or name, of an ARN the name. */
const char *judge_id(const struct doc *doc);
/** leak_report.c: fills in id, blocks, cleanups and who would find it. */
void leak_describe(struct leak *leak, const struct judgement *judgement);
/** verdict.c: the verdict on a document that the baseline does not have. */
enum verdict judge_new(struct judgement *judgement);
/** verdict.c: the load balancer with that DNS name, or NULL. */
const struct doc *judge_load_balancer_at(const struct world *world, const char *hostname);
