/*
 * layer.h - two YAML trees seen as one: a base and what differs from it
 *
 * Maps merge member by member; a member that is ~ in the overlay is removed;
 * anything else in the overlay replaces what the base has.  The trees stay as
 * they are and own everything.
 */
#ifndef SLUICE_LAYER_H
#define SLUICE_LAYER_H

#include "conf/yaml_tree.h"

struct layer {
	const struct yt_node *base, *over; /* either may be NULL */
};

/* The node that counts: NULL where there is none, or it was removed. */
const struct yt_node *layer_node(struct layer l);
bool layer_is_map(struct layer l);

/* The member called `key`. */
struct layer layer_get(struct layer l, const char *key);

/*
 * Walk the members that count: those of the base in its order, then those
 * only the overlay has.  *at starts at 0; false at the end.
 */
bool layer_next(struct layer l, size_t *at, const char **key,
		struct layer *member);

#endif
