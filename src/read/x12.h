/*
 * x12.h - the X12 reader's state, shared by its parts
 *
 * rd_x12.c walks interchanges and groups, x12_set.c reads a transaction,
 * x12_segment.c cuts the input into segments and makes rejects.
 */
#ifndef SLUICE_X12_H
#define SLUICE_X12_H

#include "read/edi_input.h"
#include "read/edi_place.h"
#include "read/x12_ack.h"
#include "read/x12_marks.h"

/* Where the reader is. */
enum inside { IN_NOTHING, IN_INTERCHANGE, IN_GROUP };

struct x12 {
	struct edi_input input;
	const char *ack_path;
	struct charset cs;
	struct edi_layouts *layouts;
	struct x12_ack *ack; /* NULL: none wanted */
	enum inside inside;
	uint64_t interchanges; /* begun so far */
	struct x12_isa isa;
	struct x12_group group;
	uint64_t groups, sets; /* of the interchange, of the group */

	struct edi_segment part;
	struct edi_placer placer;
	struct tree tree;
	struct {
		uint64_t interchange, group;
		enum inside inside;
		struct buf before, behind;
	} made; /* members of src, around the transaction's number */

	/* The transaction in hand. */
	struct edi_seg st;
	struct buf type, control; /* ST01, ST02; as they stand */
	const struct edi_layout *layout;
	struct buf layout_of; /* type and version it was looked up for */
	uint64_t count;       /* its segments so far */
};

/* ---- x12_segment.c ------------------------------------------------------- */

/*
 * The next segment that is not blank.  INPUT_PIECE: of one beyond the limit.
 * `keep`: what was read since the mark stays; else the mark is at the segment.
 */
enum input_got x12_next(struct x12 *x, bool keep, struct edi_seg *s,
			struct err *err);

/* Whether the segment's tag is this one. */
bool x12_is(const struct x12 *x, struct span text, const char *tag);

/* Take a segment of an envelope apart, into x->part. */
void x12_part(struct x12 *x, struct span text);
/* Its element without blanks around it. */
struct span x12_element(const struct x12 *x, uint32_t n);

/* Numbers may have zeros before them. */
bool x12_same_number(struct span a, struct span b);

/* The envelope as members of `src`. */
void x12_set_place(struct x12 *x, struct rd_record *r, uint64_t segment,
		   bool in_set);

/* A segment of the envelope that is wrong; the words are to follow. */
enum rd_status x12_refuse(struct x12 *x, struct rd_record *r,
			  const struct edi_seg *s);

/* A segment too long to be read whole: what there is of it, to its end. */
enum rd_status x12_refuse_long(struct x12 *x, struct rd_record *r,
			       const struct edi_seg *s, struct err *err);

/* Make what is in `b` text where it is not. */
void x12_repair(struct x12 *x, struct buf *b);

/* The offset of the first byte that is no text, or bytes.len. */
size_t x12_first_bad(struct x12 *x, struct span bytes, bool *plain);

/* ---- x12_set.c ----------------------------------------------------------- */

/* The transaction that begins with `st`, which is at the mark. */
enum rd_status x12_set(struct x12 *x, struct rd_record *r,
		       const struct edi_seg *st, struct err *err);

/* A segment of the interchange alone: a record of its own. */
enum rd_status x12_alone(struct x12 *x, struct rd_record *r,
			 const struct edi_seg *s);

#endif
