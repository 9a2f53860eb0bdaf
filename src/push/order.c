#include "push/order.h"

#include <stdbool.h>
#include <stdlib.h>

#include "core/mem.h"

struct graph {
	struct order_edge *edge;
	size_t n_edges, n;
	uint32_t *waits; /* for so many others; 0: has its level */
	uint32_t *level;
};

static int by_first(const void *a, const void *b)
{
	const struct order_edge *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->then > y->then) - (x->then < y->then);
}

/* The first edge that starts at `from`, or where it would be. */
static size_t edges_of(const struct graph *g, uint32_t from)
{
	size_t lo = 0, hi = g->n_edges;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (g->edge[mid].first < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void raise_level(struct graph *g, uint32_t i, uint32_t level)
{
	if (g->level[i] < level)
		g->level[i] = level;
}

/* What waits for nothing, then what waits for that, and so on.  How many. */
static size_t level_free(struct graph *g)
{
	uint32_t *queue = mem_alloc(mem_mul(g->n, sizeof(*queue)));
	size_t from = 0, to = 0, i;

	for (i = 0; i < g->n; i++)
		if (!g->waits[i])
			queue[to++] = (uint32_t)i;
	while (from < to) {
		uint32_t at = queue[from++];

		for (i = edges_of(g, at);
		     i < g->n_edges && g->edge[i].first == at; i++) {
			uint32_t then = g->edge[i].then;

			raise_level(g, then, g->level[at] + 1);
			if (!--g->waits[then])
				queue[to++] = then;
		}
	}
	free(queue);
	return to;
}

/* ---- circles ------------------------------------------------------------- */

/*
 * Groups of things that can be reached from each other, after R. Tarjan, 1972,
 * without recursion.  A group is complete once all that comes behind it is:
 * the last one comes first.
 */
struct groups {
	uint32_t *index, *low; /* 0: not visited; from 1 */
	uint32_t *group;       /* ORDER_NONE: not known yet */
	uint32_t *stack;       /* visited, group not known */
	uint32_t *member;      /* group by group */
	struct {
		uint32_t at;
		size_t edge;
	} * path;
	size_t n_stack, n_members, n_path;
	uint32_t n_groups, n_visited;
};

static void groups_init(struct groups *s, size_t n)
{
	size_t i;

	*s = (struct groups){0};
	s->index = mem_zalloc(mem_mul(n, sizeof(*s->index)));
	s->low = mem_zalloc(mem_mul(n, sizeof(*s->low)));
	s->group = mem_alloc(mem_mul(n, sizeof(*s->group)));
	s->stack = mem_alloc(mem_mul(n, sizeof(*s->stack)));
	s->member = mem_alloc(mem_mul(n, sizeof(*s->member)));
	s->path = mem_alloc(mem_mul(n, sizeof(*s->path)));
	for (i = 0; i < n; i++)
		s->group[i] = ORDER_NONE;
}

static void groups_release(struct groups *s)
{
	free(s->index);
	free(s->low);
	free(s->group);
	free(s->stack);
	free(s->member);
	free(s->path);
}

static void enter(struct groups *s, const struct graph *g, uint32_t at)
{
	s->index[at] = s->low[at] = ++s->n_visited;
	s->stack[s->n_stack++] = at;
	s->path[s->n_path].at = at;
	s->path[s->n_path++].edge = edges_of(g, at);
}

static void complete(struct groups *s, uint32_t first)
{
	uint32_t i;

	do {
		i = s->stack[--s->n_stack];
		s->group[i] = s->n_groups;
		s->member[s->n_members++] = i;
	} while (i != first);
	s->n_groups++;
}

static void lower(struct groups *s, uint32_t at, uint32_t to)
{
	if (s->low[at] > to)
		s->low[at] = to;
}

static void visit(struct groups *s, const struct graph *g, uint32_t start)
{
	enter(s, g, start);
	while (s->n_path) {
		uint32_t at = s->path[s->n_path - 1].at, then;
		size_t i = s->path[s->n_path - 1].edge;

		if (i < g->n_edges && g->edge[i].first == at) {
			s->path[s->n_path - 1].edge++;
			then = g->edge[i].then;
			if (!s->index[then])
				enter(s, g, then);
			else if (s->group[then] == ORDER_NONE)
				lower(s, at, s->index[then]);
			continue;
		}
		if (s->low[at] == s->index[at])
			complete(s, at);
		if (--s->n_path)
			lower(s, s->path[s->n_path - 1].at, s->low[at]);
	}
}

/* Levels of the members [from, to), which are a group. */
static void level_group(struct graph *g, const struct groups *s, size_t from,
			size_t to)
{
	uint32_t level = 0;
	size_t i, k;

	for (i = from; i < to; i++)
		if (level < g->level[s->member[i]])
			level = g->level[s->member[i]];
	for (i = from; i < to; i++)
		g->level[s->member[i]] = level;
	for (i = from; i < to; i++) {
		uint32_t at = s->member[i];

		for (k = edges_of(g, at);
		     k < g->n_edges && g->edge[k].first == at; k++)
			if (s->group[g->edge[k].then] != s->group[at])
				raise_level(g, g->edge[k].then, level + 1);
	}
}

/* What is in circles, and what comes behind them. */
static size_t level_circles(struct graph *g, uint32_t *around)
{
	struct groups s;
	size_t i, to, from, n_around = 0;

	groups_init(&s, g->n);
	for (i = 0; i < g->n; i++)
		if (g->waits[i] && !s.index[i])
			visit(&s, g, (uint32_t)i);
	for (to = s.n_members; to; to = from) {
		for (from = to; from && s.group[s.member[from - 1]] ==
						s.group[s.member[to - 1]];)
			from--;
		level_group(g, &s, from, to);
	}
	/* Only edges within a group make a circle. */
	for (i = 0; i < g->n_edges; i++) {
		uint32_t first = g->edge[i].first, then = g->edge[i].then;

		if (s.group[then] == ORDER_NONE ||
		    s.group[first] != s.group[then])
			continue;
		n_around += around[then] == ORDER_NONE;
		around[then] = first;
	}
	groups_release(&s);
	return n_around;
}

size_t order_levels(struct order_edge *edge, size_t n_edges, size_t n,
		    uint32_t *level, uint32_t *around)
{
	struct graph g = {edge, n_edges, n, NULL, level};
	size_t i, n_around = 0;

	if (n_edges)
		qsort(edge, n_edges, sizeof(*edge), by_first);
	g.waits = mem_zalloc(mem_mul(n, sizeof(*g.waits)));
	for (i = 0; i < n; i++) {
		level[i] = 0;
		around[i] = ORDER_NONE;
	}
	for (i = 0; i < n_edges; i++)
		g.waits[edge[i].then]++;
	if (level_free(&g) < n)
		n_around = level_circles(&g, around);
	free(g.waits);
	return n_around;
}
