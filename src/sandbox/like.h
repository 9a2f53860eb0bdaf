/*
 * like.h - PostgreSQL's LIKE and ILIKE
 *
 * `%` any text, `_` one character, `\` takes the next as it is.  Without
 * regard to case: ASCII and the letters of Latin-1, as in file exports.
 */
#ifndef SLUICE_SANDBOX_LIKE_H
#define SLUICE_SANDBOX_LIKE_H

#include <sqlite3.h>
#include <stdbool.h>

#include "core/span.h"

bool like_match(struct span text, struct span pattern, bool any_case);

/* Make pg_like(text, pattern, any_case) known to SQL. */
void like_register(sqlite3 *db);

#endif
