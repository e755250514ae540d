#pragma once
/* What webhooks and policies share: a rule of which requests they want to see. */
#include "emulator/kube/fields.h"

/** Checks one RuleWithOperations (kubernetes pkg/apis/admissionregistration/validation). */
void admission_rule_check(struct field_errors *errors, const char *path, const struct json *rule);
