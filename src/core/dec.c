#include "core/dec.h"

#include <stdint.h>

#include "core/utf8.h"

__extension__ typedef unsigned __int128 dec_uint;

/* Digits that surely fit into 64 bits. */
#define SHORT_DIGITS 19

static const uint64_t short_power[SHORT_DIGITS + 1] = {
	1,
	10,
	100,
	1000,
	10000,
	100000,
	1000000,
	10000000,
	100000000,
	1000000000,
	10000000000,
	100000000000,
	1000000000000,
	10000000000000,
	100000000000000,
	1000000000000000,
	10000000000000000,
	100000000000000000,
	1000000000000000000,
	10000000000000000000u,
};

/* 10^n for n up to DEC_DIGITS_MAX. */
static dec_int power(unsigned n)
{
	if (n <= SHORT_DIGITS)
		return (dec_int)short_power[n];
	return (dec_int)short_power[SHORT_DIGITS] *
	       (dec_int)short_power[n - SHORT_DIGITS];
}

static bool fits(dec_int units)
{
	dec_int limit = power(DEC_DIGITS_MAX);

	return units > -limit && units < limit;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits gathered one by one, with leading zeros not counted. */
struct digits {
	dec_uint value;
	unsigned n;     /* significant digits */
	unsigned scale; /* digits behind the point */
	bool any, over;
};

static void take_digit(struct digits *d, char c, bool behind)
{
	d->any = true;
	if (behind)
		d->scale++;
	if (d->n || c != '0')
		d->n++;
	if (d->n > DEC_DIGITS_MAX || d->scale > DEC_DIGITS_MAX)
		d->over = true;
	else
		d->value = d->value * 10 + (unsigned)(c - '0');
}

static void finish(const struct digits *d, bool minus, struct dec *out)
{
	out->units = minus ? -(dec_int)d->value : (dec_int)d->value;
	out->scale = d->scale;
}

/* Apply "e+12" to what was gathered. */
static int take_exponent(struct digits *d, struct span s)
{
	bool minus = false;
	int e = 0;

	if (s.len && (s.p[0] == '+' || s.p[0] == '-')) {
		minus = s.p[0] == '-';
		s.p++;
		s.len--;
	}
	if (!s.len)
		return -1;
	for (; s.len; s.p++, s.len--) {
		if (!is_digit(s.p[0]))
			return -1;
		if (e < 10000)
			e = e * 10 + (s.p[0] - '0');
	}
	e = (int)d->scale - (minus ? -e : e);
	if (e > DEC_DIGITS_MAX)
		return -1;
	for (; e < 0 && d->value; e++) {
		if (++d->n > DEC_DIGITS_MAX)
			return -1;
		d->value *= 10;
	}
	d->scale = e < 0 ? 0 : (unsigned)e;
	return 0;
}

int dec_parse(struct span s, struct dec *out)
{
	struct digits d = {0};
	bool minus = s.len && s.p[0] == '-';
	size_t i = minus, from = i;

	while (i < s.len && is_digit(s.p[i]))
		take_digit(&d, s.p[i++], false);
	if (i == from || (s.p[from] == '0' && i > from + 1))
		return -1;
	if (i < s.len && s.p[i] == '.') {
		from = ++i;
		while (i < s.len && is_digit(s.p[i]))
			take_digit(&d, s.p[i++], true);
		if (i == from)
			return -1;
	}
	if (d.over)
		return -1;
	if (i < s.len) {
		if (s.p[i] != 'e' && s.p[i] != 'E')
			return -1;
		i++;
		if (take_exponent(&d, (struct span){s.p + i, s.len - i}) < 0)
			return -1;
	}
	finish(&d, minus, out);
	return 0;
}

/* Whether the character of `n` bytes at `p` is one of `set`. */
static bool is_among(const char *p, size_t n, struct span set)
{
	while (set.len) {
		size_t m = utf8_seq(set.p, set.len);

		if (!m)
			return false;
		if (m == n && !memcmp(p, set.p, n))
			return true;
		set.p += m;
		set.len -= m;
	}
	return false;
}

static int bad_character(struct span s, size_t at, size_t n, struct err *err)
{
	if (!n)
		n = 1;
	if (n == 1 && (unsigned char)s.p[at] <= ' ')
		return err_set(err, ERR_DATA,
			       "not a number: white space at character %zu",
			       utf8_chars(s.p, at) + 1);
	return err_set(err, ERR_DATA, "not a number: '%.*s' at character %zu",
		       (int)n, s.p + at, utf8_chars(s.p, at) + 1);
}

static int bad_group(size_t digits, bool last, struct err *err)
{
	return err_set(err, ERR_DATA,
		       "wrong grouping: %zu digit%s %s a grouping sign", digits,
		       digits == 1 ? "" : "s", last ? "behind" : "before");
}

/* State of reading a number with grouping signs. */
struct scan {
	struct digits d;
	struct span mark; /* the grouping sign in use */
	size_t group;     /* digits since the last grouping sign */
	size_t marks;     /* grouping signs so far */
	bool zero;        /* the first digit */
	bool behind;      /* behind the point */
};

static int take_group(struct scan *c, struct span s, size_t at, size_t n,
		      struct err *err)
{
	struct span mark = {s.p + at, n};

	if (c->behind || (c->mark.len && !span_eq(c->mark, mark)))
		return bad_character(s, at, n, err);
	/* The first group may be of one digit. */
	if (!c->group || c->group > 3 || (c->mark.len && c->group < 2))
		return bad_group(c->group, false, err);
	c->mark = mark;
	c->marks++;
	c->group = 0;
	return 0;
}

/*
 * "0,123" is no number that somebody grouped: its sign was meant as the point.
 */
static bool is_mistaken(const struct scan *c)
{
	return c->zero && c->marks == 1 && !c->behind && c->mark.len == 1 &&
	       (c->mark.p[0] == ',' || c->mark.p[0] == '.');
}

/* The usual: a sign, at most 18 digits, a point.  false: look closer. */
static bool parse_short(struct span s, char point, struct dec *out)
{
	bool minus = s.len && s.p[0] == '-', behind = false;
	size_t i = minus;
	int64_t value = 0;
	unsigned scale = 0;

	if (s.len <= i || s.len - i > 18)
		return false;
	for (; i < s.len; i++) {
		if (is_digit(s.p[i])) {
			value = value * 10 + (s.p[i] - '0');
			scale += behind;
		} else if (s.p[i] == point && !behind && s.len > 2) {
			behind = true;
		} else {
			return false;
		}
	}
	*out = (struct dec){minus ? -value : value, scale};
	return true;
}

static int parse_long(struct span s, char point, struct span groups,
		      struct dec *out, struct err *err)
{
	struct scan c = {0};
	bool minus = false;
	size_t i = 0;

	if (!s.len)
		return err_set(err, ERR_DATA, "not a number: it is empty");
	if (s.p[0] == '-' || s.p[0] == '+') {
		minus = s.p[0] == '-';
		i = 1;
	}
	while (i < s.len) {
		size_t n = utf8_seq(s.p + i, s.len - i);

		if (is_digit(s.p[i])) {
			c.zero = c.d.any ? c.zero : s.p[i] == '0';
			take_digit(&c.d, s.p[i], c.behind);
			c.group++;
		} else if (s.p[i] == point && !c.behind) {
			if (c.mark.len && c.group != 3)
				return bad_group(c.group, true, err);
			c.behind = true;
		} else if (n && is_among(s.p + i, n, groups)) {
			if (take_group(&c, s, i, n, err) < 0)
				return -1;
		} else {
			return bad_character(s, i, n, err);
		}
		i += n;
	}
	if (!c.d.any)
		return err_set(err, ERR_DATA, "not a number: it has no digit");
	if (c.mark.len && !c.behind && c.group != 3)
		return bad_group(c.group, true, err);
	if (is_mistaken(&c))
		return err_set(err, ERR_DATA,
			       "a grouping sign behind a zero in front: '%c' "
			       "may be the point",
			       c.mark.p[0]);
	if (c.d.over)
		return err_set(err, ERR_DATA, "more than %d digits",
			       DEC_DIGITS_MAX);
	finish(&c.d, minus, out);
	return 0;
}

int dec_parse_as(struct span s, char point, struct span groups, struct dec *out,
		 struct err *err)
{
	s = span_trim(s);
	if (parse_short(s, point, out))
		return 0;
	return parse_long(utf8_trim(s), point, groups, out, err);
}

struct dec dec_of(long long n)
{
	return (struct dec){.units = n, .scale = 0};
}

size_t dec_text(struct dec d, char out[DEC_TEXT_MAX])
{
	char digit[DEC_DIGITS_MAX + 2];
	bool minus = d.units < 0;
	dec_uint u = (dec_uint)(minus ? -d.units : d.units);
	uint64_t low;
	size_t n = 0, len = 0;

	/* Division of 128 bits is slow: one, then halves of 64 bits. */
	while (u > UINT64_MAX) {
		digit[n++] = (char)('0' + (int)(u % 10));
		u /= 10;
	}
	for (low = (uint64_t)u; low; low /= 10)
		digit[n++] = (char)('0' + (int)(low % 10));
	while (n <= d.scale)
		digit[n++] = '0';
	if (minus)
		out[len++] = '-';
	while (n) {
		if (n == d.scale)
			out[len++] = '.';
		out[len++] = digit[--n];
	}
	out[len] = '\0';
	return len;
}

int dec_cmp(struct dec a, struct dec b)
{
	unsigned scale = a.scale > b.scale ? a.scale : b.scale;
	dec_int pa, pb, x, y;

	if (a.scale == b.scale)
		return (a.units > b.units) - (a.units < b.units);
	/* Whole parts first, so that nothing overflows. */
	pa = power(a.scale);
	pb = power(b.scale);
	x = a.units / pa;
	y = b.units / pb;
	if (x == y) {
		x = a.units % pa * power(scale - a.scale);
		y = b.units % pb * power(scale - b.scale);
	}
	return (x > y) - (x < y);
}

/* To a scale that is not smaller, which is exact. */
static int widen(struct dec *d, unsigned scale)
{
	dec_int units;

	if (scale > DEC_DIGITS_MAX ||
	    __builtin_mul_overflow(d->units, power(scale - d->scale), &units) ||
	    !fits(units))
		return -1;
	d->units = units;
	d->scale = scale;
	return 0;
}

int dec_add(struct dec a, struct dec b, struct dec *out)
{
	dec_int sum;

	if ((a.scale < b.scale && widen(&a, b.scale) < 0) ||
	    (b.scale < a.scale && widen(&b, a.scale) < 0) ||
	    __builtin_add_overflow(a.units, b.units, &sum) || !fits(sum))
		return -1;
	*out = (struct dec){sum, a.scale};
	return 0;
}

int dec_sub(struct dec a, struct dec b, struct dec *out)
{
	return dec_add(a, dec_negate(b), out);
}

int dec_mul(struct dec a, struct dec b, struct dec *out)
{
	dec_int product;

	if (a.scale + b.scale > DEC_DIGITS_MAX ||
	    __builtin_mul_overflow(a.units, b.units, &product) ||
	    !fits(product))
		return -1;
	*out = (struct dec){product, a.scale + b.scale};
	return 0;
}

/* units / p to the nearest whole number. */
static dec_int divide(dec_int units, dec_int p, enum dec_half half)
{
	dec_int quotient = units / p, rest = units % p, away;

	if (rest < 0)
		rest = -rest;
	away = p - rest;
	if (rest < away)
		return quotient;
	if (rest == away && half == DEC_HALF_EVEN && quotient % 2 == 0)
		return quotient;
	return units < 0 ? quotient - 1 : quotient + 1;
}

int dec_div(struct dec a, struct dec b, unsigned scale, enum dec_half half,
	    struct dec *out)
{
	bool minus = (a.units < 0) != (b.units < 0);
	dec_int u = a.units < 0 ? -a.units : a.units;
	dec_int p = b.units < 0 ? -b.units : b.units;
	dec_int quotient, rest;
	/* The quotient has a.scale - b.scale decimals without doing more. */
	int more = (int)scale + (int)b.scale - (int)a.scale;

	if (!p || scale > DEC_DIGITS_MAX)
		return -1;
	for (; more < 0; more++)
		if (__builtin_mul_overflow(p, (dec_int)10, &p))
			return -1;
	if (p >= power(DEC_DIGITS_MAX - 1))
		return -1;
	quotient = u / p;
	for (rest = u % p; more > 0; more--) {
		rest *= 10;
		if (__builtin_mul_overflow(quotient, (dec_int)10, &quotient) ||
		    __builtin_add_overflow(quotient, rest / p, &quotient))
			return -1;
		rest %= p;
	}
	if (rest > p - rest ||
	    (rest == p - rest && (half == DEC_HALF_UP || quotient % 2)))
		quotient++;
	if (!fits(quotient))
		return -1;
	*out = (struct dec){minus ? -quotient : quotient, scale};
	return 0;
}

int dec_round(struct dec d, unsigned scale, enum dec_half half, struct dec *out)
{
	if (scale >= d.scale) {
		if (widen(&d, scale) < 0)
			return -1;
		*out = d;
		return 0;
	}
	if (d.units >= INT64_MIN && d.units <= INT64_MAX &&
	    d.scale - scale < SHORT_DIGITS) {
		/* The usual size, without division of 128 bits. */
		int64_t u = (int64_t)d.units;
		int64_t p = (int64_t)short_power[d.scale - scale];

		if (u % p == 0) {
			*out = (struct dec){u / p, scale};
			return 0;
		}
	}
	*out = (struct dec){divide(d.units, power(d.scale - scale), half),
			    scale};
	return 0;
}

int dec_implied(struct dec d, unsigned places, struct dec *out)
{
	if (places > DEC_DIGITS_MAX || d.scale + places > DEC_DIGITS_MAX)
		return -1;
	d.scale += places;
	*out = d;
	return 0;
}

struct dec dec_strip(struct dec d)
{
	while (d.scale && d.units % 10 == 0) {
		d.units /= 10;
		d.scale--;
	}
	return d;
}
