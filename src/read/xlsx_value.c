#include "read/xlsx_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/date.h"
#include "core/utf8.h"

#define DAY_S  86400.0
#define DIGITS 17

/* ---- number formats ---------------------------------------------------- */

struct xlsx_format xlsx_format_built_in(unsigned long id)
{
	struct xlsx_format f = {XLSX_NUMBER, false};

	if (id == 22)
		f.kind = XLSX_DATE_TIME;
	else if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 ||
		 (id >= 50 && id <= 54) || id == 57 || id == 58)
		f.kind = XLSX_DATE;
	else if ((id >= 18 && id <= 21) || id == 32 || id == 33 || id == 45 ||
		 id == 47)
		f.kind = XLSX_TIME;
	else if (id == 46)
		f.kind = XLSX_ELAPSED;
	else if (id == 34 || id == 35 || id == 55 || id == 56)
		f.kind = XLSX_DATE_ANY;
	f.decimals = id == 47;
	return f;
}

#define RUNS_MAX 32

/* What the letters of a format code say. */
struct letters {
	char run[RUNS_MAX]; /* the letter of each run of one: "ymdhms" */
	size_t n;
	bool apart; /* the next letter begins a run */
	bool elapsed, half_days, era, digit, decimals;
};

static void take_letter(struct letters *l, char c)
{
	if (l->n && l->run[l->n - 1] == c && !l->apart)
		return;
	if (l->n < RUNS_MAX)
		l->run[l->n++] = c;
	l->apart = false;
}

/* [h], [mm], [ss]; a colour, a condition or a language is nothing. */
static void take_bracket(struct letters *l, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((s[i] | 0x20) != (s[0] | 0x20))
			return;
	if (!len || !strchr("hms", s[0] | 0x20))
		return;
	l->elapsed = true;
}

/* Behind what starts at `s` and is no letter of the format. */
static const char *pass(struct letters *l, const char *s)
{
	const char *end;

	switch (*s) {
	case '"':
		end = strchr(s + 1, '"');
		return end ? end + 1 : s + strlen(s);
	case '[':
		end = strchr(s, ']');
		if (!end)
			return s + strlen(s);
		take_bracket(l, s + 1, (size_t)(end - s - 1));
		return end + 1;
	case '\\':
	case '_':
	case '*':
		if (!s[1])
			return s + 1;
		end = s + 1 + utf8_seq(s + 1, strlen(s + 1));
		return end > s + 1 ? end : s + 2;
	default:
		return NULL;
	}
}

static void scan(struct letters *l, const char *s)
{
	while (*s && *s != ';') {
		const char *behind = pass(l, s);
		char c = *s >= 'A' && *s <= 'Z' ? (char)(*s | 0x20) : *s;

		if (behind) {
			l->apart = true;
			s = behind;
			continue;
		}
		if (!strncasecmp(s, "general", 7)) {
			s += 7;
			continue;
		}
		if (!strncasecmp(s, "AM/PM", 5) || !strncasecmp(s, "A/P", 3)) {
			l->half_days = true;
			s += c == 'a' && (s[1] | 0x20) == 'm' ? 5 : 3;
			continue;
		}
		if (c == 'e' || c == 'g')
			l->era = true;
		else if (c == '.' && l->n && l->run[l->n - 1] == 's' &&
			 s[1] == '0')
			l->decimals = true;
		else if (c == '0' || c == '#' || c == '?')
			l->digit = true;
		else if (strchr("dmyhsb", c))
			take_letter(l, c);
		else
			l->apart = true;
		s++;
	}
}

struct xlsx_format xlsx_format_code(const char *code)
{
	struct letters l = {.n = 0};
	struct xlsx_format f = {XLSX_NUMBER, false};
	bool date, time;
	size_t i;

	scan(&l, code);
	date = l.era && !l.digit;
	time = l.half_days;
	for (i = 0; i < l.n; i++) {
		/* Minutes are what stands behind hours or before seconds. */
		bool minutes = l.run[i] == 'm' &&
			       ((i && l.run[i - 1] == 'h') ||
				(i + 1 < l.n && l.run[i + 1] == 's'));

		if (l.run[i] == 'h' || l.run[i] == 's' || minutes)
			time = true;
		else
			date = true;
	}
	if (l.elapsed)
		f.kind = XLSX_ELAPSED;
	else if (date && time)
		f.kind = XLSX_DATE_TIME;
	else if (date)
		f.kind = XLSX_DATE;
	else if (time)
		f.kind = XLSX_TIME;
	f.decimals = l.decimals;
	return f;
}

