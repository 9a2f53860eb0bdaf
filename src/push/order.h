/*
 * order.h - what goes first: entities by their references, records by their
 * parents; pure
 */
#ifndef SLUICE_ORDER_H
#define SLUICE_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* "`first` has to be there before `then`." */
struct order_edge {
	uint32_t first, then;
};

#define ORDER_NONE UINT32_MAX

/*
 * Give each of `n` things a level: 0 where nothing has to be before it, else
 * one more than the highest of those before it.  Things that wait for each
 * other in a circle share a level.  `around` is, for a thing in a circle, one
 * of those in it that has to be there before; for all others ORDER_NONE.
 * Edges are sorted by this; an edge from a thing to itself is a circle.
 *
 * Returns how many things are in circles.
 */
size_t order_levels(struct order_edge *edge, size_t n_edges, size_t n,
		    uint32_t *level, uint32_t *around);

#endif
