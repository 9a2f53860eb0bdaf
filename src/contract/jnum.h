/*
 * jnum.h - JSON numbers compared by value, of any size, without converting
 *
 * A number is its text: where its digits begin and end, and where the point
 * is.  1.50, 1.5 and 15e-1 are equal; 1e400 is what it says.  core/dec does
 * arithmetic on 38 digits; here whatever a line may hold has an order.
 *
 * Spec: RFC 8259, section 6.
 */
#ifndef SLUICE_JNUM_H
#define SLUICE_JNUM_H

#include <stdbool.h>
#include <stdint.h>

#include "core/span.h"

/* 0.DIGITS times ten to the `exp`; zero has no digits. */
struct jnum {
	const char *digit; /* first that is not 0; a point may be among them */
	size_t n;          /* digits up to the last that is not 0 */
	int64_t exp;
	bool negative; /* never for zero */
};

/* `text` is a JSON number, as the codec lets through; it is borrowed. */
struct jnum jnum_of(struct span text);

/* <0, 0, >0. */
int jnum_cmp(struct jnum a, struct jnum b);

static inline bool jnum_is_integer(struct jnum a)
{
	return a.exp >= (int64_t)a.n;
}

/* Digits a divisor may have. */
#define JNUM_DIVISOR_MAX 36

/* Whether `a` is a multiple of `b`, exactly; `b` is positive and has at most
 * JNUM_DIVISOR_MAX digits. */
bool jnum_is_multiple(struct jnum a, struct jnum b);

/* Next digit, 0 to 9, stepping over the point. */
static inline int jnum_next(const char **p)
{
	if (**p == '.')
		++*p;
	return *(*p)++ - '0';
}

#endif
