/* Values against their shapes. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "emulator/aws/validate.h"

#include <ctype.h>
#include <math.h>
#include <pcre2.h>
#include <uthash.h>

#include "emulator/aws/protocol/scalar.h"
#include "emulator/base/arena.h"
#include "emulator/base/strbuf.h"

#define TEXT_MAX	  65536	  /* bytes of an error's text */
#define PATTERN_STEPS_MAX 1000000 /* PCRE2 match limit: untrusted text cannot cost more */
#define PROBLEMS_MAX	  50	  /* named in one text */

struct pattern {
	const char *text; /* key: the model's own pointer */
	pcre2_code *code; /* NULL: PCRE2 cannot compile it, tests/aws/test_validate.c lists those */
	UT_hash_handle hh;
};

struct validator {
	struct pattern *patterns;
	pcre2_match_context *limits;
	pcre2_match_data *match;
};

struct validator *validator_new(void)
{
	struct validator *validator = xcalloc(1, sizeof(*validator));

	validator->limits = pcre2_match_context_create(NULL);
	validator->match = pcre2_match_data_create(1, NULL);
	if (!validator->limits || !validator->match)
		out_of_memory();
	pcre2_set_match_limit(validator->limits, PATTERN_STEPS_MAX);
	return validator;
}

void validator_free(struct validator *validator)
{
	struct pattern *pattern, *next;

	if (!validator)
		return;
	HASH_ITER (hh, validator->patterns, pattern, next) {
		HASH_DEL(validator->patterns, pattern);
		pcre2_code_free(pattern->code);
		free(pattern);
	}
	pcre2_match_data_free(validator->match);
	pcre2_match_context_free(validator->limits);
	free(validator);
}

/* The models' patterns are Java's: \uXXXX, and the whole text must match. */
static pcre2_code *compile(const char *text)
{
	PCRE2_SIZE offset;
	int error;

	return pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
			     PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_ANCHORED | PCRE2_ENDANCHORED,
			     &error, &offset, NULL);
}

static bool pattern_allows(struct validator *validator, const char *text, const char *value)
{
	struct pattern *pattern;
	int result;

	HASH_FIND_PTR(validator->patterns, &text, pattern);
	if (!pattern) {
		pattern = xcalloc(1, sizeof(*pattern));
		pattern->text = text;
		pattern->code = compile(text);
		HASH_ADD_PTR(validator->patterns, text, pattern);
	}
	if (!pattern->code)
		return true;
	result = pcre2_match(pattern->code, (PCRE2_SPTR)value, strlen(value), 0, 0,
			     validator->match, validator->limits);
	return result >= 0 || result == PCRE2_ERROR_MATCHLIMIT;
}

/* @name Words */

/* "RoleName" is 'roleName' in such texts, "DBName" is 'dBName'. */
static void add_lower_camel(struct strbuf *sb, const char *name)
{
	strbuf_add_char(sb, (char)tolower((unsigned char)*name));
	strbuf_add(sb, name + 1);
}

static void add_path(struct strbuf *sb, const struct value_path *path)
{
	if (path->up) {
		add_path(sb, path->up);
		strbuf_add_char(sb, '.');
	}
	if (path->member)
		add_lower_camel(sb, path->member->name);
	else if (path->key)
		strbuf_addf(sb, "%s.member", path->key);
	else
		strbuf_addf(sb, "%zu.member", path->index);
}

/*
 * EC2 names a missing or unknown parameter as its wire does ("ImageId"), one with a bad value with
 * a small first letter ("maxResults"): both as quoted in public issues.
 */
static void add_ec2_path(struct strbuf *sb, const struct value_path *path, bool capital)
{
	const char *name;

	if (path->up) {
		add_ec2_path(sb, path->up, capital);
		strbuf_add_char(sb, '.');
	}
	if (!path->member) {
		strbuf_addf(sb, "%zu", path->index);
		return;
	}
	name = path->member->location_name ? path->member->location_name : path->member->name;
	if (path->member->query_name && capital)
		name = path->member->query_name;
	strbuf_add_char(sb, (char)(capital ? toupper((unsigned char)*name)
					   : tolower((unsigned char)*name)));
	strbuf_add(sb, name + 1);
}

