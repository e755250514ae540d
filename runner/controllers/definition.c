/* fixtures/controllers/NAME.yaml. See definition.h. */
#include "runner/controllers/definition.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "emulator/base/json.h"
#include "emulator/base/strbuf.h"
#include "emulator/base/yaml.h"

#define EXPANDED_MAX (256 * 1024) /* bytes of one text after expansion */

/* What the file may say; offsets into struct controller_definition. */
enum field_type { FIELD_TEXT, FIELD_TEXTS, FIELD_PAIRS, FIELD_CLUSTER, FIELD_TRIGGER, FIELD_BUILD };
static const struct field {
	const char *key;
	enum field_type type;
	size_t offset;
	bool required;
} fields[] = {
	{"controller", FIELD_TEXT, offsetof(struct controller_definition, name), true},
	{"short", FIELD_TEXT, offsetof(struct controller_definition, short_name), true},
	{"version", FIELD_TEXT, offsetof(struct controller_definition, version), true},
	{"cluster", FIELD_CLUSTER, offsetof(struct controller_definition, seed), true},
	{"user", FIELD_TEXT, offsetof(struct controller_definition, user), true},
	{"starts-when", FIELD_TRIGGER, offsetof(struct controller_definition, trigger), true},
	{"program", FIELD_TEXT, offsetof(struct controller_definition, program), false},
	{"build", FIELD_BUILD, offsetof(struct controller_definition, build), false},
	{"ready", FIELD_TEXT, offsetof(struct controller_definition, ready), true},
	{"ports", FIELD_TEXTS, offsetof(struct controller_definition, ports), false},
	{"args", FIELD_TEXTS, offsetof(struct controller_definition, arguments), true},
	{"certificates", FIELD_TEXTS, offsetof(struct controller_definition, certificates), false},
	{"environment", FIELD_PAIRS, offsetof(struct controller_definition, environment), false},
	{"manifests", FIELD_TEXT, offsetof(struct controller_definition, manifests), false},
	{"files", FIELD_PAIRS, offsetof(struct controller_definition, files), false},
};

static const char *const triggers[] = {
	[START_ALWAYS] = "always",
	[START_INFRASTRUCTURE] = "infrastructure-has-vpc",
	[START_LOAD_BALANCER_CONTROLLER] = "load-balancer-controller-enabled",
};

/* "file:line:column: " before the sentence. Always false. */
static bool complain(const char *path, const struct yaml_node *node, bool at_key, struct err *err,
		     const char *what, const char *hint)
{
	unsigned line = at_key ? node->key_line : node->line;
	unsigned column = at_key ? node->key_column : node->column;

	return err_set(err, ERR_INVALID, NULL, "%s:%u:%u: %s%s%s", path, line, column, what,
		       hint ? "; " : "", hint ? hint : "");
}

static bool read_texts(const char *path, const struct yaml_node *node, struct strs *ret,
		       struct err *err)
{
	if (node->type != YAML_LIST)
		return complain(path, node, false, err, "must be a list of texts", NULL);
	for (const struct yaml_node *item = node->first; item; item = item->next) {
		if (item->type != YAML_SCALAR)
			return complain(path, item, false, err, "must be a text",
					"put it in quotes");
		strs_add(ret, item->text);
	}
	return true;
}

static bool read_pairs(const char *path, const struct yaml_node *node, struct controller_pair **ret,
		       struct err *err)
{
	size_t i = 0;

	if (node->type != YAML_MAP)
		return complain(path, node, false, err, "must be a map of texts", NULL);
	*ret = xcalloc(node->count + 1, sizeof(**ret));
	for (const struct yaml_node *item = node->first; item; item = item->next, i++) {
		if (item->type != YAML_SCALAR)
			return complain(path, item, false, err, "must be a text",
					"put it in quotes");
		(*ret)[i].name = xstrdup(item->key);
		(*ret)[i].text = xstrdup(item->text);
	}
	return true;
}

