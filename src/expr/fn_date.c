/* Filters on dates: legacy text to dates and instants. */
#include "core/date.h"
#include "core/utf8.h"
#include "expr/fn.h"
#include "expr/zone.h"

#define PIVOT_USUAL 69
/* Serials are kept to so many decimals: a day has 10^5 seconds. */
#define SERIAL_PLACES 15

/* What a filter prepared. */
struct dating {
	int pivot;         /* two digits of a year from here on: 19yy */
	struct zone *zone; /* NULL: UTC */
	enum zone_choice choice;
	int epoch;
};

static struct dating *dating_new(struct expr_compile *c)
{
	struct dating *d = arena_alloc(&c->scope->arena, sizeof(*d));

	*d = (struct dating){.pivot = PIVOT_USUAL, .epoch = 1900};
	return d;
}

static void free_zone(void *zone)
{
	zone_free(zone);
}

/* Arguments `i` and behind it: a zone, and what is done about its changes. */
static int prepare_zone(struct expr *call, struct expr_compile *c, size_t i,
			struct dating *d)
{
	struct span name = fn_text_arg(call, i, SPAN("UTC"));
	struct span choice = fn_text_arg(call, i + 1, SPAN("refuse"));
	struct err why = ERR_INIT;

	if (span_is(choice, "refuse"))
		d->choice = ZONE_REFUSE;
	else if (span_is(choice, "earlier"))
		d->choice = ZONE_EARLIER;
	else if (span_is(choice, "later"))
		d->choice = ZONE_LATER;
	else
		return expr_refuse(c, call->arg[i + 2]->text.p,
				   "%s: refuse, earlier or later expected",
				   call->fn->synopsis);
	if (span_is(name, "UTC"))
		return 0;
	d->zone = zone_new(name, &why);
	if (d->zone) {
		expr_own(c->scope, d->zone, free_zone);
		return 0;
	}
	return expr_refuse(c, call->arg[i + 1]->text.p, "%s: %s",
			   call->fn->synopsis, why.msg);
}

static int prepare_pivot(struct expr *call, struct expr_compile *c, size_t i,
			 struct dating *d)
{
	if (fn_check_range(call, c, i, 0, 100) < 0)
		return -1;
	d->pivot = (int)fn_num_arg(call, i, PIVOT_USUAL);
	return 0;
}

static int prepare_format(struct expr *call, struct expr_compile *c, bool time)
{
	const struct expr *format = call->arg[1];
	struct err why = ERR_INIT;
	size_t at = 0;

	if (date_format_check(format->value.text, time, &at, &why) == 0)
		return 0;
	return expr_refuse(c, format->value.text.p + at, "%s", why.msg);
}

static int read_date(const struct expr *call, struct expr_env *e, struct val *v,
		     struct date_time *t)
{
	const struct dating *d = call->data;

	val_to_text(v, e->arena);
	if (date_scan_pivot(v->text, call->arg[1]->value.text, d->pivot, t,
			    &e->fault.why) < 0)
		return expr_fail_why(e, call, v, "bad-date");
	return 0;
}

static void put_date(struct expr_env *e, struct val *v, struct date date)
{
	char *out = arena_alloc(e->arena, DATE_TEXT_MAX);

	date_text(date, out);
	val_set_text(v, (struct span){out, DATE_TEXT_MAX - 1});
	v->plain = v->dated = true;
}

/* What the clock of the zone shows, to UTC. */
static int put_instant(const struct expr *call, struct expr_env *e,
		       struct val *v, int64_t seconds)
{
	const struct dating *d = call->data;
	char *out = arena_alloc(e->arena, INSTANT_TEXT_MAX);

	if (d->zone && zone_instant(d->zone, seconds, d->choice, &seconds,
				    &e->fault.why) < 0)
		return expr_fail_why(e, call, v, "bad-date");
	/* The offset may lead beyond the calendar. */
	if (seconds < date_to_days((struct date){1, 1, 1}) * 86400 ||
	    seconds >= (date_to_days((struct date){9999, 12, 31}) + 1) * 86400)
		return expr_fail(e, call, v, "bad-date",
				 "in UTC it is outside of the years 1 to 9999");
	instant_text(seconds, out);
	val_set_text(v, (struct span){out, INSTANT_TEXT_MAX - 1});
	v->plain = v->dated = true;
	return 0;
}

FN_PREPARE(fn_date_prepare)
{
	struct dating *d = dating_new(c);

	call->data = d;
	if (prepare_format(call, c, false) < 0)
		return -1;
	return prepare_pivot(call, c, 1, d);
}

FN_RUN(fn_date)
{
	struct date_time t;

	if (read_date(call, e, v, &t) < 0)
		return -1;
	put_date(e, v, t.date);
	return 0;
}

FN_PREPARE(fn_datetime_prepare)
{
	struct span format = call->arg[1]->value.text;
	struct dating *d = dating_new(c);

	call->data = d;
	if (prepare_format(call, c, true) < 0 ||
	    prepare_zone(call, c, 1, d) < 0 || prepare_pivot(call, c, 3, d) < 0)
		return -1;
	if (d->zone && memmem(format.p, format.len, "%z", 2))
		return expr_refuse(c, call->arg[2]->text.p,
				   "%s: the format has %%z, the zone is in "
				   "the text",
				   call->fn->synopsis);
	return 0;
}

FN_RUN(fn_datetime)
{
	struct date_time t;

	if (read_date(call, e, v, &t) < 0)
		return -1;
	return put_instant(call, e, v, date_time_instant(&t));
}

/* ---- dates in digits ---------------------------------------------------- */