/* @name The walk over an input */

struct walk {
	struct validator *validator;
	struct arena *arena;
	const struct aws_service_model *service;
	struct strbuf text; /* of all problems so far */
	enum refusal first; /* the first problem's sort: its code counts */
	bool first_is_path; /* it is a path of IAM that is wrong */
	bool in_body;	    /* of the first problem */
	unsigned problems;
};

struct constraint {
	enum refusal refusal;
	const struct aws_shape *shape;
	const struct json *value;
};

/* Lists and maps are shown as Java shows them: [a, b], {a=b}. */
static void add_value(struct strbuf *sb, const struct json *value)
{
	const char *separator = "";
	bool list = json_is_array(value);

	if (!list && !json_is_object(value)) {
		if (json_is_string(value))
			strbuf_add(sb, json_str(value));
		else
			json_print(sb, value);
		return;
	}
	strbuf_add_char(sb, list ? '[' : '{');
	json_foreach (item, value) {
		strbuf_add(sb, separator);
		if (!list)
			strbuf_addf(sb, "%s=", json_key(item));
		add_value(sb, item);
		separator = ", ";
	}
	strbuf_add_char(sb, list ? ']' : '}');
}

static void add_enum_set(struct strbuf *sb, const struct aws_service_model *service,
			 const struct aws_shape *shape)
{
	for (unsigned i = 0; i < shape->enum_count; i++)
		strbuf_addf(sb, "%s%s", i ? ", " : "", service->enums[shape->first_enum + i]);
}

/* A limit as it is shown: those of floating-point numbers are kept in thousandths. */
static void add_limit(struct strbuf *sb, const struct aws_shape *shape, int64_t limit)
{
	if (shape->type == SHAPE_FLOAT || shape->type == SHAPE_DOUBLE)
		strbuf_addf(sb, "%g", (double)limit / 1000);
	else
		strbuf_addf(sb, "%lld", (long long)limit);
}

static void add_expectation(struct strbuf *sb, const char *order, const struct aws_shape *shape,
			    int64_t limit)
{
	strbuf_addf(sb, " Expecting a value %s than ", order);
	add_limit(sb, shape, limit);
	strbuf_add_char(sb, '.');
}

static void add_ec2_problem(struct walk *walk, const struct value_path *path,
			    const struct constraint *broken)
{
	struct strbuf *sb = &walk->text;

	if (broken->refusal == REFUSAL_MISSING || broken->refusal == REFUSAL_UNKNOWN) {
		strbuf_add(sb, broken->refusal == REFUSAL_MISSING
				       ? "The request must contain the parameter "
				       : "The parameter ");
		add_ec2_path(sb, path, true);
		if (broken->refusal == REFUSAL_UNKNOWN)
			strbuf_add(sb, " is not recognized");
		return;
	}
	/* hashicorp/terraform-provider-aws#35371 */
	if (broken->refusal == REFUSAL_TOO_LONG &&
	    (str_eq(broken->shape->name, "AddPrefixListEntries") ||
	     str_eq(broken->shape->name, "RemovePrefixListEntries"))) {
		strbuf_addf(sb, "The number of entries per request cannot exceeds limit (%lld).",
			    (long long)broken->shape->max);
		return;
	}
	strbuf_add(sb, "Value ( ");
	add_value(sb, broken->value);
	strbuf_add(sb, " ) for parameter ");
	add_ec2_path(sb, path, false);
	strbuf_add(sb, " is invalid.");
	if (broken->refusal == REFUSAL_TOO_SMALL)
		add_expectation(sb, "greater", broken->shape, broken->shape->min);
	if (broken->refusal == REFUSAL_TOO_LARGE)
		add_expectation(sb, "less", broken->shape, broken->shape->max);
}

static void add_constraints(struct walk *walk, const struct aws_shape *shape, bool terse);

