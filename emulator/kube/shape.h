#pragma once
/* Inside of fieldset.h: how a value is taken apart. */
#include "emulator/base/container.h"
#include "emulator/kube/fieldset.h"

enum shape_list { SHAPE_ATOMIC, SHAPE_SET, SHAPE_MAP };

/** How a list is merged; its keys are added when it is a map. */
enum shape_list shape_list(struct shape shape, struct strs *keys);
/** Whether a value is an object whose members have owners of their own. */
bool shape_is_granular_object(struct shape shape, const struct json *value);
/** The path element of a list's element: `k:{"port":80}` or `v:"x"`; new text. */
char *shape_key(struct shape shape, const struct json *item, const struct strs *keys);
/** The element of a list with that path element, or NULL. */
const struct json *shape_find(struct shape shape, const struct json *list, const char *element,
			      const struct strs *keys);
