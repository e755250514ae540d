#pragma once
/*
 * Resource Groups Tagging: the tags of all services' resources, by ARN.
 *
 * Source: Resource Groups Tagging API Reference.
 */
#include "emulator/aws/common.h"
#include "emulator/aws/operation.h"

/** The ARN under which the API knows a document; NULL when it is none that can have tags, or is
 * none of the call's account and region. In the call's arena. Global resources are of us-east-1,
 * those of Global Accelerator of us-west-2. */
const char *tagging_arn(struct call *call, const struct doc *doc);
/** The document behind an ARN of the call's account, or NULL. */
const struct doc *tagging_find(struct call *call, const char *arn);

/** Handlers; see the operations of the same names in the API. */
operation_fn tagging_get_resources, tagging_get_tag_keys, tagging_get_tag_values,
	tagging_tag_resources, tagging_untag_resources;
