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

/* crd.c */
extern const struct kube_strategy strategy_custom_resource_definition;

/* namespace.c */
extern const struct kube_strategy strategy_namespace;
kube_special_fn namespace_finalize;

/* service.c */
extern const struct kube_strategy strategy_service;
