#pragma once
/* What a service is made of: rows that bind an operation's name to its handler. */
#include "emulator/world/call.h"

/**
 * Handles one operation: decode, check, act, reply.
 *
 * @param call    the open transaction
 * @param input   validated by the model: required members are there, types and ranges are right;
 * members by model name
 * @param output  an empty object to fill by the output shape; may borrow from documents
 * (json_set_borrowed)
 * @param err     set on failure, by aws_fail (errors.h)
 * @return whether it worked; on false nothing the handler did remains
 */
typedef bool operation_fn(struct call *call, const struct json *input, struct json *output,
			  struct err *err);

enum operation_flags {
	OP_READ = 1 << 0, /**< changes nothing */
	OP_WRITE = 1 << 1,
	OP_DRY_RUN = 1 << 2, /**< its input has DryRun: the gateway undoes the handler and answers
				DryRunOperation when it succeeded */
};

struct operation {
	const char *name;
	operation_fn *fn;
	unsigned flags; /**< of enum operation_flags */
};

/** One per service; `operations` is sorted by name (tests/test_tables.c checks). */
struct service {
	const char *name; /**< "ec2", "elbv2": as in scenarios and as the models' folder is called
			     here */
	const struct operation *operations;
	size_t operation_count;
	/** Gives an account's region its defaults (default VPC, DHCP options); called once each,
	 * may be NULL. */
	void (*defaults)(struct call *call);
};

extern const struct service service_acm, service_ec2, service_efs, service_elb, service_elbv2,
	service_globalaccelerator, service_iam, service_kms, service_route53, service_s3,
	service_shield, service_sts, service_tagging, service_waf_regional, service_wafv2;
