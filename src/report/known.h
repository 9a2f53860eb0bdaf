/*
 * known.h - which record of Odoo an external id is, and the other way
 *
 * Odoo is asked; but records that were adopted by a user who may not write
 * external ids are known to the state alone (xref.by_id).
 */
#ifndef SLUICE_KNOWN_H
#define SLUICE_KNOWN_H

#include "core/buf.h"
#include "odoo/session.h"
#include "state/state.h"

struct known {
	struct session *session;
	struct state *state; /* or NULL */
};

/* Ids of `n` records of `model` by external id; 0 where there is none. */
int known_ids(const struct known *k, const char *model, const struct span *xid,
	      int64_t *id, size_t n, struct err *err);

/* Append the external id of a record, or nothing. */
int known_xid(const struct known *k, const char *model, int64_t id,
	      struct buf *out, struct err *err);

#endif
