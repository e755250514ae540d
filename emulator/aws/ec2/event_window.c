/*
 * Event windows: when AWS may reboot, stop or terminate instances for events that it schedules, and
 * which tags its notices have. Shape: EC2 InstanceEventWindow. Nothing is ever scheduled here.
 * Source: EC2 user guide, "Create custom event windows for scheduled events".
 */
#include "emulator/aws/ec2/internal.h"

#define RANGES_MAX	10  /* time ranges of a window */
#define RANGE_MIN_HOURS 2   /* of each time range */
#define WEEK_MIN_HOURS	4   /* of all of a window's in a week */
#define TARGETS_MAX	100 /* instances, or 50 tags, or 50 hosts of a window */
#define TAGS_TARGET_MAX 50
#define WEEK_HOURS	168

const struct kind kind_instance_event_window = {
	.name = "instance-event-window",
	.shape = "ec2:InstanceEventWindow",
	.view = ec2_view,
};

/* ---- Times ---- */

static int day_of(const char *name)
{
	static const char *const days[] = {"sunday",   "monday", "tuesday", "wednesday",
					   "thursday", "friday", "saturday"};

	for (size_t i = 0; i < array_size(days); i++)
		if (str_eq(days[i], name))
			return (int)i;
	return -1;
}

static bool is_hour(const struct json *range, const char *member)
{
	int64_t hour = json_get_int(range, member, -1);

	return hour >= 0 && hour <= 23;
}

/** Hours of a time range {StartWeekDay, StartHour, EndWeekDay, EndHour}. */
static bool range_hours(const struct json *range, int64_t *ret, struct err *err)
{
	int start = day_of(json_get_str(range, "StartWeekDay"));
	int end = day_of(json_get_str(range, "EndWeekDay"));

	if (start < 0 || end < 0 || !is_hour(range, "StartHour") || !is_hour(range, "EndHour"))
		return aws_fail(err, AWS_EC2_WINDOW_RANGE);
	*ret = (end - start) * 24 + json_get_int(range, "EndHour", 0) -
	       json_get_int(range, "StartHour", 0);
	if (*ret <= 0)
		*ret += WEEK_HOURS;
	return true;
}

static bool check_ranges(const struct json *ranges, struct err *err)
{
	int64_t total = 0, hours = 0;

	if (json_size(ranges) > RANGES_MAX)
		return aws_fail(err, AWS_EC2_WINDOW_RANGE);
	json_foreach (range, ranges) {
		if (!range_hours(range, &hours, err))
			return false;
		if (hours < RANGE_MIN_HOURS)
			return aws_fail(err, AWS_EC2_WINDOW_RANGE);
		total += hours;
	}
	return total >= WEEK_MIN_HOURS || aws_fail(err, AWS_EC2_WINDOW_RANGE);
}

/** "21-23", "2,3,4" or a number; the number of values between min and max, 0 when it is none. */
static unsigned count_values(const char *text, size_t length, unsigned min, unsigned max)
{
	unsigned count = 0, first = 0, value = 0;
	bool range = false, digit = false;

	for (size_t i = 0; i <= length; i++) {
		char c = i < length ? text[i] : ',';

		if (c >= '0' && c <= '9') {
			value = value * 10 + (unsigned)(c - '0');
			digit = true;
			if (value > max)
				return 0;
			continue;
		}
		if (!digit || (c != ',' && c != '-') || value < min || (c == '-' && range))
			return 0;
		if (c == '-') {
			first = value;
		} else {
			if (range && value < first)
				return 0;
			count += range ? value - first + 1 : 1;
		}
		range = c == '-';
		value = 0;
		digit = false;
	}
	return count;
}

/**
 * "minute hour day month weekday": the minute, the day of the month and the month are "*", hours
 * come as a range, days of the week as a list or a range. Names of days are not taken: a limit of
 * ours.
 */
