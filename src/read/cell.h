/*
 * cell.h - the bytes of a cell to JSON string text
 *
 * One table holds what each byte becomes: itself, its escape, its UTF-8.  So
 * a cell is read once, eight bytes at a time where nothing is to be done.
 */
#ifndef SLUICE_CELL_H
#define SLUICE_CELL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "read/charset.h"

struct cell_byte {
	uint8_t len; /* 0: not defined, or NUL; CELL_SEQ: of UTF-8 */
	char text[7];
};

#define CELL_SEQ 0xFF

struct cell_table {
	struct cell_byte byte[256];
};

/* For cells in `cs`, whose `ascii` must be set; NULL is UTF-8. */
void cell_table_init(struct cell_table *t, const struct charset *cs);

/*
 * Append `len` bytes at `p` without quotes around them.  False where there
 * was a byte that is not defined, not UTF-8 or NUL; it became U+FFFD.
 */
bool cell_put(struct buf *b, const struct cell_table *t, const char *p,
	      size_t len);

/* The same in any set; `t` is of it where it is `ascii`, and not used else. */
bool cell_put_in(struct buf *b, const struct cell_table *t, struct charset *cs,
		 struct span cell);

#endif
