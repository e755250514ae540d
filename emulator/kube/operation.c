/* One request to a cluster; see operation.h. */
#include "emulator/kube/operation.h"

#include <stdarg.h>
#include <stdio.h>

#include "emulator/base/arena.h"
#include "emulator/base/clock.h"
#include "emulator/kube/cluster.h"

void op_warn(struct kube_op *op, const char *format, ...)
{
	_cleanup_(freep) char *text = NULL;
	va_list ap;

	va_start(ap, format);
	text = xvasprintf(format, ap);
	va_end(ap);
	if (!strs_has(&op->warnings, text))
		strs_add(&op->warnings, text);
}

const char *op_timestamp(struct kube_op *op)
{
	char buffer[CLOCK_TEXT_MAX];

	return arena_strdup(op->arena, clock_format_seconds(op->now_ms, buffer));
}

const char *op_key(struct kube_op *op, const char *ns, const char *name)
{
	return arena_printf(op->arena, "%s/%s/%s", op->cluster->name, ns, name);
}
