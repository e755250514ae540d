/* skyrig leaks */
#include <curl/curl.h>
#include <stdio.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "runner/commands/command.h"
#include "runner/reports/report.h"
#include "runner/store/store.h"

#define ANSWER_MAX (64 * 1024 * 1024)
#define TIMEOUT_MS 30000L

struct leaks_options {
	const char *url; /* or a run */
	const char *scenario;
	bool json, plan;
};

enum { OPTION_JSON = 256, OPTION_PLAN };

static const struct argp_option options[] = {
	{"json", OPTION_JSON, NULL, 0, "one JSON line for each leak", 0},
	{"plan", OPTION_PLAN, NULL, 0, "the AWS CLI commands that clean up, in their order", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct leaks_options *leaks = state->input;

	switch (key) {
	case OPTION_JSON: leaks->json = true; return 0;
	case OPTION_PLAN: leaks->plan = true; return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			leaks->url = arg;
		else if (state->arg_num == 1 && !strstr(leaks->url, "://"))
			leaks->scenario = arg;
		else
			argp_error(state, "one address, or one run and one scenario, are enough");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static size_t collect(char *bytes, size_t size, size_t n, void *userdata)
{
	struct strbuf *sb = userdata;

	strbuf_add_bytes(sb, bytes, size * n);
	return sb->overflow ? 0 : size * n;
}

/* GET, straight to the server: no proxy, whatever the environment says. */
static bool get(const char *base, const char *path, struct strbuf *sb, struct err *err)
{
	_cleanup_(freep) char *url = xasprintf("%s%s", base, path);
	CURL *curl = curl_easy_init();
	long status = 0;
	CURLcode code;

	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, sb);
	code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_cleanup(curl);
	if (code != CURLE_OK)
		return err_set(err, ERR_IO, NULL, "cannot ask %s: %s", base,
			       curl_easy_strerror(code));
	if (status != 200)
		return err_set(err, ERR_IO, NULL, "%s answered %ld: is that skyrig serve?", url,
			       status);
	return true;
}

static void print_one(const struct json *leak)
{
	const struct json *found = json_get(leak, "found_by");

	printf("%-11s %s %s\n", json_get_str(leak, "leak"), json_get_str(leak, "kind"),
	       json_get_str(leak, "id"));
	printf("            owner    %s, %s\n", json_get_str(leak, "owner"),
	       json_get_str(leak, "owner_state"));
	printf("            made by  %s, call %lld\n", json_get_str(leak, "maker"),
	       (long long)json_get_int(leak, "made_by_call", 0));
	printf("            why      %s\n", json_get_str(leak, "why"));
	printf("            will anything delete it?");
	json_foreach (tool, found)
		printf("  %s %s", json_key(tool), json_bool(tool) ? "yes" : "no");
	printf("\n");
}

static bool print_leaks(const struct leaks_options *leaks, const char *text, size_t length,
			struct err *err)
{
	_cleanup_(json_freep) struct json *answer = NULL;
	const struct json *list;

	if (!json_parse(text, length, &answer, err))
		return false;
	list = json_get(answer, "leaks");
	json_foreach (leak, list) {
		_cleanup_(freep) char *line = leaks->json ? json_to_text(leak) : NULL;

		if (line)
			puts(line);
		else
			print_one(leak);
	}
	if (!leaks->json)
		printf("%zu leaked%s\n", json_size(list),
		       json_get_bool(answer, "settled", true)
			       ? ""
			       : "; the world has not settled, so this may change");
	return true;
}

/* @name Of a stored run */

static void print_result(const struct leaks_options *leaks, const struct json *result)
{
	const struct json *list = json_get(result, "leaks");
	const char *plan = json_get_str(result, "plan");
	_cleanup_(freep) char *name = result_name(result);

	if (leaks->scenario && !strstr(name, leaks->scenario))
		return;
	if (leaks->plan) {
		if (plan && *plan)
			printf("# %s\n%s", name, plan);
		return;
	}
	if (!leaks->json && json_size(list))
		printf("%s\n", name);
	json_foreach (leak, list) {
		_cleanup_(freep) char *line = leaks->json ? json_to_text(leak) : NULL;

		if (line)
			puts(line);
		else
			print_one(leak);
	}
}

static int of_run(const struct leaks_options *leaks)
{
	_cleanup_(freep) char *folder = NULL;
	_cleanup_(json_freep) struct json *run = NULL;
	struct err err = ERR_INIT;
	size_t count = 0;

	if (!store_find(leaks->url ? leaks->url : "last", &folder, &err) ||
	    !store_read(folder, &run, &err)) {
		fprintf(stderr, "skyrig leaks: %s\n", err_text(&err));
		err_done(&err);
		return EXIT_USAGE;
	}
	json_foreach (result, json_get(run, "results")) {
		print_result(leaks, result);
		count += json_size(json_get(result, "leaks"));
	}
	if (!leaks->json && !leaks->plan)
		printf("%zu leaked at the ends of all scenarios\n", count);
	return EXIT_PASSED;
}

int command_leaks(int argc, char **argv)
{
	static const struct argp argp = {
		options,
		parse,
		"[ADDRESS | RUN [SCENARIO]]",
		"Lists what is leaked: in a running skyrig serve, whose AWS is at ADDRESS\n"
		"(default: $AWS_ENDPOINT_URL), or at the ends of a stored run's scenarios.\v"
		"Examples:\n"
		"  skyrig leaks http://127.0.0.1:4566\n"
		"  skyrig leaks --plan | bash\n"
		"  skyrig leaks last leak/migrate\n\n"
		"Exit status: 0 whatever is leaked; 2 when there is no such run, 3 when the\n"
		"server cannot be asked.",
		NULL,
		NULL,
		NULL};
	struct leaks_options leaks = {.url = getenv("AWS_ENDPOINT_URL")};
	struct err err = ERR_INIT;
	struct strbuf sb;
	bool ok;

	command_parse(&argp, argc, argv, &leaks);
	if (!leaks.url || !strstr(leaks.url, "://"))
		return of_run(&leaks);
	strbuf_init(&sb, ANSWER_MAX);
	ok = get(leaks.url, leaks.plan ? "/_/leaks/plan" : "/_/leaks", &sb, &err);
	if (ok && leaks.plan)
		fputs(strbuf_text(&sb), stdout);
	else if (ok)
		ok = print_leaks(&leaks, strbuf_text(&sb), sb.length, &err);
	if (!ok)
		fprintf(stderr, "skyrig leaks: %s\n", err_text(&err));
	err_done(&err);
	strbuf_done(&sb);
	return ok ? EXIT_PASSED : EXIT_HARNESS;
}
