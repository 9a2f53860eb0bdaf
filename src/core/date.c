#include "core/date.h"

#include <ctype.h>
#include <stdio.h>

#include "core/utf8.h"

/* As POSIX has it. */
#define PIVOT 69

static const char *const month_names[12] = {
	"January", "February", "March",     "April",   "May",      "June",
	"July",    "August",   "September", "October", "November", "December",
};

static const char *const day_names[7] = {
	"Monday", "Tuesday",  "Wednesday", "Thursday",
	"Friday", "Saturday", "Sunday",
};

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int date_days_in_month(int year, int month)
{
	static const signed char days[12] = {31, 28, 31, 30, 31, 30,
					     31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year));
}

int date_check(struct date d, struct err *err)
{
	if (d.year < 1 || d.year > 9999)
		return err_set(err, ERR_DATA, "there is no year %d", d.year);
	if (d.month < 1 || d.month > 12)
		return err_set(err, ERR_DATA, "there is no month %d", d.month);
	if (d.day >= 1 && d.day <= date_days_in_month(d.year, d.month))
		return 0;
	if (d.month == 2 && d.day == 29)
		return err_set(err, ERR_DATA,
			       "February has no day 29 in %d, no leap year",
			       d.year);
	if (d.day < 1)
		return err_set(err, ERR_DATA, "there is no day %d", d.day);
	return err_set(err, ERR_DATA, "%s has no day %d",
		       month_names[d.month - 1], d.day);
}

/*
 * Years are counted from March, so that a leap day comes last; then 400 years
 * are 146097 days, and months alternate by (153 m + 2) / 5.
 */
int64_t date_to_days(struct date d)
{
	int64_t y = d.year - (d.month <= 2);
	int64_t m = (d.month + 9) % 12;
	int64_t days = 365 * y + y / 4 - y / 100 + y / 400;

	return days + (153 * m + 2) / 5 + d.day - 1 - 719468;
}

struct date date_of_days(int64_t days)
{
	int64_t z = days + 719468, era, of_era, year_of_era, of_year, m;
	struct date d;

