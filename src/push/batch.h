/*
 * batch.h - rows to calls, divided until the bad ones stand alone; pure
 *
 * `load` keeps all rows of a call or none.  So rows that were named are taken
 * out and the rest is sent again; where nobody was named the call is halved;
 * a call of one row gives its true reason.
 */
#ifndef SLUICE_BATCH_H
#define SLUICE_BATCH_H

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

/*
 * Send the `n` rows whose numbers are in `row` as one call and say of each
 * how it ended (`out` is all BATCH_AGAIN).  A call of one row must not end as
 * BATCH_AGAIN or BATCH_SUSPECT.  -1 stops the division.
 */
typedef int batch_send(void *context, const uint32_t *row, size_t n,
		       enum batch_row *out, struct err *err);

/* Bring `n` rows to their end, each DONE or BAD.  0, or -1 from `send`. */
int batch_run(size_t n, batch_send *send, void *context, struct err *err);

/* How many rows the next call should have, by how long the last one took. */
struct batch_size {
	size_t rows, max;
};

#define BATCH_START   100
#define BATCH_MAX     500
#define BATCH_GOAL_MS 4000

void batch_size_init(struct batch_size *s, size_t max);
/* A call of `rows` rows took so long. */
void batch_size_took(struct batch_size *s, size_t rows, int64_t ms);
/* A call timed out or the server was overloaded. */
void batch_size_pressure(struct batch_size *s);

#endif
