/*
 * sql_columns.h - the names of the columns of a table or of a statement
 */
#ifndef SLUICE_SQL_COLUMNS_H
#define SLUICE_SQL_COLUMNS_H

#include "core/buf.h"

/* As keys ("NAME":) one behind the other. */
struct sql_columns {
	struct buf keys;
	size_t *end; /* of each key */
	size_t n, cap;
};

/* A name that comes again becomes NAME_<position>, an empty one c<position>. */
void sql_columns_add(struct sql_columns *c, struct span name);
void sql_columns_clear(struct sql_columns *c);
void sql_columns_release(struct sql_columns *c);

/* The key of value `i`, from 0, with a comma before it but for the first;
 * beyond the last column it is c<position>. */
void sql_put_key(const struct sql_columns *c, size_t i, struct buf *out);

#endif
