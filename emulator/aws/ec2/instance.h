#pragma once
/* What the files of instances share. */
#include "emulator/aws/ec2/internal.h"

/** {Code, Name} of a state's name; new tree. */
struct json *instance_state(const char *name);
const char *instance_state_name(const struct doc *instance);
/** Moves an instance to a state and judges its routes anew; reason and message may be NULL. */
void instance_set_state(struct call *call, const char *id, const char *name, const char *reason,
			const char *message);

/* ---- instance_option.c ---- */
/**
 * What a launch says of CPU, metadata service, placement, credits and the like, with the account's
 * and AWS's defaults, into a new instance's body and extra.
 *
 * @param input  RunInstances' input
 * @param zone   name of the subnet's zone
 */
must_check bool instance_put_options(struct call *call, const struct json *input,
				     const struct doc *image, const char *type, const char *zone,
				     struct json *body, struct json *extra, struct err *err);
/** The zone that a Placement asks for, by name or by id; *ret NULL: any.
 * InvalidParameterCombination for both. */
must_check bool placement_zone(struct call *call, const struct json *wish, const char **ret,
			       struct err *err);
/** Whether a type has CPU credits. */
bool instance_is_burstable(const char *type);

/** Filters of DescribeInstances. */
extern const struct filter_field instance_filters[];

/* ---- instance_profile.c ---- */
/** The profile that {Arn, Name} means; NULL when it says neither. InvalidParameterValue when there
 * is none, InvalidParameterCombination when it says both. */
must_check bool instance_profile_read(const struct call *call, const struct json *asked,
				      const struct doc **ret, struct err *err);
/** Gives an instance a profile: an association in that state, "associating" or "associated". */
const struct doc *instance_profile_associate(struct call *call, const char *instance_id,
					     const struct doc *profile, const char *state);

/** A row of what is known of an instance type. */
struct instance_type_row {
	const char *name;
	unsigned vcpus, cores, memory_mib;
	const char *architecture;
	unsigned interfaces, addresses; /**< at most so many; IPv4 addresses per interface */
	const char *performance;	/**< "Up to 5 Gigabit" */
};
/** NULL for a type that the table does not have. */
const struct instance_type_row *instance_type_row(const char *name);
/** The i-th of the table, NULL past its end. */
const struct instance_type_row *instance_type_nth(size_t i);

/** What all types of a family have in common. */
struct instance_family_row {
	const char *name;
	double ghz;
	const char *manufacturer;
	bool transit, hibernates; /**< encrypts in transit; can hibernate */
	unsigned host_cores, host_sockets,
		host_vcpus; /**< of a dedicated host; 0: there are none */
};
/** The family of a type ("m5.large") or by its name ("m5"); NULL when the table has it not. Every
 * type of the table has one: tests/aws/ec2/test_instance_type.c. */
const struct instance_family_row *instance_family_row(const char *name);
