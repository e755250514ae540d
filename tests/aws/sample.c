/* Values out of shapes. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "tests/aws/sample.h"

#include <pcre2.h>

#define DEPTH_MAX 12

struct sampler {
	const struct aws_service_model *service;
	unsigned depth;
};

struct sampler *sampler_new(const struct aws_service_model *service)
{
	struct sampler *sampler = xcalloc(1, sizeof(*sampler));

	sampler->service = service;
	return sampler;
}

void sampler_free(struct sampler *sampler)
{
	free(sampler);
}

/* What names, ids, addresses and documents look like; lengthened by their last character. */
static const char *const candidates[] = {
	"a",
	"ab",
	"1",
	"A",
	"a1b2c3d4",
	"123456789012",
	"eu-west-1",
	"arn:aws:iam::123456789012:role/a",
	"arn:aws:iam::123456789012:saml-provider/a",
	"arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
	"arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/"
	"12345678-1234-1234-1234-123456789012",
	"arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/a/0123456789abcdef",
	"arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012",
	"arn:aws:sns:eu-west-1:123456789012:a",
	"12345678-1234-1234-1234-123456789012",
	"i-0123456789abcdef0",
	"subnet-0123456789abcdef0",
	"fs-0123456789abcdef0",
	"fsap-0123456789abcdef0",
	"fsmt-0123456789abcdef0",
	"a.example.com",
	"https://a.example.com/a",
	"10.0.0.0/16",
	"10.0.0.1",
	"2001:db8::1",
	"/",
	"/a/",
	"{}",
	"+49 123",
	"a@example.com",
	"2026-11-23T07:30:00Z",
	"vpc",
	"v1",
	"rate(1 day)",
	"{\"Version\":\"2012-10-17\",\"Statement\":[]}",
	"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
	"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----",
	"-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----",
	"<a xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\"/>",
	"Zm9v",
	"a:b",
	"a:",
	"200",
	"HTTPS",
	"ipam-pool-a",
	"ipv4pool-coip-a",
	"sg-0123456789abcdef0",
	"arn:aws:payments::123456789012:connectedaccount/a-abcdef",
	"0x0123456789abcdef0123456789abcdef01234567",
	"a=b",
	"o-0123456789/r-0123",
	"p-01234567",
};

static const char *const nonsense[] = {"\x01", "!", "~",    " ", "a b", "é",
				       "-",    "?", "x\ny", "%", "~~~~"};

static bool fits(const struct aws_shape *shape, const char *text)
{
	PCRE2_SIZE offset;
	int error, result;
	pcre2_match_data *match;
	pcre2_code *code;

	if (!shape->pattern)
		return true;
	code = pcre2_compile((PCRE2_SPTR)shape->pattern, PCRE2_ZERO_TERMINATED,
			     PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_ANCHORED | PCRE2_ENDANCHORED,
			     &error, &offset, NULL);
	if (!code)
		return true;
	match = pcre2_match_data_create(1, NULL);
	result = pcre2_match(code, (PCRE2_SPTR)text, strlen(text), 0, 0, match, NULL);
	pcre2_match_data_free(match);
	pcre2_code_free(code);
	return result >= 0;
}

/* The text, its last character repeated up to a length; free it. */
static char *lengthened(const char *text, size_t length)
{
	size_t have = strlen(text), room = have > length ? have : length;
	char *result = xmalloc(room + 1);

	memcpy(result, text, have);
	memset(result + have, have ? text[have - 1] : 'a', room - have);
	result[room] = '\0';
	return result;
}

static int64_t least(const struct aws_shape *shape)
{
	return shape->flags & SHAPE_HAS_MIN ? shape->min : 0;
}

static int64_t most(const struct aws_shape *shape)
{
	return shape->flags & SHAPE_HAS_MAX ? shape->max : INT64_MAX;
}

static struct json *text_among(const struct aws_shape *shape, const char *const *texts,
			       size_t count, bool wanted)
{
	for (size_t i = 0; i < count; i++) {
		_cleanup_(freep) char *text = lengthened(
			texts[i], least(shape) > SAMPLE_LENGTH_MAX ? 0 : (size_t)least(shape));

		if ((int64_t)strlen(text) <= most(shape) && fits(shape, text) == wanted)
			return json_new_string(text);
	}
	return NULL;
}

static struct json *sample_structure(struct sampler *sampler, const struct aws_shape *shape)
{
	_cleanup_(json_freep) struct json *object = json_new_object();

