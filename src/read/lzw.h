/*
 * lzw.h - what compress(1) packed: files of .Z
 *
 * A small decoder of our own: the format has one page, and the libraries that
 * know it know a hundred others.  The format has neither a length nor a
 * checksum: a file that is cut is only noticed where the cut leaves a part of
 * a code.
 *
 * Spec: compress of 4.3BSD, version 4.0 (magic 1F 9D, codes of 9 to 16 bits).
 */
#ifndef SLUICE_LZW_H
#define SLUICE_LZW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LZW_BITS_MIN 9
#define LZW_BITS_MAX 16
#define LZW_CODES    (1 << LZW_BITS_MAX)

struct lzw {
	unsigned max_bits, bits; /* of a code: at most, now */
	bool clears;             /* code 256 empties the table */
	bool headed;             /* the three bytes of the head are read */
	bool done;
	const char *broken; /* what is wrong, once what came before is out */
	int free, old;      /* the next code to be defined; the last one read */
	uint8_t last;       /* the first byte of the last code */
	uint16_t prefix[LZW_CODES];
	uint8_t suffix[LZW_CODES];
	uint8_t stack[LZW_CODES + 1]; /* bytes of a code, the last one first */
	size_t n_stack;
	uint8_t group[LZW_BITS_MAX]; /* eight codes, as they are written */
	size_t n_group, bit;         /* bytes there are; bits taken of them */
};

/* Packed bytes; their number, 0 at the end, -1 on failure. */
typedef long (*lzw_read)(void *ctx, uint8_t *to, size_t room);

/* Whether a file that begins so was packed with compress. */
bool lzw_is_head(const char *p, size_t len);

void lzw_init(struct lzw *z);

/*
 * Unpack up to `room` bytes; their number, 0 at the end, -1 where `read`
 * failed, -2 where the file is damaged: *why says it.
 */
long lzw_unpack(struct lzw *z, lzw_read read, void *ctx, char *to, size_t room,
		const char **why);

#endif
