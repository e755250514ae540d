/* CloudTrail's spelling of parameters; see cloudtrail_inner.h. */
#include <ctype.h>
#include <strings.h>

#include "emulator/base/json.h"
#include "runner/store/cloudtrail_inner.h"

#define ITEMS "items"

struct reader {
	const struct aws_service_model *service;
	struct strs *unknown;
};

static struct json *read_value(const struct reader *reader, const struct aws_shape *shape,
			       const struct json *written);

/* Null, {}, [] and { "items": [] } all mean that nothing was given. */
static bool is_empty(const struct json *written)
{
	if (json_is_null(written))
		return true;
	if (json_is_array(written))
		return !json_size(written);
	if (!json_is_object(written))
		return false;
	return !json_size(written) || (json_size(written) == 1 && json_get(written, ITEMS) &&
				       is_empty(json_get(written, ITEMS)));
}

/* "subnetIdSet", "SubnetIds", "subnetSet": all are "subnet"; new text. */
static char *stem(const char *name)
{
	static const char *const endings[] = {"set", "s", "id", "name"};
	char *text = xstrdup(name);
	size_t length = strlen(text);

	for (size_t i = 0; i < length; i++)
		text[i] = (char)tolower((unsigned char)text[i]);
	for (size_t i = 0; i < array_size(endings); i++) {
		size_t n = strlen(endings[i]);

		if (length > n && str_ends_with(text, endings[i])) {
			length -= n;
			text[length] = '\0';
		}
	}
	return text;
}

static bool same_stem(const char *a, const char *b)
{
	_cleanup_(freep) char *x = stem(a), *y = stem(b);

	return str_eq(x, y);
}

static bool is_called(const struct aws_member *member, const char *key)
{
	return strcasecmp(member->name, key) == 0 ||
	       (member->location_name && strcasecmp(member->location_name, key) == 0) ||
	       (member->query_name && strcasecmp(member->query_name, key) == 0);
}

/* The only key that the elements of a list of EC2 have, when they stand for plain values. */
static const char *element_key(const struct json *written)
{
	const struct json *first = json_first(json_get(written, ITEMS));

	return json_is_object(first) && json_size(first) == 1 ? json_key(json_first(first)) : NULL;
}

/* "SecurityGroupIds" has elements that are called groupId. */
static bool has_elements_called(const struct aws_member *member, const char *element)
{
	_cleanup_(freep) char *one = NULL;
	size_t length = strlen(member->name), n = strlen(element);

	if (length && member->name[length - 1] == 's')
		length--;
	one = xstrndup(member->name, length);
	return length >= n && strcasecmp(one + length - n, element) == 0;
}

static unsigned fit(const struct reader *reader, const struct aws_member *member, const char *key,
		    const char *element)
{
	const struct aws_shape *shape = aws_member_shape(reader->service, member);
	bool fits_element =
		element && shape->type == SHAPE_LIST && has_elements_called(member, element);

	if (is_called(member, key))
		return 4;
	if (!str_ends_with(key, "Set") || shape->type != SHAPE_LIST)
		return 0;
	if (same_stem(member->name, key))
		return fits_element ? 3 : 2;
	return fits_element ? 1 : 0;
}

static const struct aws_member *find_member(const struct reader *reader,
					    const struct aws_shape *shape, const char *key,
					    const struct json *written)
{
	const struct aws_member *best = NULL;
	const char *element = element_key(written);
	unsigned most = 0;

	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member =
			&reader->service->members[shape->first_member + i];
		unsigned fits = fit(reader, member, key, element);

		if (fits > most) {
			most = fits;
			best = member;
		}
	}
	return best;
}

/* What CloudTrail adds to what the caller said and AWS answered. */
static bool is_addition(const char *key)
{
	static const char *const additions[] = {"tag", "xmlns", "requestId", "_return", "return"};

	for (size_t i = 0; i < array_size(additions); i++)
		if (str_eq(key, additions[i]))
			return true;
	return false;
}