static void add_constraint(struct walk *walk, const struct constraint *broken, bool terse)
{
	const struct aws_shape *shape = broken->shape;
	struct strbuf *sb = &walk->text;

	switch (broken->refusal) {
	case REFUSAL_UNKNOWN: strbuf_add(sb, "Member is not recognized"); break;
	case REFUSAL_TYPE: strbuf_add(sb, "Member has the wrong type"); break;
	case REFUSAL_MISSING: strbuf_add(sb, "Member must not be null"); break;
	case REFUSAL_TOO_SMALL:
		strbuf_add(sb, "Member must have value greater than or equal to ");
		add_limit(sb, shape, shape->min);
		break;
	case REFUSAL_TOO_LARGE:
		strbuf_add(sb, "Member must have value less than or equal to ");
		add_limit(sb, shape, shape->max);
		break;
	case REFUSAL_TOO_SHORT:
		strbuf_add(sb, "Member must have length greater than or equal to ");
		add_limit(sb, shape, shape->min);
		break;
	case REFUSAL_TOO_LONG:
		strbuf_add(sb, "Member must have length less than or equal to ");
		add_limit(sb, shape, shape->max);
		break;
	case REFUSAL_ENUM:
		strbuf_add(sb, "Member must satisfy enum value set");
		if (!terse) {
			strbuf_add(sb, ": [");
			add_enum_set(sb, walk->service, shape);
			strbuf_add_char(sb, ']');
		}
		break;
	case REFUSAL_PATTERN:
		strbuf_addf(sb, "Member must satisfy regular expression pattern: %s",
			    shape->pattern);
		break;
	case REFUSAL_KEYS:
		strbuf_add(sb, "Map keys");
		add_constraints(walk, shape, terse);
		break;
	case REFUSAL_ITEMS:
		strbuf_add(sb, "Member");
		add_constraints(walk, shape, terse);
		break;
	}
}

/* All that the shape of a key or an item says, whichever of it is broken. */
static void add_constraints(struct walk *walk, const struct aws_shape *shape, bool terse)
{
	const struct {
		bool said;
		enum refusal refusal;
	} rows[] = {{shape->flags & SHAPE_HAS_MAX, REFUSAL_TOO_LONG},
		    {shape->flags & SHAPE_HAS_MIN, REFUSAL_TOO_SHORT},
		    {shape->enum_count, REFUSAL_ENUM},
		    {shape->pattern, REFUSAL_PATTERN}};
	const char *separator = "";

	strbuf_add(&walk->text, " must satisfy constraint: [");
	for (size_t i = 0; i < array_size(rows); i++) {
		if (!rows[i].said)
			continue;
		strbuf_add(&walk->text, separator);
		add_constraint(walk, &(struct constraint){rows[i].refusal, shape, NULL}, terse);
		separator = ", ";
	}
	if (str_eq(shape->name, "tagKeyType")) /* LocalStack's records of UntagRole, UntagPolicy */
		strbuf_add(&walk->text, ", Member must not be null");
	strbuf_add_char(&walk->text, ']');
}

static void add_problem(struct walk *walk, const struct value_path *path,
			const struct constraint *broken)
{
	/* IAM leaves values out since 2025, STS shows them: recorded answers of both. */
	bool terse = str_eq(walk->service->name, "iam");

	if (walk->problems)
		strbuf_add(&walk->text, "; ");
	strbuf_add(&walk->text, "Value ");
	if (broken->refusal == REFUSAL_MISSING) {
		strbuf_add(&walk->text, "null ");
	} else if (!terse) {
		strbuf_add_char(&walk->text, '\'');
		add_value(&walk->text, broken->value);
		strbuf_add(&walk->text, "' ");
	}
	strbuf_add(&walk->text, "at '");
	/* Route 53 names all ids by their type: terraform#24250, terraform-provider-aws#37817 */
	if (str_eq(walk->service->name, "route53") && broken->refusal != REFUSAL_MISSING &&
	    str_ends_with(broken->shape->name, "ResourceId"))
		strbuf_add(&walk->text, "resourceId");
	else
		add_path(&walk->text, path);
	strbuf_add(&walk->text, "' failed to satisfy constraint: ");
	add_constraint(walk, broken, terse);
}

/* IAM's own words for a wrong path: aws-cloudformation/cfn-lint#722 (a role), and public test
 * suites (a virtual MFA device). */
