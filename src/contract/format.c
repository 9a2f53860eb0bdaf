/*
 * format.c - what a text must look like to be a date or an instant
 *
 * Spec: JSON Schema 2020-12 validation, section 7.3; RFC 3339, section 5.6.
 */
#include "contract/schema.h"
#include "core/date.h"

/* Two digits as a number, or -1. */
static int two(const char *p)
{
	unsigned a = (unsigned char)p[0] - '0', b = (unsigned char)p[1] - '0';

	return a > 9 || b > 9 ? -1 : (int)(a * 10 + b);
}

static bool is_date(struct span s)
{
	struct date d;
	int hi, lo;

	if (s.len != 10 || s.p[4] != '-' || s.p[7] != '-')
		return false;
	hi = two(s.p);
	lo = two(s.p + 2);
	d.month = two(s.p + 5);
	d.day = two(s.p + 8);
	if (hi < 0 || lo < 0 || d.month < 1 || d.month > 12 || d.day < 1)
		return false;
	d.year = hi * 100 + lo;
	return d.day <= 28 || d.day <= date_days_in_month(d.year, d.month);
}

/* "Z" or "+hh:mm"; *minutes is what UTC is behind. */
static bool is_offset(struct span s, int *minutes)
{
	int h, m;

	*minutes = 0;
	if (s.len == 1)
		return (s.p[0] | 0x20) == 'z';
	if (s.len != 6 || (s.p[0] != '+' && s.p[0] != '-') || s.p[3] != ':')
		return false;
	h = two(s.p + 1);
	m = two(s.p + 4);
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return false;
	*minutes = (h * 60 + m) * (s.p[0] == '+' ? 1 : -1);
	return true;
}

static bool is_time(struct span s)
{
	int h, m, sec, offset, utc;
	size_t i = 8;

	if (s.len < 9 || s.p[2] != ':' || s.p[5] != ':')
		return false;
	h = two(s.p);
	m = two(s.p + 3);
	sec = two(s.p + 6);
	if (h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 60)
		return false;
	if (s.p[i] == '.') {
		size_t from = ++i;

		while (i < s.len && s.p[i] >= '0' && s.p[i] <= '9')
			i++;
		if (i == from)
			return false;
	}
	if (!is_offset((struct span){s.p + i, s.len - i}, &offset))
		return false;
	if (sec < 60)
		return true;
	/* a leap second is the last of a day in UTC */
	utc = h * 60 + m - offset;
	return (utc + 2 * 1440) % 1440 == 1439;
}

static bool is_date_time(struct span s)
{
	return s.len > 11 && (s.p[10] | 0x20) == 't' &&
	       is_date((struct span){s.p, 10}) &&
	       is_time((struct span){s.p + 11, s.len - 11});
}

static const struct format formats[] = {
	{"date", "bad-date", "a date such as 2024-01-31", is_date},
	{"date-time", "bad-date", "an instant such as 2024-01-31T13:45:00Z",
	 is_date_time},
	{NULL, NULL, NULL, NULL},
};

const struct format *format_find(const char *name)
{
	const struct format *f;

	for (f = formats; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

const char *const *format_names(void)
{
	static const char *names[sizeof(formats) / sizeof(formats[0])];
	size_t i;

	for (i = 0; formats[i].name; i++)
		names[i] = formats[i].name;
	return names;
}
