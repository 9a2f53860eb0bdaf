/*
 * group.h - raw records that are mapped together
 *
 * Sorted: rows gather while their key stays the same; the group is mapped when
 * it changes.  Unsorted: all rows are sorted by their keys, then the groups by
 * their first rows, on disk where memory does not hold them.
 *
 * A group goes through as a whole or not at all.  Where it may not be whole,
 * because rows beside it were refused, all its rows are rejects.  Nothing
 * is kept of a group once it is clear that it is refused: its further rows are
 * rejects as they come.
 *
 * The groups of a feed have the same `by`: rows go in and out together.
 */
#ifndef SLUICE_GROUP_H
#define SLUICE_GROUP_H

#include "map/map.h"

/* Rows of more bytes than a line may have are no group. */
#define GROUP_CEILING (LINE_CEILING - 1)
/* Rows that are at fault beyond these are rejects without their own reason. */
#define GROUP_FAULTS_MAX ((size_t)10000)

/*
 * Compile the section `group` of an entry: the settings, into m->group, and
 * later the lists, into the fields of the entry.  -1 with ERR_CONFIG.
 */
int group_compile(struct map *m, const struct yt_node *n, struct err *err);
int group_compile_lists(struct map *m, struct map_entry *e,
			const struct yt_node *n, struct err *err);
void group_free(struct group *g); /* takes NULL */

/* As map_push() and the others in map.h. */
int group_push(struct map *m, struct rec *r, const struct map_sink *sink,
	       struct err *err);
int group_gap(struct map *m, const struct map_sink *sink, struct err *err);
int group_finish(struct map *m, const struct map_sink *sink, struct err *err);
void group_restart(struct group *g);
/* What comes is of another file. */
void group_end_file(struct group *g);

#endif
