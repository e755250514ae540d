/* What an account may have. */
#include "emulator/aws/elb/internal.h"

static const struct {
	const char *name;
	int64_t max;
} limits[] = {
#define LIMIT(word, name, max) {name, max},
#include "emulator/aws/elb/limits.tbl"
#undef LIMIT
};

ELB_OP(elb_describe_account_limits)
{
	struct json *list = json_ensure_array(output, "Limits");
	size_t first, end;

	if (!page_range(call, input, output, &page_elb, array_size(limits), &first, &end, err))
		return false;
	for (size_t i = first; i < end; i++) {
		struct json *item = json_new_object();

		json_set_str(item, "Name", limits[i].name);
		json_setf(item, "Max", "%lld", (long long)limits[i].max);
		json_append(list, item);
	}
	return true;
}
