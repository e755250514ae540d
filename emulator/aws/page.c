/* Pages: tokens that name the operation and where to go on, with a check sum against made-up ones.
 */
#include "emulator/aws/page.h"

#include <errno.h>
#include <stdio.h>

#include "emulator/base/digest.h"

const struct page_style page_ec2 = {
	.limit = "MaxResults",
	.token_in = "NextToken",
	.token_out = "NextToken",
	.max_limit = 1000,
	.bad_token = AWS_EC2_NEXT_TOKEN,
};
const struct page_style page_elb = {
	.limit = "PageSize",
	.token_in = "Marker",
	.token_out = "NextMarker",
	.default_limit = 400,
	.max_limit = 400,
	.bad_token = AWS_ELB_MARKER,
};
const struct page_style page_iam = {
	.limit = "MaxItems",
	.token_in = "Marker",
	.token_out = "Marker",
	.more = "IsTruncated",
	.default_limit = 100,
	.max_limit = 1000,
	.bad_token = AWS_IAM_MARKER,
};

#define CHECK_DIGITS 16 /* hex digits of the check sum at a token's end */

static void check_sum(struct call *call, uint64_t position, char ret[CHECK_DIGITS + 1])
{
	const char *text = arena_printf(call->arena, "%llu|%s|%s|%s|%s|%llu",
					(unsigned long long)world_seed(call->world), call->account,
					call->region, call->service, call->operation,
					(unsigned long long)position);
	uint8_t sum[SHA256_BYTES];

	digest_sha256(text, strlen(text), sum);
	hex_encode(sum, CHECK_DIGITS / 2, ret);
}

static void set_token(struct call *call, struct json *output, const struct page_style *style,
		      uint64_t position)
{
	char sum[CHECK_DIGITS + 1];
	_cleanup_(freep) char *token = NULL;
	const char *text;

	check_sum(call, position, sum);
	text = arena_printf(call->arena, "%llu:%s", (unsigned long long)position, sum);
	token = base64url_encode(text, strlen(text));
	json_set_str(output, style->token_out, token);
}

static bool read_token(struct call *call, const char *token, uint64_t *ret)
{
	_cleanup_(freep) uint8_t *text = NULL;
	char sum[CHECK_DIGITS + 1];
	unsigned long long position;
	size_t length;
	char *end;

	if (!base64url_decode(token, strlen(token), &text, &length))
		return false;
	if (length == 0 || text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	position = strtoull((char *)text, &end, 10);
	if (errno || *end != ':')
		return false;
	check_sum(call, position, sum);
	*ret = position;
	return str_eq(end + 1, sum);
}

/* The position said by the input's token; 0 without one. An empty token counts as none, as the
 * AWS CLI's first call sends it. */
static bool start_of(struct call *call, const struct json *input, const struct page_style *style,
		     uint64_t *ret, struct err *err)
{
	const char *token = json_get_str(input, style->token_in);

	*ret = 0;
	if (!token || !*token)
		return true;
	return read_token(call, token, ret) || aws_fail(err, style->bad_token);
}

static size_t limit_of(const struct json *input, const struct page_style *style)
{
	int64_t limit = json_get_int(input, style->limit, style->default_limit);

	if (limit <= 0)
		limit = style->default_limit;
	if (limit <= 0)
		return SIZE_MAX;
	if (style->max_limit && limit > style->max_limit)
		limit = style->max_limit;
	return (size_t)limit;
}

bool page_range(struct call *call, const struct json *input, struct json *output,
		const struct page_style *style, size_t count, size_t *ret_first, size_t *ret_end,
		struct err *err)
{
	size_t limit = limit_of(input, style);
	uint64_t first;
	bool more;

	if (!start_of(call, input, style, &first, err))
		return false;
	if (first > count)
		first = count;
	more = count - first > limit;
	*ret_first = first;
	*ret_end = more ? first + limit : count;
	if (more)
		set_token(call, output, style, *ret_end);
	if (style->more)
		json_set_bool(output, style->more, more);
	return true;
}

bool page_docs(struct call *call, const struct json *input, struct json *output,
	       const struct page_style *style, struct docs *docs, struct err *err)
{
	size_t limit = limit_of(input, style), first = 0;
	uint64_t from;
	bool more;

	if (!start_of(call, input, style, &from, err))
		return false;
	while (first < docs->count && docs->items[first]->created_revision < from)
		first++;
	more = docs->count - first > limit;
	if (more)
		set_token(call, output, style, docs->items[first + limit]->created_revision);
	docs->count = more ? limit : docs->count - first;
	if (first)
		memmove(docs->items, docs->items + first, docs->count * sizeof(*docs->items));
	if (style->more)
		json_set_bool(output, style->more, more);
	return true;
}

bool page_items(struct call *call, const struct json *input, struct json *output,
		const struct page_style *style, const char *result, struct json *items,
		struct err *err)
{
	_cleanup_(json_freep) struct json *all = items;
	size_t first, end, i = 0;
	struct json *list;

	if (!page_range(call, input, output, style, json_size(all), &first, &end, err))
		return false;
	list = json_ensure_array(output, result);
	json_foreach (item, all) {
		if (i >= first && i < end)
			json_append(list, json_copy(item));
		i++;
	}
	return true;
}
