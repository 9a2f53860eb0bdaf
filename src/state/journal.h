/*
 * journal.h - intent before a request, outcome after it
 *
 * journal_open commits which records a request is about to change, before it
 * leaves.  journal_close commits what came of it, before receipts are
 * printed.  What is still open when a run starts was cut off by a crash:
 * journal_recover forgets the hashes of those records, so that they are read
 * back from Odoo before anything is sent for them again.
 *
 * Spec: DESIGN section 5 and 8.
 */
#ifndef SLUICE_JOURNAL_H
#define SLUICE_JOURNAL_H

#include "state/state.h"
#include "state/xref.h"

struct journal_head {
	const char *run, *entity, *model;
	const char *op;      /* "create", "update", "adopt" */
	struct span columns; /* JSON array */
};

struct journal_intent {
	struct span xid;
	const unsigned char *hash; /* of what is about to be accepted */
};

/* Commit `n` intents as one batch; *batch is its number. */
int journal_open(struct state *st, const struct journal_head *head,
		 const struct journal_intent *v, size_t n, int64_t *batch,
		 struct err *err);

/*
 * Commit the outcome of a batch: what was accepted, in `v`; all other records
 * of it stay as they were.  batch 0: no request was needed, only what is
 * known now is put down.
 */
int journal_close(struct state *st, int64_t batch, const struct xref_put *v,
		  size_t n, struct err *err);

/* Settle what a crash left open; *n_open is how many records that were. */
int journal_recover(struct state *st, size_t *n_open, struct err *err);

#endif
