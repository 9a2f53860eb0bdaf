/*
 * held.h - records that wait for others, until those are there
 *
 * A record whose reference is not there is kept here, and tried again by
 * every later run.  It leaves when it is accepted (in the transaction that
 * says so, xref_put.held) or rejected.  All times are UTC instants.
 *
 * Spec: DESIGN section 5.
 */
#ifndef SLUICE_HELD_H
#define SLUICE_HELD_H

#include "state/state.h"

struct held {
	struct span xid, entity, key;
	struct span line;      /* the record, as it came */
	struct span since;     /* when it began to wait */
	struct span waits_for; /* JSON array */
	int64_t tries;         /* runs that found it waiting; 1 at first */
};

/* How many wait. */
int held_count(struct state *st, int64_t *n, struct err *err);

/* Walk them in the order they came; nothing may be changed meanwhile. */
int held_first(struct state *st, struct err *err);
/* 1 and one, valid until the next call; 0 no more; -1 with err. */
int held_next(struct state *st, struct held *out, struct err *err);
/* End a walk before its end. */
void held_stop(struct state *st);

/* Commit that these wait; those that did already count one try more. */
int held_put(struct state *st, const struct held *v, size_t n, struct err *err);

/* Commit that these wait no longer. */
int held_drop(struct state *st, const struct span *xid, size_t n,
	      struct err *err);
/* The same of one, within a transaction (state_begin). */
int held_drop_one(struct state *st, struct span xid, struct err *err);

#endif
