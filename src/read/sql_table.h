/*
 * sql_table.h - the tables of a script and their columns, and the heads of the
 * statements that matter
 */
#ifndef SLUICE_SQL_TABLE_H
#define SLUICE_SQL_TABLE_H

#include "read/sql_value.h"

struct sql_table {
	char *schema, *name; /* schema: NULL, or as written */
	struct sql_columns columns;
};

struct sql_tables {
	struct sql_table **item;
	size_t n, cap;
};

void sql_tables_release(struct sql_tables *t);
/* The table of this name; a new one where there is none. */
struct sql_table *sql_tables_get(struct sql_tables *t, const char *schema,
				 const char *name);

/* A statement whose rows are read. */
struct sql_head {
	struct sql_table *table;
	struct sql_columns listed; /* of this statement */
	struct buf list;           /* as written, since many have the same */
	bool has_list;
	bool values;        /* VALUES follows; else it is something else */
	const char *format; /* COPY: an option that is not read, or NULL */
	bool from_file;     /* COPY: not from stdin */
};

/* Behind INSERT or REPLACE, up to VALUES. */
enum sql_rc sql_insert(struct sql_values *v, struct sql_cursor *c,
		       struct sql_tables *tables, struct sql_head *head);
/* Behind COPY, up to its delimiter, which is taken. */
enum sql_rc sql_copy(struct sql_values *v, struct sql_cursor *c,
		     struct sql_tables *tables, struct sql_head *head);
/* Behind CREATE; *is: whether it was CREATE TABLE, up to its last bracket. */
enum sql_rc sql_create(struct sql_values *v, struct sql_cursor *c,
		       struct sql_tables *tables, bool *is);

#endif
