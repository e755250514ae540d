/* What has changed in a text, by the longest common subsequence of its lines. */
#include "runner/linediff.h"

#include "emulator/base/container.h"
#include "emulator/base/strbuf.h"

#define CELLS_MAX (16u << 20) /* of the table; what is larger is shown as replaced as a whole */
#define AROUND	  2	      /* equal lines shown on each side */

struct sides {
	struct strs before, after;
	size_t head;	      /* equal lines at the beginning */
	size_t rows, columns; /* lines between those and the equal ones at the end */
	uint32_t *table; /* longest common subsequence from [row][column] on; NULL: too large */
	struct strbuf *sb;
};

static void split(const char *text, struct strs *ret)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		_cleanup_(freep) char *line = xstrndup(text, length);

		strs_add(ret, line);
		text += length + (text[length] == '\n');
	}
}

static bool equal(const struct sides *sides, size_t row, size_t column)
{
	return str_eq(sides->before.items[sides->head + row],
		      sides->after.items[sides->head + column]);
}

static uint32_t *cell(const struct sides *sides, size_t row, size_t column)
{
	return &sides->table[row * (sides->columns + 1) + column];
}

static void trim(struct sides *sides)
{
	size_t before = sides->before.count, after = sides->after.count;

	while (sides->head < before && sides->head < after &&
	       str_eq(sides->before.items[sides->head], sides->after.items[sides->head]))
		sides->head++;
	while (before > sides->head && after > sides->head &&
	       str_eq(sides->before.items[before - 1], sides->after.items[after - 1])) {
		before--;
		after--;
	}
	sides->rows = before - sides->head;
	sides->columns = after - sides->head;
}

static void fill(struct sides *sides)
{
	if ((sides->rows + 1) > CELLS_MAX / (sides->columns + 1))
		return;
	sides->table = xcalloc((sides->rows + 1) * (sides->columns + 1), sizeof(uint32_t));
	for (size_t row = sides->rows; row-- > 0;)
		for (size_t column = sides->columns; column-- > 0;) {
			uint32_t down = *cell(sides, row + 1, column);
			uint32_t right = *cell(sides, row, column + 1);

			*cell(sides, row, column) = equal(sides, row, column)
							    ? *cell(sides, row + 1, column + 1) + 1
						    : down > right ? down
								   : right;
		}
}

static void add_line(const struct sides *sides, char mark, const char *line)
{
	strbuf_addf(sides->sb, "%c%s\n", mark, line);
}

/* The equal lines before that of the new text, as far as they are not shown yet. */
static size_t open_place(const struct sides *sides, size_t line, size_t shown)
{
	size_t from = line > AROUND ? line - AROUND : 0;

	if (from < shown)
		from = shown;
	if (from > shown || !shown)
		strbuf_addf(sides->sb, "@@ line %zu\n", from + 1);
	for (; from < line; from++)
		add_line(sides, ' ', sides->after.items[from]);
	return line;
}

static size_t close_place(const struct sides *sides, size_t line, size_t next)
{
	size_t to = line + AROUND < next ? line + AROUND : next;

	for (; line < to; line++)
		add_line(sides, ' ', sides->after.items[line]);
	return line;
}

/* Whether the line of the old text goes first: those that go are shown before those that come. */
static bool goes(const struct sides *sides, size_t row, size_t column)
{
	if (row == sides->rows || column == sides->columns)
		return row < sides->rows;
	return !sides->table || *cell(sides, row + 1, column) >= *cell(sides, row, column + 1);
}

static void walk(const struct sides *sides)
{
	size_t row = 0, column = 0, shown = 0, equal_from = 0;
	bool open = false;

	while (row < sides->rows || column < sides->columns) {
		bool same = row < sides->rows && column < sides->columns && sides->table &&
			    equal(sides, row, column);

		if (same) {
			if (open)
				equal_from = sides->head + column;
			open = false;
			row++;
			column++;
			continue;
		}
		if (!open) {
			if (shown)
				shown = close_place(sides, equal_from, sides->head + column);
			shown = open_place(sides, sides->head + column, shown);
		}
		open = true;
		if (goes(sides, row, column)) {
			add_line(sides, '-', sides->before.items[sides->head + row++]);
		} else {
			add_line(sides, '+', sides->after.items[sides->head + column++]);
			shown = sides->head + column;
		}
	}
	if (open)
		equal_from = sides->head + column;
	if (sides->rows || sides->columns)
		close_place(sides, equal_from, sides->after.count);
}

void lines_diff(const char *before, const char *after, struct strbuf *sb)
{
	struct sides sides = {.sb = sb};

	split(before, &sides.before);
	split(after, &sides.after);
	trim(&sides);
	fill(&sides);
	walk(&sides);
	free(sides.table);
	strs_done(&sides.before);
	strs_done(&sides.after);
}
