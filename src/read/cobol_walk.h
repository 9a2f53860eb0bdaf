/*
 * cobol_walk.h - the bytes of a record along its copybook to JSON
 *
 * Items that redefine others are alternatives: where none of them is chosen by
 * a condition all are shown, and a number that cannot be read is null, unless
 * no alternative can be read without fault.
 */
#ifndef SLUICE_COBOL_WALK_H
#define SLUICE_COBOL_WALK_H

#include "read/cell.h"
#include "read/cobol_number.h"
#include "read/cobol_type.h"

/* Why a record is none. */
struct cobol_flaw {
	const char *code; /* NULL: nothing is wrong */
	const char *why;
	size_t item, at; /* at: byte of the record */
};

struct cobol_walk {
	const struct copybook *book;
	struct charset *cs;
	struct cobol_set set;
	bool actual;       /* OCCURS DEPENDING ON takes what it needs */
	bool null_invalid; /* numbers that are none are null */
	struct cobol_types types;
	struct cell_byte byte[256]; /* CHARSET_BYTE: as in JSON */
	bool trimmed[256];          /* bytes that are no end of a text */
	struct buf scratch;
	struct cobol_value *value; /* of the items that are kept */

	/* the record */
	const unsigned char *p;
	size_t len;
	struct buf *out;
	unsigned tolerant; /* alternatives around */
	struct cobol_flaw flaw;
};

/* Once book, cs and types are set. */
void cobol_walk_init(struct cobol_walk *w, bool ibm_floats);
void cobol_walk_release(struct cobol_walk *w);

/*
 * Append the members of the record with the object's first bracket, as rd_end
 * wants it; *used are its bytes.  False with w->flaw.
 */
bool cobol_walk(struct cobol_walk *w, struct span record, struct buf *out,
		size_t *used);

#endif
