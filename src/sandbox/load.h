/*
 * load.h - load(fields, rows), all or nothing
 *
 * As Odoo does it: convert every row, try to bring in the batch, and where
 * that fails bring in row by row from the beginning, gathering messages until
 * ten of the database's.  A reference to a record of the same batch brings in
 * what came before it first.
 */
#ifndef SLUICE_SANDBOX_LOAD_H
#define SLUICE_SANDBOX_LOAD_H

#include "sandbox/env.h"

/*
 * *result is {"ids", "messages", "nextrow"}, a new reference.  -1 with
 * env->fail where the call itself fails (an unknown column).
 */
int load_rows(struct env *env, const struct model *m, const json_t *fields,
	      const json_t *rows, json_t **result);

/* What load answers when it lost a race for `n` rows, and did nothing. */
json_t *load_serialization(size_t n);

#endif
