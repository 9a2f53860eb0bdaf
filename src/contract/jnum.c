#include "contract/jnum.h"

#include "core/dec.h"

/* Beyond this an exponent makes no difference: no line has as many digits. */
#define EXP_MAX (INT64_C(1) << 40)

static int64_t exponent(const char *p, const char *end)
{
	bool negative = *p == '-';
	int64_t e = 0;

	if (*p == '-' || *p == '+')
		p++;
	for (; p < end; p++)
		if (e < EXP_MAX)
			e = e * 10 + (*p - '0');
	return negative ? -e : e;
}

struct jnum jnum_of(struct span text)
{
	const char *p = text.p, *end = p + text.len;
	struct jnum a = {.digit = NULL};
	size_t n = 0, last = 0; /* digits from the first one; up to a non-0 */
	bool behind = false;    /* the point has passed */

	if (*p == '-') {
		a.negative = true;
		p++;
	}
	for (; p < end; p++) {
		if (*p == '.') {
			behind = true;
			continue;
		}
		if ((*p | 0x20) == 'e') {
			a.exp += exponent(p + 1, end);
			break;
		}
		if (!a.digit && *p == '0') {
			a.exp -= behind;
			continue;
		}
		if (!a.digit)
			a.digit = p;
		n++;
		a.exp += !behind;
		if (*p != '0')
			last = n;
	}
	a.n = last;
	if (!last)
		a = (struct jnum){.digit = text.p};
	return a;
}

/* Both positive. */
static int cmp_size(struct jnum a, struct jnum b)
{
	const char *p = a.digit, *q = b.digit;
	size_t i;

	if (!a.n || !b.n)
		return (a.n > 0) - (b.n > 0);
	if (a.exp != b.exp)
		return a.exp < b.exp ? -1 : 1;
	for (i = 0; i < a.n && i < b.n; i++) {
		int d = jnum_next(&p) - jnum_next(&q);

		if (d)
			return d;
	}
	return (a.n > b.n) - (a.n < b.n);
}

int jnum_cmp(struct jnum a, struct jnum b)
{
	if (a.negative != b.negative)
		return a.negative ? -1 : 1;
	return a.negative ? cmp_size(b, a) : cmp_size(a, b);
}

/*
 * With integers A and B that do not end in 0: A * 10^x is a multiple of
 * B * 10^y only where x >= y, and then where B divides A * 10^(x-y).  B below
 * 10^36 has fewer than 120 factors 2 or 5, so no more tens can matter.
 */
bool jnum_is_multiple(struct jnum a, struct jnum b)
{
	int64_t tens = (a.exp - (int64_t)a.n) - (b.exp - (int64_t)b.n);
	const char *p;
	dec_int divisor = 0, rest = 0;
	size_t i;

	if (!a.n)
		return true;
	if (tens < 0)
		return false;
	for (i = 0, p = b.digit; i < b.n; i++)
		divisor = divisor * 10 + jnum_next(&p);
	for (i = 0, p = a.digit; i < a.n; i++)
		rest = (rest * 10 + jnum_next(&p)) % divisor;
	if (tens > 120)
		tens = 120;
	for (; rest && tens; tens--)
		rest = rest * 10 % divisor;
	return !rest;
}