	era = (z >= 0 ? z : z - 146096) / 146097;
	of_era = z - era * 146097;
	year_of_era =
		(of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) /
		365;
	of_year = of_era -
		  (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	m = (5 * of_year + 2) / 153;
	d.day = (int)(of_year - (153 * m + 2) / 5 + 1);
	d.month = (int)(m < 10 ? m + 3 : m - 9);
	d.year = (int)(year_of_era + era * 400 + (d.month <= 2));
	return d;
}

int date_weekday(struct date d)
{
	int64_t n = (date_to_days(d) + 3) % 7; /* 1970-01-01 was a Thursday */

	return (int)(n < 0 ? n + 7 : n) + 1;
}

static char *put_digits(char *p, int value, int width)
{
	int i;

	for (i = width - 1; i >= 0; i--) {
		p[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return p + width;
}

static char *put_date(char *p, struct date d)
{
	p = put_digits(p, d.year, 4);
	*p++ = '-';
	p = put_digits(p, d.month, 2);
	*p++ = '-';
	return put_digits(p, d.day, 2);
}

void date_text(struct date d, char out[DATE_TEXT_MAX])
{
	*put_date(out, d) = '\0';
}

void instant_text(int64_t seconds, char out[INSTANT_TEXT_MAX])
{
	int64_t days = seconds / 86400, rest = seconds % 86400;
	char *p;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	p = put_date(out, date_of_days(days));
	*p++ = 'T';
	p = put_digits(p, (int)(rest / 3600), 2);
	*p++ = ':';
	p = put_digits(p, (int)(rest / 60 % 60), 2);
	*p++ = ':';
	p = put_digits(p, (int)(rest % 60), 2);
	*p++ = 'Z';
	*p = '\0';
}

/* ---- reading --------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What one text is read with and what was found in it. */
struct scan {
	struct span s; /* the whole text */
	size_t i;      /* next byte of it */
	struct date_time t;
	int year_day; /* of %j, or -1 */
	int weekday;  /* of %a, or 0 */
	int hour12;   /* of %I, or 0 */
	int half;     /* of %p: 1 AM, 2 PM, or 0 */
	int pivot;    /* %y from here on is of the last century */
	struct err *err;
};

static int expected(struct scan *c, const char *what)
{
	struct span rest = {c->s.p + c->i, c->s.len - c->i};

	if (!rest.len)
		return err_set(c->err, ERR_DATA, "it ends where %s should come",
			       what);
	return err_set(c->err, ERR_DATA, "%s expected at character %zu", what,
		       utf8_chars(c->s.p, c->i) + 1);
}

/* A number of `min` to `max` digits. */
static int number(struct scan *c, int min, int max, const char *what, int *out)
{
	int n = 0, v = 0;

	while (n < max && c->i < c->s.len && is_digit(c->s.p[c->i])) {
		v = v * 10 + (c->s.p[c->i++] - '0');
		n++;
	}
	if (n < min) {
		char text[48];

		c->i -= (size_t)n;
		if (min == 1)
			return expected(c, what);
		snprintf(text, sizeof(text), "%s of %d digits", what, min);
		return expected(c, text);
	}
	*out = v;
	return 0;
}

static int in_range(struct scan *c, int v, int min, int max, const char *what)
{
	if (v >= min && v <= max)
		return 0;
	return err_set(c->err, ERR_DATA, "there is no %s %d", what, v);
}

/* How many bytes at `p` are `word`, whole or its first three letters. */
static size_t word_at(const char *p, size_t len, const char *word)
{
	size_t n = 0;

	while (n < len && word[n] &&
	       tolower((unsigned char)p[n]) == tolower((unsigned char)word[n]))
		n++;
	if (!word[n])
		return n;
	return n >= 3 ? 3 : 0;
}

static int name(struct scan *c, const char *const *names, int n,
		const char *what, int *out)
{
	int i;

	for (i = 0; i < n; i++) {
		size_t len = word_at(c->s.p + c->i, c->s.len - c->i, names[i]);

		if (len) {
			c->i += len;
			*out = i + 1;
			return 0;
		}
	}
	return expected(c, what);
}

static int half_day(struct scan *c)
{
	static const char *const halves[2] = {"AM", "PM"};

	return name(c, halves, 2, "AM or PM", &c->half);
}

/* Z, +hh, +hhmm or +hh:mm. */
static int offset(struct scan *c)
{
	int hours = 0, minutes = 0, sign = 1;

	if (c->i < c->s.len && (c->s.p[c->i] == 'Z' || c->s.p[c->i] == 'z')) {
		c->i++;
		return 0;
	}
	if (c->i >= c->s.len || (c->s.p[c->i] != '+' && c->s.p[c->i] != '-'))
		return expected(c, "Z or an offset such as +01:00");
	sign = c->s.p[c->i++] == '-' ? -1 : 1;
	if (number(c, 2, 2, "hours of the offset", &hours) < 0)
		return -1;
	if (c->i < c->s.len && c->s.p[c->i] == ':')
		c->i++;
	if (c->i < c->s.len && is_digit(c->s.p[c->i]) &&
	    number(c, 2, 2, "minutes of the offset", &minutes) < 0)
		return -1;
	if (in_range(c, hours, 0, 14, "offset hour") < 0 ||
	    in_range(c, minutes, 0, 59, "offset minute") < 0)
		return -1;
	c->t.offset_s = sign * (hours * 3600 + minutes * 60);
	return 0;
}

static void skip_space(struct scan *c)
{
	while (c->i < c->s.len && span_is_space(c->s.p[c->i]))
		c->i++;
}

/* `exact`: another number touches this one, so it has all its digits. */
static int directive(struct scan *c, char letter, bool exact)
{
	int min = exact ? 2 : 1, v = 0;

	switch (letter) {
	case 'Y':
		return number(c, 4, 4, "a year", &c->t.date.year);
	case 'y':
		if (number(c, 2, 2, "a year", &v) < 0)
			return -1;
		c->t.date.year = v >= c->pivot ? 1900 + v : 2000 + v;
		return 0;
	case 'm':
		return number(c, min, 2, "a month", &c->t.date.month);
	case 'e':
		skip_space(c);
		return number(c, 1, 2, "a day", &c->t.date.day);
	case 'd':
		return number(c, min, 2, "a day", &c->t.date.day);
	case 'j':
		return number(c, 3, 3, "a day of the year", &c->year_day);
	case 'H':
		return number(c, min, 2, "an hour", &c->t.hour);
	case 'I':
		if (number(c, min, 2, "an hour", &c->hour12) < 0)
			return -1;
		return in_range(c, c->hour12, 1, 12, "hour");
	case 'M':
		return number(c, min, 2, "a minute", &c->t.minute);
	case 'S':
		return number(c, min, 2, "a second", &c->t.second);
	case 'f':
		return number(c, 1, 9, "decimals of a second", &v);
	case 'p':
		return half_day(c);
	case 'b':
	case 'h':
	case 'B':
		return name(c, month_names, 12, "the name of a month",
			    &c->t.date.month);
	case 'a':
	case 'A':
		return name(c, day_names, 7, "a weekday", &c->weekday);
	case 'z':
		return offset(c);
	default:
		return expected(c, "nothing"); /* format_check keeps it out */
	}
}

/* Formats that stand for others. */
static struct span composite(char letter)
{
	switch (letter) {
	case 'F':
		return SPAN("%Y-%m-%d");
	case 'T':
		return SPAN("%H:%M:%S");
	case 'R':
		return SPAN("%H:%M");
	default:
		return (struct span){NULL, 0};
	}
}

static bool is_number(struct span format, size_t i)
{
	if (i + 1 >= format.len || format.p[i] != '%')
		return false;
	switch (format.p[i + 1]) {
	case 'Y':
	case 'y':
	case 'm':
	case 'd':
	case 'j':
	case 'H':
	case 'I':
	case 'M':
	case 'S':
	case 'f':
	case 'F':
	case 'T':
	case 'R':
		return true;
	default:
		return false;
	}
}

static int literal(struct scan *c, char want)
{
	char text[4] = {'\'', want, '\'', '\0'};

	if (span_is_space(want)) {
		skip_space(c);
		return 0;
	}
	if (c->i < c->s.len && c->s.p[c->i] == want) {
		c->i++;
		return 0;
	}
	return expected(c, (unsigned char)want < 0x80 ? text : "other text");
}

static int run_format(struct scan *c, struct span format)
{
	bool touches = false; /* the item before was a number */
	size_t i;

	for (i = 0; i < format.len; i++) {
		bool is_num = is_number(format, i);
		struct span inner;
		int rc;

		if (format.p[i] != '%' || i + 1 == format.len) {
			rc = literal(c, format.p[i]);
		} else if (format.p[++i] == '%') {
			rc = literal(c, '%');
		} else {
			inner = composite(format.p[i]);
			rc = inner.len ? run_format(c, inner)
				       : directive(c, format.p[i],
						   touches || is_number(format,
									i + 1));
		}
		if (rc < 0)
			return -1;
		touches = is_num;
	}
	return 0;
}

/* Put together what was read. */
static int settle(struct scan *c)
{
	struct date_time *t = &c->t;

	if (c->hour12)
		t->hour = c->hour12 % 12 + (c->half == 2 ? 12 : 0);
	if (in_range(c, t->hour, 0, 23, "hour") < 0 ||
	    in_range(c, t->minute, 0, 59, "minute") < 0 ||
	    in_range(c, t->second, 0, 59, "second") < 0)
		return -1;
	if (c->year_day >= 0) {
		int last = 365 + is_leap(t->date.year);

		if (in_range(c, c->year_day, 1, last, "day of the year") < 0)
			return -1;
		t->date.month = 1;
		t->date.day = 1;
		if (date_check(t->date, c->err) < 0)
			return -1;
		t->date = date_of_days(date_to_days(t->date) + c->year_day - 1);
	}
	if (date_check(t->date, c->err) < 0)
		return -1;
	if (c->weekday && c->weekday != date_weekday(t->date))
		return err_set(c->err, ERR_DATA, "that day was a %s, not a %s",
			       day_names[date_weekday(t->date) - 1],
			       day_names[c->weekday - 1]);
	return 0;
}

int date_scan(struct span s, struct span format, struct date_time *out,
	      struct err *err)
{
	return date_scan_pivot(s, format, PIVOT, out, err);
}

int date_scan_pivot(struct span s, struct span format, int pivot,
		    struct date_time *out, struct err *err)
{
	struct scan c = {
		.s = utf8_trim(s), .year_day = -1, .pivot = pivot, .err = err};

	if (!c.s.len)
		return err_set(err, ERR_DATA, "not a date: it is empty");
	if (run_format(&c, format) < 0)
		return -1;
	if (c.i < c.s.len)
		return err_set(err, ERR_DATA,
			       "text behind the date at character %zu",
			       utf8_chars(c.s.p, c.i) + 1);
	if (settle(&c) < 0)
		return -1;
	*out = c.t;
	return 0;
}

/* ---- canonical text -------------------------------------------------- */

static int digits_at(const char *p, int n, int *out)
{
	int v = 0, i;

	for (i = 0; i < n; i++) {
		if (!is_digit(p[i]))
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	*out = v;
	return 0;
}

static bool date_is_valid(struct date d)
{
	return d.year >= 1 && d.month >= 1 && d.month <= 12 && d.day >= 1 &&
	       d.day <= date_days_in_month(d.year, d.month);
}

int date_parse(struct span s, struct date *out)
{
	struct date d;

	if (s.len != DATE_TEXT_MAX - 1 || s.p[4] != '-' || s.p[7] != '-' ||
	    digits_at(s.p, 4, &d.year) < 0 ||
	    digits_at(s.p + 5, 2, &d.month) < 0 ||
	    digits_at(s.p + 8, 2, &d.day) < 0 || !date_is_valid(d))
		return -1;
	*out = d;
	return 0;
}

int instant_parse(struct span s, int64_t *seconds)
{
	struct date_time t = {0};

	if (s.len != INSTANT_TEXT_MAX - 1 || s.p[10] != 'T' || s.p[13] != ':' ||
	    s.p[16] != ':' || s.p[19] != 'Z' ||
	    date_parse((struct span){s.p, 10}, &t.date) < 0 ||
	    digits_at(s.p + 11, 2, &t.hour) < 0 ||
	    digits_at(s.p + 14, 2, &t.minute) < 0 ||
	    digits_at(s.p + 17, 2, &t.second) < 0 || t.hour > 23 ||
	    t.minute > 59 || t.second > 59)
		return -1;
	*seconds = date_time_instant(&t);
	return 0;
}

int64_t date_time_instant(const struct date_time *t)
{
	return date_to_days(t->date) * 86400 + t->hour * 3600 + t->minute * 60 +
	       t->second - t->offset_s;
}

/* ---- formats --------------------------------------------------------- */

/* What a format names. */
struct named {
	bool year, month, day, year_day, hour, hour12, half;
};

/* false where there is no such directive. */
static bool note(struct named *f, char letter)
{
	switch (letter) {
	case 'F':
		f->year = f->month = f->day = true;
		return true;
	case 'Y':
	case 'y':
		f->year = true;
		return true;
	case 'm':
	case 'b':
	case 'h':
	case 'B':
		f->month = true;
		return true;
	case 'd':
	case 'e':
		f->day = true;
		return true;
	case 'j':
		f->year_day = true;
		return true;
	case 'T':
	case 'R':
	case 'H':
		f->hour = true;
		return true;
	case 'I':
		f->hour12 = true;
		return true;
	case 'p':
		f->half = true;
		return true;
	default:
		return letter && strchr("MSfaAz%", letter);
	}
}

int date_format_check(struct span format, bool time, size_t *at,
		      struct err *err)
{
	struct named f = {0};
	const char *lacks = NULL;
	size_t i;

	for (i = 0; i < format.len; i++) {
		if (format.p[i] != '%')
			continue;
		*at = i;
		if (++i == format.len)
			return err_set(err, ERR_CONFIG,
				       "a date format ends with '%%'");
		if (!note(&f, format.p[i]))
			return err_set(err, ERR_CONFIG,
				       "'%%%c' is not known in a date format",
				       format.p[i]);
	}
	*at = 0;
	if (!f.year)
		lacks = "year (%Y or %y)";
	else if (!f.month && !f.year_day)
		lacks = "month (%m or %b)";
	else if (!f.day && !f.year_day)
		lacks = "day (%d)";
	else if (time && !f.hour && !f.hour12)
		lacks = "hour (%H)";
	else if (f.hour12 && !f.half)
		lacks = "%p beside its %I";
	if (lacks)
		return err_set(err, ERR_CONFIG,
			       "the date format '%.*s' has no %s",
			       SPAN_FMT(format), lacks);
	return 0;
}