static bool check_cron(const char *text, struct err *err)
{
	const char *fields[5];
	size_t lengths[5], count = 0;
	unsigned hours, days;

	for (const char *p = text; *p && count < 5;) {
		lengths[count] = strcspn(p, " ");
		fields[count] = p;
		p += lengths[count++];
		p += strspn(p, " ");
		if (count == 5 && *p)
			return aws_fail(err, AWS_EC2_WINDOW_CRON, text);
	}
	if (count != 5 || lengths[0] != 1 || *fields[0] != '*' || lengths[2] != 1 ||
	    *fields[2] != '*' || lengths[3] != 1 || *fields[3] != '*')
		return aws_fail(err, AWS_EC2_WINDOW_CRON, text);
	hours = count_values(fields[1], lengths[1], 0, 23);
	days = lengths[4] == 1 && *fields[4] == '*' ? 7 : count_values(fields[4], lengths[4], 0, 6);
	return (hours >= RANGE_MIN_HOURS && days && hours * days >= WEEK_MIN_HOURS) ||
	       aws_fail(err, AWS_EC2_WINDOW_CRON, text);
}

/** Puts the times of a request into a window: one form takes the other's place. */
static bool put_times(const struct json *input, struct json *body, struct err *err)
{
	const struct json *ranges = json_get(input, "TimeRanges");
	const char *cron = json_get_str(input, "CronExpression");

	if (ranges && cron)
		return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, "TimeRange", "CronExpression");
	if (ranges) {
		if (!check_ranges(ranges, err))
			return false;
		json_remove(body, "CronExpression");
		json_set_copy(body, "TimeRanges", ranges);
	}
	if (cron) {
		if (!check_cron(cron, err))
			return false;
		json_remove(body, "TimeRanges");
		json_set_str(body, "CronExpression", cron);
	}
	return true;
}

/* ---- CreateInstanceEventWindow, Modify…, Delete… ---- */

bool ec2_create_instance_event_window(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *tags = NULL, *body = json_new_object();
	const struct doc *made;
	const char *id;

	if (!tags_from_specifications(input, "instance-event-window", &tags, err))
		return false;
	if (!json_get(input, "TimeRanges") && !json_get(input, "CronExpression"))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER, "TimeRange");
	if (!ec2_within_limit(call, LIMIT_EVENT_WINDOWS,
			      ec2_count(call, &kind_instance_event_window), AWS_EC2_WINDOW_LIMIT,
			      err))
		return false;
	id = ec2_new_id(call, &kind_instance_event_window, json_get_str(input, "Name"));
	json_set_str(body, "InstanceEventWindowId", id);
	json_set_copy(body, "Name", json_get(input, "Name"));
	json_set_str(body, "State", "active");
	if (!put_times(input, body, err))
		return false;
	made = world_add(call, (struct doc_spec){.kind = &kind_instance_event_window,
						 .key = id,
						 .body = steal(body),
						 .tags = steal(tags)});
	json_set(output, "InstanceEventWindow", ec2_item(made));
	return true;
}

bool ec2_modify_instance_event_window(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *window;

	if (!ec2_get_by(call, &kind_instance_event_window, input, "InstanceEventWindowId", &window,
			err))
		return false;
	body = json_copy(window->body);
	json_set_copy(body, "Name", json_get(input, "Name"));
	if (!put_times(input, body, err))
		return false;
	window = world_put(call, &kind_instance_event_window, window->key, steal(body));
	json_set(output, "InstanceEventWindow", ec2_item(window));
	return true;
}

static size_t target_count(const struct doc *window)
{
	const struct json *target = json_get(window->body, "AssociationTarget");
	size_t count = 0;

	json_foreach (member, target)
		count += json_size(member);
	return count;
}

bool ec2_delete_instance_event_window(struct call *call, const struct json *input,
				      struct json *output, struct err *err)
{
	const struct doc *window;
	struct json *item;

