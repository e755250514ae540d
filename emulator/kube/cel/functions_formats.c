/*
 * Named formats: format.dns1123Label().validate(text) answers none when the text fits.
 *
 * Source: apiserver pkg/cel/library/format.go.
 */
#include "emulator/base/arena.h"
#include "emulator/base/container.h"
#include "emulator/base/digest.h"
#include "emulator/kube/cel/inner.h"
#include "emulator/kube/fields.h"

struct cel_format {
	const char *name;
	format_fn *problems; /**< says what is wrong */
	bool prefix;	     /**< a trailing dash is fine */
	bool (*fits)(struct arena *arena, const char *text);
	const char *problem; /**< when it does not */
	uint64_t size;	     /**< of its expression, for the cost */
};

static bool is_uuid(struct arena *arena _unused_, const char *text)
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (strlen(text) != strlen(shape))
		return false;
	for (size_t i = 0; shape[i]; i++)
		if (shape[i] == '-' ? text[i] != '-' : !strchr("0123456789abcdefABCDEF", text[i]))
			return false;
	return true;
}

static bool is_base64(struct arena *arena _unused_, const char *text)
{
	uint8_t *bytes = NULL;
	size_t length;
	bool fine = base64_decode(text, strlen(text), &bytes, &length);

	if (fine)
		free(bytes);
	return fine;
}

static bool is_date(struct arena *arena, const char *text)
{
	int64_t seconds;
	int32_t nanos;

	return strlen(text) == 10 &&
	       cel_read_timestamp(arena_printf(arena, "%sT00:00:00Z", text), &seconds, &nanos);
}

static bool is_time(struct arena *arena _unused_, const char *text)
{
	int64_t seconds;
	int32_t nanos;

	return cel_read_timestamp(text, &seconds, &nanos);
}

static const struct cel_format rows[] = {
	{"dns1123Label", format_dns1123_label, false, NULL, NULL, 30},
	{"dns1123Subdomain", format_dns1123_subdomain, false, NULL, NULL, 60},
	{"dns1035Label", format_dns1035_label, false, NULL, NULL, 30},
	{"qualifiedName", format_qualified_name, false, NULL, NULL, 60},
	{"dns1123LabelPrefix", format_dns1123_label, true, NULL, NULL, 30},
	{"dns1123SubdomainPrefix", format_dns1123_subdomain, true, NULL, NULL, 60},
	{"dns1035LabelPrefix", format_dns1035_label, true, NULL, NULL, 30},
	{"labelValue", format_label_value, false, NULL, NULL, 40},
	{"uri", NULL, false, cel_url_fits, "invalid URI for request", 1000},
	{"uuid", NULL, false, is_uuid, "does not match the UUID format", 72},
	{"byte", NULL, false, is_base64, "invalid base64", 100},
	{"date", NULL, false, is_date, "invalid date", 72},
	{"datetime", NULL, false, is_time, "invalid datetime", 72},
};

uint64_t cel_format_size(const struct cel_format *format)
{
	return format->size;
}

static struct cel_value named(struct cel_run *run, const struct cel_value *a)
{
	const char *name = cel_copy_text(run, a);

	for (size_t i = 0; i < array_size(rows); i++)
		if (str_eq(rows[i].name, name)) {
			struct cel_value format = {.kind = CEL_FORMAT, .format = &rows[i]};

			return cel_optional(run->arena, &format);
		}
	return cel_optional(run->arena, NULL);
}

#define ROW(function, index)                                                                       \
	static struct cel_value function(struct cel_run *run _unused_,                             \
					 const struct cel_value *a _unused_)                       \
	{                                                                                          \
		return (struct cel_value){.kind = CEL_FORMAT, .format = &rows[index]};             \
	}
ROW(dns1123_label, 0)
ROW(dns1123_subdomain, 1)
ROW(dns1035_label, 2)
ROW(qualified_name, 3)
ROW(dns1123_label_prefix, 4)
ROW(dns1123_subdomain_prefix, 5)
ROW(dns1035_label_prefix, 6)
ROW(label_value, 7)
ROW(uri, 8)
ROW(uuid, 9)
ROW(byte, 10)
ROW(date, 11)
ROW(datetime, 12)

static struct cel_value problems_of(struct cel_run *run, const struct cel_format *format,
				    const char *text)
{
	struct cel_value list, *items;
	struct strs problems = {};
	size_t length = strlen(text);
	const char *shown = text;

	/* maskTrailingDash (apimachinery pkg/api/validation/generic.go) */
	if (format->prefix && length > 1 && text[length - 1] == '-')
		shown = arena_printf(run->arena, "%.*sa", (int)(length - 2), text);
	if (format->problems)
		format->problems(shown, &problems);
	else if (!format->fits(run->arena, text))
		strs_add(&problems, format->problem);
	items = arena_alloc(run->arena, (problems.count + 1) * sizeof(*items));
	for (size_t i = 0; i < problems.count; i++)
		items[i] = cel_text(arena_strdup(run->arena, problems.items[i]));
	list = cel_list(run->arena, items, problems.count);
	length = problems.count;
	strs_done(&problems);
	return cel_optional(run->arena, length ? &list : NULL);
}

static struct cel_value validate(struct cel_run *run, const struct cel_value *a)
{
	return problems_of(run, a[0].format, cel_copy_text(run, &a[1]));
}

const struct cel_overload cel_formats[] = {
	{"validate", ".Fs>?[s]", validate, COST_FORMAT},
	{"format.named", "s>?F", named, COST_ONE},
	{"format.dns1123Label", ">F", dns1123_label, COST_ONE},
	{"format.dns1123Subdomain", ">F", dns1123_subdomain, COST_ONE},
	{"format.dns1035Label", ">F", dns1035_label, COST_ONE},
	{"format.qualifiedName", ">F", qualified_name, COST_ONE},
	{"format.dns1123LabelPrefix", ">F", dns1123_label_prefix, COST_ONE},
	{"format.dns1123SubdomainPrefix", ">F", dns1123_subdomain_prefix, COST_ONE},
	{"format.dns1035LabelPrefix", ">F", dns1035_label_prefix, COST_ONE},
	{"format.labelValue", ">F", label_value, COST_ONE},
	{"format.uri", ">F", uri, COST_ONE},
	{"format.uuid", ">F", uuid, COST_ONE},
	{"format.byte", ">F", byte, COST_ONE},
	{"format.date", ">F", date, COST_ONE},
	{"format.datetime", ">F", datetime, COST_ONE},
	{},
};
