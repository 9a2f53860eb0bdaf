/*
 * cell.h - cells of load to values of create and write
 */
#ifndef SLUICE_SANDBOX_CELL_H
#define SLUICE_SANDBOX_CELL_H

#include "sandbox/env.h"

/* Who wants to hear what is wrong, and who can bring in earlier rows. */
struct cell_context {
	struct env *env;
	/*
	 * A message on a field of the record at hand: `more` (may be NULL) is
	 * a new reference that is taken over.
	 */
	void (*log)(void *to, bool error, const struct field *top,
		    const char *text, json_t *more);
	/* Bring in the batch where it has this external id (NULL: anyway). */
	int (*flush)(void *to, const char *xid, const struct model *m);
	void *to;
	bool skip; /* set: import_skip_records drops this record */
};

/*
 * The values of one record as load_extract made it: a cell, or a list of
 * records for a relational field.  A new object; fields with errors are left
 * out and logged.  NULL with env->fail.
 *
 * `top` is the outer field and `prefix` its label with "/" where `record` is
 * a line of a one2many; NULL and "" otherwise.
 */
json_t *cell_values(struct cell_context *c, const struct model *m,
		    const json_t *record, const struct field *top,
		    const char *prefix);

#endif