/* The `max` digits of a date; those missing in front are zeros. */
static int read_digits(const struct expr *call, struct expr_env *e,
		       struct val *v, size_t max, int *out)
{
	struct span s;
	size_t i;

	val_to_text(v, e->arena);
	s = utf8_trim(v->text);
	if (s.len > max)
		return expr_fail(e, call, v, "bad-date", "more than %zu digits",
				 max);
	*out = 0;
	for (i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return expr_fail(e, call, v, "bad-date",
					 "not a digit at character %zu", i + 1);
		*out = *out * 10 + (s.p[i] - '0');
	}
	return 0;
}

static int put_year_day(const struct expr *call, struct expr_env *e,
			struct val *v, int year, int day)
{
	struct date first = {year, 1, 1}, next = {year + 1, 1, 1};

	if (day < 1 || day > date_to_days(next) - date_to_days(first))
		return expr_fail(e, call, v, "bad-date",
				 "%d has no day %d of the year", year, day);
	put_date(e, v, date_of_days(date_to_days(first) + day - 1));
	return 0;
}

FN_RUN(fn_cyyddd)
{
	int n;

	if (read_digits(call, e, v, 6, &n) < 0)
		return -1;
	return put_year_day(call, e, v, 1900 + n / 1000, n % 1000);
}

FN_PREPARE(fn_yyddd_prepare)
{
	struct dating *d = dating_new(c);

	call->data = d;
	return prepare_pivot(call, c, 0, d);
}

FN_RUN(fn_yyddd)
{
	const struct dating *d = call->data;
	int n, year;

	if (read_digits(call, e, v, 5, &n) < 0)
		return -1;
	year = n / 1000;
	year += year >= d->pivot ? 1900 : 2000;
	return put_year_day(call, e, v, year, n % 1000);
}

FN_RUN(fn_cyymmdd)
{
	struct date date;
	int n;

	if (read_digits(call, e, v, 7, &n) < 0)
		return -1;
	date = (struct date){1900 + n / 10000, n / 100 % 100, n % 100};
	if (date_check(date, &e->fault.why) < 0)
		return expr_fail_why(e, call, v, "bad-date");
	put_date(e, v, date);
	return 0;
}

/* ---- serials of spreadsheets -------------------------------------------- */

/* Days since 1970 of serial 0; of 1900, as counted from March 1900 on. */
static int64_t serial_zero(const struct dating *d)
{
	return d->epoch == 1904 ? date_to_days((struct date){1904, 1, 1})
				: date_to_days((struct date){1899, 12, 30});
}

/*
 * Days since 1970, and the seconds of the day.  Excel takes 1900 for a leap
 * year: 60 is a day that was not, those before it are one day later.
 */
static int read_serial(const struct expr *call, struct expr_env *e,
		       struct val *v, int64_t *days, int64_t *seconds)
{
	const struct dating *d = call->data;
	struct dec n, part;
	struct val in = *v;
	int64_t day;

	if (val_to_dec(&in, &e->fault.why) < 0)
		return expr_fail_why(e, call, v, "bad-date");
	n = in.dec;
	if (n.units < 0 || dec_cmp(n, dec_of(10000000)) >= 0)
		return expr_fail(e, call, v, "bad-date",
				 "no serial of a day up to the year 9999");
	if ((n.scale > SERIAL_PLACES &&
	     dec_round(n, SERIAL_PLACES, DEC_HALF_UP, &n) < 0) ||
	    dec_mul(n, dec_of(86400), &part) < 0 ||
	    dec_round(part, 0, DEC_HALF_UP, &part) < 0)
		return expr_fail(e, call, v, "bad-date", "too many digits");
	day = (int64_t)(part.units / 86400);
	*seconds = (int64_t)(part.units % 86400);
	if (d->epoch == 1900 && day == 0)
		return expr_fail(e, call, v, "bad-date",
				 "serial 0 is a time without a day");
	if (d->epoch == 1900 && day == 60)
		return expr_fail(e, call, v, "bad-date",
				 "serial 60 is February 29 of 1900, no leap "
				 "year");
	*days = serial_zero(d) + day + (d->epoch == 1900 && day < 60);
	if (*days > date_to_days((struct date){9999, 12, 31}))
		return expr_fail(e, call, v, "bad-date",
				 "no serial of a day up to the year 9999");
	return 0;
}

static int prepare_epoch(struct expr *call, struct expr_compile *c,
			 struct dating *d)
{
	int64_t epoch = fn_num_arg(call, 0, 1900);

	if (epoch != 1900 && epoch != 1904)
		return expr_refuse(c, call->arg[1]->text.p,
				   "%s: 1900 or 1904 expected",
				   call->fn->synopsis);
	d->epoch = (int)epoch;
	return 0;
}

FN_PREPARE(fn_excel_date_prepare)
{
	struct dating *d = dating_new(c);

	call->data = d;
	return prepare_epoch(call, c, d);
}

FN_RUN(fn_excel_date)
{
	int64_t days, seconds;

	if (read_serial(call, e, v, &days, &seconds) < 0)
		return -1;
	if (seconds)
		return expr_fail(e, call, v, "bad-date",
				 "it has a time of the day: excel_datetime "
				 "reads that");
	put_date(e, v, date_of_days(days));
	return 0;
}

FN_PREPARE(fn_excel_datetime_prepare)
{
	struct dating *d = dating_new(c);

	call->data = d;
	if (prepare_epoch(call, c, d) < 0)
		return -1;
	return prepare_zone(call, c, 1, d);
}

FN_RUN(fn_excel_datetime)
{
	int64_t days, seconds;

	if (read_serial(call, e, v, &days, &seconds) < 0)
		return -1;
	return put_instant(call, e, v, days * 86400 + seconds);
}
