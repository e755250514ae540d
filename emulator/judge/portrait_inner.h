#pragma once
/* What the files of the portrait share. */
#include "emulator/base/util.h"

/** The name of the document with that id, borrowed; NULL: there is none, or it is no id. */
typedef const char *portrait_name_fn(const char *id, size_t length, const void *userdata);
/** The text with ids as names, and without what is of this run only; new text. */
char *portrait_text(const char *text, portrait_name_fn *name_of, const void *userdata);
/** Whether a document's key is an id that nobody chose. */
bool portrait_is_id(const char *key);
