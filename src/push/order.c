#include "push/order.h"

#include <stdlib.h>

#include "core/mem.h"

static int by_first(const void *a, const void *b)
{
	const struct order_edge *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->then > y->then) - (x->then < y->then);
}

/* The first edge that starts at `from`, or n_edges. */
static size_t edges_of(const struct order_edge *edge, size_t n_edges,
		       uint32_t from)
{
	size_t lo = 0, hi = n_edges;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (edge[mid].first < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void order_levels(struct order_edge *edge, size_t n_edges, size_t n,
		  uint32_t *level)
{
	uint32_t *waits = mem_alloc(mem_mul(n, sizeof(*waits)));
	uint32_t *queue = mem_alloc(mem_mul(n, sizeof(*queue)));
	size_t from = 0, to = 0, i;

	if (n_edges)
		qsort(edge, n_edges, sizeof(*edge), by_first);
	for (i = 0; i < n; i++)
		waits[i] = level[i] = 0;
	for (i = 0; i < n_edges; i++)
		waits[edge[i].then]++;
	for (i = 0; i < n; i++)
		if (!waits[i])
			queue[to++] = (uint32_t)i;
	while (from < to) {
		uint32_t at = queue[from++];

		for (i = edges_of(edge, n_edges, at);
		     i < n_edges && edge[i].first == at; i++) {
			uint32_t then = edge[i].then;

			if (level[then] < level[at] + 1)
				level[then] = level[at] + 1;
			if (!--waits[then])
				queue[to++] = then;
		}
	}
	for (i = 0; i < n; i++)
		if (waits[i])
			level[i] = ORDER_CYCLE;
	free(waits);
	free(queue);
}
