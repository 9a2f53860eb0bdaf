/*
 * flow.h - a flow: which files go through which feeds to which target
 *
 * Format: sluice-flow(5), flows/NAME.yaml in a profiles folder.  Folders are
 * resolved against the base folder when the flow is loaded.
 */
#ifndef SLUICE_FLOW_H
#define SLUICE_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf/yaml_tree.h"
#include "core/err.h"

struct flow_feed {
	const char *feed;
	const char *files;           /* pattern below the inbox */
	const char *max_rejects;     /* the flow's where it has none; or NULL */
	const char *max_change;      /* the same */
	bool snapshot;               /* a file has all records */
	bool required;               /* no file is something to report */
	const struct yt_node *needs; /* feeds without which it does not run, or
					NULL */
};

struct flow {
	struct yt_node *root; /* the texts live here */
	const char *name;
	const char *target; /* NULL: must be said on the command line */
	char *inbox, *archive, *work; /* folders */
	const char *max_rejects, *max_change;
	int64_t settle_s; /* a file this young is still being written */
	struct flow_feed *feed;
	size_t n_feeds;
	bool reconcile;
	const char **entity; /* to reconcile; none: all there are */
	size_t n_entities;
};

/*
 * Find the flow (profile.h, folder "flows"), load it and check all of it, the
 * feeds' being there too.  -1 with ERR_CONFIG at file:line:column.
 */
int flow_load(struct flow *f, const char *profiles, const char *name,
	      const char *base, struct err *err);
/* Takes one that was loaded, zeroed or released. */
void flow_release(struct flow *f);

/* Whether `f` does not run where the feed `other` failed. */
bool flow_needs(const struct flow_feed *f, const char *other);

/* The feed called `name`, or NULL. */
const struct flow_feed *flow_feed(const struct flow *f, const char *name);

#endif