#define PATH_TEXT                                                                                  \
	"The specified value for path is invalid. It must begin and end with / and contain only "  \
	"alphanumeric characters and/or / characters."

static bool is_iam_path(const struct walk *walk, const struct value_path *path,
			const struct constraint *broken)
{
	return broken->refusal == REFUSAL_PATTERN && str_eq(walk->service->name, "iam") &&
	       str_eq(broken->shape->name, "pathType") && path->member &&
	       str_eq(path->member->name, "Path");
}

static void problem(struct walk *walk, const struct value_path *path, enum refusal refusal,
		    const struct aws_shape *shape, const struct json *value)
{
	const struct constraint broken = {refusal, shape, value};

	if (walk->problems == 0) {
		const struct value_path *top = path;

		while (top->up)
			top = top->up;
		walk->first = refusal;
		walk->first_is_path = is_iam_path(walk, path, &broken);
		walk->in_body = top->member && top->member->location == LOCATION_BODY;
	}
	if (walk->service->protocol == PROTOCOL_EC2) {
		if (walk->problems == 0)
			add_ec2_problem(walk, path, &broken);
	} else if (walk->problems < PROBLEMS_MAX) {
		add_problem(walk, path, &broken);
	}
	walk->problems++;
}

static int64_t length_of(const struct aws_shape *shape, const struct json *value)
{
	const char *text = json_str(value);
	int64_t n = 0;

	if (!text)
		return (int64_t)json_size(value);
	if (shape->type == SHAPE_BLOB) { /* bytes behind the base64 text */
		n = (int64_t)strlen(text) / 4 * 3;
		return n - (str_ends_with(text, "==") ? 2 : str_ends_with(text, "=") ? 1 : 0);
	}
	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

/* As the limits of floating-point numbers are kept. */
static int64_t thousandths(double value)
{
	if (fabs(value) > 9e15)
		return value < 0 ? INT64_MIN : INT64_MAX;
	return llround(value * 1000);
}

static void check_limits(struct walk *walk, const struct value_path *path,
			 const struct aws_shape *shape, const struct json *value)
{
	bool number = json_is_number(value);
	int64_t amount;

	if (!(shape->flags & (SHAPE_HAS_MIN | SHAPE_HAS_MAX)) || json_is_bool(value))
		return;
	if (shape->type == SHAPE_FLOAT || shape->type == SHAPE_DOUBLE) {
		if (!number)
			return; /* "NaN" and the like */
		amount = thousandths(json_double(value));
	} else if (number && !json_int(value, &amount)) {
		return; /* has_type refused it */
	} else if (!number) {
		amount = length_of(shape, value);
	}
	if ((shape->flags & SHAPE_HAS_MIN) && amount < shape->min)
		problem(walk, path, number ? REFUSAL_TOO_SMALL : REFUSAL_TOO_SHORT, shape, value);
	if ((shape->flags & SHAPE_HAS_MAX) && amount > shape->max)
		problem(walk, path, number ? REFUSAL_TOO_LARGE : REFUSAL_TOO_LONG, shape, value);
}

static void check_text(struct walk *walk, const struct value_path *path,
		       const struct aws_shape *shape, const struct json *value)
{
	const char *text = json_str(value);

	if (shape->type != SHAPE_STRING || !text)
		return;
	if (!aws_shape_allows(walk->service, shape, text))
		problem(walk, path, REFUSAL_ENUM, shape, value);
	if (shape->pattern && !pattern_allows(walk->validator, shape->pattern, text))
		problem(walk, path, REFUSAL_PATTERN, shape, value);
}

static void check(struct walk *walk, const struct value_path *path, const struct aws_shape *shape,
		  const struct json *value);

static void check_structure(struct walk *walk, const struct value_path *up,
			    const struct aws_shape *shape, const struct json *value)
{
	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member = &walk->service->members[shape->first_member + i];
		const struct value_path path = {up, member, NULL, 0};

		if ((member->flags & MEMBER_REQUIRED) &&
		    json_is_null(json_get(value, member->name)))
			problem(walk, &path, REFUSAL_MISSING, shape, NULL);
	}
	json_foreach (item, value) {
		const struct aws_member *member =
			aws_shape_member(walk->service, shape, json_key(item));
		const struct aws_member unknown = {.name = json_key(item)};
		const struct value_path path = {up, member ? member : &unknown, NULL, 0};

		if (!member)
			problem(walk, &path, REFUSAL_UNKNOWN, shape, item);
		else if (!json_is_null(item))
			check(walk, &path, aws_member_shape(walk->service, member), item);
	}
}

