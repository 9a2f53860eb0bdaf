/*
 * order.h - what goes first: entities by their references, records by their
 * parents; pure
 */
#ifndef SLUICE_ORDER_H
#define SLUICE_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* "`one` has to be there before `other`." */
struct order_edge {
	uint32_t first, then;
};

#define ORDER_CYCLE UINT32_MAX

/*
 * Give each of `n` things a level: 0 where nothing has to be before it, else
 * one more than the highest of those before it.  Things on a cycle, or behind
 * one, get ORDER_CYCLE.  Edges are sorted by this; an edge from a thing to
 * itself is a cycle.
 */
void order_levels(struct order_edge *edge, size_t n_edges, size_t n,
		  uint32_t *level);

#endif
