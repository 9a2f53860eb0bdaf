#include "read/fx_number.h"

#define DIGITS_MAX 128

static enum fx_number wrong(struct err *err, const char *why)
{
	err_set(err, ERR_DATA, "%s", why);
	return FX_WRONG;
}

/* Take a sign at one end; at most one in all. */
static void take_sign(struct span *s, bool front, bool *minus, bool *taken)
{
	char c;

	if (!s->len || *taken)
		return;
	c = front ? s->p[0] : s->p[s->len - 1];
	if (c != '-' && c != '+')
		return;
	*taken = true;
	*minus = c == '-';
	s->len--;
	s->p += front;
	*s = span_trim(*s);
}

/*
 * The digit of an overpunched character, as EBCDIC prints it: { A to I are
 * plus, } J to R minus; p to y are the minus of ASCII compilers.
 */
static int punched(char c, bool *minus)
{
	static const char plus[] = "{ABCDEFGHI", less[] = "}JKLMNOPQR",
			  ascii[] = "pqrstuvwxy";
	const char *p;

	if (c >= '0' && c <= '9')
		return c - '0';
	if (!c)
		return -1;
	p = strchr(plus, c);
	if (p)
		return (int)(p - plus);
	*minus = true;
	p = strchr(less, c);
	if (p)
		return (int)(p - less);
	p = strchr(ascii, c);
	return p ? (int)(p - ascii) : -1;
}

static bool all_digits(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.len > 0;
}

enum fx_number fx_number(const struct fx_field *f, struct span text,
			 struct dec *out, struct err *err)
{
	struct span s = span_trim(text);
	char digits[DIGITS_MAX];
	bool minus = false, taken = false;

	if (!s.len || span_is(s, "*BLANKS") || span_is(s, "*BLANK"))
		return FX_NOTHING;
	if (span_is(s, "*ZEROS") || span_is(s, "*ZERO")) {
		*out = dec_of(0);
		return FX_VALUE;
	}
	if (f->sign == FX_OVERPUNCH || f->sign == FX_OVERPUNCH_LEADING) {
		size_t at = f->sign == FX_OVERPUNCH ? s.len - 1 : 0;
		int digit = punched(s.p[at], &minus);

		if (digit < 0)
			return wrong(err, "no digit with a sign where one "
					  "should be: 0 to 9, {, A to I, }, J "
					  "to R or p to y");
		if (s.len > sizeof(digits))
			return wrong(err, "too many digits");
		memcpy(digits, s.p, s.len);
		digits[at] = (char)('0' + digit);
		s.p = digits;
	} else {
		if (f->sign == FX_ANY || f->sign == FX_LEADING)
			take_sign(&s, true, &minus, &taken);
		if (f->sign == FX_ANY || f->sign == FX_TRAILING)
			take_sign(&s, false, &minus, &taken);
	}
	if (s.len && (s.p[0] == '-' || s.p[0] == '+'))
		return wrong(err, "a sign where there should be none");
	if (f->implied && !all_digits(s))
		return wrong(err, "not digits only");
	if (dec_parse_as(s, f->point, f->groups, out, err) < 0)
		return FX_WRONG;
	if (f->implied && dec_implied(*out, f->scale, out) < 0)
		return wrong(err, "too many digits");
	if (minus)
		*out = dec_negate(*out);
	return FX_VALUE;
}
