/* What gardenlet makes of a manifest, without an emulator. See environment_render. */
#include "emulator/base/container.h"
#include "emulator/base/json.h"
#include "runner/controllers/definition.h"
#include "runner/environment.h"
#include "runner/gardenlet/shoot.h"

static void add_object(struct json *list, const char *cluster, struct json *object)
{
	struct json *entry = json_new_object();

	json_set_str(entry, "cluster", cluster);
	json_set(entry, "object", object);
	json_append(list, entry);
}

/* What only a run knows, as a placeholder. */
static void add_placeholders(const struct controller_definition *definition, struct json *variables)
{
	static const char *const names[] = {"dir", "kubeconfig", "aws-url", "access-key-id",
					    "secret-access-key"};

	for (size_t i = 0; i < array_size(names); i++)
		json_setf(variables, names[i], "<%s>", names[i]);
	json_set_str(variables, "version", definition->version);
	for (size_t i = 0; i < definition->ports.count; i++) {
		_cleanup_(freep) char *name = xasprintf("port.%s", definition->ports.items[i]);

		json_setf(variables, name, "<port>");
	}
}

static bool add_controller(struct json *list, const struct shoot_spec *spec,
			   const struct controller_definition *definition, struct err *err)
{
	_cleanup_(json_freep) struct json *variables = NULL, *entry = json_new_object();

	if (definition->trigger == START_LOAD_BALANCER_CONTROLLER &&
	    !spec->load_balancer_controller)
		return true;
	if (!shoot_variables(spec, NULL, &variables, err))
		return false;
	add_placeholders(definition, variables);
	json_set_str(entry, "controller", definition->name);
	for (size_t i = 0; i < definition->arguments.count; i++) {
		_cleanup_(freep) char *text = NULL;

		if (!controller_definition_expand(definition, definition->arguments.items[i],
						  variables, &text, err))
			return false;
		json_append_str(json_ensure_array(entry, "arguments"), text);
	}
	json_append(list, steal(entry));
	return true;
}

static bool add_controllers(struct json *list, const struct shoot_spec *spec, struct err *err)
{
	_cleanup_(strs_done) struct strs names = {0};

	if (!controller_definition_names(&names, err))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		_cleanup_(controller_definition_freep) struct controller_definition *definition =
			NULL;

		if (!controller_definition_load(names.items[i], &definition, err) ||
		    !add_controller(list, spec, definition, err))
			return false;
	}
	return true;
}

bool environment_render(const struct json *manifest, struct json **ret, struct err *err)
{
	_cleanup_(json_freep) struct json *list = json_new_array();
	_cleanup_(shoot_spec_done) struct shoot_spec spec = {0};

	if (!is_shoot(manifest)) {
		add_object(list, "shoot", json_copy(manifest));
		*ret = steal(list);
		return true;
	}
	if (!shoot_read(manifest, &spec, err))
		return false;
	add_object(list, "seed", shoot_object(&spec));
	add_object(list, "seed", shoot_namespace(&spec));
	add_object(list, "seed", shoot_secret(&spec, "<access-key-id>", "<secret-access-key>"));
	add_object(list, "seed", shoot_cluster(&spec));
	add_object(list, "seed", shoot_infrastructure(&spec, "<now>"));
	add_object(list, "seed", shoot_control_plane(&spec, NULL, "<now>"));
	if (!add_controllers(list, &spec, err))
		return false;
	*ret = steal(list);
	return true;
}
