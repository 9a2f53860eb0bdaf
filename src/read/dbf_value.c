#include "read/dbf_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base64.h"
#include "core/date.h"
#include "core/dec.h"
#include "core/num.h"
#include "core/rec.h"

/* Day 0 of 1970 counted from 4713 BC, as FoxPro counts. */
#define JULIAN_1970 INT64_C(2440588)
#define DAY_MS      86400000

__attribute__((format(printf, 3, 4))) static int fail(struct dbf_fault *fault,
						      const char *code,
						      const char *fmt, ...)
{
	va_list ap;

	fault->code = code;
	va_start(ap, fmt);
	err_vset(&fault->why, ERR_DATA, fmt, ap);
	va_end(ap);
	return -1;
}

/* Blanks and NULs, which some programs fill with, at both ends. */
static struct span trim(struct span s)
{
	while (s.len && (s.p[0] == ' ' || !s.p[0]))
		s.p++, s.len--;
	while (s.len && (s.p[s.len - 1] == ' ' || !s.p[s.len - 1]))
		s.len--;
	return s;
}

static bool is_all(struct span s, char c)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] != c)
			return false;
	return true;
}

static int put_null(struct buf *b)
{
	buf_adds(b, "null");
	return 0;
}

static int put_ascii(struct buf *b, const char *p, size_t len)
{
	buf_addc(b, '"');
	buf_add(b, p, len);
	buf_addc(b, '"');
	return 0;
}

int dbf_text_put(struct buf *b, struct span text, const struct cell_table *t,
		 struct charset *cs, struct dbf_fault *fault)
{
	bool good;

	buf_addc(b, '"');
	good = cell_put_in(b, t, cs, text);
	buf_addc(b, '"');
	return good ? 0
		    : fail(fault, "bad-encoding", "a byte that is not %s",
			   cs->name);
}

void dbf_bytes_put(struct buf *b, struct span bytes)
{
	buf_addc(b, '"');
	base64_put(b, bytes);
	buf_addc(b, '"');
}

