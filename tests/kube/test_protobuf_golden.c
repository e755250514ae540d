/*
 * The protobuf decoder against the goldens of k8s.io/api (made by Kubernetes: each kind as .pb and
 * .json), and against what real controllers and a real server have said.
 */
#include <dirent.h>
#include <stdio.h>

#include "emulator/base/digest.h"
#include "emulator/base/json.h"
#include "emulator/kube/protobuf.h"
#include "emulator/model/kube_model.h"
#include "tests/lib/go_module.h"
#include "tests/lib/suite.h"

static char *read_file(const char *folder, const char *name, const char *end, size_t *ret_length)
{
	char *path = xasprintf("%s/%s%s", folder, name, end), *bytes = xmalloc(1 << 20);
	FILE *file = fopen(path, "rb");

	ck_assert_msg(file != NULL, "%s", path);
	*ret_length = fread(bytes, 1, 1 << 20, file);
	ck_assert_uint_lt(*ret_length, 1 << 20);
	fclose(file);
	free(path);
	return bytes;
}

static void check_golden(const char *folder, const char *name)
{
	size_t length, json_length;
	char *bytes = read_file(folder, name, ".pb", &length);
	char *text = read_file(folder, name, ".json", &json_length);
	struct json *json = NULL, *wanted;
	struct err err = ERR_INIT;
	/* The only golden without a kind in its envelope: a frame of a watch is no object of its
	 * own, so its kind is given, and its JSON has neither kind nor apiVersion. */
	const struct kube_kind *fallback =
		str_eq(name, "core.v1.WatchEvent") ? kube_model_kind("", "v1", "WatchEvent") : NULL;

	ck_assert_msg(json_parse(text, json_length, &wanted, &err), "%s", err_text(&err));
	ck_assert_msg(protobuf_decode(bytes, length, fallback, &json, &err), "%s: %s", name,
		      err_text(&err));
	if (!json_equal(json, wanted)) {
		char *got = json_to_text(json), *want = json_to_text(wanted);

		ck_abort_msg("%s:\n got %s\nwant %s", name, got, want);
	}
	json_free(json);
	json_free(wanted);
	free(bytes);
	free(text);
}

START_TEST(every_published_golden_decodes_to_its_json)
{
	char *folder = go_module_folder("k8s.io/api@v0.36.3/testdata/HEAD");
	struct dirent *entry;
	unsigned goldens = 0;
	DIR *dir;

	if (!folder) {
		printf("# SKIPPED: no goldens, run tools/modelgen/fetch-goldens\n");
		return;
	}
	dir = opendir(folder);
	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir))) {
		if (!str_ends_with(entry->d_name, ".pb"))
			continue;
		entry->d_name[strlen(entry->d_name) - strlen(".pb")] = '\0';
		check_golden(folder, entry->d_name);
		goldens++;
	}
	ck_assert_uint_eq(goldens, 185);
	closedir(dir);
	free(folder);
}
END_TEST

/* Whatever is cut off or changed must be refused or decoded, never crash (run under ASan). */
START_TEST(every_cut_of_a_golden_and_every_changed_byte_is_survived)
{
	char *folder = go_module_folder("k8s.io/api@v0.36.3/testdata/HEAD"), *bytes;
	size_t length;

	if (!folder) {
		printf("# SKIPPED: no goldens, run tools/modelgen/fetch-goldens\n");
		return;
	}
	bytes = read_file(folder, "core.v1.Service", ".pb", &length);
	for (size_t i = 0; i < length; i++) {
		struct err err = ERR_INIT;
		struct json *json = NULL;
		char *cut = xmalloc(i + 1);

		memcpy(cut, bytes, i);
		if (protobuf_decode(cut, i, NULL, &json, &err))
			json_free(json);
		err_done(&err);
		free(cut);
	}
	for (size_t i = 0; i < 255 * length; i++) {
		struct err err = ERR_INIT;
		struct json *json = NULL;
		char old = bytes[i / 255];

		bytes[i / 255] = (char)(old + 1 + (int)(i % 255));
		if (protobuf_decode(bytes, length, NULL, &json, &err))
			json_free(json);
		bytes[i / 255] = old;
		err_done(&err);
	}
	free(bytes);
	free(folder);
}
END_TEST

/* One body of a recorded exchange; 1 when there was one in protobuf. */
static unsigned check_recorded(const struct json *exchange, const char *headers, const char *body)
{
	const char *type = json_find_str(exchange, headers, "Content-Type", NULL);
	const char *text = json_get_str(exchange, body);
	struct err err = ERR_INIT;
	struct json *json = NULL;
	uint8_t *bytes;
	size_t length;

	if (!str_eq(type, PROTOBUF_TYPE) || !text || !*text ||
	    json_find(exchange, headers, "Content-Encoding", NULL))
		return 0;
	ck_assert(base64_decode(text, strlen(text), &bytes, &length));
	ck_assert_msg(protobuf_decode(bytes, length, NULL, &json, &err), "%s %s: %s",
		      json_get_str(exchange, "method"), json_get_str(exchange, "path"),
		      err_text(&err));
	ck_assert_ptr_nonnull(json_get_str(json, "kind"));
	json_free(json);
	free(bytes);
	return 1;
}

static unsigned check_recording(const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name), *line = NULL;
	FILE *file = fopen(path, "r");
	unsigned bodies = 0;
	size_t room = 0;
	ssize_t length;

	ck_assert_msg(file != NULL, "%s", path);
	while ((length = getline(&line, &room, file)) > 0) {
		struct err err = ERR_INIT;
		struct json *exchange = NULL;

		ck_assert_msg(json_parse(line, (size_t)length, &exchange, &err), "%s",
			      err_text(&err));
		bodies += check_recorded(exchange, "req_headers", "req_body_b64");
		bodies += check_recorded(exchange, "resp_headers", "resp_body_b64");
		json_free(exchange);
	}
	fclose(file);
	free(line);
	free(path);
	return bodies;
}

START_TEST(whatever_the_real_controllers_and_the_real_server_said_is_decoded)
{
	char *folder = xasprintf("%s/../shared/data/recorded", getenv("SKYRIG_SOURCE"));
	DIR *dir = opendir(folder);
	struct dirent *entry;
	unsigned bodies = 0;

	if (!dir) {
		printf("# SKIPPED: no ../shared\n");
		free(folder);
		return;
	}
	while ((entry = readdir(dir)))
		if (str_ends_with(entry->d_name, ".jsonl"))
			bodies += check_recording(folder, entry->d_name);
	ck_assert_uint_ge(bodies, 67);
	closedir(dir);
	free(folder);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		every_published_golden_decodes_to_its_json,
		every_cut_of_a_golden_and_every_changed_byte_is_survived,
		whatever_the_real_controllers_and_the_real_server_said_is_decoded,
		NULL,
	};

	return suite_main("protobuf_golden", tests);
}
