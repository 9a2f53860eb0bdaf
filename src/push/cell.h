/*
 * cell.h - canonical values to cells of `load`, and cells against what Odoo
 * says
 *
 * A cell of a binary field is a digest in its place (push/binary.h).
 *
 * Every cell is text: `load` crashes on JSON booleans and truncates JSON
 * numbers.  The empty cell clears the field.  Numbers are written the same
 * way whatever their source wrote (1.10 and 1.1 are one cell), so that cells
 * can be compared as text.
 */
#ifndef SLUICE_CELL_H
#define SLUICE_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/rec.h"
#include "push/binding.h"

enum cell_got {
	CELL_SET,     /* `out` has the cell, maybe empty: clear the field */
	CELL_DEFAULT, /* the record says nothing; `out` is for creation only */
	CELL_ABSENT,  /* the record says nothing: leave the field alone */
	CELL_BAD,     /* the value cannot be bound: code and err say why */
};

/*
 * Append the cell of field `f` for the record in `r` whose `fields` member is
 * `fields` (NULL where it has none).  Where the field is a relation the cell
 *says which record:
 *
 *	sluice.product.P-1            by external id
 *	sluice.warehouse.W1>view_location_id   what this field of it holds
 *	?code=DE                      the one whose field `code` is DE
 *
 * and several of them, separated by commas, where it is `many`.
 *
 * site  of the record, or empty
 * code  on CELL_BAD: "bad-number", "bad-date", "bad-code", "bad-value"
 */
enum cell_got cell_make(const struct bind_field *f, struct rec *r,
			const struct rec_node *fields, struct span site,
			struct buf *out, const char **code, struct err *err);

/* Whether a text, as a record or the binding has it, can be a cell of a field
 * that is no relation. */
bool cell_takes(const struct bind_field *f, struct span value);

/* Of a text that names a record (above): whether it is a "?by=value". */
bool cell_is_lookup(struct span text);
/* The external id in it; *field is what is behind '>', or empty. */
struct span cell_base(struct span text, struct span *field);
/* Which of the field's ways made it: its own, or one behind "else". */
const struct bind_field *cell_way(const struct bind_field *f, struct span text);

/*
 * Append what Odoo's `value` of this field (an answer of read) would be as a
 * cell.  Relations are given as database ids ("12", "3,7" in ascending order).
 */
void cell_of_odoo(const struct bind_field *f, const json_t *value,
		  struct buf *out);

/*
 * Whether two cells of the field mean the same.  Numbers are compared as Odoo
 * rounds them (digits of the field); html by its text.  Cells of relations are
 * compared as text: give database ids on both sides.
 */
bool cell_equal(const struct bind_field *f, struct span a, struct span b);

/*
 * The next of the texts in a cell of field `f`, which commas separate where
 * the field takes many; `rest` moves on.  False where none is left.
 */
bool cell_next_part(const struct bind_field *f, struct span *rest,
		    struct span *part);

#endif
