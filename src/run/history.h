/*
 * history.h - what a flow has done, one JSON line an event
 *
 *	{"event":"begin","run":R,"flow":F,"target":T,"at":...}
 *	{"event":"done","run":R,"target":T,"feed":F,"file":N,"sha256":H,
 *	 "archive":A,"spool":S,"records":N,"rejected":N,"why":TEXT,"at":...}
 *	{"event":"end","run":R,"status":N,"at":...}
 *
 * "done" is written once every record of an input is accounted for, and
 * before the input is archived: from then on only the archiving is left to
 * do, whatever dies.  A run without "end" was killed; what it had done but not
 * told anybody is told by the next run.
 *
 * Lines are only appended, and synced.  A last line without its newline is
 * one that a crash cut off: it is taken away.
 */
#ifndef SLUICE_HISTORY_H
#define SLUICE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct history_done {
	char *run, *target, *feed, *file, *sha256, *archive, *spool, *why;
	uint64_t records, rejected;
	bool told; /* its run came to its end */
};

void history_done_release(struct history_done *d);

struct history {
	int fd;
	char *path;
	struct history_done *done; /* oldest first */
	size_t n_done, cap_done;
	char **open; /* runs that began and did not end */
	size_t n_open, cap_open;
};

/* Read it, making an empty one where there is none.  ERR_DATA names a line. */
int history_open(struct history *h, const char *path, struct err *err);
/* Takes a zeroed one with fd -1, too. */
void history_close(struct history *h);

/*
 * Whether these bytes of `file` went through `feed` to `target` last: the
 * entry, or NULL.  An older content that comes again after another is new;
 * so is the same content for another target.
 */
const struct history_done *history_seen(const struct history *h,
					const char *target, const char *feed,
					const char *file, const char *sha256);

int history_begin(struct history *h, const char *run, const char *flow,
		  const char *target, struct err *err);
/* Texts are copied. */
int history_done(struct history *h, const struct history_done *d,
		 struct err *err);
/* Ends `run` and all runs that were open. */
int history_end(struct history *h, const char *run, int status,
		struct err *err);

#endif
