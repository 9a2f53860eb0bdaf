/*
 * charset.h - old encodings to UTF-8
 *
 * Names are iconv's ("CP1252", "ISO-8859-15", "UTF-16LE").  A set of single
 * bytes becomes a table of 256 entries once; what is ASCII below 0x80 besides
 * can be split into cells before it is converted.  Everything else goes
 * through iconv, a line at a time.
 *
 * Spec: the tables of the C library's iconv; byte order marks as in Unicode
 * 15, section 23.8.
 */
#ifndef SLUICE_CHARSET_H
#define SLUICE_CHARSET_H

#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

#define CHARSET_NAME_MAX 40

enum charset_kind {
	CHARSET_UTF8,
	CHARSET_BYTE,  /* a byte is a character */
	CHARSET_MULTI, /* several bytes may be one; line ends are one byte */
	CHARSET_WIDE,  /* UTF-16, UTF-32: units of 2 or 4 bytes */
};

/* A byte as UTF-8; len 0: the set does not define it. */
struct charset_byte {
	uint8_t len;
	char text[3];
};

struct charset {
	enum charset_kind kind;
	char name[CHARSET_NAME_MAX];
	bool ascii;           /* UTF8, or BYTE with ASCII below 0x80 */
	unsigned unit;        /* bytes a line end takes: 1, 2 or 4 */
	bool big_endian;      /* of units */
	unsigned char lf, cr; /* as bytes (BYTE) or low bytes of units */
	struct charset_byte byte[256]; /* BYTE */
	iconv_t conv;                  /* MULTI, WIDE; else (iconv_t)-1 */
};

/*
 * Open the set called `name`.  UTF-16 and UTF-32 without LE or BE take their
 * order from `head`, the first bytes of the input (NUL bytes tell).
 * -1 with ERR_USAGE, which suggests a name.
 */
int charset_open(struct charset *cs, const char *name, struct span head,
		 struct err *err);
/* Takes one that was opened or released. */
void charset_release(struct charset *cs);

/* Whether charset_open would take it; else -1 with ERR_USAGE. */
int charset_check(const char *name, struct err *err);

/* The set a byte order mark at `head` says and the mark's bytes, or NULL. */
const char *charset_bom(struct span head, size_t *len);

/*
 * Append `raw` as UTF-8.  What the set does not define becomes the byte 0xFF,
 * which no UTF-8 has; *bad is the offset of the first such byte in `raw`, or
 * SIZE_MAX.
 */
void charset_convert(struct charset *cs, struct span raw, struct buf *out,
		     size_t *bad);

#endif
