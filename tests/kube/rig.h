#pragma once
/* A cluster for tests: in-process requests in one line, or a wire to it. */
#include "emulator/kube/kube.h"
#include "tests/lib/suite.h"
#include "tests/lib/world.h"

struct kube_rig {
	struct loop *loop; /**< NULL without a wire */
	struct world *world;
	struct kube *kube;
	struct kube_cluster *cluster;
	struct err err;	     /**< of the last request that was refused */
	struct json *answer; /**< of the last request that went well */
};

/** wired: with a loop and a plain listener, whose port rig->port is. */
void kube_rig_open(struct kube_rig *rig, bool wired);
void kube_rig_close(struct kube_rig *rig);
uint16_t kube_rig_port(const struct kube_rig *rig);

/** Asks as the operator; body as test_json takes it, or NULL. Whether it went well. */
bool kube_ask(struct kube_rig *rig, const char *method, const char *path, const char *body);
/** PATCH of a type: "json", "merge", "strategic", "apply". */
bool kube_patch(struct kube_rig *rig, const char *type, const char *path, const char *body);
/** The request must go well (be refused with that status and text); the test fails otherwise. */
void kube_must(struct kube_rig *rig, const char *method, const char *path, const char *body);
void kube_refused(struct kube_rig *rig, const char *method, const char *path, const char *body,
		  int status, const char *text);
/** Text of a dotted path of the last answer; "" when missing. */
const char *kube_text(const struct kube_rig *rig, const char *path);
/** The answer, printed. */
const char *kube_printed(struct kube_rig *rig);
/** A change of nothing else than what a step did: the world's revision. */
uint64_t kube_revision(const struct kube_rig *rig);