	if (!ec2_get_by(call, &kind_instance_event_window, input, "InstanceEventWindowId", &window,
			err))
		return false;
	if (target_count(window) && !json_get_bool(input, "ForceDelete", false))
		return aws_fail(err, AWS_EC2_WINDOW_IN_USE, window->key);
	item = json_ensure_object(output, "InstanceEventWindowState");
	json_set_str(item, "InstanceEventWindowId", window->key);
	json_set_str(item, "State", "deleting");
	world_remove(call, &kind_instance_event_window, window->key);
	return true;
}

/* ---- Associations ---- */

/* Member of a request's AssociationTarget, and of a window's. */
static const struct target {
	const char *wanted, *held;
	size_t max;
} targets[] = {
	{"InstanceIds", "InstanceIds", TARGETS_MAX},
	{"InstanceTags", "Tags", TAGS_TARGET_MAX},
	{"DedicatedHostIds", "DedicatedHostIds", TAGS_TARGET_MAX},
};

/** The one sort of target that a request names. */
static bool read_target(const struct json *wish, size_t *ret, struct err *err)
{
	size_t found = array_size(targets);

	for (size_t i = 0; i < array_size(targets); i++) {
		if (!json_size(json_get(wish, targets[i].wanted)))
			continue;
		if (found < array_size(targets))
			return aws_fail(err, AWS_EC2_PARAMETERS_EXCLUDE, targets[found].wanted,
					targets[i].wanted);
		found = i;
	}
	*ret = found;
	return found < array_size(targets) ||
	       aws_fail(err, AWS_EC2_MISSING_PARAMETER, "AssociationTarget");
}

static bool check_exists(const struct call *call, size_t which, const struct json *item,
			 struct err *err)
{
	const struct doc *doc;

	if (which == 0)
		return ec2_get(call, &kind_instance, json_str(item), &doc, err);
	return which != 2 || ec2_get(call, &kind_host, json_str(item), &doc, err);
}

static struct json *find_equal(struct json *list, const struct json *item)
{
	for (struct json *one = json_first_mut(list); one; one = json_next_mut(one))
		if (json_equal(one, item))
			return one;
	return NULL;
}

/** Adds targets to a window, or takes them away. */
static bool change_targets(struct call *call, const struct json *input, bool add,
			   struct json *output, struct err *err)
{
	const struct json *wish = json_get(input, "AssociationTarget");
	_cleanup_(json_freep) struct json *body = NULL;
	const struct doc *window;
	struct json *list;
	size_t which = 0;

	if (!ec2_get_by(call, &kind_instance_event_window, input, "InstanceEventWindowId", &window,
			err) ||
	    !read_target(wish, &which, err))
		return false;
	body = json_copy(window->body);
	list = json_ensure_array(json_ensure_object(body, "AssociationTarget"),
				 targets[which].held);
	json_foreach (item, json_get(wish, targets[which].wanted)) {
		struct json *old = find_equal(list, item);

		if (add && !check_exists(call, which, item, err))
			return false;
		if (!add && !old)
			return aws_fail(err, AWS_EC2_WINDOW_TARGET, window->key);
		if (add && !old)
			json_append(list, json_copy(item));
		else if (!add)
			json_remove_item(list, old);
	}
	if (json_size(list) > targets[which].max)
		return aws_fail(err, AWS_EC2_WINDOW_TARGETS);
	window = world_put(call, &kind_instance_event_window, window->key, steal(body));
	if (target_count(window) !=
	    json_size(json_get(json_get(window->body, "AssociationTarget"), targets[which].held)))
		return aws_fail(err, AWS_EC2_WINDOW_TARGETS); /* one sort of target at a time */
	json_set(output, "InstanceEventWindow", ec2_item(window));
	return true;
}

bool ec2_associate_instance_event_window(struct call *call, const struct json *input,
					 struct json *output, struct err *err)
{
	return change_targets(call, input, true, output, err);
}

bool ec2_disassociate_instance_event_window(struct call *call, const struct json *input,
					    struct json *output, struct err *err)
{
	return change_targets(call, input, false, output, err);
}

