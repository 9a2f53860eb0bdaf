/*
 * words.h - fields and values as the stream has them, for receipts and rejects
 *
 * Cells are for Odoo; people know the canonical names, keys and codes.
 */
#ifndef SLUICE_PUSH_WORDS_H
#define SLUICE_PUSH_WORDS_H

#include "core/buf.h"
#include "push/push.h"

/* What stands for a sensitive value. */
#define WORDS_MASK "***"

/* What the stream calls field `f`. */
struct span words_field(const struct bind_field *f);

/* Append a cell made by cell_make: keys for external ids, codes of tables. */
void words_put_cell(const struct bind_field *f, struct span cell,
		    struct buf *out);
/* The same of field number `k` of an item: what the record says. */
void words_put_want(const struct binding *b, const struct item *it, size_t k,
		    struct buf *out);
/* Append what is known of what Odoo holds (cell->had of the item). */
void words_put_had(const struct binding *b, const struct item *it, size_t k,
		   struct buf *out);

/* One of the records a relation's cell names: its key, or the value looked
 * for. */
struct span words_ref(const struct bind_field *f, struct span part,
		      struct buf *store);

/*
 * Give relations that were read and are about to change their names
 * (cell->name): the key where the record is one of ours, else its code, else
 * what Odoo calls it.  In bulk; few requests or none.
 */
int words_name_old(struct push *p, const struct binding *b, struct arena *arena,
		   struct item **v, size_t n, struct err *err);

#endif
