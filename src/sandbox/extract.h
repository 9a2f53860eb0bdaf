/*
 * extract.h - rows of load to records, by the paths of their columns
 *
 *	id .id name		cells of the record itself
 *	country_id/id		the record a many2one leads to, by external id;
 *				"/.id" by id, and nothing behind it by name
 *	child_ids/name		a line of a one2many: rows in which nothing but
 *				lines are filled belong to the record above
 *
 * A record is an object: a cell, or a list of records for a relation, in
 * which "" stands for the name.
 */
#ifndef SLUICE_SANDBOX_EXTRACT_H
#define SLUICE_SANDBOX_EXTRACT_H

#include "sandbox/env.h"

struct extract_column {
	char **part;  /* of the path, the texts in one piece of memory */
	size_t n, at; /* parts; place in the row */
};

/* The columns, for extract_columns_free.  -1 with env->fail: not a field. */
int extract_columns(struct env *env, const struct model *m,
		    const json_t *fields, struct extract_column **out,
		    size_t *n);
void extract_columns_free(struct extract_column *c, size_t n);

/*
 * Rows as lists of cells, a new array: whatever Python would iterate over,
 * texts by letters, objects by their keys.
 */
json_t *extract_rows(const json_t *rows);

/* The record that begins in row `from`; *span is how many rows it has. */
json_t *extract_record(const struct env *env, const struct model *m,
		       const struct extract_column *c, size_t n,
		       const json_t *rows, size_t from, size_t *span);

#endif