/* ---- numbers ----------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Significant digits of a plain decimal; 0 where it is none. */
static int plain_digits(struct span s, bool *integer)
{
	size_t i = 0, whole = 0;
	int digits = 0;
	bool begun = false, point = false;

	if (i < s.len && s.p[i] == '-')
		i++;
	for (; i < s.len; i++) {
		if (s.p[i] == '.' && !point && whole) {
			point = true;
			continue;
		}
		if (!is_digit(s.p[i]))
			return 0;
		whole += !point;
		begun |= s.p[i] != '0';
		digits += begun;
	}
	if (!whole || s.p[s.len - 1] == '.')
		return 0;
	*integer = !point;
	return digits ? digits : 1;
}

/* The double that is the whole of `text`.  False where it is none. */
static bool to_double(struct span text, double *d)
{
	char s[400], *end;
	size_t i;

	if (!text.len || text.len >= sizeof(s))
		return false;
	for (i = 0; i < text.len; i++)
		if (!is_digit(text.p[i]) && !strchr("+-.eE", text.p[i]))
			return false;
	memcpy(s, text.p, text.len);
	s[text.len] = '\0';
	*d = strtod(s, &end);
	return !*end && end != s && isfinite(*d);
}

/* The digits of `d` and where its point is: 0.00DIGITS is -2. */
static void shortest(double d, char digits[DIGITS + 1], int *n, int *point)
{
	char s[40], *e;
	int places;

	for (places = 14; places < DIGITS; places++) {
		snprintf(s, sizeof(s), "%.*e", places, d);
		if (strtod(s, NULL) == d)
			break;
	}
	e = strchr(s, 'e');
	*point = (int)strtol(e + 1, NULL, 10) + 1;
	digits[0] = s[0];
	*n = 1;
	for (e = s + 2; *e != 'e' && *n < DIGITS; e++)
		digits[(*n)++] = *e;
	while (*n > 1 && digits[*n - 1] == '0')
		(*n)--;
}

static void put_double(struct buf *b, double d)
{
	char digits[DIGITS + 1];
	int n, point, i;

	if (d < 0)
		buf_addc(b, '-');
	shortest(fabs(d), digits, &n, &point);
	if (point <= 0)
		buf_adds(b, "0.");
	for (i = point; i < 0; i++)
		buf_addc(b, '0');
	for (i = 0; i < n; i++) {
		if (i == point && i)
			buf_addc(b, '.');
		buf_addc(b, digits[i]);
	}
	for (; i < point; i++)
		buf_addc(b, '0');
}

bool xlsx_put_number(struct buf *b, struct span text)
{
	bool integer = false;
	int digits;
	double d;

	text = span_trim(text);
	digits = plain_digits(text, &integer);
	if (digits && (digits <= 15 || integer)) {
		/* Some programs write 1 as 1.0. */
		while (!integer && text.p[text.len - 1] == '0')
			text.len--;
		text.len -= text.p[text.len - 1] == '.';
		buf_add_span(b, text);
		return true;
	}
	if (!to_double(text, &d))
		return false;
	if (d == 0)
		buf_addc(b, '0');
	else
		put_double(b, d);
	return true;
}

/* ---- dates ------------------------------------------------------------- */

/* hh:mm:ss of a number of milliseconds. */
static void put_clock(struct buf *b, int64_t ms, bool decimals)
{
	buf_addf(b, "%02lld:%02lld:%02lld", (long long)(ms / 3600000),
		 (long long)(ms / 60000 % 60), (long long)(ms / 1000 % 60));
	if (decimals && ms % 1000)
		buf_addf(b, ".%03lld", (long long)(ms % 1000));
}

/* Days since 1970 of serial day `day`; NULL or what is wrong. */
static const char *to_date(int64_t day, bool since_1904, struct date *date)
{
	static const struct date first = {1904, 1, 1}, zero = {1899, 12, 30};
	int64_t days;

	if (since_1904) {
		days = date_to_days(first) + day;
	} else if (day == 60) {
		return "is February 29 of 1900, no leap year";
	} else if (day < 1) {
		return "is day 0 of January 1900";
	} else {
		/* 1900 was taken for a leap year. */
		days = date_to_days(zero) + day + (day < 60);
	}
	*date = date_of_days(days);
	/* The days of 1904 reach the end a little sooner. */
	return date->year > 9999 ? "is beyond the year 9999" : NULL;
}

