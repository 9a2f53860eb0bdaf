/* Filters on dates: legacy text to dates and instants. */
#include "core/date.h"
#include "map/fn.h"

static int prepare(struct expr *call, struct expr_compile *c, bool time)
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
	val_to_text(v, e->arena);
	if (date_scan(v->text, call->arg[1]->value.text, t, &e->fault.why) < 0)
		return expr_fail_why(e, call, v, "bad-date");
	return 0;
}

FN_PREPARE(fn_date_prepare)
{
	return prepare(call, c, false);
}

FN_RUN(fn_date)
{
	char *out = arena_alloc(e->arena, DATE_TEXT_MAX);
	struct date_time t;

	if (read_date(call, e, v, &t) < 0)
		return -1;
	date_text(t.date, out);
	val_set_text(v, (struct span){out, DATE_TEXT_MAX - 1});
	v->plain = true;
	return 0;
}

FN_PREPARE(fn_datetime_prepare)
{
	struct span zone = fn_text_arg(call, 1, SPAN("UTC"));

	if (prepare(call, c, true) < 0)
		return -1;
	if (span_is(zone, "UTC"))
		return 0;
	return expr_refuse(c, call->arg[2]->text.p,
			   "%s: the zone '%.*s' is not supported, only 'UTC'",
			   call->fn->synopsis, SPAN_FMT(zone));
}

FN_RUN(fn_datetime)
{
	char *out = arena_alloc(e->arena, INSTANT_TEXT_MAX);
	struct date_time t;
	int64_t seconds;

	if (read_date(call, e, v, &t) < 0)
		return -1;
	seconds = date_time_instant(&t);
	/* The offset may lead beyond the calendar. */
	if (seconds < date_to_days((struct date){1, 1, 1}) * 86400 ||
	    seconds >= (date_to_days((struct date){9999, 12, 31}) + 1) * 86400)
		return expr_fail(e, call, v, "bad-date",
				 "in UTC it is outside of the years 1 to 9999");
	instant_text(seconds, out);
	val_set_text(v, (struct span){out, INSTANT_TEXT_MAX - 1});
	v->plain = true;
	return 0;
}
