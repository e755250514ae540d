#pragma once
/* The kubeconfig of a person: a context for each cluster. */
#include "emulator/kube/kube.h"

/**
 * Writes a kubeconfig for the operator, readable by its owner only. The first cluster besides the
 * seed is current.
 *
 * @param err  ERR_IO
 */
must_check bool kubeconfig_write(struct kube *kube, const char *path, struct err *err);
