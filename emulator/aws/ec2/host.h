#pragma once
/* What instances need of dedicated hosts. */
#include "emulator/aws/ec2/instance.h"

/**
 * The dedicated host that an instance is to run on.
 *
 * @param wish  Placement of a request: HostId, or Tenancy "host" for one with auto-placement
 * @param ret   NULL when the instance needs no host
 * @param err   InvalidHostID.NotFound, InvalidParameterValue, InsufficientHostCapacity
 */
must_check bool host_for_launch(struct call *call, const struct json *wish, const char *zone,
				const char *type, const struct doc **ret, struct err *err);
