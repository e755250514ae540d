#pragma once
/*
 * A target that is not our emulator: any program that plays AWS, and any cluster, asked over HTTP.
 * What is there is described and listed again and again, and put into a world of our own (the
 * mirror), on which claims are judged as on the emulator's. What only the emulator can know (who
 * made a thing, which calls there were, when) is not in it.
 *
 * Never the real AWS, and nothing beyond this machine: other addresses than loopback are refused.
 */
#include "emulator/base/container.h"
#include "emulator/emulator.h"

struct external;

#define EXTERNAL_LOOK_MS 500 /* real time between two looks, unless said otherwise */

struct external_options {
	const char *kubeconfig;	  /**< file; its current context; NULL: no cluster */
	const char *aws_endpoint; /**< URL; NULL: no AWS */
	const char *access_key, *secret_key;
	const char *session_token; /**< NULL: none */
	int64_t look_ms;	   /**< 0: EXTERNAL_LOOK_MS */
	struct strs start;	   /**< controllers of ours that are started against it */
	struct strs set;	   /**< "NAME=VALUE" of their definitions' variables */
};

/**
 * Takes the credentials from a file: lines NAME=value, or export NAME=value, of AWS_ACCESS_KEY_ID,
 * AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; others are passed over.
 *
 * @param path  NULL: from this process's environment
 * @param ret   texts are interned
 * @param err   ERR_NOT_FOUND; ERR_INVALID: a key is missing
 */
must_check bool external_credentials(const char *path, struct external_options *ret,
				     struct err *err);
/**
 * Whether the addresses may be asked at all.
 *
 * @param err  ERR_INVALID: an address of AWS, or none of this machine; the kubeconfig is none
 */
must_check bool external_check(const struct external_options *options, struct err *err);

/**
 * Gets ready; asks nothing yet.
 *
 * @param loop     turned while an answer is awaited; borrowed
 * @param mirror   an emulator without a loop, borrowed
 * @param options  texts borrowed, must outlive it
 * @param kinds    words of kinds that are looked at though they change all the time ("lease",
 *                 "event"); borrowed
 */
must_check bool external_new(struct loop *loop, struct emulator *mirror, const char *region,
			     const struct external_options *options, const struct strs *kinds,
			     struct external **ret, struct err *err);
void external_free(struct external *external); /* NULL is fine */

/**
 * Describes and lists everything, and puts it into the mirror in one call of the actor "outside".
 *
 * @param err  ERR_UNAVAILABLE: the target does not answer, or refuses to
 */
must_check bool external_look(struct external *external, struct err *err);
/** Real time (clock_monotonic_ms) at which a look last found something new. */
int64_t external_changed_ms(const struct external *external);
/** Why a kind cannot be listed there, or NULL: it can; known after the first look. Borrowed. */
const char *external_lacks(const struct external *external, const char *kind_word);
/** Name of the cluster in the kubeconfig; NULL: there is none. Borrowed. */
const char *external_cluster(const struct external *external);
/** How many requests were sent, for reports. */
uint64_t external_aws_requests(const struct external *external);
uint64_t external_kube_requests(const struct external *external);

/** @name Changes, as the operator would make them
 * err: wire and text as the target says; ERR_UNSUPPORTED: it does not have the kind or operation */
must_check bool external_apply(struct external *external, const struct json *manifest,
			       struct err *err);
must_check bool external_delete(struct external *external, const char *api_version,
				const char *kind, const char *ns, const char *name,
				struct err *err);
must_check bool external_change(struct external *external, const char *api_version,
				const char *kind, const char *ns, const char *name,
				const struct json *set, struct err *err);
/** @param params  input by the model's names  @param ret  output likewise; may be NULL */
must_check bool external_call(struct external *external, const char *service, const char *operation,
			      const struct json *params, struct json **ret, struct err *err);
