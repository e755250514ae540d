#pragma once
/*
 * The answers of reads, kept for as long as nothing changes that they were made of: controllers ask
 * the same questions again and again. A remembered answer differs from a new one in nothing but the
 * request's id, which is the present one's. Handlers know nothing of it.
 */
#include "emulator/base/digest.h"
#include "emulator/world/reads.h"

struct job;
struct memo;
struct wire_reply;

/** Who asks what: operation, caller, account, region and parameters. */
struct memo_key {
	uint8_t sum[SHA256_BYTES];
};

/** An empty memory of a limited size (MEMO_BYTES_MAX); memo_free it. */
struct memo *memo_new(void);
void memo_free(struct memo *memo);
/** Forgets everything. */
void memo_forget(struct memo *memo);

/** The key of a job that is prepared: its caller is identified and its parameters are decoded. */
void memo_key(const struct job *job, struct memo_key *ret);
/**
 * Answers from memory.
 *
 * @param request_id  of the present request
 * @param reply       empty; filled only when the answer is known and still holds
 * @return whether it was filled
 */
bool memo_find(struct memo *memo, const struct world *world, const struct memo_key *key,
	       const char *request_id, struct wire_reply *reply);
/**
 * Keeps an answer that was just made; the oldest ones go when there is no room. One that is opaque,
 * too long, or has the request's id more than once in its body is not kept.
 */
void memo_keep(struct memo *memo, const struct memo_key *key, const struct reads *reads,
	       const char *request_id, const struct wire_reply *reply);
