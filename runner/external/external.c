/* External targets: addresses, credentials, requests; see external.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "emulator/base/clock.h"
#include "emulator/base/json.h"
#include "emulator/base/loop.h"
#include "runner/external/inner.h"

#define TIMEOUT_MS	 15000
#define ANSWER_BYTES_MAX (256u * 1024 * 1024)
#define LINE_MAX_	 4096

/* @name Credentials */

static bool take(const char *name, const char *value, struct external_options *ret)
{
	if (str_eq(name, "AWS_ACCESS_KEY_ID"))
		ret->access_key = intern(value);
	else if (str_eq(name, "AWS_SECRET_ACCESS_KEY"))
		ret->secret_key = intern(value);
	else if (str_eq(name, "AWS_SESSION_TOKEN") && *value)
		ret->session_token = intern(value);
	else
		return false;
	return true;
}

/* "export NAME='value'" in parts; the line is changed. */
static void take_line(char *line, struct external_options *ret)
{
	char *equals, *value;
	size_t length;

	line[strcspn(line, "\r\n")] = '\0';
	line += strspn(line, " \t");
	if (str_starts_with(line, "export "))
		line += strlen("export ");
	equals = strchr(line, '=');
	if (!equals)
		return;
	*equals = '\0';
	value = equals + 1;
	length = strlen(value);
	if (length > 1 && strchr("'\"", *value) && value[length - 1] == *value) {
		value[length - 1] = '\0';
		value++;
	}
	take(line, value, ret);
}

bool external_credentials(const char *path, struct external_options *ret, struct err *err)
{
	static const char *const names[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
					    "AWS_SESSION_TOKEN"};
	char line[LINE_MAX_];
	FILE *file = path ? fopen(path, "re") : NULL;

	if (path && !file)
		return err_set(err, ERR_NOT_FOUND, NULL, "cannot read '%s': %s", path,
			       strerror(errno));
	while (file && fgets(line, sizeof(line), file))
		take_line(line, ret);
	if (file)
		fclose(file);
	for (size_t i = 0; !path && i < array_size(names); i++)
		if (getenv(names[i]))
			take(names[i], getenv(names[i]), ret);
	if (ret->access_key && ret->secret_key)
		return true;
	return err_set(err, ERR_INVALID, NULL,
		       "%s%s has no AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: give those of the "
		       "other emulator, never real ones",
		       path ? "the file " : "", path ? path : "the environment");
}

/* @name Addresses */

static bool check_url(const char *what, const char *url, struct err *err)
{
	if (strcasestr(url, "amazonaws.com") || strcasestr(url, "api.aws"))
		return err_set(err, ERR_INVALID, NULL,
			       "%s: \"%s\" is the real AWS, which this program never calls; give "
			       "the address of an emulator",
			       what, url);
	if (!str_starts_with(url, "http://") && !str_starts_with(url, "https://"))
		return err_set(err, ERR_INVALID, NULL,
			       "%s: \"%s\" is no address; write e.g. http://127.0.0.1:5000", what,
			       url);
	if (!fetch_can_reach(url))
		return err_set(err, ERR_INVALID, NULL,
			       "%s: \"%s\" is not on this machine: only loopback addresses are "
			       "asked (127.0.0.1, [::1], localhost)",
			       what, url);
	return true;
}

bool external_check(const struct external_options *options, struct err *err)
{
	struct kube_access access = {0};
	bool ok = true;

	if (!options->kubeconfig && !options->aws_endpoint)
		return err_set(err, ERR_INVALID, NULL,
			       "an external target needs --aws-endpoint, --kubeconfig, or both");
	if (options->aws_endpoint && !check_url("--aws-endpoint", options->aws_endpoint, err))
		return false;
	if (options->kubeconfig)
		ok = kube_access_read(options->kubeconfig, &access, err) &&
		     check_url("--kubeconfig", access.server, err);
	kube_access_done(&access);
	return ok;
}

/* @name Requests */

void reply_done(struct reply *reply)
{
	free(reply->body);
	free(reply->problem);
	*reply = (struct reply){0};
}

static void answered(const struct fetch_answer *answer, void *userdata)
{
	struct reply *reply = userdata;

	reply->status = answer->status;
	reply->problem = answer->problem ? xstrdup(answer->problem) : NULL;
	reply->body = xstrndup(answer->body, answer->length);
	reply->length = answer->length;
	reply->done = true;
}

bool external_send(struct external *external, const struct fetch_request *request,
		   struct reply *ret, struct err *err)
{
	struct fetch_request full = *request;

	*ret = (struct reply){0};
	full.timeout_ms = TIMEOUT_MS;
	full.answer_max_bytes = ANSWER_BYTES_MAX;
	fetch_start(external->fetcher, &full, answered, ret);
	while (!ret->done)
		loop_turn(external->loop, -1);
	if (!ret->problem)
		return true;
	err_set(err, ERR_UNAVAILABLE, NULL, "%s does not answer: %s", request->url, ret->problem);
	reply_done(ret);
	return false;
}

/* @name Life */

/* The cluster's stand-in, without what our own clusters are born with. */
static bool add_cluster(struct external *external, struct err *err)
{
	const struct kube_cluster_config config = {
		.name = external->access.name, .service_cidr = "10.96.0.0/16", .listen_fd = -1};

	return kube_cluster_add(external->mirror->kube, &config, &external->cluster, err);
}

bool external_new(struct loop *loop, struct emulator *mirror, const char *region,
		  const struct external_options *options, const struct strs *kinds,
		  struct external **ret, struct err *err)
{
	struct external *external = xcalloc(1, sizeof(*external));

	*external = (struct external){.options = options,
				      .loop = loop,
				      .mirror = mirror,
				      .region = region,
				      .kinds = kinds,
				      .resources = json_new_object(),
				      .lacking = json_new_object(),
				      .changed_ms = clock_monotonic_ms()};
	external->fetcher = fetcher_new(loop);
	if (!external_check(options, err) ||
	    (options->kubeconfig &&
	     (!kube_access_read(options->kubeconfig, &external->access, err) ||
	      !add_cluster(external, err)))) {
		external_free(external);
		return false;
	}
	*ret = external;
	return true;
}

void external_free(struct external *external)
{
	if (!external)
		return;
	fetcher_free(external->fetcher);
	kube_access_done(&external->access);
	json_free(external->resources);
	json_free(external->lacking);
	free(external);
}

int64_t external_changed_ms(const struct external *external)
{
	return external->changed_ms;
}

void external_lack(struct external *external, const char *kind_word, const char *why)
{
	if (!json_get(external->lacking, kind_word))
		json_set_str(external->lacking, kind_word, why);
}

const char *external_lacks(const struct external *external, const char *kind_word)
{
	return json_get_str(external->lacking, kind_word);
}

const char *external_cluster(const struct external *external)
{
	return external->access.name;
}

uint64_t external_aws_requests(const struct external *external)
{
	return external->aws_requests;
}

uint64_t external_kube_requests(const struct external *external)
{
	return external->kube_requests;
}
