/*
 * progress.h - rate and time left, on a terminal only
 *
 * Nothing is shown in the first seconds, nor where standard error is no
 * terminal or --quiet was said.
 */
#ifndef SLUICE_PROGRESS_H
#define SLUICE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	const char *what; /* "records" */
	bool on, shown;
	int64_t began_ms, next_ms;
	uint64_t calls;
};

void progress_begin(struct progress *p, const char *what, bool quiet);

/*
 * `done` records so far; of `total` units `part` are behind us (bytes of the
 * input, say), total 0 where nobody knows.  Cheap enough for every record.
 */
void progress_tick(struct progress *p, uint64_t done, uint64_t part,
		   uint64_t total);

/* Clear the line. */
void progress_end(struct progress *p);

#endif