static bool read_choice(const char *path, const struct yaml_node *node, const char *const *choices,
			size_t n, size_t *ret, struct err *err)
{
	const char *meant;
	_cleanup_(freep) char *what = NULL, *hint = NULL;

	for (size_t i = 0; i < n; i++) {
		if (str_eq(node->text, choices[i])) {
			*ret = i;
			return true;
		}
	}
	meant = str_did_you_mean(node->text ? node->text : "", choices, n);
	what = xasprintf("unknown value \"%s\" of \"%s\"", node->text ? node->text : "(no text)",
			 node->key);
	hint = xasprintf("did you mean \"%s\"?", meant ? meant : choices[0]);
	return complain(path, node, false, err, what, hint);
}

/* How it is built; what the words mean is for tools/controllers/install. */
static bool read_build(const struct yaml_node *node, struct controller_definition *ret,
		       struct err *err)
{
	const char *text = node->type == YAML_SCALAR ? node->text : "";
	const char *package = str_starts_with(text, "go ") ? text + strlen("go ") : NULL;

	if (!str_eq(text, "recipe") && !(package && strchr(package, '@') > package) &&
	    !(str_starts_with(text, "script ") && strlen(text) > strlen("script ")))
		return complain(ret->path, node, false, err,
				"must be \"go PACKAGE@VERSION\" or \"script PATH\"",
				"see docs/own-controllers.md");
	ret->build = xstrdup(text);
	return true;
}

static bool read_field(const struct field *field, const struct yaml_node *node,
		       struct controller_definition *ret, struct err *err)
{
	void *place = (char *)ret + field->offset;
	static const char *const clusters[] = {"shoot", "seed"};
	size_t choice = 0;

	switch (field->type) {
	case FIELD_TEXT:
		if (node->type != YAML_SCALAR)
			return complain(ret->path, node, false, err, "must be a text", NULL);
		*(char **)place = xstrdup(node->text);
		return true;
	case FIELD_TEXTS: return read_texts(ret->path, node, place, err);
	case FIELD_PAIRS: return read_pairs(ret->path, node, place, err);
	case FIELD_CLUSTER:
		if (!read_choice(ret->path, node, clusters, array_size(clusters), &choice, err))
			return false;
		ret->seed = choice == 1;
		return true;
	case FIELD_TRIGGER:
		if (!read_choice(ret->path, node, triggers, array_size(triggers), &choice, err))
			return false;
		ret->trigger = (enum controller_trigger)choice;
		return true;
	case FIELD_BUILD: return read_build(node, ret, err);
	}
	return true;
}

static const struct field *find_field(const char *key)
{
	for (size_t i = 0; i < array_size(fields); i++) {
		if (str_eq(fields[i].key, key))
			return &fields[i];
	}
	return NULL;
}

static bool read_definition(const struct yaml_node *root, struct controller_definition *ret,
			    struct err *err)
{
	const char *keys[array_size(fields)];

	for (size_t i = 0; i < array_size(fields); i++)
		keys[i] = fields[i].key;
	if (!root || root->type != YAML_MAP)
		return err_set(err, ERR_INVALID, NULL, "%s:1:1: must be a map", ret->path);
	for (const struct yaml_node *node = root->first; node; node = node->next) {
		const struct field *field = find_field(node->key);
		const char *meant;
		_cleanup_(freep) char *what = NULL, *hint = NULL;

		if (field) {
			if (!read_field(field, node, ret, err))
				return false;
			continue;
		}
		meant = str_did_you_mean(node->key, keys, array_size(keys));
		what = xasprintf("unknown key \"%s\"", node->key);
		hint = meant ? xasprintf("did you mean \"%s\"?", meant) : NULL;
		return complain(ret->path, node, true, err, what, hint);
	}
	for (size_t i = 0; i < array_size(fields); i++) {
		if (fields[i].required && !yaml_get(root, fields[i].key))
			return err_set(err, ERR_INVALID, NULL, "%s:1:1: \"%s\" is missing",
				       ret->path, fields[i].key);
	}
	return true;
}

