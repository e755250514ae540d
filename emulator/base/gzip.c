/* gzip, by zlib. */
#include "emulator/base/gzip.h"

#include <zlib.h>

#define GZIP_WINDOW (15 + 16) /* the largest window, gzip's header and trailer (zlib.h) */
#define FIRST_ROOM  ((size_t)4096)
#define PIECE_MAX   ((size_t)1 << 30) /* zlib counts in unsigned int */

/* What has come out so far. */
struct output {
	char *bytes;
	size_t length, room, max;
};

/* Room for at least one byte more, and one for the NUL; false at the ceiling. */
static bool make_room(struct output *output)
{
	size_t room = output->room ? 2 * output->room : FIRST_ROOM;

	if (output->length + 1 < output->room)
		return true;
	if (output->length > output->max)
		return false;
	if (room > output->max + 2) /* one byte over the ceiling shows that there is more */
		room = output->max + 2;
	output->bytes = xrealloc(output->bytes, room);
	output->room = room;
	return true;
}

static bool refuse(struct err *err, const z_stream *stream, int state)
{
	const char *why = stream->msg;

	if (!why)
		why = state == Z_BUF_ERROR || state == Z_OK ? "it ends too early" : "it is no gzip";
	return err_set(err, ERR_INVALID, NULL, "gzip: %s", why);
}

/* One step of zlib's, with what fits into its counters. */
static int step(z_stream *stream, size_t *left, struct output *output)
{
	size_t in = *left < PIECE_MAX ? *left : PIECE_MAX;
	size_t room = output->room - 1 - output->length;
	size_t out = room < PIECE_MAX ? room : PIECE_MAX;
	int state;

	stream->avail_in = (unsigned)in;
	stream->next_out = (unsigned char *)output->bytes + output->length;
	stream->avail_out = (unsigned)out;
	state = inflate(stream, Z_NO_FLUSH);
	*left -= in - stream->avail_in;
	output->length += out - stream->avail_out;
	return state;
}

static bool inflate_all(z_stream *stream, size_t left, struct output *output, struct err *err)
{
	int state;

	do {
		if (!make_room(output))
			return err_set(err, ERR_TOO_LARGE, NULL,
				       "gzip: more than %zu bytes would come out", output->max);
		state = step(stream, &left, output);
		if (state == Z_STREAM_END && left) /* members may follow each other */
			state = inflateReset(stream);
		else if (state == Z_STREAM_END)
			break;
	} while (state == Z_OK && (left || stream->avail_out == 0));
	if (state != Z_STREAM_END)
		return refuse(err, stream, state);
	if (output->length > output->max)
		return err_set(err, ERR_TOO_LARGE, NULL, "gzip: more than %zu bytes would come out",
			       output->max);
	output->bytes[output->length] = '\0';
	return true;
}

bool gzip_inflate(const void *data, size_t length, size_t max, char **ret, size_t *ret_length,
		  struct err *err)
{
	z_stream stream = {.next_in = (unsigned char *)(uintptr_t)data};
	struct output output = {.max = max};
	bool ok;

	assert(max < SIZE_MAX / 2);
	if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
		out_of_memory();
	ok = inflate_all(&stream, length, &output, err);
	inflateEnd(&stream);
	if (!ok) {
		free(output.bytes);
		return false;
	}
	*ret = output.bytes;
	*ret_length = output.length;
	return true;
}

char *gzip_deflate(const void *data, size_t length, size_t *ret_length)
{
	z_stream stream = {.next_in = (unsigned char *)(uintptr_t)data,
			   .avail_in = (unsigned)length};
	size_t room;
	char *bytes;
	int state;

	assert(length < PIECE_MAX);
	if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		out_of_memory();
	room = deflateBound(&stream, length);
	bytes = xmalloc(room);
	stream.next_out = (unsigned char *)bytes;
	stream.avail_out = (unsigned)room;
	state = deflate(&stream, Z_FINISH);
	assert(state == Z_STREAM_END && "deflateBound says how much it can be");
	*ret_length = state == Z_STREAM_END ? stream.total_out : 0;
	deflateEnd(&stream);
	return bytes;
}
