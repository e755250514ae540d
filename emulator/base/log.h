#pragma once
/* The program's own log, to stderr. Only main.c, gateway.c and registry.c log errors; others log at
 * debug level only. */
#include "emulator/base/util.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/** Messages above this level are dropped; the default is LOG_WARNING. */
void log_set_level(enum log_level level);

/** One line: "skyrig: message". Control characters in the message are shown as \xNN. */
void log_message(enum log_level level, const char *format, ...) printf_like(2, 3);

#define log_error(...)	 log_message(LOG_ERROR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_WARNING, __VA_ARGS__)
#define log_info(...)	 log_message(LOG_INFO, __VA_ARGS__)
#define log_debug(...)	 log_message(LOG_DEBUG, __VA_ARGS__)
