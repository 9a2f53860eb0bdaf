/*
 * cmd_map.h - what the parts of sluice-map share
 */
#ifndef SLUICE_CMD_MAP_H
#define SLUICE_CMD_MAP_H

#include "conf/feed.h"
#include "core/job.h"

/*
 * Load a feed; the whole of it is right, or nothing of it is used: `read` is
 * looked at too, though only sluice-extract reads by it.  -1 with ERR_CONFIG.
 */
int cmd_map_load(struct feed *feed, const struct job *job, const char *name,
		 struct err *err);

/*
 * --diff: append what differs between two feeds, or between the feeds of two
 * sites, to `out`.  0, ERR_SOME where something does, -1 with ERR_CONFIG.
 */
int cmd_map_diff(const struct job *job, const char *a, const char *b,
		 struct buf *out, struct err *err);

#endif
