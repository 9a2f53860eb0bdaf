#include "read/cobol_number.h"

#include <string.h>

/* Classes of bytes; a digit is its value, with a sign in its zone besides. */
#define PLUS_ZONE  0x10
#define MINUS_ZONE 0x20
#define BLANK      0x40
#define PLUS       0x41
#define MINUS      0x42
#define POINT      0x43
#define COMMA      0x44
#define STAR       0x45
#define LOW        0x46
#define LETTER_C   0x47
#define LETTER_R   0x48
#define LETTER_D   0x49
#define LETTER_B   0x4A
#define OTHER      0xFF

__extension__ typedef unsigned __int128 wide;

/* The byte that is character `c`, or -1. */
static int byte_of(const struct charset *cs, bool ebcdic, char c)
{
	int b;

	if (cs->kind == CHARSET_BYTE)
		for (b = 0; b < 256; b++)
			if (cs->byte[b].len == 1 && cs->byte[b].text[0] == c)
				return b;
	if (!ebcdic)
		return c;
	/* Those that all sets of EBCDIC have in one place. */
	switch (c) {
	case ' ':
		return 0x40;
	case '+':
		return 0x4E;
	case '-':
		return 0x60;
	case '.':
		return 0x4B;
	case ',':
		return 0x6B;
	case '*':
		return 0x5C;
	case 'C':
	case 'D':
	case 'B':
		return 0xC1 + c - 'A';
	case 'R':
		return 0xD9;
	default:
		return -1;
	}
}

static bool is_ebcdic(const struct charset *cs)
{
	char zero = (char)0xF0, out[8], *from = &zero, *to = out;
	size_t left = 1, room = sizeof(out);

	if (cs->kind == CHARSET_BYTE)
		return cs->byte[0xF0].len == 1 && cs->byte[0xF0].text[0] == '0';
	if (cs->kind != CHARSET_MULTI)
		return false;
	iconv(cs->conv, NULL, NULL, NULL, NULL);
	return iconv(cs->conv, &from, &left, &to, &room) != (size_t)-1 &&
	       out[0] == '0';
}

static void set_class(struct cobol_set *s, const struct charset *cs, char c,
		      uint8_t class)
{
	int b = byte_of(cs, s->ebcdic, c);

	if (b >= 0)
		s->class[b] = class;
}

void cobol_set_init(struct cobol_set *s, const struct charset *cs,
		    bool ibm_floats)
{
	static const struct {
		char c;
		uint8_t class;
	} sign[] = {{' ', BLANK}, {'+', PLUS},  {'-', MINUS},
		    {'.', POINT}, {',', COMMA}, {'*', STAR}};
	int i;

	s->ebcdic = is_ebcdic(cs);
	s->ibm_floats = ibm_floats;
	s->blank = s->ebcdic ? 0x40 : ' ';
	memset(s->class, OTHER, sizeof(s->class));
	s->class[0] = LOW;
	for (i = 0; i < 10; i++) {
		uint8_t plus = (uint8_t)(PLUS_ZONE | i);
		uint8_t minus = (uint8_t)(MINUS_ZONE | i);

		if (s->ebcdic) {
			s->class[0xF0 + i] = (uint8_t)i;
			s->class[0xC0 + i] = plus;
			s->class[0xD0 + i] = minus;
			continue;
		}
		/* EBCDIC that was made ASCII as text, and Micro Focus. */
		s->class['0' + i] = (uint8_t)i;
		s->class[i ? 'A' + i - 1 : '{'] = plus;
		s->class[i ? 'J' + i - 1 : '}'] = minus;
		s->class['p' + i] = minus;
	}
	for (i = 0; i < (int)(sizeof(sign) / sizeof(*sign)); i++)
		set_class(s, cs, sign[i].c, sign[i].class);
}

/* ---- writing ----------------------------------------------------------- */

/* `n` digits (their values) with `scale` behind the point. */
static size_t put(const uint8_t *digit, size_t n, int scale, bool minus,
		  char *out)
{
	size_t whole, i = 0;
	char *to = out;

	while (i < n && !digit[i])
		i++;
	if (i == n)
		minus = false;
	if (minus)
		*to++ = '-';
	whole = scale <= 0 ? n : (size_t)scale >= n ? 0 : n - (size_t)scale;
	if (i >= whole)
		*to++ = '0';
	for (; i < whole; i++)
		*to++ = (char)('0' + digit[i]);
	if (scale < 0 && out[minus] != '0')
		for (; scale; scale++)
			*to++ = '0';
	if (scale <= 0)
		return (size_t)(to - out);
	*to++ = '.';
	for (i = n; i < (size_t)scale; i++)
		*to++ = '0';
	for (i = whole; i < n; i++)
		*to++ = (char)('0' + digit[i]);
	return (size_t)(to - out);
}

