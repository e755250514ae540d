#pragma once
/*
 * What AWS says when a scenario's fault refuses a call: each service has its own code for
 * "throttle". Rows in faults.tbl:
 *
 *   AWS_FAULT("fault", "service", "Operation*", "Code", status, "text", "source")
 *
 * service: a name, "json" (all JSON protocols) or "*"; the first row that fits counts.
 */
#include "emulator/base/err.h"
#include "emulator/model/aws_model.h"
#include "emulator/world/fault.h"

/**
 * Sets err to what the caller is told.
 *
 * @param verdict    FAULT_ERROR or FAULT_ANSWER_LOST
 * @param principal  ARN of the caller, for "is not authorized"
 */
void fault_words(const struct fault_verdict *verdict, const struct aws_service_model *service,
		 const char *operation, const char *principal, struct err *err);
/** Whether AWS has words of its own for a fault in operations that a glob such as
 * "elbv2:CreateLoadBalancer" means. */
bool fault_has_words(const char *fault, const char *action);
