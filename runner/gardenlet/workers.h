#pragma once
/* The worker nodes of a Shoot and what runs on them. */
#include "emulator/emulator.h"
#include "runner/gardenlet/shoot.h"

struct workers;

struct workers_options {
	struct emulator *emulator;
	struct kube_cluster *cluster;
	const struct shoot_spec *spec; /**< borrowed, outlives the workers */
	bool overlay;
	void (*broken)(const char *text, void *userdata);
	void *userdata;
};

/** Keeps the nodes of one shoot; the options are copied by value. workers_free it. */
struct workers *workers_new(const struct workers_options *options);
void workers_free(struct workers *workers); /* NULL is fine; leaves the nodes as they are */
/** Makes nodes, spread over the zones in which the Infrastructure has a subnet for nodes. */
must_check bool workers_add(struct workers *workers, const struct json *provider_status,
			    unsigned count, struct err *err);
must_check bool workers_remove_all(struct workers *workers, struct err *err);
bool workers_busy(const struct workers *workers);