static void read_members(const struct reader *reader, const struct aws_shape *shape,
			 const struct json *written, struct json *ret)
{
	json_foreach (item, written) {
		const char *key = json_key(item);
		const struct json *items = json_get(item, ITEMS);
		const struct aws_member *member;

		if (is_empty(item))
			continue;
		/* before all else: a Tag of a TagSpecification is called as the addition is */
		member = json_is_number(item) && is_addition(key)
				 ? NULL
				 : find_member(reader, shape, key, item);
		if (member)
			json_set(ret, member->name,
				 read_value(reader, aws_member_shape(reader->service, member),
					    item));
		else if (is_addition(key))
			continue;
		/* RunInstances: image and counts stand in a set of one */
		else if (json_size(items) == 1 && json_is_object(json_first(items)))
			read_members(reader, shape, json_first(items), ret);
		else
			strs_add(reader->unknown, key);
	}
}

static struct json *read_structure(const struct reader *reader, const struct aws_shape *shape,
				   const struct json *written)
{
	struct json *ret = json_new_object();

	if (!written) {
		return ret; /* nothing was given */
	} else if (json_is_object(written)) {
		read_members(reader, shape, written, ret);
	} else if (shape->member_count == 1) { /* { "Value": true } is written as true */
		const struct aws_member *member = &reader->service->members[shape->first_member];

		json_set(ret, member->name,
			 read_value(reader, aws_member_shape(reader->service, member), written));
	}
	return ret;
}

/* { "groupId": "sg-1" } or { "tag": 1, "content": "sg-1" }, where a plain value is meant. */
static const struct json *plain(const struct json *written)
{
	if (!json_is_object(written))
		return written;
	if (json_get(written, "content"))
		return json_get(written, "content");
	return json_size(written) == 1 ? json_first(written) : written;
}

/* What stands in { "items": [ … ] }, or in { "item": … } of newer operations' answers. */
static const struct json *inside(const struct json *written)
{
	if (json_get(written, ITEMS))
		return json_get(written, ITEMS);
	return json_get(written, "item") && json_size(written) == 1 ? json_get(written, "item")
								    : written;
}

static struct json *read_list(const struct reader *reader, const struct aws_shape *shape,
			      const struct json *written)
{
	const struct aws_shape *element =
		aws_member_shape(reader->service, aws_list_element(reader->service, shape));
	bool scalar = element->type != SHAPE_STRUCTURE && element->type != SHAPE_LIST &&
		      element->type != SHAPE_MAP;
	const struct json *list = inside(written);
	struct json *ret = json_new_array();

	if (!json_is_array(list)) { /* a list of one, as XML cannot tell */
		json_append(ret, read_value(reader, element, scalar ? plain(list) : list));
		return ret;
	}
	json_foreach (item, list)
		json_append(ret, read_value(reader, element, scalar ? plain(item) : item));
	return ret;
}

static struct json *read_scalar(const struct aws_shape *shape, const struct json *written)
{
	const char *text = json_str(written);
	char *end;

	if (shape->type == SHAPE_STRING && (json_is_number(written) || json_is_bool(written))) {
		_cleanup_(freep) char *number = json_to_text(written);

		return json_new_string(number); /* attributes' values are texts */
	}
	if (text && shape->type == SHAPE_BOOLEAN && (str_eq(text, "true") || str_eq(text, "false")))
		return json_new_bool(str_eq(text, "true"));
	if (text && *text && (shape->type == SHAPE_INTEGER || shape->type == SHAPE_LONG)) {
		long long number = strtoll(text, &end, 10);

		if (!*end)
			return json_new_int(number);
	}
	return json_copy(written);
}

static struct json *read_value(const struct reader *reader, const struct aws_shape *shape,
			       const struct json *written)
{
	switch (shape->type) {
	case SHAPE_STRUCTURE: return read_structure(reader, shape, written);
	case SHAPE_LIST: return read_list(reader, shape, written);
	default: return read_scalar(shape, written);
	}
}

/* Newer operations of EC2: { "CreateNatGatewayRequest": { … } }. */
static const struct json *unwrap(const struct json *written)
{
	const struct json *only = json_first(written);

	if (json_size(written) == 1 && json_is_object(only) &&
	    (str_ends_with(json_key(only), "Request") || str_ends_with(json_key(only), "Response")))
		return only;
	return written;
}

struct json *cloudtrail_read(const struct aws_service_model *service, const struct aws_shape *shape,
			     const struct json *written, struct strs *unknown)
{
	const struct reader reader = {service, unknown};

	return read_structure(&reader, shape, json_is_object(written) ? unwrap(written) : NULL);
}
