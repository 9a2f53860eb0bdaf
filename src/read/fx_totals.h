/*
 * fx_totals.h - what headers open, trailers close, and totals say
 *
 * A trailer counts the records since the one it closes, or since the beginning
 * of the file, and adds up their amounts.  What does not agree, or is not
 * there at all, is damage.
 */
#ifndef SLUICE_FX_TOTALS_H
#define SLUICE_FX_TOTALS_H

#include "core/dec.h"
#include "read/fx_layout.h"

struct fx_running;

struct fx_totals {
	const struct fx_layout *l;
	const char *path;       /* for messages; borrowed */
	struct fx_running *run; /* by record type and its sum, flat */
	size_t *first;          /* index in `run`, by record type */
	size_t *opened;         /* of a type a trailer closes: its line, or 0 */
	bool any;               /* a record was read */
	size_t n;               /* types */
	uint64_t ended;         /* line of the file's trailer, or 0 */
};

/* The value of a field of the record at hand; FX_WRONG where it has none. */
typedef int (*fx_amount)(void *ctx, size_t field, struct dec *out);

void fx_totals_init(struct fx_totals *t, const struct fx_layout *l,
		    const char *path);
void fx_totals_release(struct fx_totals *t);

/*
 * Take a record of type `type`: add it up, and hold a trailer against what
 * came before.  -1 with ERR_DATA.
 */
int fx_totals_take(struct fx_totals *t, size_t type, uint64_t row,
		   fx_amount amount, void *ctx, struct err *err);

/* A record that could not be read; `type` SIZE_MAX: not known which. */
int fx_totals_lost(struct fx_totals *t, size_t type, uint64_t row,
		   struct err *err);

/* The end of the file. */
int fx_totals_end(struct fx_totals *t, struct err *err);

#endif
