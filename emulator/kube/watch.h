#pragma once
/*
 * Watches: streams of the journal's changes, each frame `{"type":…,"object":…}` and a newline.
 *
 * Source: apiserver pkg/endpoints/handlers/watch.go, pkg/storage/cacher.
 */
#include "emulator/kube/encode.h"
#include "emulator/world/fault.h"
#include "emulator/world/journal.h"

/**
 * Begins a watch and answers its request with a stream; op lives in the request's arena.
 *
 * @param err  400 (selectors), 504 (resourceVersion of the future); then nothing is answered yet
 */
must_check bool watch_serve(struct kube_op *op, const struct accepted *accepted,
			    const struct fault_verdict *verdict, struct err *err);
/** Feeds the changes of a journal entry to all watchers (a journal_fn; userdata is struct kube). */
void watch_dispatch(const struct journal_entry *entry, void *kube);
/** Ends the streams of a type that is not served any more; type NULL: all. */
void watch_end(struct kube_cluster *cluster, const struct api_type *type);