static size_t put_binary(wide value, int scale, bool minus, char *out)
{
	uint8_t digit[40];
	size_t at = sizeof(digit);
	uint64_t low;

	while (value >> 64) {
		digit[--at] = (uint8_t)(value % 10);
		value /= 10;
	}
	for (low = (uint64_t)value; low; low /= 10)
		digit[--at] = (uint8_t)(low % 10);
	return put(digit + at, sizeof(digit) - at, scale, minus, out);
}

/* ---- reading ----------------------------------------------------------- */

static size_t fail(struct cobol_fault *f, size_t at, const char *why)
{
	f->why = why;
	f->at = at;
	return 0;
}

static bool is_all(const unsigned char *p, size_t n, unsigned char byte)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (p[i] != byte)
			return false;
	return true;
}

static bool is_unset(const struct cobol_set *s, const unsigned char *p,
		     size_t n)
{
	return is_all(p, n, s->blank) || is_all(p, n, 0);
}

static size_t binary(const struct copybook_item *it, const unsigned char *p,
		     char *out)
{
	wide v = 0;
	bool minus = it->pic.is_signed && (p[0] & 0x80);
	size_t i;

	for (i = 0; i < it->size; i++)
		v = v << 8 | p[i];
	if (minus)
		v = it->size == sizeof(v) ? -v : ((wide)1 << 8 * it->size) - v;
	return put_binary(v, it->pic.scale, minus, out);
}

static size_t packed(const struct copybook_item *it, const struct cobol_set *s,
		     const unsigned char *p, char *out,
		     struct cobol_fault *fault)
{
	uint8_t digit[2 * COPYBOOK_DIGITS_MAX];
	size_t nibbles = 2 * it->size - (it->kind == COBOL_PACKED), i;
	uint8_t sign = 0x0C;

	for (i = 0; i < nibbles; i++) {
		digit[i] = i & 1 ? p[i / 2] & 0x0F : p[i / 2] >> 4;
		if (digit[i] > 9)
			return is_unset(s, p, it->size)
				       ? 0
				       : fail(fault, i / 2, "not a digit");
	}
	if (it->kind == COBOL_PACKED) {
		sign = p[it->size - 1] & 0x0F;
		if (sign < 0x0A)
			return is_unset(s, p, it->size)
				       ? 0
				       : fail(fault, it->size - 1,
					      "not a sign");
	}
	return put(digit, nibbles, it->pic.scale, sign == 0x0B || sign == 0x0D,
		   out);
}

/* The one sign that stands beside the digits. */
static int separate(const struct cobol_set *s, unsigned char byte)
{
	switch (s->class[byte]) {
	case MINUS:
		return -1;
	case PLUS:
	case BLANK:
		return 1;
	default:
		return 0;
	}
}

/* A digit with a sign in its zone; OTHER where it is none. */
static uint8_t signed_digit(uint8_t class, bool *minus)
{
	if (class >= BLANK)
		return class < 10 ? class : OTHER;
	if (class & MINUS_ZONE)
		*minus = true;
	return class & 0x0F;
}

static size_t zoned(const struct copybook_item *it, const struct cobol_set *s,
		    const unsigned char *p, char *out,
		    struct cobol_fault *fault)
{
	uint8_t digit[COPYBOOK_DIGITS_MAX + 2];
	size_t from = 0, to = it->size, i, n = 0;
	bool minus = false, sign = false;

	if (it->sign_separate) {
		size_t at = it->sign_leading ? 0 : to - 1;
		int is = separate(s, p[at]);

		if (!is)
			return is_unset(s, p, it->size)
				       ? 0
				       : fail(fault, at, "not a sign");
		minus = is < 0;
		sign = true;
		from += it->sign_leading;
		to -= !it->sign_leading;
	}
	while (from < to && s->class[p[from]] == BLANK)
		from++;
	/* Left-justified whole numbers are written by programs, too. */
	while (it->pic.scale <= 0 && to > from && s->class[p[to - 1]] == BLANK)
		to--;
	if (from == to)
		return 0;
	if (!sign && to - from > 1 && s->class[p[from]] == MINUS)
		minus = sign = true, from++;
	else if (!sign && to - from > 1 && s->class[p[from]] == PLUS)
		sign = true, from++;
	for (i = from; i < to; i++) {
		uint8_t c = s->class[p[i]];

		if (c > 9 && !sign && i == (it->sign_leading ? from : to - 1))
			c = signed_digit(c, &minus);
		if (c > 9)
			return is_unset(s, p, it->size)
				       ? 0
				       : fail(fault, i, "not a digit");
		digit[n++] = c;
	}
	return put(digit, n, it->pic.scale, minus, out);
}

