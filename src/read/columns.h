/*
 * columns.h - the columns of a table: every one has a name of its own
 *
 * A name that comes again becomes NAME_2, NAME_3, ...; a column without a name
 * is c<position>.  Such a made-up name steps aside for a name that the header
 * has elsewhere, so that no cell hides another.
 */
#ifndef SLUICE_COLUMNS_H
#define SLUICE_COLUMNS_H

#include "core/buf.h"
#include "core/err.h"

#define COLUMNS_MAX ((size_t)65536)

/* What stands before a cell's text: {"NAME":" or ","NAME":" */
struct column {
	char *name;
	char *prefix; /* COLUMN_PAD bytes may be copied from it at once */
	size_t prefix_len;
};

#define COLUMN_PAD ((size_t)32)

struct column_slot;
struct columns {
	struct column *col;
	size_t n, cap;
	struct column_slot *slot; /* hash table of the names */
	size_t n_slots;           /* a power of two */
};

#define COLUMNS_INIT        \
	{                   \
		.col = NULL \
	}

/* Name the columns; `name` is `n` texts.  -1 with ERR_DATA beyond the limit. */
int columns_set(struct columns *c, const struct span *name, size_t n,
		struct err *err);
/* Append the name of the cell at `position` (from 1) beyond the columns. */
void columns_surplus(struct columns *c, size_t position, struct buf *out);
/* Append the JSON list of names. */
void columns_put(const struct columns *c, struct buf *out);
void columns_release(struct columns *c);

#endif
