/* Why a scenario cannot be run on this machine. */
#include "emulator/base/yaml.h"
#include "runner/commands/test.h"
#include "runner/controllers/definition.h"

/* The settings that a scenario's controllers start with: those of the one that makes its state. */
static const struct yaml_node *settings_of(const struct scenario *scenario)
{
	while (scenario->base)
		scenario = scenario->base;
	return scenario->given.settings;
}

static char *wrong_version(const struct scenario *scenario,
			   const struct environment_override *overrides)
{
	const struct yaml_node *wanted = scenario->versions ? scenario->versions->first : NULL;

	for (; wanted; wanted = wanted->next) {
		const char *of = yaml_get_text(wanted, "of"), *is = yaml_get_text(wanted, "is");
		_cleanup_(freep) char *version =
			environment_version(of, overrides, settings_of(scenario));

		if (!version)
			return xasprintf("%s is a program whose version is not known; %s is wanted",
					 of, is);
		if (!str_glob(is, version))
			return xasprintf("%s is %s; %s is wanted", of, version, is);
	}
	return NULL;
}

/* A version that a step puts in place of another one must be there as well. */
static char *lacks_replacement(const struct scenario *scenario,
			       const struct environment_override *overrides)
{
	for (const struct yaml_node *step = scenario->steps->first; step; step = step->next) {
		const struct yaml_node *node = yaml_get(step, "replace");
		const struct yaml_node *one = node && node->type == YAML_LIST ? node->first : node;
		char *reason;

		for (; one; one = one == node ? NULL : one->next)
			if (!environment_has(yaml_get_text(one, "of"), overrides, one, &reason))
				return reason;
	}
	return NULL;
}

char *test_why_skip(const struct scenario *scenario, const struct environment_override *overrides)
{
	const struct scenario *first = scenario;
	_cleanup_(strs_done) struct strs names = {0};
	_cleanup_(err_done) struct err err = ERR_INIT;
	char *reason;

	for (size_t i = 0; i < scenario->requires.count; i++)
		if (!environment_has(scenario->requires.items[i], overrides, settings_of(scenario),
				     &reason))
			return reason;
	reason = wrong_version(scenario, overrides);
	if (!reason)
		reason = lacks_replacement(scenario, overrides);
	if (reason)
		return reason;
	while (first->base)
		first = first->base;
	if (!controller_definition_names(&names, &err))
		return xstrdup(err_text(&err));
	for (size_t i = 0; i < names.count; i++) {
		if (first->given.says_controllers &&
		    !strs_has(&first->given.controllers, names.items[i]))
			continue;
		if (!environment_has(names.items[i], overrides, settings_of(scenario), &reason))
			return reason;
	}
	return NULL;
}
