#pragma once
/*
 * Admission: what may refuse or change a request beyond its kind's own rules.
 *
 * Source: kubernetes plugin/pkg/admission/namespace/lifecycle, …/serviceaccount.
 */
#include "emulator/kube/strategy.h"

/** Objects cannot be made in a namespace that is missing (404) or being deleted (403). */
must_check bool admit_create(struct kube_op *op, struct json *object, struct err *err);
/** System namespaces cannot be deleted (403). */
must_check bool admit_delete(struct kube_op *op, const struct json *object, struct err *err);
