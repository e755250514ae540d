/* Controllers of the user's own: files of fixtures/controllers that no word list knows. */
#include <dirent.h>

#include "runner/schema/schema.h"

#define FOLDER "fixtures/controllers"

bool schema_names_controllers(const char *list)
{
	static const char *const lists[] = {"controller", "component", "actor"};

	for (size_t i = 0; i < array_size(lists); i++)
		if (str_eq(lists[i], list))
			return true;
	return false;
}

void schema_own_controllers(struct strs *ret)
{
	DIR *folder = opendir(FOLDER);
	struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		_cleanup_(freep) char *name = NULL;

		if (!str_ends_with(entry->d_name, ".yaml"))
			continue;
		name = xstrndup(entry->d_name, strlen(entry->d_name) - strlen(".yaml"));
		if (!schema_word("controller", name))
			strs_add(ret, name);
	}
	if (folder)
		closedir(folder);
	strs_sort(ret);
}
