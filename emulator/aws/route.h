#pragma once
/* Which service and operation a request means. Pure: looks at texts and models only. */
#include "emulator/aws/protocol/form.h"
#include "emulator/aws/protocol/wire.h"
#include "emulator/aws/sigv4.h"

enum route_state {
	ROUTE_FOUND,
	ROUTE_NOT_AWS,	  /**< no sign of any AWS protocol */
	ROUTE_NO_SERVICE, /**< a service that the models do not have */
	ROUTE_BAD_FORM,	  /**< parameters that cannot be read */
	ROUTE_NO_ACTION,  /**< the service is known, no operation is said */
	ROUTE_NO_VERSION, /**< an API version that the service does not have */
	ROUTE_NO_SUCH_ACTION,
};

struct route {
	enum route_state state;
	const struct aws_service_model *service; /**< NULL for NOT_AWS and NO_SERVICE */
	const struct aws_operation *operation;	 /**< ROUTE_FOUND only */
	const char *action;	      /**< as the request says it; NULL when it does not */
	const char *version;	      /**< likewise */
	const char *asked_service;    /**< of the scope or the target; may be NULL */
	const char *problem;	      /**< ROUTE_BAD_FORM: why */
	const struct form_node *form; /**< query protocols: all parameters */
};

/**
 * Finds service and operation: X-Amz-Target (json), else the credential's scope, else the API
 * version in the form; then Action, target or path.
 *
 * Source: the protocols' own rules; 2012-06-01 is classic ELB, 2015-12-01 ELBv2 (both sign as
 * elasticloadbalancing).
 */
void route_find(const struct wire_request *request, const struct credential *credential,
		struct route *ret);
