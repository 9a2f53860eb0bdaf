/*
 * hist_clock.h - the windows of time that a clock on the wall has
 *
 * A window begins where the clock shows a multiple of its length, counted from
 * 1970-01-01 00:00.  One of more than an hour goes from what the clock shows to
 * what it shows, whatever is done to the clock meanwhile: a day has 23, 24 or
 * 25 hours.  One of up to an hour has its length; the hour that is shown twice
 * is two, and where a change of the clock falls into one, it is cut there.
 * Windows follow each other without gaps.
 */
#ifndef SLUICE_HIST_CLOCK_H
#define SLUICE_HIST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "expr/zone.h"

struct hist_clock {
	const struct zone *zone; /* borrowed; NULL: UTC */
	int64_t seconds;         /* of a window; 0: none */

	/* The last window, and the last hour shown that had one offset. */
	int64_t from, to;
	int64_t hour, offset;
	bool has_hour;
};

/* The window an instant is in: until and without *to. */
void hist_clock_window(struct hist_clock *c, int64_t instant, int64_t *from,
		       int64_t *to);

/* The instant the clock shows `local`.  -1: there is none, or are two. */
int hist_clock_instant(struct hist_clock *c, int64_t local, int64_t *instant,
		       struct err *err);

#endif