static int put_number(struct buf *b, struct span bytes, struct dbf_fault *fault)
{
	struct span s = trim(bytes);
	size_t i = 0, digits = 0, points = 0;

	if (!s.len)
		return put_null(b);
	if (is_all(s, '*'))
		return fail(fault, "overflow",
			    "the number did not fit into its field when it "
			    "was written");
	i += s.p[0] == '-' || s.p[0] == '+';
	for (; i < s.len && s.p[i] != 'e' && s.p[i] != 'E'; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else if (s.p[i] == '.')
			points++;
		else
			points = 2;
	}
	if (i < s.len && ++i < s.len && (s.p[i] == '-' || s.p[i] == '+'))
		i++;
	for (; i < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			points = 2;
	/* A lone point or sign is what some programs write for nothing. */
	if (!digits && s.len == 1 && s.p[0] == '.')
		return put_null(b);
	if (!digits || points > 1 || s.p[s.len - 1] == 'e' ||
	    s.p[s.len - 1] == 'E')
		return fail(fault, "bad-number", "not a number");
	return put_ascii(b, s.p, s.len);
}

static int put_date(struct buf *b, struct span s, struct dbf_fault *fault)
{
	struct span t = trim(s);
	int64_t ymd;
	struct date d;
	struct err why = ERR_INIT;
	char text[DATE_TEXT_MAX];

	if (!t.len || is_all(t, '0'))
		return put_null(b);
	if (t.len != 8 || num_parse(t, 0, 99999999, &ymd) < 0)
		return fail(fault, "bad-date", "a date is 8 digits");
	d = (struct date){(int)(ymd / 10000), (int)(ymd / 100 % 100),
			  (int)(ymd % 100)};
	if (d.year < 1 || date_check(d, &why) < 0)
		return fail(fault, "bad-date", "%s",
			    d.year < 1 ? "there is no year 0" : why.msg);
	date_text(d, text);
	return put_ascii(b, text, strlen(text));
}

static int put_logical(struct buf *b, char c, struct dbf_fault *fault)
{
	if (c == '?' || c == ' ' || !c)
		return put_null(b);
	if (strchr("TtYy", c))
		return put_ascii(b, "true", 4);
	if (strchr("FfNn", c))
		return put_ascii(b, "false", 5);
	return fail(fault, "bad-logical", "neither T nor F, Y, N or ?");
}

static uint64_t u64(const char *p)
{
	return (uint64_t)dbf_u32(p) | (uint64_t)dbf_u32(p + 4) << 32;
}

static int put_dec(struct buf *b, dec_int units, unsigned scale)
{
	char text[DEC_TEXT_MAX];

	return put_ascii(b, text, dec_text((struct dec){units, scale}, text));
}

/* The shortest text that is this number. */
static int put_double(struct buf *b, const char *p, struct dbf_fault *fault)
{
	uint64_t bits = u64(p);
	char text[64], plain[DEC_TEXT_MAX];
	struct dec d;
	double v;
	int digits;

	memcpy(&v, &bits, sizeof(v));
	if (!isfinite(v))
		return fail(fault, "bad-number", "not a finite number");
	for (digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (fabs(strtod(text, NULL) - v) <= 0)
			break;
	}
	if (dec_parse(span_of(text), &d) < 0)
		return put_ascii(b, text, strlen(text));
	return put_ascii(b, plain, dec_text(d, plain));
}

/*
 * A day and the milliseconds in it, local time.  FoxPro computes with doubles
 * and may miss a second by one millisecond.
 */
static int put_time(struct buf *b, struct span s, struct dbf_fault *fault)
{
	int64_t day = (int32_t)dbf_u32(s.p), ms = (int32_t)dbf_u32(s.p + 4);
	char text[64], date[DATE_TEXT_MAX];
	size_t len;

	if (is_all(s, ' ') || is_all(s, '\0'))
		return put_null(b);
	if (ms % 1000 == 999)
		ms++;
	else if (ms % 1000 == 1)
		ms--;
	day += ms / DAY_MS;
	ms %= DAY_MS;
	if (ms < 0 ||
	    day - JULIAN_1970 < date_to_days((struct date){1, 1, 1}) ||
	    day - JULIAN_1970 > date_to_days((struct date){9999, 12, 31}))
		return fail(fault, "bad-date", "a day or a time out of range");
	date_text(date_of_days(day - JULIAN_1970), date);
	snprintf(text, sizeof(text), "%sT%02d:%02d:%02d", date,
		 (int)(ms / 3600000), (int)(ms / 60000 % 60),
		 (int)(ms / 1000 % 60));
	len = strlen(text);
	if (ms % 1000)
		snprintf(text + len, sizeof(text) - len, ".%03d",
			 (int)(ms % 1000));
	return put_ascii(b, text, strlen(text));
}

int dbf_memo_number(const struct dbf_field *f, struct span bytes,
		    uint64_t *number)
{
	struct span s;
	int64_t n;

	*number = 0;
	if (f->len == 4) {
		if (!is_all(bytes, ' '))
			*number = dbf_u32(bytes.p);
		return 0;
	}
	s = trim(bytes);
	if (!s.len)
		return 0;
	if (num_parse(s, 0, UINT32_MAX, &n) < 0)
		return -1;
	*number = (uint64_t)n;
	return 0;
}

int dbf_value_put(struct buf *b, const struct dbf_field *f, struct span bytes,
		  const struct cell_table *t, struct charset *cs,
		  struct dbf_fault *fault)
{
	switch (f->type) {
	case 'N':
	case 'F':
		return put_number(b, bytes, fault);
	case 'D':
		return put_date(b, bytes, fault);
	case 'L':
		return put_logical(b, bytes.p[0], fault);
	case 'I':
		return put_dec(b, (int32_t)dbf_u32(bytes.p), 0);
	case 'Y':
		return put_dec(b, (int64_t)u64(bytes.p), 4);
	case 'B':
		return put_double(b, bytes.p, fault);
	case 'T':
		return put_time(b, bytes, fault);
	default:
		break;
	}
	if (f->binary) {
		dbf_bytes_put(b, bytes);
		return 0;
	}
	if (f->type == 'C')
		while (bytes.len && (bytes.p[bytes.len - 1] == ' ' ||
				     !bytes.p[bytes.len - 1]))
			bytes.len--;
	return dbf_text_put(b, bytes, t, cs, fault);
}
