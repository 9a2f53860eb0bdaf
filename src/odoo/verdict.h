/*
 * verdict.h - what a reply means; pure
 *
 * Odoo reports most failures with HTTP 200, and failures of `load`, even
 * serialization conflicts, as messages inside a successful answer.  Here, and
 * only here, replies are graded.
 */
#ifndef SLUICE_VERDICT_H
#define SLUICE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"
#include "odoo/reply.h"

enum odoo_verdict {
	ODOO_DONE,
	ODOO_RETRY,   /* nothing was kept; the same call may work later */
	ODOO_UNKNOWN, /* done or not: read back before anything else */
	ODOO_REJECT,  /* this record (or call), with Odoo's words */
	ODOO_DIVIDE,  /* some records are bad, and which is not all known */
	ODOO_STOP,    /* configuration, rights: no record of this kind works */
};

#define VERDICT_WHY_MAX 512

struct verdict {
	enum odoo_verdict what;
	enum err_code code;        /* exit status for ODOO_STOP; else the one to
				      end with when trying is given up */
	const char *reject;        /* stable code for rejects: "odoo-refused" */
	int64_t retry_after_ms;    /* what the server asked for; -1: nothing */
	char why[VERDICT_WHY_MAX]; /* Odoo's words, cleaned, one line */
};

/* Of a call of any method; for `load` use verdict_load. */
void verdict_reply(struct verdict *v, const struct reply *r);

/* The sentence for a user, from the verdict of a call that failed.  -1. */
int verdict_err(const struct verdict *v, struct err *err);

/* ---- load -------------------------------------------------------------- */

enum load_row_state {
	ROW_LOADED,  /* the call was kept; `id` */
	ROW_AGAIN,   /* not named: send it again without the bad ones */
	ROW_BAD,     /* named with its own reason */
	ROW_SUSPECT, /* named, but the reason may be another row's: send it
			again, alone or after the others */
};

struct load_row {
	enum load_row_state state;
	int64_t id;         /* ROW_LOADED */
	const char *reject; /* code for the reject file */
	char *field;        /* Odoo field the message names, or NULL; owned */
	char *why;          /* Odoo's words, cleaned; owned */
};

/*
 * whole.what:
 *   ODOO_DONE     all rows ROW_LOADED
 *   ODOO_REJECT   at least one row ROW_BAD: take those out, send the rest
 *                 (ROW_AGAIN, ROW_SUSPECT) again
 *   ODOO_DIVIDE   no row is certain: halve; a call of one row is certain
 *   others        as for any call; rows say nothing (all ROW_AGAIN)
 */
struct load_verdict {
	struct verdict whole;
	bool interrupted; /* Odoo stopped after ten errors: rows after the last
			     named one were not tried */
	struct load_row *row;
	size_t n_rows;
};

/*
 * xid   external ids of the rows, n_rows of them, or NULL: a reference to a
 *       row of the same call that is missing because that row failed makes a
 *       ROW_SUSPECT, not a ROW_BAD
 */
void verdict_load(struct load_verdict *v, const struct reply *r,
		  const struct span *xid, size_t n_rows);
void load_verdict_release(struct load_verdict *v);

/*
 * Append Odoo's words as one readable line: without "Unknown error during
 * import: <class ...>: ", "DETAIL:" and such, control characters as spaces.
 */
struct buf;
void verdict_clean(struct buf *out, struct span words);

#endif