static bool text_fits(struct walk *walk, const struct aws_shape *shape, const char *text)
{
	_cleanup_(json_freep) struct json *value = json_new_string(text);
	int64_t length = length_of(shape, value);

	return !((shape->flags & SHAPE_HAS_MIN) && length < shape->min) &&
	       !((shape->flags & SHAPE_HAS_MAX) && length > shape->max) &&
	       aws_shape_allows(walk->service, shape, text) &&
	       (!shape->pattern || pattern_allows(walk->validator, shape->pattern, text));
}

/* AWS says one problem for all items of a list of texts, as recorded from IAM. */
static void check_texts(struct walk *walk, const struct value_path *path,
			const struct aws_shape *shape, const struct json *value)
{
	json_foreach (item, value) {
		if (json_is_null(item) ||
		    (json_str(item) && text_fits(walk, shape, json_str(item))))
			continue;
		problem(walk, path, REFUSAL_ITEMS, shape, value);
		return;
	}
}

static void check_items(struct walk *walk, const struct value_path *up,
			const struct aws_member *element, const struct json *value)
{
	const struct aws_shape *shape = aws_member_shape(walk->service, element);
	size_t index = 0;

	if (shape->type == SHAPE_STRING && json_is_array(value) &&
	    str_eq(walk->service->name, "iam")) {
		check_texts(walk, up, shape, value);
		return;
	}

	json_foreach (item, value) {
		const struct value_path path = {up, NULL, json_key(item), ++index};

		if (!json_is_null(item))
			check(walk, &path, shape, item);
	}
}

static void check_keys(struct walk *walk, const struct value_path *path,
		       const struct aws_shape *shape, const struct json *value)
{
	const struct aws_shape *key =
		aws_member_shape(walk->service, aws_map_key(walk->service, shape));

	json_foreach (item, value) {
		if (text_fits(walk, key, json_key(item)))
			continue;
		problem(walk, path, REFUSAL_KEYS, key, value);
		return; /* one problem for all keys */
	}
}

static void check(struct walk *walk, const struct value_path *path, const struct aws_shape *shape,
		  const struct json *value)
{
	if (!value_has_type(shape, value)) {
		problem(walk, path, REFUSAL_TYPE, shape, value);
		return;
	}
	if (shape->flags & SHAPE_DOCUMENT)
		return;
	check_limits(walk, path, shape, value);
	if (shape->type == SHAPE_MAP)
		check_keys(walk, path, shape, value);
	if (shape->type == SHAPE_STRUCTURE)
		check_structure(walk, path, shape, value);
	else if (shape->type == SHAPE_LIST)
		check_items(walk, path, aws_list_element(walk->service, shape), value);
	else if (shape->type == SHAPE_MAP)
		check_items(walk, path, aws_map_value(walk->service, shape), value);
	else
		check_text(walk, path, shape, value);
}

bool validate_input(struct validator *validator, struct arena *arena,
		    const struct aws_service_model *service, const struct aws_shape *shape,
		    const struct json *input, struct err *err)
{
	struct walk walk = {.validator = validator, .arena = arena, .service = service};
	const char *text;

	strbuf_init(&walk.text, TEXT_MAX);
	check_structure(&walk, NULL, shape, input);
	if (walk.problems == 0) {
		strbuf_done(&walk.text);
		return true;
	}
	text = strbuf_text(&walk.text);
	if (walk.problems == 1 && walk.first_is_path)
		text = PATH_TEXT;
	else if (service->protocol != PROTOCOL_EC2)
		text = arena_printf(arena, "%u validation error%s detected: %s", walk.problems,
				    walk.problems == 1 ? "" : "s", text);
	refuse_constraints(err, service, walk.first, walk.in_body, text);
	strbuf_done(&walk.text);
	return false;
}