char *controller_definitions_folder(void)
{
	static const char here[] = "fixtures/controllers";
	char program[PATH_MAX]; /* readlink wants room given beforehand */
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);
	char *slash;

	if (access(here, R_OK) == 0 || n <= 0)
		return xstrdup(here);
	/* Else in a folder above the program: build/skyrig, build/tests/test_shoot. */
	program[n] = '\0';
	for (slash = strrchr(program, '/'); slash; slash = strrchr(program, '/')) {
		_cleanup_(freep) char *path = NULL;

		*slash = '\0';
		path = xasprintf("%s/%s", program, here);
		if (access(path, R_OK) == 0)
			return steal(path);
	}
	return xstrdup(here);
}

bool controller_definition_names(struct strs *ret, struct err *err)
{
	_cleanup_(freep) char *folder = controller_definitions_folder();
	DIR *directory = opendir(folder);

	if (!directory)
		return err_set(err, ERR_NOT_FOUND, NULL,
			       "there is no folder '%s': start skyrig where fixtures/ is", folder);
	for (struct dirent *entry = readdir(directory); entry; entry = readdir(directory)) {
		if (str_ends_with(entry->d_name, ".yaml")) {
			_cleanup_(freep) char *name =
				xstrndup(entry->d_name, strlen(entry->d_name) - strlen(".yaml"));

			strs_add(ret, name);
		}
	}
	closedir(directory);
	strs_sort(ret);
	return true;
}

bool controller_definition_load(const char *name, struct controller_definition **ret,
				struct err *err)
{
	_cleanup_(freep) char *folder = controller_definitions_folder();
	_cleanup_(yaml_freep) struct yaml_file *file = NULL;
	_cleanup_(controller_definition_freep) struct controller_definition *definition =
		xcalloc(1, sizeof(*definition));

	definition->path = xasprintf("%s/%s.yaml", folder, name);
	if (!yaml_load(definition->path, NULL, NULL, &file, err))
		return err_wrap(err, "controller \"%s\"", name);
	if (!read_definition(yaml_root(file, 0), definition, err))
		return false;
	if (!str_eq(definition->name, name))
		return err_set(err, ERR_INVALID, NULL,
			       "%s:1:1: is about controller \"%s\"; name the file %s.yaml",
			       definition->path, definition->name, definition->name);
	*ret = steal(definition);
	return true;
}

static void pairs_free(struct controller_pair *pairs)
{
	for (struct controller_pair *pair = pairs; pair && pair->name; pair++) {
		free(pair->name);
		free(pair->text);
	}
	free(pairs);
}

void controller_definition_free(struct controller_definition *definition)
{
	if (!definition)
		return;
	free(definition->path);
	free(definition->name);
	free(definition->short_name);
	free(definition->version);
	free(definition->user);
	free(definition->program);
	free(definition->build);
	free(definition->ready);
	free(definition->manifests);
	strs_done(&definition->ports);
	strs_done(&definition->arguments);
	strs_done(&definition->crds);
	strs_done(&definition->certificates);
	pairs_free(definition->environment);
	pairs_free(definition->files);
	free(definition);
}

bool controller_definition_expand(const struct controller_definition *definition, const char *text,
				  const struct json *variables, char **ret, struct err *err)
{
	struct strbuf sb;
	const char *rest = text;

	strbuf_init(&sb, EXPANDED_MAX);
	for (;;) {
		const char *start = strstr(rest, "${"), *end = start ? strchr(start, '}') : NULL;
		_cleanup_(freep) char *name = NULL;
		const char *value;

		if (!end)
			break;
		strbuf_add_bytes(&sb, rest, (size_t)(start - rest));
		name = xstrndup(start + 2, (size_t)(end - start - 2));
		value = json_get_str(variables, name);
		if (!value) {
			strbuf_done(&sb);
			return err_set(err, ERR_INVALID, NULL, "%s: unknown variable \"${%s}\"",
				       definition->path, name);
		}
		strbuf_add(&sb, value);
		rest = end + 1;
	}
	strbuf_add(&sb, rest);
	if (sb.overflow) {
		strbuf_done(&sb);
		return err_set(err, ERR_TOO_LARGE, NULL, "%s: a text is over %d bytes",
			       definition->path, EXPANDED_MAX);
	}
	*ret = strbuf_steal(&sb);
	return true;
}
