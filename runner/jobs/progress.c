/* Progress on a terminal. Source of the sequences: ECMA-48, EL and CUU. */
#include "runner/jobs/progress.h"

#include <sys/ioctl.h>

#include "emulator/base/clock.h"
#include "emulator/base/container.h"
#include "emulator/base/strbuf.h"

#define WIDTH_DEFAULT 80
#define FRAME_MAX     65536

struct item {
	char *name, *text;
	int64_t since_ms;
};

struct progress {
	FILE *out;
	struct ptrs items; /* struct item */
	size_t total, done;
	size_t drawn; /* lines on the screen */
};

struct progress *progress_new(FILE *out, size_t total)
{
	struct progress *progress = xcalloc(1, sizeof(*progress));

	progress->out = out;
	progress->total = total;
	return progress;
}

static void item_free(struct item *item)
{
	free(item->name);
	free(item->text);
	free(item);
}

void progress_free(struct progress *progress)
{
	if (!progress)
		return;
	progress_hide(progress);
	for (size_t i = 0; i < progress->items.count; i++)
		item_free(progress->items.items[i]);
	ptrs_done(&progress->items);
	free(progress);
}

static size_t width_of(FILE *out)
{
	struct winsize size;

	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
		return size.ws_col;
	return WIDTH_DEFAULT;
}

static void draw(struct progress *progress)
{
	int width = (int)width_of(progress->out) - 1;
	struct strbuf sb;

	progress_hide(progress);
	strbuf_init(&sb, FRAME_MAX);
	for (size_t i = 0; i < progress->items.count; i++) {
		const struct item *item = progress->items.items[i];
		_cleanup_(freep) char *line =
			xasprintf("%s  %s  %.0fs", item->name, item->text,
				  (double)(clock_monotonic_ms() - item->since_ms) / 1000);

		strbuf_addf(&sb, "%.*s\n", width, line);
	}
	strbuf_addf(&sb, "%zu of %zu done\n", progress->done, progress->total);
	fputs(strbuf_text(&sb), progress->out);
	fflush(progress->out);
	progress->drawn = progress->items.count + 1;
	strbuf_done(&sb);
}

static struct item *find(const struct progress *progress, const char *name)
{
	for (size_t i = 0; i < progress->items.count; i++) {
		struct item *item = progress->items.items[i];

		if (str_eq(item->name, name))
			return item;
	}
	return NULL;
}

void progress_set(struct progress *progress, const char *name, const char *text)
{
	struct item *item;

	if (!progress->out)
		return;
	item = find(progress, name);
	if (!item) {
		item = xcalloc(1, sizeof(*item));
		item->name = xstrdup(name);
		item->since_ms = clock_monotonic_ms();
		ptrs_add(&progress->items, item);
	}
	free(item->text);
	item->text = xstrdup(text);
	draw(progress);
}

void progress_end(struct progress *progress, const char *name, bool done)
{
	struct item *item;

	if (!progress->out)
		return;
	progress->done += done;
	item = find(progress, name);
	if (item) {
		ptrs_remove(&progress->items, item);
		item_free(item);
	}
	progress_hide(progress);
}

void progress_hide(struct progress *progress)
{
	if (!progress->drawn)
		return;
	fprintf(progress->out, "\033[%zuA\033[J", progress->drawn);
	fflush(progress->out);
	progress->drawn = 0;
}
