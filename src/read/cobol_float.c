/*
 * Floating point to the shortest decimal that is the same number again.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/cobol_number.h"

/* Exponents of ten that are written out as zeros. */
#define PLAIN_MIN (-20)
#define PLAIN_MAX 40

static uint64_t bits(const unsigned char *p, size_t n)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

/* "d.ddde+xx" of printf as a number without an exponent, where it is short. */
static size_t plain(const char *text, char *out)
{
	char digit[32] = "0"; /* there is one digit at least */
	size_t n = 0, i;
	const char *p = text, *e = strchr(text, 'e');
	long exp = strtol(e + 1, NULL, 10);
	char *to = out;

	if (*p == '-')
		*to++ = *p++;
	for (; p < e; p++)
		if (*p >= '0' && *p <= '9')
			digit[n++] = *p;
	while (n > 1 && digit[n - 1] == '0')
		n--;
	if (exp < PLAIN_MIN || exp > PLAIN_MAX) {
		*to++ = digit[0];
		if (n > 1)
			*to++ = '.';
		memcpy(to, digit + 1, n - 1);
		to += n - 1;
		to += snprintf(to, 16, "E%ld", exp);
		return (size_t)(to - out);
	}
	if (exp < 0) {
		*to++ = '0';
		*to++ = '.';
		while (++exp < 0)
			*to++ = '0';
		exp = -1;
	}
	for (i = 0; i < n || (long)i <= exp; i++) {
		if (exp >= 0 && (long)i == exp + 1)
			*to++ = '.';
		*to++ = i < n ? digit[i] : '0';
	}
	return (size_t)(to - out);
}

static size_t ieee_single(const unsigned char *p, char *out)
{
	uint32_t b = (uint32_t)bits(p, 4);
	char text[40];
	float f;
	int digits;

	memcpy(&f, &b, sizeof(f));
	digits = b >> 23 & 0xFF ? 6 : 1;
	for (; digits < 9; digits++) {
		snprintf(text, sizeof(text), "%.*e", digits - 1, (double)f);
		if (strtof(text, NULL) == f)
			break;
	}
	snprintf(text, sizeof(text), "%.*e", digits - 1, (double)f);
	return plain(text, out);
}

static size_t ieee_double(const unsigned char *p, char *out)
{
	uint64_t b = bits(p, 8);
	char text[40];
	double d;
	int digits;

	memcpy(&d, &b, sizeof(d));
	/* The smallest have fewer digits than others. */
	digits = b >> 52 & 0x7FF ? 15 : 1;
	for (; digits < 17; digits++) {
		snprintf(text, sizeof(text), "%.*e", digits - 1, d);
		if (strtod(text, NULL) == d)
			break;
	}
	snprintf(text, sizeof(text), "%.*e", digits - 1, d);
	return plain(text, out);
}

/*
 * Base 16: a sign, an exponent less 64, a fraction of 24 or 56 bits.  What is
 * printed is the number again once rounded to so many bits.
 */
static size_t hexadecimal(const unsigned char *p, bool is_double, char *out)
{
	unsigned width = is_double ? 56 : 24;
	uint64_t fraction = bits(p + 1, width / 8);
	int exp = 4 * ((p[0] & 0x7F) - 64) - (int)width, digits;
	long double v = ldexpl((long double)fraction, exp);
	char text[48];

	if (p[0] & 0x80)
		v = -v;
	for (digits = is_double ? 15 : 6; digits < (is_double ? 18 : 9);
	     digits++) {
		long double back;

		snprintf(text, sizeof(text), "%.*Le", digits - 1, v);
		back = fabsl(ldexpl(strtold(text, NULL), -exp));
		if ((uint64_t)(back + 0.5L) == fraction)
			break;
	}
	snprintf(text, sizeof(text), "%.*Le", digits - 1, v);
	return plain(text, out);
}

static bool is_zero(const unsigned char *p, size_t n)
{
	size_t i;

	if (p[0] & 0x7F)
		return false;
	for (i = 1; i < n; i++)
		if (p[i])
			return false;
	return true;
}

size_t cobol_float(const struct cobol_set *s, const unsigned char *p,
		   bool is_double, char out[COBOL_TEXT_MAX],
		   struct cobol_fault *fault)
{
	size_t size = is_double ? 8 : 4;
	unsigned exp_bits = (unsigned)(p[0] & 0x7F) << 8 | p[1];

	fault->why = NULL;
	if (is_zero(p, size) || (s->ibm_floats && !bits(p + 1, size - 1))) {
		out[0] = '0';
		return 1;
	}
	if (s->ibm_floats)
		return hexadecimal(p, is_double, out);
	if ((exp_bits >> (is_double ? 4 : 7)) == (is_double ? 0x7FF : 0xFF)) {
		fault->why = "infinite, or not a number";
		fault->at = 0;
		return 0;
	}
	return is_double ? ieee_double(p, out) : ieee_single(p, out);
}
