/* A cluster for tests; see rig.h. */
#include "tests/kube/rig.h"

#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "emulator/base/loop.h"
#include "emulator/kube/cluster.h"

void kube_rig_open(struct kube_rig *rig, bool wired)
{
	struct kube_cluster_config config = {
		.name = "test", .service_cidr = "10.96.0.0/16", .plain = wired, .listen_fd = -1};
	struct err err = ERR_INIT;

	*rig = (struct kube_rig){.err = ERR_INIT};
	if (wired)
		ck_assert(loop_new(&rig->loop, &err));
	rig->world = test_world(PROFILE_AWS);
	actor_add(rig->world, &(struct actor){.name = "operator", .kube_user = "operator"});
	rig->kube = kube_new(rig->world, rig->loop);
	ck_assert_msg(kube_cluster_add(rig->kube, &config, &rig->cluster, &err), "%s",
		      err_text(&err));
}

void kube_rig_close(struct kube_rig *rig)
{
	json_free(rig->answer);
	err_done(&rig->err);
	kube_free(rig->kube);
	world_free(rig->world);
	loop_free(rig->loop);
}

uint16_t kube_rig_port(const struct kube_rig *rig)
{
	return (uint16_t)strtoul(strrchr(rig->cluster->plain_url, ':') + 1, NULL, 10);
}

static bool ask(struct kube_rig *rig, const char *method, const char *path, const char *type,
		const char *body)
{
	_cleanup_(json_freep) struct json *tree = body ? test_json(body) : NULL;

	json_free(rig->answer);
	rig->answer = NULL;
	err_done(&rig->err);
	return kube_invoke(rig->cluster, "operator", method, path, type, tree, &rig->answer,
			   &rig->err);
}

bool kube_ask(struct kube_rig *rig, const char *method, const char *path, const char *body)
{
	return ask(rig, method, path, NULL, body);
}

bool kube_patch(struct kube_rig *rig, const char *type, const char *path, const char *body)
{
	static const struct {
		const char *word, *type;
	} types[] = {
		{"json", "application/json-patch+json"},
		{"merge", "application/merge-patch+json"},
		{"strategic", "application/strategic-merge-patch+json"},
		{"apply", "application/apply-patch+yaml"},
	};

	for (size_t i = 0; i < array_size(types); i++)
		if (str_eq(types[i].word, type))
			return ask(rig, "PATCH", path, types[i].type, body);
	ck_abort_msg("no patch type %s", type);
}

void kube_must(struct kube_rig *rig, const char *method, const char *path, const char *body)
{
	ck_assert_msg(kube_ask(rig, method, path, body), "%s %s: %s", method, path,
		      err_text(&rig->err));
}

void kube_refused(struct kube_rig *rig, const char *method, const char *path, const char *body,
		  int status, const char *text)
{
	uint64_t before = kube_revision(rig);

	ck_assert_msg(!kube_ask(rig, method, path, body), "%s %s was not refused", method, path);
	ck_assert_str_eq(err_text(&rig->err), text);
	ck_assert_int_eq(rig->err.status, status);
	ck_assert_uint_eq(kube_revision(rig), before);
}

const char *kube_text(const struct kube_rig *rig, const char *path)
{
	const struct json *at = rig->answer;
	_cleanup_(freep) char *copy = xstrdup(path), *printed = NULL;
	char *rest = copy, *step;

	while ((step = strsep(&rest, ".")))
		at = json_get(at, step);
	if (!at)
		return "";
	if (json_str(at))
		return json_str(at);
	printed = json_to_text(at);
	return intern(printed);
}

const char *kube_printed(struct kube_rig *rig)
{
	_cleanup_(freep) char *text = json_to_text(rig->answer);

	return intern(text);
}

uint64_t kube_revision(const struct kube_rig *rig)
{
	return world_revision(rig->world);
}
