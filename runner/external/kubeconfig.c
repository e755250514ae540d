/* Reading a kubeconfig. Source: k8s.io/client-go tools/clientcmd/api/v1/types.go. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "emulator/base/digest.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/yaml.h"
#include "runner/external/inner.h"

#define PEM_BYTES_MAX (1024 * 1024)

void kube_access_done(struct kube_access *access)
{
	free(access->server);
	free(access->name);
	free(access->ca_pem);
	free(access->certificate_pem);
	free(access->key_pem);
	free(access->token);
	*access = (struct kube_access){0};
}

/* The entry of that name in a list like "clusters", and in it the member of that name. */
static const struct yaml_node *named(const struct yaml_node *root, const char *list,
				     const char *member, const char *name)
{
	const struct yaml_node *items = yaml_get(root, list);

	for (const struct yaml_node *item = items ? items->first : NULL; item; item = item->next)
		if (name && str_eq(yaml_get_text(item, "name"), name))
			return yaml_get(item, member);
	return NULL;
}

static bool read_file(const char *path, char **ret, struct err *err)
{
	FILE *file = fopen(path, "re");
	struct strbuf sb;
	int c;

	if (!file)
		return err_set(err, ERR_NOT_FOUND, NULL, "cannot read '%s': %s", path,
			       strerror(errno));
	strbuf_init(&sb, PEM_BYTES_MAX);
	while ((c = fgetc(file)) != EOF)
		strbuf_add_char(&sb, (char)c);
	fclose(file);
	*ret = strbuf_steal(&sb);
	return true;
}

/* "certificate-authority-data" as base64, or the file that "certificate-authority" names. */
static bool read_pem(const struct yaml_node *map, const char *key, const char *folder, char **ret,
		     struct err *err)
{
	_cleanup_(freep) char *data_key = xasprintf("%s-data", key), *path = NULL;
	const char *data = yaml_get_text(map, data_key), *file = yaml_get_text(map, key);
	uint8_t *bytes;
	size_t length;

	if (data) {
		if (!base64_decode(data, strlen(data), &bytes, &length))
			return err_set(err, ERR_INVALID, NULL, "%s is no base64", data_key);
		*ret = (char *)bytes;
		return true;
	}
	if (!file)
		return true;
	path = *file == '/' ? xstrdup(file) : xasprintf("%s%s", folder, file);
	return read_file(path, ret, err);
}

static bool read_user(const struct yaml_node *user, const char *folder, struct kube_access *ret,
		      struct err *err)
{
	const char *file = yaml_get_text(user, "tokenFile");

	if (yaml_get(user, "exec") || yaml_get(user, "auth-provider") || yaml_get(user, "username"))
		return err_set(err, ERR_UNSUPPORTED, NULL,
			       "its user logs in by exec, auth-provider or password; give one with "
			       "a client certificate or a token");
	if (!read_pem(user, "client-certificate", folder, &ret->certificate_pem, err) ||
	    !read_pem(user, "client-key", folder, &ret->key_pem, err))
		return false;
	if (yaml_get_text(user, "token"))
		ret->token = xstrdup(yaml_get_text(user, "token"));
	else if (file && !read_file(file, &ret->token, err))
		return false;
	if (ret->token)
		ret->token[strcspn(ret->token, "\r\n")] = '\0';
	return true;
}

static bool read_context(const struct yaml_node *root, const char *folder, struct kube_access *ret,
			 struct err *err)
{
	const char *current = yaml_get_text(root, "current-context");
	const struct yaml_node *context = named(root, "contexts", "context", current);
	const char *cluster_name = yaml_get_text(context, "cluster");
	const struct yaml_node *cluster = named(root, "clusters", "cluster", cluster_name);
	const struct yaml_node *user = named(root, "users", "user", yaml_get_text(context, "user"));
	const char *server = yaml_get_text(cluster, "server");
	size_t length = server ? strlen(server) : 0;

	if (!server)
		return err_set(err, ERR_INVALID, NULL,
			       "its current-context leads to no cluster with a server");
	while (length && server[length - 1] == '/')
		length--;
	ret->server = xstrndup(server, length);
	ret->name = xstrdup(cluster_name);
	if (!str_eq(yaml_get_text(cluster, "insecure-skip-tls-verify"), "true") &&
	    !read_pem(cluster, "certificate-authority", folder, &ret->ca_pem, err))
		return false;
	if (str_starts_with(server, "https://") && !ret->ca_pem &&
	    !str_eq(yaml_get_text(cluster, "insecure-skip-tls-verify"), "true"))
		return err_set(err, ERR_INVALID, NULL,
			       "its cluster has neither certificate-authority nor "
			       "insecure-skip-tls-verify");
	return read_user(user, folder, ret, err);
}

bool kube_access_read(const char *path, struct kube_access *ret, struct err *err)
{
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	const char *slash = strrchr(path, '/');
	_cleanup_(freep) char *folder = xstrndup(path, slash ? (size_t)(slash - path) + 1 : 0);

	*ret = (struct kube_access){0};
	if (!yaml_load(path, NULL, NULL, &file, err))
		return false;
	if (yaml_documents(file) == 1 && yaml_root(file, 0) &&
	    read_context(yaml_root(file, 0), folder, ret, err))
		return true;
	if (yaml_documents(file) != 1 || !yaml_root(file, 0))
		err_set(err, ERR_INVALID, NULL, "it is no kubeconfig");
	kube_access_done(ret);
	return err_wrap(err, "%s", path);
}
