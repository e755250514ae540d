#pragma once
/*
 * The strategy rows of the built-in kinds and their special subresources. A file of kinds/ defines
 * the rows of the kinds that it is named after; kinds.c lists them all.
 */
#include "emulator/kube/strategy.h"

/** Sorted by group and resource. */
extern const struct kube_strategy *const kind_strategies[];
extern const size_t kind_strategy_count;
/** Subresources and virtual resources with rules of their own, sorted by group and resource. */
extern const struct kube_special kind_specials[];
extern const size_t kind_special_count;

extern const struct kube_strategy strategy_config_map;
extern const struct kube_strategy strategy_cron_job;
extern const struct kube_strategy strategy_custom_resource_definition;
extern const struct kube_strategy strategy_daemon_set;
extern const struct kube_strategy strategy_deployment;
extern const struct kube_strategy strategy_endpoint_slice;
extern const struct kube_strategy strategy_endpoints;
extern const struct kube_strategy strategy_event;
extern const struct kube_strategy strategy_events_event;
extern const struct kube_strategy strategy_horizontal_pod_autoscaler;
extern const struct kube_strategy strategy_ingress;
extern const struct kube_strategy strategy_ingress_class;
extern const struct kube_strategy strategy_lease;
extern const struct kube_strategy strategy_mutating_admission_policy;
extern const struct kube_strategy strategy_mutating_admission_policy_binding;
extern const struct kube_strategy strategy_mutating_webhook_configuration;
extern const struct kube_strategy strategy_namespace;
extern const struct kube_strategy strategy_node;
extern const struct kube_strategy strategy_pod;
extern const struct kube_strategy strategy_replica_set;
extern const struct kube_strategy strategy_secret;
extern const struct kube_strategy strategy_service;
extern const struct kube_strategy strategy_service_account;
extern const struct kube_strategy strategy_stateful_set;
extern const struct kube_strategy strategy_validating_admission_policy;
extern const struct kube_strategy strategy_validating_admission_policy_binding;
extern const struct kube_strategy strategy_validating_webhook_configuration;

kube_special_fn special_namespace_finalize, special_pod_binding, special_scale;
/* authentication.c, authorization.c */
kube_special_fn token_create, token_review, self_subject_review;
kube_special_fn subject_access_review, self_subject_access_review, local_subject_access_review;
kube_special_fn self_subject_rules_review;
/** Decodes a body as a kind of group/v1 (a review, an Eviction, a Scale …), checking apiVersion and
 * kind; 400. */
must_check bool review_decode(struct kube_op *op, const char *group, const char *kind,
			      struct json *body, struct err *err);
