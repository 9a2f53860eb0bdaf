/*
 * refs.h - records that relations name, to their database ids
 *
 * A cell of a relation names records by external id, by what a field of such
 * a record holds, or by the value of a field (push/cell.h).  They are gathered,
 * asked for in bulk, and remembered for the run.
 */
#ifndef SLUICE_REFS_H
#define SLUICE_REFS_H

#include <stdint.h>

#include "core/err.h"
#include "core/hset.h"
#include "push/binding.h"
#include "report/known.h"

struct ref {
	char *model;   /* of the record named, or looked for */
	char *xid;     /* or NULL */
	char *through; /* field of that record, or NULL */
	char *by;      /* without an external id: field and value */
	char *value;
	int64_t id; /* 0: there is none */
	bool known;
};

struct refs {
	struct ref *ref;
	size_t n, cap;
	struct hset index;
};

#define REFS_INIT            \
	{                    \
		.ref = NULL, \
	}

/* Note that the records in cell `text` of a field of `b` are wanted. */
void refs_want(struct refs *r, const struct binding *b,
	       const struct bind_field *f, struct span text);

/* Ask for all that is not known yet. */
int refs_ask(struct refs *r, const struct known *k, struct err *err);

/*
 * Append the database ids of the records in the cell, ascending, as
 * cell_of_odoo does.  False where one of them is not there.
 */
bool refs_put_ids(const struct refs *r, const struct bind_field *f,
		  struct span text, struct buf *out);

void refs_release(struct refs *r);

#endif
