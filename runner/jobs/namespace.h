#pragma once
/*
 * A world of its own for a scenario's process: a network namespace in which only the loopback
 * device is up, so that nothing listens outside and nothing can leave, and a process namespace for
 * its children, so that the kernel ends all of them, and theirs, when the scenario's process ends.
 *
 * Source: network_namespaces(7), user_namespaces(7), pid_namespaces(7).
 */
#include "emulator/base/err.h"

/**
 * Moves this process (which must have one thread) into new namespaces and starts the keeper of its
 * children's. Without the right to do so as it is, it does it in a user namespace of its own, in
 * which it is who it was before.
 *
 * @param err  ERR_IO: the kernel forbids it. The process may be half-way then: only for a process
 *             that ends, unless namespaces_possible has said that it works
 */
must_check bool namespaces_enter(struct err *err);
/** Tries it in a process that ends at once. @param err  ERR_IO: why not, in one line */
must_check bool namespaces_possible(struct err *err);
