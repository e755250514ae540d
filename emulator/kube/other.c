/* Paths that are no resources: discovery, health, version, OpenAPI. */
#include <ctype.h>

#include "emulator/base/arena.h"
#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/kube/cluster.h"
#include "emulator/kube/discovery.h"
#include "emulator/kube/openapi.h"
#include "emulator/kube/reply.h"
#include "emulator/kube/server.h"
#include "emulator/kube/status.h"

#define AGGREGATED_TYPE "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

/* What ?verbose lists; the checks that a real server has and that can pass here. */
static const char *const checks[] = {"ping", "log", "etcd",
				     "poststarthook/start-apiextensions-"
				     "controllers"};

static void send_tree(struct kube_op *op, const struct json *tree)
{
	_cleanup_(freep) char *text = json_to_text(tree);

	reply_text(op, 200, "application/json", text, strlen(text));
}

static void not_found(struct kube_op *op)
{
	static const char text[] = "404 page not found\n";

	reply_text(op, 404, "text/plain; charset=utf-8", text, sizeof(text) - 1);
}

static void refuse(struct kube_op *op, struct err *err)
{
	reply_error(op, err);
	err_done(err);
}

static void note(struct kube_op *op, const char *operation)
{
	struct call *call = call_begin(op->cluster->kube->world, op->arena,
				       &(struct call_info){.actor = op->user.actor,
							   .service = "k8s",
							   .operation = operation,
							   .principal = op->user.name,
							   .user_agent = op->user_agent});

	call_commit(call, 200);
}

/* /healthz, /livez, /readyz, also /readyz/ping and ?verbose */
static void serve_health(struct kube_op *op, const char *path)
{
	const char *name = strchr(path + 1, '/');
	struct strbuf text;

	for (size_t i = 0; name && i < array_size(checks); i++)
		if (str_eq(name + 1, checks[i]))
			name = NULL;
	if (name && name[1]) {
		not_found(op);
		return;
	}
	strbuf_init(&text, 1 << 16);
	if (strstr(op->request->query, "verbose")) {
		for (size_t i = 0; i < array_size(checks); i++)
			strbuf_addf(&text, "[+]%s ok\n", checks[i]);
		strbuf_addf(&text, "%.*s check passed\n", (int)strcspn(path + 1, "/"), path + 1);
	} else {
		strbuf_add(&text, "ok");
	}
	reply_text(op, 200, "text/plain; charset=utf-8", strbuf_text(&text), text.length);
	strbuf_done(&text);
}

static void serve_version(struct kube_op *op, const char *path _unused_)
{
	_cleanup_(json_freep) struct json *tree = json_new_object();
	const char *version = kube_model_version, *dot = strchr(version, '.');
	struct strbuf text;

	note(op, "GetVersion");
	json_setf(tree, "major", "%.*s", (int)(dot - version) - 1, version + 1);
	json_setf(tree, "minor", "%.*s", (int)strspn(dot + 1, "0123456789"), dot + 1);
	json_set_str(tree, "emulationMajor", json_get_str(tree, "major"));
	json_set_str(tree, "emulationMinor", json_get_str(tree, "minor"));
	json_set_str(tree, "minCompatibilityMajor", json_get_str(tree, "major"));
	json_setf(tree, "minCompatibilityMinor", "%ld",
		  strtol(json_get_str(tree, "minor"), NULL, 10) - 1);
	json_set_str(tree, "gitVersion", version);
	json_set_str(tree, "gitCommit", "");
	json_set_str(tree, "gitTreeState", "clean");
	json_set_str(tree, "buildDate", "1970-01-01T00:00:00Z");
	json_set_str(tree, "goVersion", "go1.26");
	json_set_str(tree, "compiler", "skyrig");
	json_set_str(tree, "platform", "linux/amd64");
	strbuf_init(&text, 1 << 12);
	json_print_pretty(&text, tree); /* apiserver pkg/server/routes/version.go */
	reply_text(op, 200, "application/json", strbuf_text(&text), text.length);
	strbuf_done(&text);
}

