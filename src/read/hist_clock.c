#include "read/hist_clock.h"

#define HOUR_S 3600

/* The multiple of `step` at or below `t`, which may be negative. */
static int64_t floor_of(int64_t t, int64_t step)
{
	int64_t behind = t % step;

	return t - behind - (behind < 0 ? step : 0);
}

/* The first instant at which the clock shows `local` or more. */
static int64_t first_shown(const struct zone *z, int64_t local)
{
	struct err ignored = ERR_INIT;
	int64_t before, at;

	if (zone_instant(z, local, ZONE_EARLIER, &at, &ignored) < 0 ||
	    at + zone_offset(z, at) == local)
		return at;
	/* The clock leaps over it: when? */
	before = at;
	zone_instant(z, local, ZONE_LATER, &at, &ignored);
	while (at - before > 1) {
		int64_t middle = before + (at - before) / 2;

		if (middle + zone_offset(z, middle) >= local)
			at = middle;
		else
			before = middle;
	}
	return at;
}

static void long_window(struct hist_clock *c, int64_t instant)
{
	int64_t local = instant + zone_offset(c->zone, instant);
	int64_t start = floor_of(local, c->seconds);

	c->from = first_shown(c->zone, start);
	for (;;) {
		start += c->seconds;
		c->to = first_shown(c->zone, start);
		if (c->to > instant)
			return;
		c->from = c->to; /* the clock was put back over it */
	}
}

/* The first instant behind `a`, up to `b`, with another offset than `a`. */
static int64_t change(const struct zone *z, int64_t a, int64_t b)
{
	const int64_t offset = zone_offset(z, a);

	while (b - a > 1) {
		int64_t middle = a + (b - a) / 2;

		if (zone_offset(z, middle) == offset)
			a = middle;
		else
			b = middle;
	}
	return b;
}

static void short_window(struct hist_clock *c, int64_t instant)
{
	int64_t offset = zone_offset(c->zone, instant);

	c->from = floor_of(instant + offset, c->seconds) - offset;
	c->to = c->from + c->seconds;
	if (zone_offset(c->zone, c->from) != offset)
		c->from = change(c->zone, c->from, instant);
	if (zone_offset(c->zone, c->to - 1) != offset)
		c->to = change(c->zone, instant, c->to - 1);
}

void hist_clock_window(struct hist_clock *c, int64_t instant, int64_t *from,
		       int64_t *to)
{
	if (instant >= c->to || instant < c->from) {
		if (!c->zone) {
			c->from = floor_of(instant, c->seconds);
			c->to = c->from + c->seconds;
		} else if (c->seconds > HOUR_S) {
			long_window(c, instant);
		} else {
			short_window(c, instant);
		}
	}
	*from = c->from;
	*to = c->to;
}

int hist_clock_instant(struct hist_clock *c, int64_t local, int64_t *instant,
		       struct err *err)
{
	const int64_t hour = floor_of(local, HOUR_S);
	struct err ignored = ERR_INIT;
	int64_t first, last;

	*instant = local;
	if (!c->zone)
		return 0;
	if (!c->has_hour || c->hour != hour) {
		c->hour = hour;
		c->has_hour = zone_instant(c->zone, hour, ZONE_REFUSE, &first,
					   &ignored) == 0 &&
			      zone_instant(c->zone, hour + HOUR_S - 1,
					   ZONE_REFUSE, &last, &ignored) == 0 &&
			      last - first == HOUR_S - 1;
		c->offset = c->has_hour ? hour - first : 0;
	}
	if (!c->has_hour)
		return zone_instant(c->zone, local, ZONE_REFUSE, instant, err);
	*instant = local - c->offset;
	return 0;
}
