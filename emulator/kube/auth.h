#pragma once
/*
 * Who asks, and whether anybody may: client certificates (CN, O), service-account tokens,
 * anonymous. Everybody who is known may do everything (AlwaysAllow); the anonymous may read health
 * and version.
 */
#include "emulator/kube/operation.h"

/** Names op->user after the request; 401. */
must_check bool auth_request(struct kube_op *op, bool plain, struct err *err);
/** A user of kube_invoke. */
void auth_name(struct kube_op *op, const char *user);
/** 403 for the anonymous with the real text; op->target is set for a resource. */
must_check bool auth_allow(struct kube_op *op, const char *path, bool resource, struct err *err);
/**
 * Checks a service-account token of this cluster; also for TokenReview.
 *
 * @param ret_payload  its claims, new tree
 */
must_check bool auth_token(const struct kube_cluster *cluster, const char *token, int64_t now_ms,
			   struct json **ret_payload, struct err *err);
