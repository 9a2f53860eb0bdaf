/*
 * edi_segment.h - a segment of X12 or EDIFACT, taken apart
 *
 * A reader splits a segment at its own separators and undoes its own escapes;
 * from there on both syntaxes are one.  Pieces are in the order of the file.
 */
#ifndef SLUICE_EDI_SEGMENT_H
#define SLUICE_EDI_SEGMENT_H

#include <stdint.h>

#include "core/buf.h"
#include "core/span.h"
#include "read/tree.h"

/*
 * A tag has 2 or 3 capital letters and digits; readers reject others.  So no
 * element (BEG01) is called like a segment.
 */
#define EDI_TAG_MAX ((size_t)16) /* shown of a wrong one */

/*
 * A component.  Empty ones are left out, but for the first component of an
 * empty repetition, which holds its place.
 */
struct edi_piece {
	uint32_t element;   /* from 1 */
	uint32_t repeat;    /* from 0 */
	uint32_t component; /* from 1 */
	bool repeated;      /* its element has a repetition separator */
	struct span text;   /* UTF-8 without U+0000; borrowed */
};

struct edi_segment {
	struct span tag;
	struct edi_piece *piece;
	size_t n, cap;
	struct buf json; /* of edi_segment_put */
	uint64_t number; /* of the segment in the file, for messages */
};

/* Begin a segment; the room of the last one is used again. */
void edi_segment_begin(struct edi_segment *s, struct span tag);

/*
 * Add a component; an empty one only where it is the first of a repetition.
 */
void edi_segment_add(struct edi_segment *s, const struct edi_piece *piece);

void edi_segment_release(struct edi_segment *s);

/* The text of a component of the first repetition, or an empty one. */
struct span edi_segment_text(const struct edi_segment *s, uint32_t element,
			     uint32_t component);

/*
 * Add the elements as members of the open object: BEG01; SVC0102 for the
 * second component of SVC01 and so on (from the 100th element on SVC100_02); a
 * list where an element is repeated, of
 * texts, or of objects with members 1, 2, ... where it has components.
 */
void edi_segment_put(struct edi_segment *s, struct tree *t);

/* The same as an object, member `name` of the open one. */
void edi_segment_put_object(struct edi_segment *s, struct tree *t,
			    struct span name, bool list);

#endif
