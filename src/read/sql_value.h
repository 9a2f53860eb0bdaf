/*
 * sql_value.h - a row of literals to the members of a record
 *
 * Texts become texts, numbers the text they are written with, true and false
 * these words, NULL null, bytes (0x..., X'...', _binary '...') 0x and their
 * digits.  CAST, CONVERT and :: leave the literal that is inside.
 */
#ifndef SLUICE_SQL_VALUE_H
#define SLUICE_SQL_VALUE_H

#include "read/sql_columns.h"
#include "read/sql_text.h"

struct sql_values {
	const struct sql_rules *rules;
	struct charset *cs;
	bool converted; /* the text is UTF-8 already */
	struct buf out_text, bytes;
	/* of a row that cannot be read */
	const char *code, *why;
	size_t at;     /* byte of the row */
	size_t column; /* from 0 */
};

void sql_values_init(struct sql_values *v);
void sql_values_release(struct sql_values *v);

/*
 * A row from its bracket to its bracket.  Appends {"NAME":value,... without
 * the last bracket and counts the values.  SQL_BAD with code and why.
 */
enum sql_rc sql_row(struct sql_values *v, struct sql_cursor *c,
		    const struct sql_columns *cols, struct buf *out, size_t *n);

/* A line of COPY, without its end, the same way. */
enum sql_rc sql_copy_row(struct sql_values *v, struct span line,
			 const struct sql_columns *cols, struct buf *out,
			 size_t *n);

/* The text of a quoted name: doubled quotes are one; into v->bytes. */
struct span sql_name(struct sql_values *v, const struct sql_token *t);

#endif
