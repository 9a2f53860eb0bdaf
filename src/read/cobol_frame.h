/*
 * cobol_frame.h - where the records of a COBOL file begin and end
 *
 * Fixed length, record descriptor words in four spellings, blocks of such
 * records, or lines.
 *
 * Spec: z/OS 2.5 DFSMS Using Data Sets, SC23-6855, record formats F, V, VB.
 */
#ifndef SLUICE_COBOL_FRAME_H
#define SLUICE_COBOL_FRAME_H

#include "core/buf.h"
#include "read/input.h"
#include "read/read_conf.h"

struct cobol_frame {
	struct input *in;
	enum read_framing framing;
	bool actual;     /* fixed: how long a record is, its reader says */
	size_t size;     /* of the longest record */
	size_t drop;     /* bytes behind the last record */
	uint64_t block;  /* bytes left of the block, vb */
	uint64_t row;    /* of the record, from 1 */
	uint64_t offset; /* of its first byte */
	struct buf line; /* a short line, blanks behind it */
	char blank;
};

enum cobol_got {
	COBOL_GOT,
	COBOL_LONG, /* a line beyond LINE_CEILING: its beginning */
	COBOL_END,
	COBOL_FAIL,
};

/* Passes over the bytes before the first record.  -1 with err. */
int cobol_frame_begin(struct cobol_frame *f, size_t skip, struct err *err);
/*
 * The next record, valid until the next call.  Where `actual` is set it has
 * all that there is of it, or more; cobol_frame_take says how long it is.
 */
enum cobol_got cobol_frame_next(struct cobol_frame *f, struct span *record,
				struct err *err);
/* -1 with ERR_DATA where the file ends within the record. */
int cobol_frame_take(struct cobol_frame *f, struct span *record, size_t n,
		     struct err *err);
void cobol_frame_release(struct cobol_frame *f);

#endif
