/* Which controllers can be had on this machine, without an emulator. See environment.h. */
#include "emulator/base/container.h"
#include "emulator/base/yaml.h"
#include "runner/controllers/catalog.h"
#include "runner/controllers/settings.h"
#include "runner/controllers/wish.h"
#include "runner/environment.h"

static const char *override_path(const struct environment_override *overrides, const char *name)
{
	for (; overrides && overrides->name; overrides++) {
		if (str_eq(overrides->name, name))
			return overrides->path;
	}
	return NULL;
}

bool controller_definition_wished(const char *name, const struct environment_override *overrides,
				  const struct yaml_node *settings,
				  struct controller_definition **ret, struct err *err)
{
	_cleanup_(controller_definition_freep) struct controller_definition *definition = NULL;
	const struct yaml_node *setting = settings;

	if (!controller_definition_load(name, &definition, err))
		return false;
	for (; overrides && overrides->name; overrides++) {
		if (!str_eq(overrides->name, name) || !overrides->version)
			continue;
		free(definition->version);
		definition->version = xstrdup(overrides->version);
		definition->other_version = true;
	}
	if (settings && settings->type == YAML_LIST)
		setting = settings->first;
	for (; setting; setting = setting == settings ? NULL : setting->next)
		if (!settings_apply(setting, definition, err))
			return false;
	*ret = steal(definition);
	return true;
}

bool environment_knows(const char *controller)
{
	_cleanup_(strs_done) struct strs names = {0};
	_cleanup_(err_done) struct err err = ERR_INIT;

	return controller_definition_names(&names, &err) && strs_has(&names, controller);
}

const char *environment_short_name(const char *actor)
{
	_cleanup_(controller_definition_freep) struct controller_definition *definition = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;

	return controller_definition_load(actor, &definition, &err) ? intern(definition->short_name)
								    : actor;
}

char *environment_version(const char *controller, const struct environment_override *overrides,
			  const struct yaml_node *settings)
{
	_cleanup_(controller_definition_freep) struct controller_definition *definition = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;

	if (override_path(overrides, controller) ||
	    !controller_definition_wished(controller, overrides, settings, &definition, &err))
		return NULL;
	return xstrdup(definition->version);
}

bool environment_has(const char *controller, const struct environment_override *overrides,
		     const struct yaml_node *settings, char **ret_reason)
{
	_cleanup_(controller_definition_freep) struct controller_definition *definition = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;
	_cleanup_(freep) char *path = NULL;

	if (controller_definition_wished(controller, overrides, settings, &definition, &err) &&
	    catalog_program(definition, override_path(overrides, controller), &path, &err))
		return true;
	*ret_reason = xstrdup(err_text(&err));
	return false;
}

void environment_controllers(const struct environment_override *overrides,
			     void (*fn)(const char *name, const char *path, const char *version,
					const char *reason, void *userdata),
			     void *userdata)
{
	_cleanup_(strs_done) struct strs names = {0};
	_cleanup_(err_done) struct err missing = ERR_INIT;

	if (!controller_definition_names(&names, &missing))
		return;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_(controller_definition_freep) struct controller_definition *definition =
			NULL;
		_cleanup_(err_done) struct err err = ERR_INIT;
		_cleanup_(freep) char *path = NULL;
		const char *own = override_path(overrides, names.items[i]);
		bool ok = controller_definition_wished(names.items[i], overrides, NULL, &definition,
						       &err) &&
			  catalog_program(definition, own, &path, &err);

		fn(names.items[i], path,
		   own		? NULL
		   : definition ? definition->version
				: NULL,
		   ok ? NULL : err_text(&err), userdata);
	}
}
