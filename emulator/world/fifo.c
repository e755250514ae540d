/* A queue of pointers, for what the journal keeps. */
#include "emulator/world/private.h"

void fifo_push(struct fifo *fifo, void *item)
{
	if (fifo->count == fifo->room) {
		size_t room = fifo->room ? 2 * fifo->room : 16;
		void **items = xcalloc(room, sizeof(*items));

		for (size_t i = 0; i < fifo->count; i++)
			items[i] = fifo_at(fifo, i);
		free(fifo->items);
		*fifo = (struct fifo){items, 0, fifo->count, room};
	}
	fifo->items[(fifo->first + fifo->count++) % fifo->room] = item;
}

void *fifo_pop(struct fifo *fifo)
{
	void *item = fifo_at(fifo, 0);

	fifo->first = (fifo->first + 1) % fifo->room;
	fifo->count--;
	return item;
}

void *fifo_at(const struct fifo *fifo, size_t index)
{
	assert(index < fifo->count);
	return fifo->items[(fifo->first + index) % fifo->room];
}

void fifo_done(struct fifo *fifo)
{
	free(fifo->items);
	*fifo = (struct fifo){0};
}
