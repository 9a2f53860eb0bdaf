/*
 * dec.h - exact decimals, no double
 *
 * A number is `units` times ten to the minus `scale`; 1.50 is 150 with scale
 * 2, and stays different from 1.5 as text while comparing equal.  Up to
 * DEC_DIGITS_MAX digits in all, of which up to DEC_DIGITS_MAX behind the
 * point.  What does not fit is an error, never rounded in silence.
 */
#ifndef SLUICE_DEC_H
#define SLUICE_DEC_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"
#include "core/span.h"

__extension__ typedef __int128 dec_int;

#define DEC_DIGITS_MAX 38
/* Longest text: sign, "0.", 38 digits, NUL. */
#define DEC_TEXT_MAX 42

struct dec {
	dec_int units;  /* |units| < 10^DEC_DIGITS_MAX */
	unsigned scale; /* digits behind the point, 0 to DEC_DIGITS_MAX */
};

enum dec_half {
	DEC_HALF_UP,   /* 0.5 away from zero: 2.5 to 3, -2.5 to -3 */
	DEC_HALF_EVEN, /* 0.5 to the even neighbour: 2.5 to 2, 3.5 to 4 */
};

/*
 * The whole of `s` as a JSON number (RFC 8259), exponent included ("1e3" is
 * 1000).  0, or -1 where it is none or has too many digits.
 */
int dec_parse(struct span s, struct dec *out);

/*
 * A number as legacy files write it: white space around it (also beyond ASCII),
 * a sign + or - in front, `point` before the decimals, and grouping signs: any
 * one character of the UTF-8 text `groups` (may be empty), always the same one,
 * with two or three digits to a group and three in the last ("1.234.567,89").
 * A single one behind a zero in front ("0.123") is refused: it may be the
 * point.
 *
 * -1 with ERR_DATA says what is wrong, without repeating the value.
 */
int dec_parse_as(struct span s, char point, struct span groups, struct dec *out,
		 struct err *err);

struct dec dec_of(long long n);

/* "-1234.50" into `out`, NUL-terminated; zero has no sign.  Its length. */
size_t dec_text(struct dec d, char out[DEC_TEXT_MAX]);

/* By value: <0, 0, >0; 1.5 and 1.50 are equal. */
int dec_cmp(struct dec a, struct dec b);

/* 0, or -1 where the result does not fit. */
int dec_add(struct dec a, struct dec b, struct dec *out);
int dec_sub(struct dec a, struct dec b, struct dec *out);
int dec_mul(struct dec a, struct dec b, struct dec *out);

/*
 * a / b to exactly `scale` digits behind the point, rounded once.  -1 where b
 * is 0, where it has more than 36 digits, or the result does not fit.
 */
int dec_div(struct dec a, struct dec b, unsigned scale, enum dec_half half,
	    struct dec *out);

/* To exactly `scale` digits behind the point.  -1 where it does not fit. */
int dec_round(struct dec d, unsigned scale, enum dec_half half,
	      struct dec *out);

/*
 * Move the point `places` to the left: 12345 by 2 is 123.45.  -1 where it
 * does not fit.
 */
int dec_implied(struct dec d, unsigned places, struct dec *out);

/* Without zeros at the end behind the point: 1.50 to 1.5, 2.00 to 2. */
struct dec dec_strip(struct dec d);

static inline struct dec dec_negate(struct dec d)
{
	d.units = -d.units;
	return d;
}

#endif
