/*
 * overlay.h - a feed's tree laid over the tree of the feed it extends
 *
 * Maps merge member by member; a member that is ~ in the overlay is removed;
 * anything else in the overlay replaces what the base has.  The entries of
 * `map` are matched to the base's by their `name` or their entity; one that
 * says `drop: true` removes the base's, one that says `add: true` is new. Nodes
 * keep the file and line they come from, so that a message about a line of the
 * base names the base.
 *
 * Spec: sluice-profile(5), "Overlays".
 */
#ifndef SLUICE_OVERLAY_H
#define SLUICE_OVERLAY_H

#include "conf/yaml_tree.h"

/*
 * A new tree of `over` laid over `base`, both maps; they stay as they are, and
 * must live as long as the new one, whose nodes point to their file names.
 * Members in the NULL-terminated `own` are taken from `over` alone.  NULL with
 * ERR_CONFIG where `over` removes what `base` does not have, or an entry of
 * `map` fits several of the base's.
 */
struct yt_node *overlay_merge(const struct yt_node *base,
			      const struct yt_node *over,
			      const char *const *own, struct err *err);

/* A member of an overlay that removes the base's: a plain ~. */
bool overlay_removes(const struct yt_node *n);

/* Append a copy of `from` to the list or map `to`, with the name `key`. */
void overlay_add(struct yt_node *to, const struct yt_node *from,
		 const char *key);

#endif
