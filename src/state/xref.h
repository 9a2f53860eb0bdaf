/*
 * xref.h - external id to Odoo id, and what Odoo last accepted
 */
#ifndef SLUICE_XREF_H
#define SLUICE_XREF_H

#include "core/buf.h"
#include "state/state.h"

#define XREF_HASH 16

struct xref {
	int64_t n;      /* small number of the record, for bit maps */
	int64_t res_id; /* database id in Odoo; 0: not known */
	bool by_id; /* adopted without an external id in Odoo: the database id
		       is the identity */
	bool clean; /* the hash holds: nothing happened since unseen */
	unsigned char hash[XREF_HASH]; /* of the canonical record accepted and
					  its binding */
};

/* 1 found, 0 not, -1 with err. */
int xref_find(struct state *st, struct span xid, struct xref *out,
	      struct err *err);

/*
 * The external id of record `res_id` of a model, appended to `out`.  1 found,
 * 0 not, -1 with err.
 */
int xref_by_id(struct state *st, struct span model, int64_t res_id,
	       struct buf *out, struct err *err);

/*
 * Append the cells Odoo last accepted, as a JSON object {"field":"cell"}.
 * 1 found, 0 none known, -1 with err.
 */
int xref_cells(struct state *st, struct span xid, struct buf *out,
	       struct err *err);

struct xref_put {
	struct span xid, model;
	int64_t res_id;
	bool by_id;
	const unsigned char *hash; /* XREF_HASH bytes, or NULL: not clean */
	struct span cells; /* JSON object; p NULL: leave those there are */
	/* Of a record without an external id in Odoo: who it is there, a text
	 * that begins with "=".  xref_cells of it is `xid` then.  Else empty.
	 */
	struct span identity;
	bool held; /* it waited (held.h), and does so no longer */
};

/* Insert or replace; within a transaction (state_begin). */
int xref_put(struct state *st, const struct xref_put *x, struct err *err);

/* Forget the hash: the record is to be read back.  Within a transaction. */
int xref_dirty(struct state *st, struct span xid, struct err *err);

/* Forget the record: Odoo does not have it.  Within a transaction. */
int xref_drop(struct state *st, struct span xid, struct err *err);

/*
 * Walk the external ids that begin with `prefix`, in their order.  The state
 * may be read meanwhile.  xref_walk_end is called in any case.
 */
struct xref_walk {
	struct state *state;
	sqlite3_stmt *stmt;
};
int xref_walk(struct state *st, const char *prefix, struct xref_walk *w,
	      struct err *err);
/* 1 and `xid`, valid until the next call; 0 no more; -1 with err. */
int xref_walk_next(struct xref_walk *w, struct span *xid, struct err *err);
void xref_walk_end(struct xref_walk *w);

/* How many records of an entity there are. */
int xref_count(struct state *st, const char *entity, uint64_t *out,
	       struct err *err);

/* The highest `n` there is. */
int xref_max(struct state *st, int64_t *out, struct err *err);

#endif
