/*
 * same.h - JSON values compared: by value, whatever they look like
 *
 * 1.0 and 1 are the same, and so are objects in any order.  What a hostile
 * line holds is compared in n log n.
 */
#ifndef SLUICE_SAME_H
#define SLUICE_SAME_H

#include "core/rec.h"

/* Decoded text is kept in the arena of `r`, also that of `vr`. */
bool same_value(struct rec *r, const struct rec_node *a, const struct rec *vr,
		const struct rec_node *b);

/* Members of the object with different names. */
size_t same_count(struct rec *r, const struct rec_node *object);

/* Set the byte, at its distance from `object`, of each member that has another
   of the same name behind it. */
void same_mark_repeated(struct rec *r, const struct rec_node *object,
			unsigned char *mark);

/* The element of the array that is the same as one before it, or NULL. */
const struct rec_node *same_repeated(struct rec *r,
				     const struct rec_node *array);

#endif
