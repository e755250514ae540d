#pragma once
/*
 * What `aws … describe-*` printed of an account becomes an AWS fixture: the list of calls that make
 * the same state, with the same ids, in an order in which AWS accepts them. Each call is tried on
 * an emulator first, so that a fixture that comes out can be loaded; what cannot be had is named.
 *
 * What the emulator gives by itself has ids of its own: a VPC's default security group, main route
 * table and network ACL; public addresses. Account numbers become the emulator's; a VPC's IPv6
 * block becomes the one that the emulator gives it, and all addresses in it move along.
 */
#include "emulator/base/container.h"
#include "emulator/base/err.h"

struct json;
struct strbuf;

/** Zero-initialise; imported_done. */
struct imported {
	struct strs calls;   /**< lines of the fixture: "- { call: …, id: …, params: {…} }" */
	struct strs omitted; /**< sentences about what is not in it, or is not as it was */
	char *region;	     /**< in which it all is */
};
void imported_done(struct imported *imported);

/**
 * Puts documents together into one fixture.
 *
 * @param outputs  array of what the AWS CLI printed, as JSON: { "Vpcs": [ … ] }, …
 * @param err      ERR_INVALID: no such output, or things of two regions
 */
must_check bool import_outputs(const struct json *outputs, struct imported *ret, struct err *err);
/** The fixture as text: comments that say what was left out, then the calls. */
void imported_print(const struct imported *imported, struct strbuf *sb);
