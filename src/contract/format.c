/*
 * format.c - what a text must look like to be a date, an instant, a UUID ...
 *
 * Spec: JSON Schema 2020-12 validation, section 7.3; RFC 3339, section 5.6 and
 * appendix A; RFC 9562; RFC 6901.
 */
#include "contract/ecma.h"
#include "contract/format_net.h"
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

/* Digits and the letter behind them, one after the other of `units`, some of
   them; what comes first in it must not come later.  How many bytes. */
static size_t take_units(struct span s, const char *units)
{
	size_t i = 0, n;
	const char *u;

	while (i < s.len) {
		for (n = i; n < s.len && s.p[n] >= '0' && s.p[n] <= '9'; n++)
			;
		if (n == i || n == s.len)
			return i;
		u = s.p[n] ? strchr(units, s.p[n]) : NULL;
		/* of years, months, days none is left out between two */
		if (!u || (i && u != units))
			return i;
		units = u + 1;
		i = n + 1;
	}
	return i;
}

static bool is_duration(struct span s)
{
	size_t n;

	if (s.len < 3 || s.p[0] != 'P')
		return false;
	s.p++;
	s.len--;
	n = take_units(s, "W");
	if (n)
		return n == s.len;
	n = take_units(s, "YMD");
	if (n == s.len)
		return true;
	if (s.p[n] != 'T' || n + 1 == s.len)
		return false;
	s.p += n + 1;
	s.len -= n + 1;
	return take_units(s, "HMS") == s.len;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static bool is_uuid(struct span s)
{
	size_t i;

	if (s.len != 36)
		return false;
	for (i = 0; i < 36; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23 ? s.p[i] != '-'
							    : !is_hex(s.p[i]))
			return false;
	return true;
}

static bool is_pointer(struct span s)
{
	size_t i;

	if (s.len && s.p[0] != '/')
		return false;
	for (i = 0; i < s.len; i++)
		if (s.p[i] == '~' && (i + 1 == s.len ||
				      (s.p[i + 1] != '0' && s.p[i + 1] != '1')))
			return false;
	return true;
}

static bool is_relative_pointer(struct span s)
{
	size_t n;

	for (n = 0; n < s.len && s.p[n] >= '0' && s.p[n] <= '9'; n++)
		;
	if (!n || (n > 1 && s.p[0] == '0'))
		return false;
	s.p += n;
	s.len -= n;
	return span_is(s, "#") || is_pointer(s);
}

static const struct format formats[] = {
	{"date", "bad-date", "a date such as 2024-01-31", is_date},
	{"date-time", "bad-date", "an instant such as 2024-01-31T13:45:00Z",
	 is_date_time},
	{"time", "bad-format", "a time such as 13:45:00Z", is_time},
	{"duration", "bad-format", "a duration such as P3DT12H", is_duration},
	{"email", "bad-format", "an address such as name@example.com",
	 format_is_email},
	{"idn-email", "bad-format", "an address such as name@example.com",
	 format_is_idn_email},
	{"hostname", "bad-format", "a host name such as www.example.com",
	 format_is_hostname},
	{"ipv4", "bad-format", "an IPv4 address such as 192.0.2.1",
	 format_is_ipv4},
	{"ipv6", "bad-format", "an IPv6 address such as 2001:db8::1",
	 format_is_ipv6},
	{"uri", "bad-format", "a URI such as https://example.com/a",
	 format_is_uri},
	{"uri-reference", "bad-format", "a URI or a part of one",
	 format_is_uri_reference},
	{"iri", "bad-format", "an IRI such as https://example.com/a",
	 format_is_iri},
	{"iri-reference", "bad-format", "an IRI or a part of one",
	 format_is_iri_reference},
	{"uri-template", "bad-format", "a URI template",
	 format_is_uri_template},
	{"uuid", "bad-format",
	 "a UUID such as 2eb8aa08-aa98-11ea-b4aa-73b441d16380", is_uuid},
	{"json-pointer", "bad-format", "a JSON pointer such as /a/0",
	 is_pointer},
	{"relative-json-pointer", "bad-format",
	 "a relative JSON pointer such as 1/a", is_relative_pointer},
	{"regex", "bad-format", "a regular expression", ecma_is},
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
