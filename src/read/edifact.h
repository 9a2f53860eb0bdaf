/*
 * edifact.h - the EDIFACT reader's state, shared by its parts
 *
 * rd_edifact.c walks interchanges and groups, edifact_message.c reads a
 * message, edifact_segment.c cuts the input into segments and makes rejects.
 */
#ifndef SLUICE_EDIFACT_H
#define SLUICE_EDIFACT_H

#include "read/edi_input.h"
#include "read/edi_place.h"
#include "read/edifact_ack.h"
#include "read/edifact_syntax.h"

enum edifact_inside {
	EDIFACT_NOWHERE,
	EDIFACT_INTERCHANGE,
	EDIFACT_GROUP,
};

struct edifact {
	struct edi_input input;
	const char *ack_path;
	struct charset cs;
	bool cs_given; /* by a byte order mark or a setting, not by UNB */
	bool escapes;  /* it is of ISO 2022 */
	struct edi_layouts *layouts;
	struct edifact_ack *ack; /* NULL: none wanted */
	enum edifact_inside inside;
	bool any; /* an interchange was read */
	struct edifact_marks marks;
	struct buf control; /* UNB05, UTF-8 */
	struct buf group;   /* UNG05 */
	/* The other elements of UNB and of UNG, as members of `src`. */
	struct buf unb, ung;
	/* Groups of the interchange; messages of it, and of the group. */
	uint64_t groups, messages, grouped;

	struct edi_segment part;
	struct arena part_arena; /* of `part` where it is of the envelope */
	struct edi_placer placer;
	struct tree tree;

	/* The message in hand. */
	struct edi_seg unh;
	struct buf type, reference;           /* UNH0201, UNH01 */
	struct buf raw_reference, raw_header; /* UNH01, UNH02 as they stand */
	struct buf directory, user; /* D96A, EAN008: UNH0202 and 03, UNH0205 */
	uint64_t count;             /* its segments so far */
};

/* ---- edifact_segment.c --------------------------------------------------- */

/*
 * The next segment that is not blank.  INPUT_PIECE: of one beyond the limit.
 * `keep`: what was read since the mark stays; else the mark is at the segment.
 */
enum input_got edifact_next(struct edifact *x, bool keep, struct edi_seg *s,
			    struct err *err);

/* Whether the segment's tag is this one. */
bool edifact_has(const struct edifact *x, struct span text, const char *tag);

/* Take a segment of an envelope apart, into x->part. */
void edifact_part(struct edifact *x, struct span text);
/* A component of it without blanks around it. */
struct span edifact_element(const struct edifact *x, uint32_t n,
			    uint32_t component);
/* Bytes kept of an element of the envelope, which may have 35 at most. */
#define EDIFACT_KEPT ((size_t)1024)

/* The same as UTF-8 in `to`, which is cleared. */
void edifact_keep(struct edifact *x, uint32_t n, uint32_t component,
		  struct buf *to);

/* A component of it that is a member of `src`. */
struct edifact_member {
	const char *name;
	uint32_t element, component;
};

/* Those that are not empty, as members in `to`, which is cleared. */
void edifact_keep_members(struct edifact *x, const struct edifact_member *m,
			  size_t n, struct buf *to);

/* The envelope as members of `src`. */
void edifact_set_place(struct edifact *x, struct rd_record *r, uint64_t segment,
		       bool in_message);

/* A segment of the envelope that is wrong; the words are to follow. */
enum rd_status edifact_refuse(struct edifact *x, struct rd_record *r,
			      const struct edi_seg *s);

/* A segment too long to be read whole: what there is of it, to its end. */
enum rd_status edifact_refuse_long(struct edifact *x, struct rd_record *r,
				   const struct edi_seg *s, struct err *err);

/* The offset of the first byte that is no text, or bytes.len. */
size_t edifact_first_bad(struct edifact *x, struct span bytes, bool *plain);

/* ---- edifact_message.c --------------------------------------------------- */

/* The message that begins with `unh`, which is at the mark. */
enum rd_status edifact_message(struct edifact *x, struct rd_record *r,
			       const struct edi_seg *unh, struct err *err);

#endif