/* ---- DescribeInstanceEventWindows ---- */

static void filter_tag(struct call *call, const struct doc *doc, struct filter_values *values)
{
	json_foreach (tag, json_find(doc->body, "AssociationTarget", "Tags", NULL))
		filter_value(values, arena_printf(call->arena, "%s=%s", json_get_str(tag, "Key"),
						  json_get_str(tag, "Value")));
}

static const struct filter_field window_filters[] = {
	{"dedicated-host-id", "AssociationTarget.DedicatedHostIds", NULL, NULL},
	{"event-window-name", "Name", NULL, NULL},
	{"instance-id", "AssociationTarget.InstanceIds", NULL, NULL},
	{"instance-tag", NULL, filter_tag, NULL},
	{"instance-tag-key", "AssociationTarget.Tags.Key", NULL, NULL},
	{"instance-tag-value", "AssociationTarget.Tags.Value", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

EC2_DESCRIBE(ec2_describe_instance_event_windows, .kind = &kind_instance_event_window,
	     .ids = "InstanceEventWindowIds", .id_prefix = "iew-",
	     .malformed = AWS_EC2_WINDOW_MALFORMED, .not_found = AWS_EC2_WINDOW_NOT_FOUND,
	     .fields = window_filters, .result = "InstanceEventWindows")

/* ---- Tags in notices of events: a setting of the account ---- */

#define NOTICE "event-notification"

/** The setting as a reply shows it. */
static void reply_notice(struct call *call, struct json *output)
{
	const struct json *set = account_setting(call, NOTICE);
	struct json *item = json_ensure_object(output, "InstanceTagAttribute");

	json_ensure_array(item, "InstanceTagKeys");
	json_set_bool(item, "IncludeAllTagsOfInstance", false);
	json_foreach (member, set)
		json_set_copy(item, json_key(member), member);
}

bool ec2_describe_instance_event_notification_attributes(struct call *call,
							 const struct json *input,
							 struct json *output, struct err *err)
{
	(void)input;
	(void)err;
	reply_notice(call, output);
	return true;
}

/** The keys that are included, with or without those of the request; new tree. */
static struct json *change_keys(const struct json *set, const struct json *keys, bool add)
{
	struct json *list = json_new_array();

	json_foreach (key, json_get(set, "InstanceTagKeys"))
		if (!ec2_list_has(keys, json_str(key)))
			json_append_str(list, json_str(key));
	json_foreach (key, keys)
		if (add && !ec2_list_has(list, json_str(key)))
			json_append_str(list, json_str(key));
	return list;
}

static bool change_notice(struct call *call, const struct json *input, bool add,
			  struct json *output, struct err *err)
{
	const struct json *wish = json_get(input, "InstanceTagAttribute");
	const struct json *old = account_setting(call, NOTICE);
	bool all = json_get_bool(wish, "IncludeAllTagsOfInstance", false);
	struct json *set;

	if (!all && !json_size(json_get(wish, "InstanceTagKeys")))
		return aws_fail(err, AWS_EC2_MISSING_PARAMETER,
				"InstanceTagAttribute.InstanceTagKeys");
	set = json_new_object();
	json_set(set, "InstanceTagKeys", change_keys(old, json_get(wish, "InstanceTagKeys"), add));
	json_set_bool(set, "IncludeAllTagsOfInstance",
		      all ? add : json_get_bool(old, "IncludeAllTagsOfInstance", false));
	account_setting_put(call, NOTICE, set);
	reply_notice(call, output);
	return true;
}

bool ec2_register_instance_event_notification_attributes(struct call *call,
							 const struct json *input,
							 struct json *output, struct err *err)
{
	return change_notice(call, input, true, output, err);
}

bool ec2_deregister_instance_event_notification_attributes(struct call *call,
							   const struct json *input,
							   struct json *output, struct err *err)
{
	return change_notice(call, input, false, output, err);
}
