/*
 * group_inner.h - what the modules of groups share
 */
#ifndef SLUICE_GROUP_INNER_H
#define SLUICE_GROUP_INNER_H

#include "core/extsort.h"
#include "core/hset.h"
#include "map/group.h"
#include "map/inner.h"

struct group {
	/* As the feed says. */
	const struct yt_node *at; /* the section, for messages */
	struct expr **by;
	size_t n_by;
	bool unsorted;
	bool accept; /* groups beside a gap */
	bool join;   /* rows of several files */
	/* Numbers of running values in `by` that `when` sets: who sets one
	   begins a group. */
	size_t *starts, n_starts;

	/* The group at hand. */
	bool open;
	struct buf key;   /* values of `by` as JSON, a comma between */
	struct buf rows;  /* "[ROW,RUNNING,ROW,RUNNING": RUNNING where the
			     feed has such */
	const char *doom; /* why its rows are refused as they come, or NULL */
	const char *why;

	struct buf next;    /* the key of the row at hand */
	bool gap, lost;     /* rows were refused before it; at all */
	bool file_end;      /* it is of another file than the group at hand */
	uint64_t file;      /* files that ended before it */
	uint64_t n_doomed;  /* rows of the group at hand that were refused */
	struct buf why_buf; /* what `why` may be */
	struct hset seen;   /* keys of groups that began */
	struct rec rec;     /* of `rows`, when it is whole */
	struct expr_running *first, *now; /* of its rows */
	struct extsort *sort;             /* of unsorted rows */
	struct buf item;
	uint64_t n_items;
};

/* Append the row and the running values to g->rows; false beyond the limit. */
bool group_add(struct map *m, struct span row, struct span running);
/*
 * Refuse the rows in `text`, which is like g->rows, all for this reason, and
 * clear it.
 */
int group_refuse(struct map *m, struct buf *text, const char *code,
		 const char *why, const struct map_sink *sink, struct err *err);
/* Refuse what the group at hand has, and what comes. */
int group_doom(struct map *m, const char *code, const char *why,
	       const struct map_sink *sink, struct err *err);
/* The row at hand is the group's, of which it is not to be. */
int group_refuse_row(struct map *m, struct rec *r, const struct rec_node *row,
		     const struct expr_running *running, const char *code,
		     const char *why, const struct map_sink *sink,
		     struct err *err);
/* Map g->rows. */
int group_map(struct map *m, const struct map_sink *sink, struct err *err);

#define GROUP_TOO_LONG "the group has more than 16 MiB of rows"
#define GROUP_INCOMPLETE                                                  \
	"rows beside this group are rejects, which may have been of it; " \
	"'gaps: accept' maps it all the same"
#define GROUP_UNSORTED                                                      \
	"rows of the input are rejects, which may have been of any group; " \
	"'gaps: accept' maps them all the same"

#define GROUP_IN_FILES                                                    \
	"rows of this group are in several files or streams; where they " \
	"are one group all the same, say 'files: join'"
#define GROUP_STARTS                                                        \
	"a row sets what this group has in common once more, to the value " \
	"it has: two groups, or one twice; where each of its rows sets "    \
	"it, leave out 'when' of the running value"

/* ---- group_sort.c -------------------------------------------------------- */

/* The row at hand, whose key is g->next. */
int group_sort_push(struct map *m, struct rec *r, struct err *err);
int group_sort_finish(struct map *m, const struct map_sink *sink,
		      struct err *err);

#endif
