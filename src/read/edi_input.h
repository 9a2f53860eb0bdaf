/*
 * edi_input.h - the input of X12 and EDIFACT as segments, and what is said of
 * wrong ones
 *
 * Both syntaxes end segments with a character that the interchange itself
 * names, count segments and lines as they go, and may be broken into lines of
 * one width.
 */
#ifndef SLUICE_EDI_INPUT_H
#define SLUICE_EDI_INPUT_H

#include "read/reader.h"

/* A segment as it stands, without its end and white space before it. */
struct edi_seg {
	struct span text;
	uint64_t number, line; /* in the file, from 1 */
};

struct edi_input {
	struct input *in;
	const char *end;       /* of a segment; in the interchange's marks */
	const bool *wrapped;   /* line ends anywhere are none of the data */
	uint64_t line, number; /* of the segment that comes next */
	struct buf plain;      /* what edi_unwrap made */
};

void edi_input_init(struct edi_input *e, struct input *in, const char *end,
		    const bool *wrapped);
void edi_input_release(struct edi_input *e);

/* Line ends in `s`. */
uint64_t edi_count_lines(const struct edi_input *e, struct span s);

/* The segment in `line` without its end; len 0: blanks only. */
struct span edi_trim(const struct edi_input *e, struct span line);

/*
 * The bytes up to a segment's end were read (`got`, INPUT_LINE or INPUT_PIECE,
 * as input_line says): make them a segment and count its lines.  False: blanks
 * only, read on.  `keep`: what was read since the mark stays; else the mark is
 * set to the segment.
 */
bool edi_take(struct edi_input *e, struct span line, enum input_got got,
	      bool keep, struct edi_seg *s);

/* The segment comes again; the mark is there. */
void edi_back(struct edi_input *e, const struct edi_seg *s);

/* `text` without line ends, where they are wrapped into it. */
struct span edi_unwrap(struct edi_input *e, struct span text);

/* Pass over blanks and marks that may be between interchanges in `ahead`. */
void edi_skip_blanks(struct edi_input *e, struct span *ahead);

/* Whether a count of a trailer is `n`; it may have zeros before it. */
bool edi_is_count(struct span text, uint64_t n);

/* Whether all is ASCII without NUL. */
bool edi_is_plain(struct span s);

/* ---- rejects; r->place is set -------------------------------------------- */

/* A segment of the envelope that is wrong; the words are to follow. */
enum rd_status edi_refuse(const struct edi_input *e, struct rd_record *r,
			  const struct edi_seg *s, struct charset *cs);

/* A segment too long to be read whole: its beginning ... */
void edi_begin_long(const struct edi_input *e, struct rd_record *r,
		    const struct edi_seg *s, struct charset *cs);
/*
 * ... and once its end was read, how long it is.  `what` ("segment") may as
 * well be a transaction, whose reject says in r->byte where it begins.
 */
enum rd_status edi_end_long(const struct edi_input *e, struct rd_record *r,
			    const char *what);

#endif
