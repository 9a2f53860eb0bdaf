/*
 * x12_marks.h - the separators of an X12 interchange, and segments by them
 *
 * Separators are what the ISA segment has between its elements and behind the
 * last one, found by counting elements: real files do not always pad them.
 *
 * Spec: ASC X12.5 (interchange control structures), X12.6 (application
 * control structure), releases 00200 to 00801.
 */
#ifndef SLUICE_X12_MARKS_H
#define SLUICE_X12_MARKS_H

#include <stdbool.h>

#include "core/mem.h"
#include "core/span.h"
#include "read/charset.h"
#include "read/edi_segment.h"

#define X12_ISA_ELEMENTS 16
/* Bytes in which an ISA must be whole; by the standard it has 106. */
#define X12_ISA_MAX  ((size_t)512)
#define X12_TEXT_MAX ((size_t)80) /* kept of an element of an envelope */

enum x12_class { X12_DATA, X12_ELEMENT, X12_COMPONENT, X12_REPEAT };

struct x12_marks {
	char element, segment;
	char component, repeat;   /* NUL: there is none */
	bool wrapped;             /* line ends anywhere are none of the data */
	unsigned char class[256]; /* enum x12_class of each byte */
};

/* The ISA segment: its elements as they stand, element[1] is ISA01. */
struct x12_isa {
	struct x12_marks marks;
	char element[X12_ISA_ELEMENTS + 1][X12_TEXT_MAX + 1];
	size_t length; /* bytes, with the end of the segment */
};

/*
 * Whether `ahead` begins with an ISA segment and what of the next segment
 * shall be looked at; X12_ISA_MAX * 2 bytes are enough.
 */
bool x12_isa_read(struct x12_isa *isa, struct span ahead);

/* Element `n` without blanks around it. */
struct span x12_isa_text(const struct x12_isa *isa, unsigned n);

/*
 * Take a segment apart, which has no end and no white space before it.  Texts
 * are converted into `arena` where `cs` is given, else they stay where they
 * are.
 */
void x12_split(const struct x12_marks *marks, struct span text,
	       struct charset *cs, struct arena *arena, struct edi_segment *s);

/* Whether a tag is one: 2 or 3 capital letters and digits. */
bool x12_is_tag(struct span tag);

#endif
