/* Requests to any cluster. */
#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/external/inner.h"

#define FIELD_MANAGER "skyrig"

/* A Status is an error with its reason; other answers have only a status. */
static bool refused(const struct reply *reply, const struct json *status, const char *path,
		    struct err *err)
{
	const char *message = json_get_str(status, "message");
	const char *reason = json_get_str(status, "reason");

	err_set(err,
		reply->status == 404   ? ERR_NOT_FOUND
		: reply->status == 409 ? ERR_CONFLICT
		: reply->status >= 500 ? ERR_UNAVAILABLE
				       : ERR_INVALID,
		reason, "%s", message ? message : "");
	err->status = reply->status;
	return message ? false
		       : err_set(err, err->code, reason, "%s: status %d", path, reply->status);
}

bool external_kube(struct external *external, const char *method, const char *path,
		   const char *type, const struct json *body, struct json **ret, struct err *err)
{
	const struct kube_access *access = &external->access;
	_cleanup_(freep) char *url = xasprintf("%s%s", access->server, path);
	_cleanup_(freep) char *text = body ? json_to_text(body) : NULL;
	_cleanup_(freep) char *bearer =
		xasprintf("Authorization: Bearer %s", access->token ? access->token : "");
	_cleanup_(json_freep) struct json *answer = NULL;
	const char *const headers[] = {"Accept: application/json", access->token ? bearer : NULL,
				       NULL};
	const struct fetch_request request = {
		.url = url,
		.method = method,
		.content_type = type ? type : "application/json",
		.body = text,
		.length = text ? strlen(text) : 0,
		.ca_pem = access->ca_pem,
		.headers = headers,
		.certificate_pem = access->certificate_pem,
		.key_pem = access->key_pem,
	};
	struct reply reply;
	bool ok;

	external->kube_requests++;
	if (!external_send(external, &request, &reply, err))
		return false;
	ok = json_parse(reply.body, reply.length, &answer, NULL);
	if (reply.status >= 300)
		ok = refused(&reply, answer, path, err);
	else if (!ok)
		err_set(err, ERR_UNAVAILABLE, NULL, "%s: the cluster's answer is no JSON", path);
	else if (ret)
		*ret = steal(answer);
	reply_done(&reply);
	return ok;
}

/* { kind → { "name", "namespaced" } } of a group's version, asked once. */
static bool discover(struct external *external, const char *api_version, const struct json **ret,
		     struct err *err)
{
	_cleanup_(freep) char *path =
		xasprintf("/%s/%s", strchr(api_version, '/') ? "apis" : "api", api_version);
	_cleanup_(json_freep) struct json *list = NULL;
	struct json *kinds;

	*ret = json_get(external->resources, api_version);
	if (*ret)
		return true;
	if (!external_kube(external, "GET", path, NULL, NULL, &list, err)) {
		if (err->code != ERR_NOT_FOUND)
			return false;
		err_done(err);
	}
	kinds = json_ensure_object(external->resources, api_version);
	json_foreach (resource, json_get(list, "resources"))
		if (!strchr(json_get_str(resource, "name"), '/'))
			json_set_copy(kinds, json_get_str(resource, "kind"), resource);
	*ret = kinds;
	return true;
}

static void add_segment(struct strbuf *sb, const char *text)
{
	for (; *text; text++)
		if (strchr("%?#/ ", *text))
			strbuf_addf(sb, "%%%02X", (unsigned char)*text);
		else
			strbuf_add_char(sb, *text);
}

/* The path of an object; new text. */
static bool object_path(struct external *external, const char *api_version, const char *kind,
			const char *ns, const char *name, char **ret, struct err *err)
{
	const struct json *kinds, *resource;
	struct strbuf sb;

	if (!external->cluster)
		return err_set(err, ERR_UNSUPPORTED, NULL, "no --kubeconfig was given");
	if (!api_version || !kind || !name)
		return err_set(err, ERR_INVALID, NULL,
			       "a manifest needs apiVersion, kind and metadata.name");
	if (!discover(external, api_version, &kinds, err))
		return false;
	resource = json_get(kinds, kind);
	if (!resource)
		return err_set(err, ERR_UNSUPPORTED, NULL, "the cluster does not have %s of %s",
			       kind, api_version);
	strbuf_init(&sb, strlen(name) * 3 + 4096);
	strbuf_addf(&sb, "/%s/%s", strchr(api_version, '/') ? "apis" : "api", api_version);
	if (json_get_bool(resource, "namespaced", false)) {
		strbuf_add(&sb, "/namespaces/");
		add_segment(&sb, ns ? ns : "default");
	}
	strbuf_addf(&sb, "/%s/", json_get_str(resource, "name"));
	add_segment(&sb, name);
	*ret = strbuf_steal(&sb);
	return true;
}

bool external_apply(struct external *external, const struct json *manifest, struct err *err)
{
	_cleanup_(freep) char *path = NULL, *full = NULL;

	if (!object_path(external, json_get_str(manifest, "apiVersion"),
			 json_get_str(manifest, "kind"),
			 json_find_str(manifest, "metadata", "namespace", NULL),
			 json_find_str(manifest, "metadata", "name", NULL), &path, err))
		return false;
	full = xasprintf("%s?fieldManager=" FIELD_MANAGER "&force=true", path);
	return external_kube(external, "PATCH", full, "application/apply-patch+yaml", manifest,
			     NULL, err);
}

bool external_delete(struct external *external, const char *api_version, const char *kind,
		     const char *ns, const char *name, struct err *err)
{
	_cleanup_(freep) char *path = NULL, *full = NULL;

	if (!object_path(external, api_version, kind, ns, name, &path, err))
		return false;
	full = xasprintf("%s?propagationPolicy=Background", path);
	return external_kube(external, "DELETE", full, NULL, NULL, NULL, err);
}

bool external_change(struct external *external, const char *api_version, const char *kind,
		     const char *ns, const char *name, const struct json *set, struct err *err)
{
	_cleanup_(freep) char *path = NULL, *full = NULL;

	if (!object_path(external, api_version, kind, ns, name, &path, err))
		return false;
	full = xasprintf("%s?fieldManager=" FIELD_MANAGER, path);
	return external_kube(external, "PATCH", full, "application/merge-patch+json", set, NULL,
			     err);
}
