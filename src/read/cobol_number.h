/*
 * cobol_number.h - numbers of COBOL as exact decimal text
 *
 * Zoned, packed, binary, edited and both kinds of floating point.  A number
 * that is nothing but blanks or low-values has no value.
 *
 * Spec: IBM Enterprise COBOL for z/OS 6.4, Language Reference, USAGE and SIGN;
 * z/Architecture Principles of Operation, SA22-7832-13, chapters 8 and 9;
 * IEEE 754-2019.
 */
#ifndef SLUICE_COBOL_NUMBER_H
#define SLUICE_COBOL_NUMBER_H

#include "read/charset.h"
#include "read/copybook.h"

/* Longest text: sign, "0.", 38 digits and 30 more by P; floats have less. */
#define COBOL_TEXT_MAX 96

struct cobol_set {
	bool ebcdic;
	bool ibm_floats;
	unsigned char blank;
	uint8_t class[256]; /* of the characters of a number */
};

struct cobol_fault {
	const char *why; /* what is wrong, NULL: nothing */
	size_t at;       /* byte of the item */
};

void cobol_set_init(struct cobol_set *s, const struct charset *cs,
		    bool ibm_floats);

/*
 * The number that item `it` has at `p` (it->size bytes) into `out`.  Returns
 * its length; 0 is no value.  Where it is none, fault->why is set.
 */
size_t cobol_number(const struct copybook_item *it, const struct cobol_set *s,
		    const unsigned char *p, char out[COBOL_TEXT_MAX],
		    struct cobol_fault *fault);

/* The same for floating point: cobol_float.c. */
size_t cobol_float(const struct cobol_set *s, const unsigned char *p,
		   bool is_double, char out[COBOL_TEXT_MAX],
		   struct cobol_fault *fault);

#endif
