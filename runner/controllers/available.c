/* Which controllers can be had on this machine, without an emulator. See environment.h. */
#include "emulator/base/container.h"
#include "runner/controllers/catalog.h"
#include "runner/environment.h"

static const char *override_path(const struct environment_override *overrides, const char *name)
{
	for (; overrides && overrides->name; overrides++) {
		if (str_eq(overrides->name, name))
			return overrides->path;
	}
	return NULL;
}

bool environment_has(const char *controller, const struct environment_override *overrides,
		     char **ret_reason)
{
	_cleanup_(controller_definition_freep) struct controller_definition *definition = NULL;
	_cleanup_(err_done) struct err err = ERR_INIT;
	_cleanup_(freep) char *path = NULL;

	if (controller_definition_load(controller, &definition, &err) &&
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
		bool ok = controller_definition_load(names.items[i], &definition, &err) &&
			  catalog_program(definition, own, &path, &err);

		fn(names.items[i], path,
		   own		? NULL
		   : definition ? definition->version
				: NULL,
		   ok ? NULL : err_text(&err), userdata);
	}
}
