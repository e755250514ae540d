/* What an account may have: quotas, and DescribeAccountLimits, which shows them. */
#include "emulator/aws/elbv2/internal.h"
#include "emulator/aws/quota.h"

static const struct limit {
	const char *name; /* NULL: not shown */
	unsigned max;
	enum aws_error error;
} limits[] = {
#define LIMIT(word, name, max, error) [ELBV2_LIMIT_##word] = {name, max, AWS_ELBV2_##error},
#define HIDDEN(word, max, error)      [ELBV2_LIMIT_##word] = {NULL, max, AWS_ELBV2_##error},
#include "emulator/aws/elbv2/limits.tbl"
#undef LIMIT
#undef HIDDEN
};

static unsigned max_of(const struct call *call, size_t limit)
{
	return limits[limit].name ? quota_of(call->world, limits[limit].name, limits[limit].max)
				  : limits[limit].max;
}

bool elbv2_limit(struct call *call, enum elbv2_limit limit, size_t count, const char *of,
		 struct err *err)
{
	unsigned max = max_of(call, limit);

	if (world_profile(call->world) != PROFILE_AWS || count <= max)
		return true;
	return aws_fail(err, limits[limit].error, arena_printf(call->arena, "%u", max), of);
}

ELBV2_OP(elbv2_describe_account_limits)
{
	struct json *list = json_ensure_array(output, "Limits");
	size_t first, end, shown = 0;

	while (shown < array_size(limits) && limits[shown].name)
		shown++;
	if (!page_range(call, input, output, &page_elb, shown, &first, &end, err))
		return false;
	for (size_t i = first; i < end; i++) {
		struct json *item = json_new_object();

		json_set_str(item, "Name", limits[i].name);
		json_setf(item, "Max", "%u", max_of(call, i));
		json_append(list, item);
	}
	return true;
}
