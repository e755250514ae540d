#pragma once
/* Calls in words. */
#include "emulator/world/journal.h"

/** What a call is about: the first document that it changed as people call it, else a name or id
 * among its parameters; new text, "" when there is none. */
char *call_about(const struct journal_entry *entry);
