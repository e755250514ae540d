#pragma once
/* The manual page and the shell completion, made of the same tables that parse the command line. */
#include <argp.h>

#include "emulator/base/util.h"

enum describe_form { DESCRIBE_NOTHING, DESCRIBE_MAN, DESCRIBE_BASH };

/** Set in a process that only describes: command_parse then calls describe_command and ends. */
extern enum describe_form describe_form;

/** Prints what a subcommand takes, in the form that is set. */
void describe_command(const char *name, const struct argp *argp);
