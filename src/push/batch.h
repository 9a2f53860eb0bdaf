/*
 * batch.h - how many rows a call has, and how a failed one is divided; pure
 *
 * `load` keeps all rows of a call or none.  So rows that were named are taken
 * out and the rest is sent again; where nobody was named the call is halved;
 * a call of one row gives its true reason.
 */
#ifndef SLUICE_BATCH_H
#define SLUICE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

enum batch_row {
	BATCH_DONE,    /* kept, or settled in another way */
	BATCH_BAD,     /* rejected by itself */
	BATCH_AGAIN,   /* not named: to be sent without the bad ones */
	BATCH_SUSPECT, /* named, but maybe for another row's fault: after
			  the others */
};

/* Rows of a call that are to be sent again, together. */
struct batch_part {
	uint32_t *row; /* owned */
	size_t n;
	bool late; /* after the others */
};

/*
 * What is left of the `n` rows of a call, of which each ended as `out` says:
 * up to two parts.  Returns how many; -1 with ERR_BUG for a call of one row
 * that has no outcome.
 */
int batch_divide(const uint32_t *row, size_t n, const enum batch_row *out,
		 struct batch_part part[2], struct err *err);

/*
 * How many rows the next call should have, by how long the last ones took:
 * a call is to take BATCH_GOAL_MS, far below the limits of servers and
 * proxies (60 s).
 */
struct batch_size {
	size_t rows, max;
};

#define BATCH_START   100
#define BATCH_MAX     1000
#define BATCH_GOAL_MS 5000
#define BATCH_GROWTH  4  /* times, from one call to the next */
#define BATCH_SHARE   50 /* rows not worth dividing among connections */
/* A call has no more bytes of cells than this, whatever its rows. */
#define BATCH_BYTES ((size_t)4 << 20)

void batch_size_init(struct batch_size *s, size_t max);
/* A call of `rows` rows took so long. */
void batch_size_took(struct batch_size *s, size_t rows, int64_t ms);
/* A call timed out or the server was overloaded. */
void batch_size_pressure(struct batch_size *s);
/*
 * Rows for the next call where `left` are to go over `lines` connections: near
 * the end all connections get the same.
 */
size_t batch_size_next(const struct batch_size *s, size_t left, size_t lines);

#endif
