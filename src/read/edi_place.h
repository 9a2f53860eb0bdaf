/*
 * edi_place.h - the segments of a message, placed into a nested record
 *
 * A loop is the object of its first segment, with the other segments and loops
 * as further members.  What a layout allows more than once is a list, also
 * where it comes once.  A segment is looked for from the open loop outwards:
 * first from its place onward, then, for what comes out of order, before it,
 * but not across an area.  A segment that is nowhere is kept in the open loop
 * under its tag, as a list: none is ever lost.  What did not fit is said once
 * in words.
 *
 * A message without a layout becomes a list `segments` of objects with a
 * member `tag`.
 *
 * Format: DESIGN section 3, sluice-formats(7).
 */
#ifndef SLUICE_EDI_PLACE_H
#define SLUICE_EDI_PLACE_H

#include "read/edi_layout.h"
#include "read/edi_segment.h"
#include "read/tree.h"

/* How a segment found its place. */
enum edi_placed {
	EDI_PLACED,
	EDI_SURPLUS, /* more of them than the layout allows */
	EDI_ORDER,   /* out of the layout's order */
	EDI_ORPHAN,  /* nested by a number that nothing before has */
	EDI_UNKNOWN, /* not in the layout at this place */
};

/* A loop that is open. */
struct edi_level {
	const struct edi_loop *loop;
	size_t at;      /* the item that came last */
	uint64_t count; /* how many of it */
	struct tree_spot spot;
};

struct edi_nested;

#define EDI_NOTES_MAX 64

struct edi_placer {
	struct tree *tree; /* of the caller */
	const struct edi_layout *layout;
	struct edi_level level[EDI_LEVELS_MAX];
	size_t depth;              /* levels */
	struct edi_nested *nested; /* objects by number, in the tree's arena */
	size_t n_nested, n_slots;
	struct span missing; /* the first segment or loop that is required and
				did not come; len 0: none so far */

	/* For words; set by the caller. */
	const char *file;
	uint64_t noted[EDI_NOTES_MAX]; /* said already */
	size_t n_noted;
};

/* Begin a record in `tree`, which is begun; layout NULL: there is none. */
void edi_place_begin(struct edi_placer *p, const struct edi_layout *layout,
		     struct tree *tree);

/* A segment of the envelope: a member of the record by its tag. */
void edi_place_envelope(struct edi_placer *p, struct edi_segment *s);

enum edi_placed edi_place(struct edi_placer *p, struct edi_segment *s);

/* The message is at its end; `missing` is then final. */
void edi_place_end(struct edi_placer *p);

/* What a status means, for a reject of a strict layout: "REF is ...". */
const char *edi_placed_words(enum edi_placed placed);

#endif
