/*
 * mark.h - up to when the state knows what was written in Odoo
 *
 * A state file that was restored from a copy is older than what Odoo holds.
 * The mark of a model is the write date of the last record written there, as
 * Odoo says it; what Odoo says was written later, the state does not know.
 */
#ifndef SLUICE_MARK_H
#define SLUICE_MARK_H

#include "core/buf.h"
#include "state/state.h"

/* Append the mark of `model`.  1 there is one, 0 not, -1 with err. */
int mark_find(struct state *st, const char *model, struct buf *out,
	      struct err *err);

/* Replace it; a transaction of its own. */
int mark_put(struct state *st, const char *model, struct span at,
	     struct err *err);

#endif