	for (unsigned i = 0; i < shape->member_count; i++) {
		const struct aws_member *member =
			&sampler->service->members[shape->first_member + i];
		struct json *value;

		if (!(member->flags & MEMBER_REQUIRED))
			continue;
		value = sample(sampler, aws_member_shape(sampler->service, member));
		if (!value)
			return NULL;
		json_set(object, member->name, value);
	}
	return steal(object);
}

static struct json *sample_map(struct sampler *sampler, const struct aws_shape *shape,
			       int64_t length)
{
	const struct aws_shape *value_shape =
		aws_member_shape(sampler->service, aws_map_value(sampler->service, shape));
	const struct aws_shape *key_shape =
		aws_member_shape(sampler->service, aws_map_key(sampler->service, shape));
	_cleanup_(json_freep) struct json *map = json_new_object();

	for (int64_t i = 0; i < length; i++) {
		_cleanup_(json_freep) struct json *key = sample(sampler, key_shape);
		_cleanup_(freep) char *text = NULL;
		struct json *value = sample(sampler, value_shape);

		if (!key || !value) {
			json_free(value);
			return NULL;
		}
		text = length > 1 ? xasprintf("%s%lld", json_str(key), (long long)i)
				  : xstrdup(json_str(key));
		json_set(map, text, value);
	}
	return steal(map);
}

static struct json *sample_list(struct sampler *sampler, const struct aws_shape *shape,
				int64_t length)
{
	const struct aws_member *element = aws_list_element(sampler->service, shape);
	_cleanup_(json_freep) struct json *list = json_new_array();

	for (int64_t i = 0; i < length; i++) {
		struct json *item = sample(sampler, aws_member_shape(sampler->service, element));

		if (!item)
			return NULL;
		json_append(list, item);
	}
	return steal(list);
}

static struct json *sample_number(const struct aws_shape *shape)
{
	double scale = shape->type == SHAPE_FLOAT || shape->type == SHAPE_DOUBLE ? 1000 : 1;

	if ((shape->flags & SHAPE_HAS_MIN) && shape->min > 1)
		return json_new_int((int64_t)((double)shape->min / scale));
	if ((shape->flags & SHAPE_HAS_MAX) && shape->max < 1)
		return json_new_int((int64_t)((double)shape->max / scale));
	return json_new_int(1);
}

static struct json *sample_at_depth(struct sampler *sampler, const struct aws_shape *shape)
{
	switch ((enum shape_type)shape->type) {
	case SHAPE_STRUCTURE: return sample_structure(sampler, shape);
	case SHAPE_LIST: return sample_list(sampler, shape, least(shape) > 1 ? least(shape) : 1);
	case SHAPE_MAP: return sample_map(sampler, shape, least(shape) > 1 ? least(shape) : 1);
	case SHAPE_BOOLEAN: return json_new_bool(true);
	case SHAPE_INTEGER:
	case SHAPE_LONG:
	case SHAPE_FLOAT:
	case SHAPE_DOUBLE: return sample_number(shape);
	case SHAPE_TIMESTAMP: return json_new_string("2026-11-23T07:30:00Z");
	case SHAPE_BLOB: return json_new_string("Zm9vYmFy");
	case SHAPE_STRING: break;
	}
	if (shape->enum_count)
		return json_new_string(sampler->service->enums[shape->first_enum]);
	return text_among(shape, candidates, array_size(candidates), true);
}

struct json *sample(struct sampler *sampler, const struct aws_shape *shape)
{
	struct json *value;

	if (sampler->depth == DEPTH_MAX)
		return NULL;
	sampler->depth++;
	value = sample_at_depth(sampler, shape);
	sampler->depth--;
	return value;
}

struct json *sample_of_length(struct sampler *sampler, const struct aws_shape *shape,
			      int64_t length)
{
	_cleanup_(freep) char *text = NULL;

	if (length < 0 || length > SAMPLE_LENGTH_MAX)
		return NULL;
	if (shape->type == SHAPE_LIST)
		return length > 2000 ? NULL : sample_list(sampler, shape, length);
	if (shape->type == SHAPE_MAP)
		return length > 2000 ? NULL : sample_map(sampler, shape, length);
	if (shape->type != SHAPE_STRING)
		return NULL;
	text = lengthened("", (size_t)length);
	return json_new_string(text);
}

struct json *sample_against_pattern(struct sampler *sampler, const struct aws_shape *shape)
{
	(void)sampler;
	return shape->pattern ? text_among(shape, nonsense, array_size(nonsense), false) : NULL;
}
