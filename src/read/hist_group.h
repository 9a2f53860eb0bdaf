/*
 * hist_group.h - the group (work centre, line) that a historian's tag is of
 *
 * As setting `by` of the feed says: a code table of the profiles (lookup.h),
 * or a map of the feed itself.
 */
#ifndef SLUICE_HIST_GROUP_H
#define SLUICE_HIST_GROUP_H

#include "core/err.h"
#include "core/span.h"
#include "read/read_conf.h"

struct hist_group;

/* `c` has groups.  NULL with ERR_CONFIG. */
struct hist_group *hist_group_new(const struct read_conf *c, struct err *err);
void hist_group_free(struct hist_group *g);

/* -1: the tag has none; err says so.  *group is good until the next call. */
int hist_group_find(struct hist_group *g, struct span tag, struct span *group,
		    struct err *err);

#endif
