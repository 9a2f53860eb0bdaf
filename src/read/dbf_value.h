/*
 * dbf_value.h - the bytes of a DBF field as a JSON value
 *
 * Texts lose the blanks behind, numbers those around; what is not there is
 * null.  Dates are ISO, logical values true and false, binary numbers decimal
 * text, other binary matter base64.
 */
#ifndef SLUICE_DBF_VALUE_H
#define SLUICE_DBF_VALUE_H

#include "core/buf.h"
#include "read/cell.h"
#include "read/dbf_head.h"

/* Why a record cannot be read. */
struct dbf_fault {
	const char *code;
	struct err why;
};

/* The number of the memo a field refers to; 0: it has none.  -1: no number. */
int dbf_memo_number(const struct dbf_field *f, struct span bytes,
		    uint64_t *number);

/* Append the value of a field that is no memo.  -1 with `fault`. */
int dbf_value_put(struct buf *b, const struct dbf_field *f, struct span bytes,
		  const struct cell_table *t, struct charset *cs,
		  struct dbf_fault *fault);

/* Append text, or bytes as base64. */
int dbf_text_put(struct buf *b, struct span text, const struct cell_table *t,
		 struct charset *cs, struct dbf_fault *fault);
void dbf_bytes_put(struct buf *b, struct span bytes);

#endif
