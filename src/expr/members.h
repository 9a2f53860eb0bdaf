/*
 * members.h - the members of a raw record to the columns a feed uses
 *
 * Rows of a table all have the same members in the same order.  The order is
 * remembered: while the next record repeats it, its names are compared and no
 * name is looked up.
 */
#ifndef SLUICE_MEMBERS_H
#define SLUICE_MEMBERS_H

#include "expr/expr.h"

struct members {
	struct span *name; /* of the columns, by number; borrowed */
	size_t n;
	uint32_t *slot; /* hash of names: number plus one, 0 free */
	size_t n_slots;
	/* The shape of the last record: its raw names, one behind the other,
	 * and for each the column it goes to, or NONE. */
	struct buf names;
	uint32_t *len, *to;
	size_t n_members, cap;
	struct val *val; /* of the record, by number */
};

void members_init(struct members *c, const struct expr_scope *s);
/* Fill c->val from the members of object `raw` of `r`. */
void members_load(struct members *c, struct rec *r, const struct rec_node *raw);
/* The same where there is no record: all are absent. */
void members_none(struct members *c);
void members_release(struct members *c);

#endif