/* CR or DB at the end of an edited number; its bytes. */
static size_t credit(const struct cobol_set *s, const unsigned char *p,
		     size_t n)
{
	static const unsigned char words[][2] = {
		{0xC3, 0xD9}, {0xC4, 0xC2}, {'C', 'R'}, {'D', 'B'}};
	size_t i;

	if (n < 2)
		return 0;
	for (i = s->ebcdic ? 0 : 2; i < (s->ebcdic ? 2U : 4U); i++)
		if (!memcmp(p + n - 2, words[i], 2))
			return 2;
	return 0;
}

static bool is_fill(uint8_t class)
{
	return class == BLANK || class == STAR;
}

/* Where the digits are, once signs and what fills up are off. */
struct figure {
	size_t from, to;
	bool minus, sign;
};

static void strip(const struct cobol_set *s, const unsigned char *p,
		  struct figure *f)
{
	size_t cr;

	while (f->from < f->to && is_fill(s->class[p[f->from]]))
		f->from++;
	while (f->to > f->from && is_fill(s->class[p[f->to - 1]]))
		f->to--;
	cr = credit(s, p + f->from, f->to - f->from);
	f->to -= cr;
	f->minus = f->sign = cr > 0;
	if (f->from < f->to &&
	    (s->class[p[f->from]] == MINUS || s->class[p[f->from]] == PLUS)) {
		f->sign = true;
		f->minus = s->class[p[f->from++]] == MINUS;
	} else if (f->to > f->from && (s->class[p[f->to - 1]] == MINUS ||
				       s->class[p[f->to - 1]] == PLUS)) {
		f->sign = true;
		f->minus = s->class[p[--f->to]] == MINUS;
	}
	while (f->from < f->to && is_fill(s->class[p[f->from]]))
		f->from++;
	while (f->to > f->from && is_fill(s->class[p[f->to - 1]]))
		f->to--;
}

static size_t edited(const struct copybook_item *it, const struct cobol_set *s,
		     const unsigned char *p, char *out,
		     struct cobol_fault *fault)
{
	uint8_t digit[COPYBOOK_DIGITS_MAX + 2];
	struct figure f = {.to = it->size};
	size_t i, n = 0, behind = 0;
	bool point = false;

	if (is_unset(s, p, it->size))
		return 0;
	strip(s, p, &f);
	if (f.from == f.to)
		return fail(fault, 0, "no digit in it");
	for (i = f.from; i < f.to; i++) {
		uint8_t c = s->class[p[i]];

		if (c == COMMA && !point)
			continue;
		if (c == POINT && !point && it->pic.has_point) {
			point = true;
			continue;
		}
		if (c > 9 && !f.sign && i == f.to - 1)
			c = signed_digit(c, &f.minus);
		if (c > 9 || n == sizeof(digit))
			return fail(fault, i, "not a digit");
		digit[n++] = c;
		behind += point;
	}
	if (it->pic.has_point && behind != (size_t)it->pic.scale)
		return fail(fault, 0,
			    "its point is not where the picture has "
			    "it");
	return put(digit, n, it->pic.scale, f.minus, out);
}

/* BLANK WHEN ZERO: what is blank is 0, with the decimals it has. */
static size_t zero(const struct copybook_item *it, char *out)
{
	return put((const uint8_t[1]){0}, 1, it->pic.scale, false, out);
}

size_t cobol_number(const struct copybook_item *it, const struct cobol_set *s,
		    const unsigned char *p, char out[COBOL_TEXT_MAX],
		    struct cobol_fault *fault)
{
	size_t n = 0;

	fault->why = NULL;
	switch (it->kind) {
	case COBOL_ZONED:
		n = zoned(it, s, p, out, fault);
		break;
	case COBOL_EDITED:
		n = edited(it, s, p, out, fault);
		break;
	case COBOL_BINARY:
		n = binary(it, p, out);
		break;
	case COBOL_PACKED:
	case COBOL_PACKED_BARE:
		n = packed(it, s, p, out, fault);
		break;
	case COBOL_FLOAT:
	case COBOL_DOUBLE:
		n = cobol_float(s, p, it->kind == COBOL_DOUBLE, out, fault);
		break;
	case COBOL_GROUP:
	case COBOL_TEXT:
	case COBOL_NATIONAL:
		break;
	}
	if (!n && !fault->why && it->blank_zero &&
	    is_all(p, it->size, s->blank))
		return zero(it, out);
	return n;
}
