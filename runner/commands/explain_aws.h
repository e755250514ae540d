#pragma once
/* skyrig explain aws: which operations are done, known, unknown. */
#include "emulator/model/aws_model.h"

/** "done", or "known": AWS has it, and a call is answered NotImplemented. */
const char *explain_aws_state(const struct aws_service_model *service,
			      const struct aws_operation *operation);

/**
 * Prints the table of a service, of one operation ("ec2:CreateVpc"), or of all services.
 *
 * @param topic     NULL: all services
 * @param markdown  as the page docs/aws-operations.md, topic is left out then
 * @return an exit status; a name that nobody knows is EXIT_USAGE, with a remedy
 */
int explain_aws(const char *topic, bool markdown);
