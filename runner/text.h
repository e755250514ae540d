#pragma once
/* Words for people: colours, plurals, widths. */
#include "emulator/base/util.h"

#define COLOR_RED    "\033[31m"
#define COLOR_GREEN  "\033[32m"
#define COLOR_YELLOW "\033[33m"
#define COLOR_BOLD   "\033[1m"
#define COLOR_OFF    "\033[0m"

/** Characters (not bytes) of a UTF-8 text. */
size_t text_width(const char *text);
/** "1 error", "2 errors"; new text. */
char *text_count(size_t n, const char *one, const char *many);
/** "a", "a or b", "a, b or c"; new text. */
char *text_list(const char *const *items, size_t n, const char *last);
/** "did you mean X?" when a candidate is near, else NULL; new text. */
char *text_did_you_mean(const char *word, const char *const *candidates, size_t n);
/** "500ms", "30s", "1m30s"; new text. */
char *text_duration(int64_t ms);
/** Whether text is lower case, digits and dashes; `digit_first` allows a digit in front. */
bool text_is_name(const char *text, bool digit_first);
