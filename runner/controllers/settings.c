/* Settings of a scenario over a controller's definition. */
#include "runner/controllers/settings.h"

#include "emulator/base/yaml.h"

/* "--v" of "--v=2": what makes two arguments the same. */
static bool same_flag(const char *a, const char *b)
{
	size_t length = strcspn(a, "=");

	return strcspn(b, "=") == length && strncmp(a, b, length) == 0;
}

static bool drop(struct strs *arguments, const char *flag)
{
	struct strs kept = {0};
	bool found = false;

	for (size_t i = 0; i < arguments->count; i++) {
		if (same_flag(arguments->items[i], flag))
			found = true;
		else
			strs_add(&kept, arguments->items[i]);
	}
	strs_done(arguments);
	*arguments = kept;
	return found;
}

static void set_arguments(struct strs *arguments, const struct yaml_node *list)
{
	for (const struct yaml_node *item = list ? list->first : NULL; item; item = item->next) {
		(void)drop(arguments, item->text);
		strs_add(arguments, item->text);
	}
}

static bool leave_out(struct controller_definition *definition, const struct yaml_node *list,
		      struct err *err)
{
	for (const struct yaml_node *item = list ? list->first : NULL; item; item = item->next)
		if (!drop(&definition->arguments, item->text))
			return err_set(err, ERR_INVALID, NULL,
				       "%s is not started with %s, which is to be left out",
				       definition->name, item->text);
	return true;
}

/* Replaces the pair of that name, or adds it. */
static void set_pair(struct controller_pair **pairs, const char *name, const char *text)
{
	size_t count = 0;

	for (; *pairs && (*pairs)[count].name; count++) {
		if (!str_eq((*pairs)[count].name, name))
			continue;
		free((*pairs)[count].text);
		(*pairs)[count].text = xstrdup(text);
		return;
	}
	*pairs = xrealloc(*pairs, (count + 2) * sizeof(**pairs));
	(*pairs)[count] = (struct controller_pair){xstrdup(name), xstrdup(text)};
	(*pairs)[count + 1] = (struct controller_pair){NULL, NULL};
}

static void set_pairs(struct controller_pair **pairs, const struct yaml_node *map)
{
	for (const struct yaml_node *item = map ? map->first : NULL; item; item = item->next)
		set_pair(pairs, item->key, item->text);
}

bool settings_apply(const struct yaml_node *setting, struct controller_definition *definition,
		    struct err *err)
{
	const char *version = yaml_get_text(setting, "version");
	const char *ready = yaml_get_text(setting, "ready");

	if (!str_eq(yaml_get_text(setting, "of"), definition->name))
		return true;
	if (version) {
		free(definition->version);
		definition->version = xstrdup(version);
		definition->other_version = true;
	}
	if (!leave_out(definition, yaml_get(setting, "without"), err))
		return false;
	if (ready) {
		free(definition->ready);
		definition->ready = xstrdup(ready);
	}
	set_arguments(&definition->arguments, yaml_get(setting, "args"));
	set_pairs(&definition->environment, yaml_get(setting, "environment"));
	set_pairs(&definition->files, yaml_get(setting, "files"));
	for (const struct yaml_node *item =
		     yaml_get(setting, "crds") ? yaml_get(setting, "crds")->first : NULL;
	     item; item = item->next)
		strs_add(&definition->crds, item->text);
	return true;
}
