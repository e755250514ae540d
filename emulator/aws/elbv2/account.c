/* What an account may have. */
#include "emulator/aws/elbv2/internal.h"

static const struct {
	const char *name, *max;
} limits[] = {
#define LIMIT(name, max) {name, max},
#include "emulator/aws/elbv2/limits.tbl"
#undef LIMIT
};

ELBV2_OP(elbv2_describe_account_limits)
{
	struct json *list = json_ensure_array(output, "Limits");
	size_t first, end;

	if (!page_range(call, input, output, &page_elb, array_size(limits), &first, &end, err))
		return false;
	for (size_t i = first; i < end; i++) {
		struct json *item = json_new_object();

		json_set_str(item, "Name", limits[i].name);
		json_set_str(item, "Max", limits[i].max);
		json_append(list, item);
	}
	return true;
}
