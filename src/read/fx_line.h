/*
 * fx_line.h - a line of fixed-width fields, and what stands at a position
 *
 * Positions are bytes where a byte is a character or the layout says so, else
 * characters: then the line is UTF-8, and of one that is not ASCII the place
 * of each character is looked up.
 */
#ifndef SLUICE_FX_LINE_H
#define SLUICE_FX_LINE_H

#include "core/mem.h"
#include "read/charset.h"

struct fx_line {
	struct charset *cs;
	bool by_bytes;    /* pieces are converted one by one */
	struct span raw;  /* without its end; by_bytes: the pieces are of it */
	struct span text; /* else of this, UTF-8 */
	size_t length;    /* characters or bytes */
	size_t *start;    /* of each character, where not ASCII; and the end */
	size_t cap;
	bool indexed;
	struct buf converted;
	size_t bad; /* offset in `raw` of an undefined byte, or SIZE_MAX */
};

void fx_line_init(struct fx_line *l, struct charset *cs, bool bytes);
void fx_line_release(struct fx_line *l);
/* Take `raw`, which must live as long as pieces are asked for. */
void fx_line_set(struct fx_line *l, struct span raw);
/* The bytes of a piece, as they are (by_bytes) or UTF-8; cut at the end. */
struct span fx_line_piece(const struct fx_line *l, size_t from, size_t len);
/* A piece as UTF-8, with U+FFFD for what is none. */
struct span fx_line_text(const struct fx_line *l, struct span piece,
			 struct arena *arena);

#endif