const char *xlsx_put_date(struct buf *b, struct span text,
			  struct xlsx_format format, bool since_1904)
{
	char name[DATE_TEXT_MAX];
	const char *wrong;
	struct date date;
	int64_t ms, unit = format.decimals ? 1 : 1000, day;
	double d;
	bool has_time, has_date;

	if (!to_double(span_trim(text), &d))
		return "is no number";
	if (fabs(d) >= 2958466.0)
		return "is beyond the year 9999";
	d *= DAY_S * 1000.0 / (double)unit;
	ms = (int64_t)(d < 0 ? d - 0.5 : d + 0.5) * unit;
	if (format.kind == XLSX_ELAPSED ||
	    (d < 0 && since_1904 && format.kind == XLSX_TIME)) {
		if (ms < 0)
			buf_addc(b, '-');
		put_clock(b, ms < 0 ? -ms : ms, format.decimals);
		return NULL;
	}
	if (ms < 0)
		return "is a date before the first one there is";
	day = ms / 86400000;
	ms %= 86400000;
	has_date = format.kind == XLSX_DATE || format.kind == XLSX_DATE_TIME ||
		   day > 0;
	has_time = format.kind == XLSX_TIME || format.kind == XLSX_DATE_TIME ||
		   ms > 0;
	/* Day 0 of a system that has none is a time without a date. */
	if (!day && !since_1904 && (ms || format.kind == XLSX_TIME))
		has_date = false;
	if (has_date) {
		wrong = to_date(day, since_1904, &date);
		if (wrong)
			return wrong;
		date_text(date, name);
		buf_adds(b, name);
		if (has_time)
			buf_addc(b, 'T');
	}
	if (has_time || !has_date)
		put_clock(b, ms, format.decimals);
	return NULL;
}

bool xlsx_is_iso(struct span text)
{
	static const char date[] = "dddd-dd-dd", time[] = "dd:dd:dd";
	const char *shape = date;
	size_t i = 0, j = 0;

	if (text.len > 2 && text.p[2] == ':')
		shape = time;
	for (;; i++, j++) {
		if (!shape[j] && shape == date && i < text.len &&
		    text.p[i] == 'T') {
			shape = time;
			i++;
			j = 0;
		}
		if (!shape[j])
			break;
		if (i == text.len || (shape[j] == 'd' ? !is_digit(text.p[i])
						      : text.p[i] != shape[j]))
			return false;
	}
	/* Decimals of a second, Z or an offset. */
	for (; i < text.len; i++)
		if (!is_digit(text.p[i]) && !strchr(".Z+-:", text.p[i]))
			return false;
	return true;
}

/* ---- texts ------------------------------------------------------------- */

static int hex(char c)
{
	if (is_digit(c))
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

/* The unit of UTF-16 that `_xHHHH_` at `p` is, or -1. */
static int32_t escape_at(const char *p, const char *end)
{
	int32_t unit = 0;
	int i;

	if (end - p < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return -1;
	for (i = 2; i < 6; i++) {
		int digit = hex(p[i]);

		if (digit < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

void xlsx_put_text(struct buf *b, struct span text)
{
	const char *p = text.p, *end = text.len ? p + text.len : p;

	while (p < end) {
		const char *under = memchr(p, '_', (size_t)(end - p));
		const char *stop = under ? under : end;
		int32_t unit, low;
		size_t took = 7;
		char out[4];

		buf_add(b, p, (size_t)(stop - p));
		p = stop;
		if (p == end)
			return;
		unit = escape_at(p, end);
		if (unit >= 0xD800 && unit < 0xDC00) {
			low = escape_at(p + 7, end);
			unit = low >= 0xDC00 && low < 0xE000
				       ? 0x10000 + ((unit - 0xD800) << 10) +
						 (low - 0xDC00)
				       : -1;
			took = 14;
		}
		if (unit <= 0 || (unit >= 0xD800 && unit < 0xE000)) {
			buf_addc(b, *p++);
			continue;
		}
		buf_add(b, out, utf8_put(out, (uint32_t)unit));
		p += took;
	}
}
