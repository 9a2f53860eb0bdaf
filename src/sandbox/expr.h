/*
 * expr.h - where a field's value comes from, as SQL
 */
#ifndef SLUICE_SANDBOX_EXPR_H
#define SLUICE_SANDBOX_EXPR_H

#include "sandbox/model.h"

/*
 * Append the SQL expression of a field (not one2many or many2many without
 * `via`) of the row that `alias` names.
 */
void expr_field(struct buf *b, const struct model *m, const struct field *f,
		int release, const char *alias);

/* The display name of that row. */
void expr_display(struct buf *b, const struct model *m, const char *alias);

/* The display name of the record a many2one leads to, from its id's SQL. */
void expr_display_of(struct buf *b, const struct model *m, const char *id,
		     const char *alias);

#endif
