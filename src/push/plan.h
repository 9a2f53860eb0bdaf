/*
 * plan.h - what a record needs; pure
 */
#ifndef SLUICE_PLAN_H
#define SLUICE_PLAN_H

#include "push/item.h"

enum plan {
	PLAN_NOTHING,
	PLAN_CREATE,
	PLAN_UPDATE,
	PLAN_MISSING, /* there is nothing to update or archive */
};

/*
 * Decide, and set it->columns to the fields to be sent.
 *
 * Sent at creation: what the record says and defaults, but no empty cells (an
 * empty cell under a required column hides Odoo's own default).  Sent to what
 * exists: fields of the legacy system that differ from `had`, or whose `had`
 * is not known; with `full` all of them.  Required fields are never cleared.
 */
enum plan plan_item(const struct binding *b, struct item *it, bool full);

/*
 * Of a record that is there and needs nothing sent, or not all it says: the
 * fields that are known to differ and stay as they are, to it->left.  They are
 * Odoo's by owner, or the record was to be created only, or a conflict was
 * Odoo's (it->kept).
 */
void plan_left(const struct binding *b, struct item *it);

/* Whether the field holds already what is wanted. */
bool plan_same(const struct bind_field *f, const struct item *it,
	       const struct item_cell *c);

#endif