/* /api and /apis, in the form that the client prefers */
static void serve_root(struct kube_op *op, const char *path)
{
	bool core = str_eq(path, "/api");
	_cleanup_(json_freep) struct json *tree = NULL;
	_cleanup_(freep) char *text = NULL;
	struct accepted accepted;
	struct err err = ERR_INIT;
	char etag[SHA256_HEX];

	if (!negotiate(request_header(op->request, "Accept"), true, &accepted, &err)) {
		refuse(op, &err);
		return;
	}
	note(op, "GetDiscovery");
	if (!accepted.discovery) {
		tree = core ? discovery_api_versions(op->cluster) : discovery_groups(op->cluster);
		send_tree(op, tree);
		return;
	}
	tree = discovery_aggregated(op->cluster, core);
	text = json_to_text(tree);
	digest_sha256_hex(text, strlen(text), etag);
	for (char *c = etag; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	reply_tagged(op, AGGREGATED_TYPE, etag, text, strlen(text));
}

/* /api/v1, /apis/GROUP, /apis/GROUP/VERSION */
static void serve_group(struct kube_op *op, const char *path)
{
	const char *group = "", *version, *slash;
	_cleanup_(json_freep) struct json *tree = NULL;

	note(op, "GetDiscovery");
	if (str_starts_with(path, "/api/")) {
		version = path + strlen("/api/");
	} else {
		path += strlen("/apis/");
		slash = strchr(path, '/');
		group = slash ? arena_strndup(op->arena, path, (size_t)(slash - path)) : path;
		version = slash ? slash + 1 : NULL;
	}
	tree = version ? discovery_resources(op->cluster, group, version)
		       : discovery_group(op->cluster, group);
	if (tree)
		send_tree(op, tree);
	else
		not_found(op);
}

/*
 * OpenAPI v2 without definitions: kubectl falls back to it for kinds that cannot be patched, and
 * skips the validation of kinds that it does not find there (kubectl pkg/validation/schema.go). The
 * protobuf form is a Document {swagger: "2.0", info: {title, version}}.
 */
static void serve_openapi_v2(struct kube_op *op)
{
	static const char protobuf[] = "\x0a\x03"
				       "2.0"
				       "\x12\x0f"
				       "\x0a\x0a"
				       "Kubernetes"
				       "\x12\x01"
				       "1";
	static const char json[] = "{\"swagger\":\"2.0\",\"info\":{\"title\":\"Kubernetes\","
				   "\"version\":\"1\"},\"paths\":{},\"definitions\":{}}";
	const char *accept = request_header(op->request, "Accept");

	note(op, "GetOpenAPI");
	if (accept && strstr(accept, "com.github.proto-openapi.spec.v2"))
		reply_text(op, 200, "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
			   protobuf, sizeof(protobuf) - 1);
	else
		reply_text(op, 200, "application/json", json, sizeof(json) - 1);
}

static void serve_openapi(struct kube_op *op, const char *path)
{
	struct err err = ERR_INIT;
	struct strbuf text;
	char etag[129];

	if (str_eq(path, "/openapi/v2")) {
		serve_openapi_v2(op);
		return;
	}
	note(op, "GetOpenAPI");
	strbuf_init(&text, ANSWER_MAX);
	if (openapi_serve(op->cluster, path, &text, etag, &err))
		reply_tagged(op, "application/json", etag, strbuf_text(&text), text.length);
	else
		refuse(op, &err);
	strbuf_done(&text);
}

/* "/": the paths there are */
static void serve_index(struct kube_op *op, const char *path _unused_)
{
	_cleanup_(json_freep) struct json *tree = json_new_object();
	struct json *paths = json_ensure_array(tree, "paths");
	static const char *const known[] = {"/api",	   "/api/v1", "/apis",
					    "/healthz",	   "/livez",  "/openapi/v2",
					    "/openapi/v3", "/readyz", "/version"};

	for (size_t i = 0; i < array_size(known); i++)
		json_append_str(paths, known[i]);
	send_tree(op, tree);
}

static const struct {
	const char *path;
	bool below; /* also everything below it */
	void (*serve)(struct kube_op *op, const char *path);
} pages[] = {
	{"/", false, serve_index},	 {"/api", false, serve_root},
	{"/api", true, serve_group},	 {"/apis", false, serve_root},
	{"/apis", true, serve_group},	 {"/healthz", true, serve_health},
	{"/livez", true, serve_health},	 {"/openapi", true, serve_openapi},
	{"/readyz", true, serve_health}, {"/version", false, serve_version},
};

void kube_serve_other(struct kube_op *op, const char *path)
{
	size_t length = strlen(path);
	const char *plain;

	while (length > 1 && path[length - 1] == '/')
		length--;
	plain = arena_strndup(op->arena, path, length);
	for (size_t i = 0; i < array_size(pages); i++) {
		size_t known = strlen(pages[i].path);

		if (!str_eq(plain, pages[i].path) &&
		    !(pages[i].below && str_starts_with(plain, pages[i].path) &&
		      plain[known] == '/'))
			continue;
		if (!str_eq(op->method, "GET") && !str_eq(op->method, "HEAD")) {
			struct err err = ERR_INIT;

			status_set(&err, 405, "MethodNotAllowed",
				   "the server does not allow this method on the requested "
				   "resource");
			refuse(op, &err);
			return;
		}
		pages[i].serve(op, plain);
		return;
	}
	not_found(op);
}
