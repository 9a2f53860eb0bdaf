/*
 * cycle.h - who is made of whom, and who in the end of himself
 *
 * Edges between names are gathered while records come, then looked at as a
 * whole.  An edge costs 4 to 12 bytes, a name its text and 20 to 36: a million
 * edges between half a million names of ten letters take some 35 MiB.
 *
 * An edge lies on a cycle where its two ends reach each other (Tarjan's
 * strongly connected components).
 */
#ifndef SLUICE_CYCLE_H
#define SLUICE_CYCLE_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/span.h"

struct cycle;

struct cycle *cycle_new(void);
void cycle_free(struct cycle *c); /* takes NULL */

/* Before the first question only. */
void cycle_add(struct cycle *c, struct span from, struct span to);

/* Whether this edge, which has been added, lies on a cycle. */
bool cycle_has(struct cycle *c, struct span from, struct span to);

/*
 * "A -> B -> A" for such an edge: the shortest way back.  Long ones are cut in
 * the middle; where the search would take too long, how many names are on it.
 */
void cycle_say(struct cycle *c, struct span from, struct span to,
	       struct buf *words);

#endif
