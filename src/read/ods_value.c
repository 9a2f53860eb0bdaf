#include "read/ods_value.h"

#include <stdint.h>

#include "core/date.h"

#define DAY_MS  INT64_C(86400000)
#define MS_LESS (INT64_C(1) << 50) /* no duration has more */

/* Digits at the beginning of `s`, which go.  Their number, 0 for none. */
static int take_digits(struct span *s, int64_t *value)
{
	int n = 0;

	for (*value = 0; s->len && s->p[0] >= '0' && s->p[0] <= '9' && n < 12;
	     n++) {
		*value = *value * 10 + (s->p[0] - '0');
		s->p++;
		s->len--;
	}
	return n;
}

static bool take(struct span *s, char c)
{
	if (!s->len || s->p[0] != c)
		return false;
	s->p++;
	s->len--;
	return true;
}

/* Decimals of a second behind a point, as milliseconds, rounded. */
static int64_t take_decimals(struct span *s)
{
	int64_t ms = 0, unit = 100;
	bool half = false, first = true;

	if (!take(s, '.') && !take(s, ','))
		return 0;
	for (; s->len && s->p[0] >= '0' && s->p[0] <= '9'; s->p++, s->len--) {
		ms += unit * (s->p[0] - '0');
		if (!unit && first)
			half = s->p[0] >= '5';
		first &= unit != 0;
		unit /= 10;
	}
	return ms + half;
}

static void put_clock(struct buf *b, int64_t ms)
{
	buf_addf(b, "%02lld:%02lld:%02lld", (long long)(ms / 3600000),
		 (long long)(ms / 60000 % 60), (long long)(ms / 1000 % 60));
	if (ms % 1000)
		buf_addf(b, ".%03lld", (long long)(ms % 1000));
}

/* Two digits below `limit`. */
static bool take_two(struct span *s, int64_t limit, int64_t *value)
{
	return take_digits(s, value) == 2 && *value < limit;
}

bool ods_put_date(struct buf *b, struct span text)
{
	int64_t year, month, day, hour = 0, minute = 0, second = 0, ms, days;
	struct err err = ERR_INIT;
	char name[DATE_TEXT_MAX];
	bool time = false;
	struct date date;

	if (take_digits(&text, &year) != 4 || !take(&text, '-') ||
	    !take_two(&text, 13, &month) || !take(&text, '-') ||
	    !take_two(&text, 32, &day))
		return false;
	date = (struct date){(int)year, (int)month, (int)day};
	if (date_check(date, &err) < 0)
		return false;
	if (text.len) {
		time = true;
		if (!take(&text, 'T') || !take_two(&text, 24, &hour) ||
		    !take(&text, ':') || !take_two(&text, 60, &minute))
			return false;
		if (take(&text, ':') && !take_two(&text, 61, &second))
			return false;
	}
	ms = ((hour * 60 + minute) * 60 + second) * 1000 + take_decimals(&text);
	take(&text, 'Z');
	if (text.len)
		return false;
	days = date_to_days(date) + ms / DAY_MS;
	if (days > date_to_days((struct date){9999, 12, 31}))
		return false;
	date_text(date_of_days(days), name);
	buf_adds(b, name);
	if (time) {
		buf_addc(b, 'T');
		put_clock(b, ms % DAY_MS);
	}
	return true;
}

bool ods_put_duration(struct buf *b, struct span text)
{
	bool negative = take(&text, '-'), time = false, any = false;
	int64_t ms = 0, n;

	if (!take(&text, 'P'))
		return false;
	while (text.len) {
		if (!time && take(&text, 'T')) {
			time = true;
			continue;
		}
		if (!take_digits(&text, &n) || n > MS_LESS / DAY_MS)
			return false;
		if (!time && take(&text, 'D')) {
			ms += n * DAY_MS;
		} else if (time && take(&text, 'H')) {
			ms += n * 3600000;
		} else if (time && take(&text, 'M')) {
			ms += n * 60000;
		} else if (time) {
			ms += n * 1000 + take_decimals(&text);
			if (!take(&text, 'S'))
				return false;
		} else {
			return false;
		}
		any = true;
		if (ms > MS_LESS)
			return false;
	}
	if (!any)
		return false;
	if (negative && ms)
		buf_addc(b, '-');
	put_clock(b, ms);
	return true;
}
