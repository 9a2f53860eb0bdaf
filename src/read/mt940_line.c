#include <stdio.h>

#include "core/utf8.h"
#include "read/mt940.h"

#define REFERENCE_MAX ((size_t)16)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool are_digits(struct span s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (i >= s.len || !is_digit(s.p[i]))
			return false;
	return true;
}

/* Whether these are characters of ASCII that are seen, so that none is cut. */
static bool are_graph(struct span s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (i >= s.len || !utf8_is_graph(s.p[i]))
			return false;
	return true;
}

/* Bytes of the first `n` characters. */
static size_t bytes_of(struct span s, size_t n)
{
	size_t at = 0, seq;

	for (; n && at < s.len; n--) {
		seq = utf8_seq(s.p + at, s.len - at);
		at += seq ? seq : 1;
	}
	return at;
}

static struct span take(struct span *s, size_t n)
{
	struct span head = {s->p, n};

	s->p += n;
	s->len -= n;
	return head;
}

static int number(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

/* The day, or the last one of a February that banks give 30. */
static int whole_date(int year, int month, int day, struct date *d,
		      struct err *err)
{
	*d = (struct date){year, month, day};
	if (month == 2 && day > date_days_in_month(year, 2) && day <= 30)
		d->day = date_days_in_month(year, 2);
	return date_check(*d, err);
}

int mt940_date(struct span s, struct date *d, struct err *err)
{
	int year;

	if (s.len < 6 || !are_digits(s, 6))
		return err_set(err, ERR_DATA, "six digits are expected");
	year = number(s.p);
	year += year < 70 ? 2000 : 1900;
	return whole_date(year, number(s.p + 2), number(s.p + 4), d, err);
}

/* MMDD of the year that is nearest to the value date. */
static int entry_date(struct span s, struct date near, struct date *d,
		      struct err *err)
{
	int64_t best = INT64_MAX, far;
	struct date at;
	int year, rc = -1;

	for (year = near.year - 1; year <= near.year + 1; year++) {
		if (whole_date(year, number(s.p), number(s.p + 2), &at, err) <
		    0)
			continue;
		far = date_to_days(at) - date_to_days(near);
		far = far < 0 ? -far : far;
		if (far < best) {
			best = far;
			*d = at;
		}
		rc = 0;
	}
	return rc;
}

int mt940_amount(struct span *s, struct dec *d)
{
	char text[DEC_TEXT_MAX];
	size_t n = 0, points = 0, i;

	while (n < s->len &&
	       (is_digit(s->p[n]) || s->p[n] == ',' || s->p[n] == '.'))
		n++;
	while (n && s->len > n && s->p[n - 1] == '.')
		n--;
	for (i = 0; i < n; i++)
		points += !is_digit(s->p[i]);
	if (!n || !is_digit(s->p[0]) || points > 1 || n >= sizeof(text))
		return -1;
	/* Zeros in front are usual, and "5," is 5. */
	for (i = 0; i + 1 < n && s->p[i] == '0' && is_digit(s->p[i + 1]); i++)
		;
	snprintf(text, sizeof(text), "%.*s", (int)(n - i), s->p + i);
	take(s, n);
	n = strlen(text);
	for (i = 0; i < n; i++)
		if (text[i] == ',')
			text[i] = '.';
	if (text[n - 1] == '.')
		text[--n] = '\0';
	return dec_parse((struct span){text, n}, d);
}

int mt940_sign(struct span mark)
{
	if (span_is(mark, "C") || span_is(mark, "RD"))
		return 1;
	return span_is(mark, "D") || span_is(mark, "RC") ? -1 : 0;
}

static int fault(struct mt940_fault *f, const char *code, const char *field,
		 const char *why)
{
	f->code = code;
	f->field = field;
	snprintf(f->why, sizeof(f->why), "%.120s", why);
	return -1;
}

static int parse_dates(struct span *s, struct mt940_line *l,
		       struct mt940_fault *f)
{
	struct err e = ERR_INIT;

	if (mt940_date(*s, &l->value, &e) < 0)
		return fault(f, "bad-date", "value_date", e.msg);
	l->value_date = take(s, 6);
	l->has_entry = are_digits(*s, 4);
	if (!l->has_entry)
		return 0;
	if (entry_date(*s, l->value, &l->entry, &e) < 0)
		return fault(f, "bad-date", "entry_date", e.msg);
	l->entry_date = take(s, 4);
	return 0;
}

static int parse_amount(struct span *s, struct mt940_line *l,
			struct mt940_fault *f)
{
	size_t n = s->len && (s->p[0] == 'R' || s->p[0] == 'E');

	if (s->len <= n || (s->p[n] != 'C' && s->p[n] != 'D'))
		return fault(f, "bad-code", "mark",
			     "C, D, RC, RD, EC or ED is expected");
	l->mark = take(s, n + 1);
	if (s->len && is_upper(s->p[0]))
		l->funds = take(s, 1);
	/* Some wrap the line here. */
	while (s->len && (s->p[0] == ' ' || s->p[0] == '\n'))
		take(s, 1);
	if (mt940_amount(s, &l->amount) < 0)
		return fault(f, "bad-number", "amount",
			     "digits and a decimal comma are expected");
	return 0;
}

/* The references end with the first line; more may stand behind them. */
static void parse_references(struct span s, struct mt940_line *l)
{
	const char *end = s.len ? memchr(s.p, '\n', s.len) : NULL;
	struct span line = {s.p, end ? (size_t)(end - s.p) : s.len};
	const char *bank = NULL;
	size_t i;

	if (end)
		l->more[1] = (struct span){end + 1, s.len - line.len - 1};
	for (i = 0; i <= REFERENCE_MAX && i + 1 < line.len && !bank; i++)
		if (line.p[i] == '/' && line.p[i + 1] == '/')
			bank = line.p + i;
	if (bank) {
		l->reference = (struct span){line.p, (size_t)(bank - line.p)};
		l->bank_reference = (struct span){
			bank + 2, line.len - l->reference.len - 2};
	} else {
		l->reference = line;
		l->reference.len = bytes_of(line, REFERENCE_MAX);
		l->more[0] = (struct span){line.p + l->reference.len,
					   line.len - l->reference.len};
	}
	l->reference = span_trim(l->reference);
	l->bank_reference = span_trim(l->bank_reference);
	l->more[0] = span_trim(l->more[0]);
	l->more[1] = span_trim(l->more[1]);
}

int mt940_line_parse(struct span s, struct mt940_line *l, struct mt940_fault *f)
{
	*l = (struct mt940_line){.has_entry = false};
	if (parse_dates(&s, l, f) < 0 || parse_amount(&s, l, f) < 0)
		return -1;
	if (are_graph(s, 4) && is_upper(s.p[0]))
		l->type = take(&s, 4);
	else if (s.len && s.p[0] != '\n')
		return fault(f, "bad-code", "type",
			     "a letter and three characters are expected");
	parse_references(s, l);
	return 0;
}

int mt940_balance_parse(struct span s, struct mt940_balance *b)
{
	struct err e = ERR_INIT;

	if (s.len < 10 || (s.p[0] != 'C' && s.p[0] != 'D'))
		return -1;
	b->mark = take(&s, 1);
	if (mt940_date(s, &b->date, &e) < 0)
		return -1;
	take(&s, 6);
	if (!are_graph(s, 3))
		return -1;
	b->currency = take(&s, 3);
	if (mt940_amount(&s, &b->amount) < 0)
		return -1;
	if (b->mark.p[0] == 'D')
		b->amount = dec_negate(b->amount);
	return 0;
}
