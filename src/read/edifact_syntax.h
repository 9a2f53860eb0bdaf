/*
 * edifact_syntax.h - separators of an EDIFACT interchange, segments by them
 *
 * Separators are what UNA says.  Without it they are those of level A
 * (:+.? '), or those of level B (information separators 1, 3 and 4, no
 * release character) where the UNB segment is written with them.  A
 * repetition separator there is in syntax version 4 only.
 *
 * Spec: ISO 9735:1988 with amendment 1 (syntax versions 1 to 3), ISO
 * 9735-1:1998 and 2002 (version 4).
 */
#ifndef SLUICE_EDIFACT_SYNTAX_H
#define SLUICE_EDIFACT_SYNTAX_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/mem.h"
#include "core/span.h"
#include "read/charset.h"
#include "read/edi_segment.h"

/* Bytes of a service string advice. */
#define EDIFACT_UNA ((size_t)9)
/* Bytes to look at for edifact_marks_read. */
#define EDIFACT_HEAD ((size_t)64)

enum edifact_class {
	EDIFACT_DATA,
	EDIFACT_ELEMENT,
	EDIFACT_COMPONENT,
	EDIFACT_REPEAT,
	EDIFACT_RELEASE,
};

struct edifact_marks {
	char component, element, decimal, segment;
	char release, repeat;     /* NUL: there is none */
	char una_repeat;          /* the one that UNA names; NUL: none */
	bool una;                 /* they were said by UNA */
	bool wrapped;             /* line ends anywhere are none of the data */
	unsigned char class[256]; /* enum edifact_class of each byte */
};

/*
 * Take the separators of the interchange that begins with `ahead`; *length is
 * what UNA takes of it, 0 without one.  -1 with ERR_DATA, which says what
 * begins there instead.
 */
int edifact_marks_read(struct edifact_marks *m, struct span ahead,
		       size_t *length, struct err *err);

/* Set the repetition separator, or none, as the syntax version has it. */
void edifact_marks_version(struct edifact_marks *m, bool version_4);

/*
 * Whether `ahead`, the beginning of an interchange, is broken into lines of
 * one width that do not end with segments, as mail gateways and printers do.
 * `whole`: the input ends with `ahead`.
 */
bool edifact_is_wrapped(const struct edifact_marks *m, struct span ahead,
			bool whole);

/*
 * Whether the segment's end at the end of `text` is data: it is released, or
 * within characters of two bytes of ISO 2022.  For the latter `wide` is kept
 * from part to part of a segment, false at first, and `part` is what is new at
 * the end of `text`; wide NULL: the set has no escapes.
 */
bool edifact_is_data(const struct edifact_marks *m, struct span text,
		     size_t part, bool *wide);

/* Whether the segment has this tag, or one of this tag with numbers behind. */
bool edifact_is(const struct edifact_marks *m, struct span text,
		const char *tag);

/* Element `n` of a segment as it stands, release characters and all. */
struct span edifact_raw(const struct edifact_marks *m, struct span text,
			unsigned n);

/*
 * Take a segment apart, which has no end and no white space before it.  Texts
 * lose their release characters and are converted from a set of single bytes
 * `cs`, which defines all of them; they are in `arena` or stay where they are.
 * cs NULL: they are UTF-8.
 */
void edifact_split(const struct edifact_marks *m, struct span text,
		   const struct charset *cs, struct arena *arena,
		   struct edi_segment *s);

/* Whether a tag may be one: three capital letters or digits. */
bool edifact_is_tag(struct span tag);

/*
 * The name of the character set that UNB's syntax identifier ("UNOC") and
 * encoding code (of version 4: "3") stand for.
 */
const char *edifact_charset(struct span identifier, struct span encoding);

#endif
