/* An operation's input as the query protocols write it. Source: AWS Query and EC2 protocols in
 * Smithy's specification, "Query key resolution". */
#include <ctype.h>

#include "emulator/aws/protocol/protocol.h"
#include "emulator/aws/protocol/scalar.h"
#include "emulator/base/strbuf.h"
#include "runner/external/inner.h"

#define NAME_MAX_ 1024 /* bytes of a parameter's name */

struct writer {
	const struct aws_service_model *service;
	struct strbuf *sb;
	struct err *err;
};

static bool write_value(const struct writer *writer, const struct aws_member *member,
			const char *name, const struct json *value);

static void encode(struct strbuf *sb, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (isalnum(c) || strchr("-_.~", c))
			strbuf_add_char(sb, (char)c);
		else
			strbuf_addf(sb, "%%%02X", c);
	}
}

/* The member's part of a parameter's name; new text. */
static char *part_of(const struct writer *writer, const struct aws_member *member)
{
	char *name;

	if (writer->service->protocol != PROTOCOL_EC2)
		return xstrdup(member_xml_name(member));
	if (member->query_name)
		return xstrdup(member->query_name);
	name = xstrdup(member->location_name ? member->location_name : member->name);
	*name = (char)toupper((unsigned char)*name);
	return name;
}

static bool write_structure(const struct writer *writer, const struct aws_shape *shape,
			    const char *prefix, const struct json *value)
{
	json_foreach (item, value) {
		const struct aws_member *member =
			aws_shape_member(writer->service, shape, json_key(item));
		_cleanup_(freep) char *part = NULL, *name = NULL;

		if (!member)
			return err_set(writer->err, ERR_INVALID, NULL, "there is no parameter %s",
				       json_key(item));
		part = part_of(writer, member);
		name = xasprintf("%s%s%s", prefix, *prefix ? "." : "", part);
		if (!write_value(writer, member, name, item))
			return false;
	}
	return true;
}

static bool write_list(const struct writer *writer, const struct aws_member *member,
		       const char *prefix, const struct json *value)
{
	const struct aws_shape *shape = aws_member_shape(writer->service, member);
	const struct aws_member *element = aws_list_element(writer->service, shape);
	bool flat = writer->service->protocol == PROTOCOL_EC2 || member_is_flattened(shape, member);
	const char *word = element->location_name ? element->location_name : "member";
	size_t number = 0;

	json_foreach (item, value) {
		_cleanup_(freep) char *name = flat ? xasprintf("%s.%zu", prefix, ++number)
						   : xasprintf("%s.%s.%zu", prefix, word, ++number);

		if (!write_value(writer, element, name, item))
			return false;
	}
	return true;
}

static bool write_value(const struct writer *writer, const struct aws_member *member,
			const char *name, const struct json *value)
{
	const struct aws_shape *shape = aws_member_shape(writer->service, member);
	struct strbuf text;

	if (strlen(name) > NAME_MAX_)
		return err_set(writer->err, ERR_LIMIT, NULL, "a parameter's name is too long");
	switch (shape->type) {
	case SHAPE_STRUCTURE: return write_structure(writer, shape, name, value);
	case SHAPE_LIST: return write_list(writer, member, name, value);
	case SHAPE_MAP:
		return err_set(writer->err, ERR_UNSUPPORTED, NULL,
			       "%s: maps are not sent to external targets", name);
	default: break;
	}
	strbuf_init(&text, writer->sb->ceiling);
	scalar_print(shape, member, TIMESTAMP_ISO8601, value, &text);
	strbuf_add_char(writer->sb, '&');
	encode(writer->sb, name);
	strbuf_add_char(writer->sb, '=');
	encode(writer->sb, strbuf_text(&text));
	strbuf_done(&text);
	return true;
}

bool aws_form_write(const struct aws_service_model *service, const struct aws_operation *operation,
		    const struct json *params, struct strbuf *sb, struct err *err)
{
	const struct writer writer = {service, sb, err};

	strbuf_addf(sb, "Action=%s&Version=%s", operation->name, service->api_version);
	if (operation->input < 0)
		return true;
	return write_structure(&writer, &service->shapes[operation->input], "", params);
}
