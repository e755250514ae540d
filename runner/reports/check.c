/* Checks results; see check.h. */
#include "runner/reports/check.h"

#include "emulator/base/json.h"
#include "runner/reports/report.h"

enum form { FORM_TEXT, FORM_NUMBER, FORM_BOOL, FORM_TEXTS, FORM_OBJECT, FORM_LIST };

/* A member, as the schema has it; in a list each element is an object with members of its own. */
struct member {
	const char *in, *name; /* in: "" the run, "results", "steps" … */
	enum form form;
	bool required;
};

static const struct member members[] = {
	{"", "results", FORM_LIST, true},
	{"", "skyrig", FORM_TEXT, false},
	{"", "run", FORM_TEXT, false},
	{"", "state", FORM_TEXT, false},
	{"", "began", FORM_TEXT, false},
	{"", "command", FORM_TEXT, false},
	{"", "config", FORM_TEXT, false},
	{"", "shard", FORM_TEXT, false},
	{"", "wall_ms", FORM_NUMBER, false},
	{"", "passed", FORM_NUMBER, false},
	{"", "failed", FORM_NUMBER, false},
	{"", "skipped", FORM_NUMBER, false},
	{"", "broken", FORM_NUMBER, false},
	{"", "not_provable", FORM_NUMBER, false},
	{"results", "id", FORM_TEXT, true},
	{"results", "row_text", FORM_TEXT, true},
	{"results", "title", FORM_TEXT, true},
	{"results", "file", FORM_TEXT, true},
	{"results", "status", FORM_TEXT, true},
	{"results", "verdict", FORM_TEXT, true},
	{"results", "turn", FORM_NUMBER, false},
	{"results", "why", FORM_TEXT, false},
	{"results", "source", FORM_TEXTS, false},
	{"results", "tags", FORM_TEXTS, false},
	{"results", "known_failure", FORM_TEXT, false},
	{"results", "missing", FORM_BOOL, false},
	{"results", "flaky", FORM_BOOL, false},
	{"results", "reason", FORM_TEXT, false},
	{"results", "line", FORM_NUMBER, false},
	{"results", "column", FORM_NUMBER, false},
	{"results", "report", FORM_TEXT, false},
	{"results", "wall_ms", FORM_NUMBER, false},
	{"results", "cpu_ms", FORM_NUMBER, false},
	{"results", "seed", FORM_TEXT, false},
	{"results", "versions", FORM_OBJECT, false},
	{"results", "unproven", FORM_TEXTS, false},
	{"results", "not_provable", FORM_TEXTS, false},
	{"results", "steps", FORM_LIST, false},
	{"results", "operations", FORM_LIST, false},
	{"results", "lanes", FORM_LIST, false},
	{"results", "lanes_left_out", FORM_NUMBER, false},
	{"results", "leaks", FORM_LIST, false},
	{"results", "plan", FORM_TEXT, false},
	{"steps", "title", FORM_TEXT, true},
	{"steps", "status", FORM_TEXT, true},
	{"steps", "ms", FORM_NUMBER, true},
	{"operations", "actor", FORM_TEXT, true},
	{"operations", "call", FORM_TEXT, true},
	{"operations", "count", FORM_NUMBER, true},
	{"operations", "refused", FORM_NUMBER, true},
	{"lanes", "call", FORM_NUMBER, true},
	{"lanes", "ms", FORM_NUMBER, true},
	{"lanes", "actor", FORM_TEXT, true},
	{"lanes", "what", FORM_TEXT, true},
	{"lanes", "about", FORM_TEXT, true},
	{"lanes", "answer", FORM_TEXT, true},
	{"lanes", "fault", FORM_TEXT, false},
	{"leaks", "leak", FORM_TEXT, true},
	{"leaks", "kind", FORM_TEXT, true},
	{"leaks", "id", FORM_TEXT, true},
	{"leaks", "owner", FORM_TEXT, true},
	{"leaks", "maker", FORM_TEXT, true},
	{"leaks", "why", FORM_TEXT, true},
	{"leaks", "found_by", FORM_OBJECT, true},
	{"leaks", "blocks", FORM_TEXTS, false},
};

static bool is_texts(const struct json *json)
{
	if (!json_is_array(json))
		return false;
	json_foreach (item, json)
		if (!json_str(item))
			return false;
	return true;
}

static bool has_form(const struct json *json, enum form form)
{
	switch (form) {
	case FORM_TEXT: return json_str(json) != NULL;
	case FORM_NUMBER: return json_is_number(json);
	case FORM_BOOL: return json_is_bool(json);
	case FORM_TEXTS: return is_texts(json);
	case FORM_OBJECT: return json_is_object(json);
	case FORM_LIST: return json_is_array(json);
	}
	return false;
}

static bool check(const struct json *json, const char *in, const char *place, struct err *err);

static bool check_list(const struct json *list, const char *name, const char *place,
		       struct err *err)
{
	size_t number = 0;

	json_foreach (item, list) {
		_cleanup_(freep) char *there = xasprintf("%s%s[%zu].", place, name, number++);

		if (!check(item, name, there, err))
			return false;
	}
	return true;
}

static bool check(const struct json *json, const char *in, const char *place, struct err *err)
{
	static const char *const must_be[] = {"a text", "a number",  "true or false",
					      "texts",	"an object", "a list"};

	for (size_t i = 0; i < array_size(members); i++) {
		const struct member *member = &members[i];
		const struct json *value = json_get(json, member->name);

		if (!str_eq(member->in, in) || (!value && !member->required))
			continue;
		if (!value || !has_form(value, member->form))
			return err_set(err, ERR_INVALID, NULL,
				       "these are no results, which come from test --json or are a "
				       "stored run: %s%s %s %s",
				       place, member->name, value ? "is not" : "is missing; it is",
				       must_be[member->form]);
		if (member->form == FORM_LIST && !check_list(value, member->name, place, err))
			return false;
	}
	return true;
}

bool results_check(const struct json *run, struct err *err)
{
	if (!check(run, "", "", err))
		return false;
	json_foreach (result, json_get(run, "results"))
		if (!verdict_is_known(json_get_str(result, "verdict")))
			return err_set(err, ERR_INVALID, NULL, "%s has no such verdict as \"%s\"",
				       json_get_str(result, "id"), json_get_str(result, "verdict"));
	return true;
}
