#pragma once
/*
 * Checks of single values that several kinds share, in the words of
 * kubernetes pkg/apis/core/validation and apimachinery pkg/util/validation.
 */
#include "emulator/kube/fields.h"

/** A port, 1 to 65535. NULL counts as 0. */
void value_port(struct field_errors *errors, const char *path, const struct json *value);
/** A port number or the name of one (ValidatePortNumOrName). */
void value_port_or_name(struct field_errors *errors, const char *path, const struct json *value);
/**
 * An IP address, strictly (IsValidIPForLegacyField; StrictIPCIDRValidation is on since 1.36).
 *
 * @param known  list of texts that were fine before; may be NULL
 * @return whether it is one
 */
bool value_ip(struct field_errors *errors, const char *path, const char *value,
	      const struct json *known);
/** A block without host bits, likewise. */
void value_cidr(struct field_errors *errors, const char *path, const char *value,
		const struct json *known);
/** An address that endpoints may have: not unspecified, loopback or link-local. */
void value_endpoint_ip(struct field_errors *errors, const char *path, const char *value);
/** A text out of a sorted, NULL-terminated list; a missing one is required. */
void value_one_of(struct field_errors *errors, const char *path, const struct json *value,
		  const char *const *supported);
/** A map of labels: keys are qualified names, values label values; all errors at path. */
void value_labels(struct field_errors *errors, const char *path, const struct json *labels);
/** A metav1.LabelSelector. */
void value_label_selector(struct field_errors *errors, const char *path,
			  const struct json *selector);
/** A number that must not be negative; a missing one is fine. */
void value_not_negative(struct field_errors *errors, const char *path, const struct json *value);
/** The text at a dotted path, "" when missing. */
const char *value_str(const struct json *object, const char *path);

/** "SCTP", "TCP", "UDP". */
extern const char *const value_protocols[];
