#pragma once
/* Quotas of a world that are other than the tables' (limits.tbl of each service). */
#include "emulator/world/call.h"

/** Names of all quotas: ELBv2's as DescribeAccountLimits has them, EC2's as its table, in lower
 * case with dashes ("vpcs", "network-load-balancers"). The number written. */
size_t quota_names(const char **ret, size_t room);
/**
 * Sets a quota of a world; it is a document, so it goes with snapshots.
 *
 * @return false when there is no such quota
 */
must_check bool quota_override(struct world *world, const char *name, unsigned max);
/** The quota's value: what was set, else fallback. name: a table's own word, in any case. */
unsigned quota_of(const struct world *world, const char *name, unsigned fallback);
