/*
 * What a cell seems to be.  Only its shape is looked at: 99/99/2024 is a date.
 */
#include "read/detect.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits at `*at`; how many. */
static size_t digits(struct span s, size_t *at)
{
	size_t from = *at;

	while (*at < s.len && is_digit(s.p[*at]))
		(*at)++;
	return *at - from;
}

/* Take a sign of a currency or a percent away from either end. */
static struct span without_unit(struct span s)
{
	static const char *const units[] = {"$", "%", "\xE2\x82\xAC",
					    "\xC2\xA3", "\xC2\xA5"};
	size_t i;

	for (i = 0; i < sizeof(units) / sizeof(*units); i++) {
		size_t n = strlen(units[i]);

		if (s.len > n && !memcmp(s.p, units[i], n))
			return span_trim((struct span){s.p + n, s.len - n});
		if (s.len > n && !memcmp(s.p + s.len - n, units[i], n))
			return span_trim((struct span){s.p, s.len - n});
	}
	return s;
}

static bool is_number(struct span s)
{
	size_t at = 0, n = 0;
	bool ended = false;

	s = without_unit(s);
	if (s.len && (*s.p == '+' || *s.p == '-' || *s.p == '('))
		at++;
	for (; at < s.len && !ended; at++) {
		char c = s.p[at];

		if (is_digit(c))
			n++;
		else if (!(c == '.' || c == ',' ||
			   (c == '\'' && n && at + 1 < s.len)))
			ended = true;
	}
	if (!ended)
		return n > 0;
	at--;
	if (n && at + 1 == s.len && (s.p[at] == '-' || s.p[at] == ')'))
		return true;
	if (!n || (s.p[at] != 'e' && s.p[at] != 'E'))
		return false;
	at++;
	if (at < s.len && (s.p[at] == '+' || s.p[at] == '-'))
		at++;
	return digits(s, &at) && at == s.len;
}

/* A time at `*at`: 8:30, 08:30:00, 08:30:00.123, with AM or Z behind. */
static bool take_time(struct span s, size_t *at)
{
	size_t i = *at, n = digits(s, &i);

	if (n < 1 || n > 2 || i >= s.len || s.p[i] != ':')
		return false;
	i++;
	if (digits(s, &i) != 2)
		return false;
	if (i < s.len && s.p[i] == ':') {
		i++;
		if (digits(s, &i) != 2)
			return false;
		if (i < s.len && (s.p[i] == '.' || s.p[i] == ',')) {
			i++;
			digits(s, &i);
		}
	}
	while (i < s.len &&
	       (s.p[i] == ' ' || s.p[i] == 'Z' || s.p[i] == '+' ||
		s.p[i] == '-' || s.p[i] == ':' || s.p[i] == 'A' ||
		s.p[i] == 'P' || s.p[i] == 'M' || is_digit(s.p[i])))
		i++;
	*at = i;
	return true;
}

/* A date at `*at`: three numbers, the same sign between. */
static bool take_date(struct span s, size_t *at)
{
	size_t i = *at, first = digits(s, &i), second, third;
	char sep;

	if (first < 1 || first > 4 || i >= s.len)
		return false;
	sep = s.p[i++];
	if (sep != '-' && sep != '/' && sep != '.')
		return false;
	second = digits(s, &i);
	if (second < 1 || second > 2 || i >= s.len || s.p[i] != sep)
		return false;
	i++;
	third = digits(s, &i);
	if (third < 1 || third > 4 || first + third > 6)
		return false;
	*at = i;
	return true;
}

enum detect_kind detect_kind_of(struct span cell)
{
	size_t at = 0, i;

	cell = span_trim(cell);
	if (!cell.len)
		return DETECT_IS_EMPTY;
	if (take_date(cell, &at)) {
		if (at == cell.len)
			return DETECT_IS_DATE;
		if (cell.p[at] == ' ' || cell.p[at] == 'T') {
			at++;
			if (take_time(cell, &at) && at == cell.len)
				return DETECT_IS_TIME;
		}
	}
	at = 0;
	if (take_time(cell, &at) && at == cell.len)
		return DETECT_IS_TIME;
	if (is_number(cell))
		return DETECT_IS_NUMBER;
	for (i = 0; i < cell.len; i++)
		if (strchr(";|\t", cell.p[i]))
			return DETECT_IS_ODD;
	return DETECT_IS_TEXT;
}
