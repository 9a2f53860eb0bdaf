#include "expr/zone.h"

#include <glib.h>
#include <stdlib.h>

#include "core/date.h"
#include "core/mem.h"

/* Longest name of a zone; the database's are shorter. */
#define NAME_MAX_LEN 64
#define DAY_S        86400

/*
 * The database lists changes of the clocks up to this year; behind it stands a
 * rule, which glib 2.74 gets wrong where summer is the standard time (Dublin).
 */
#define LISTED_UNTIL 2037
/*
 * The calendar repeats after 400 years.  From this year on by rules only, but
 * glib has none beyond the year 3000.
 */
#define RULES_FROM 2100
#define CYCLE_S    (INT64_C(146097) * DAY_S)

struct zone {
	char *name;
	GTimeZone *tz;
	bool by_list; /* later years are taken for listed ones */
};

/*
 * "Region/City", so that neither a path nor a rule of its own is read, nor
 * what lies beside the zones, in small letters: right/, which counts leap
 * seconds.
 */
static bool is_name(struct span s)
{
	size_t i;

	if (!s.len || s.len > NAME_MAX_LEN || !g_ascii_isupper(s.p[0]))
		return false;
	for (i = 0; i < s.len; i++)
		if (!g_ascii_isalnum(s.p[i]) && !strchr("/_+-", s.p[i]))
			return false;
	return true;
}

static int64_t listed_offset(const struct zone *z, int64_t utc)
{
	gint i = g_time_zone_find_interval(z->tz, G_TIME_TYPE_UNIVERSAL, utc);

	return g_time_zone_get_offset(z->tz, i);
}

static int64_t new_year(int year)
{
	return date_to_days((struct date){year, 1, 1}) * DAY_S;
}

/* The same moment of the latest listed year with the same calendar. */
static int64_t in_listed_year(int64_t utc)
{
	int64_t days = utc / DAY_S - (utc % DAY_S < 0);
	int year = date_of_days(days).year, like = LISTED_UNTIL;
	int64_t start = new_year(year), length = new_year(year + 1) - start;

	while ((new_year(like) - start) % (7 * DAY_S) ||
	       new_year(like + 1) - new_year(like) != length)
		like--;
	return utc - start + new_year(like);
}

int64_t zone_offset(const struct zone *z, int64_t utc)
{
	const int64_t later = utc - new_year(RULES_FROM);

	if (later >= CYCLE_S)
		utc -= later / CYCLE_S * CYCLE_S;
	if (z->by_list && utc >= new_year(LISTED_UNTIL + 1))
		utc = in_listed_year(utc);
	return listed_offset(z, utc);
}

/* Whether the offsets of later years are those of the last listed one. */
static bool is_steady(const struct zone *z)
{
	const int64_t from = new_year(LISTED_UNTIL),
		      until = new_year(RULES_FROM);
	int64_t t, least = INT64_MAX, most = INT64_MIN, offset;

	for (t = from; t < until; t += 10 * DAY_S) {
		offset = listed_offset(z, t);
		if (t >= new_year(LISTED_UNTIL + 1) &&
		    (offset < least || offset > most))
			return false;
		least = offset < least ? offset : least;
		most = offset > most ? offset : most;
	}
	return true;
}

struct zone *zone_new(struct span name, struct err *err)
{
	struct zone *z = mem_zalloc(sizeof(*z));

	z->name = mem_dup(name.p, name.len);
	if (is_name(name))
		z->tz = g_time_zone_new_identifier(z->name);
	if (z->tz) {
		z->by_list = !is_steady(z);
		return z;
	}
	err_set(err, ERR_CONFIG,
		"the time zone '%.*s' is not in the system's database; "
		"'Europe/Berlin' is one",
		SPAN_FMT(name));
	zone_free(z);
	return NULL;
}

void zone_free(struct zone *z)
{
	if (!z)
		return;
	if (z->tz)
		g_time_zone_unref(z->tz);
	free(z->name);
	free(z);
}

int zone_instant(const struct zone *z, int64_t local, enum zone_choice choice,
		 int64_t *utc, struct err *err)
{
	/* What holds well before and well behind a change of the clocks. */
	int64_t a = local - zone_offset(z, local - DAY_S);
	int64_t b = local - zone_offset(z, local + DAY_S), first, last;
	bool a_is = a + zone_offset(z, a) == local;
	bool b_is = b + zone_offset(z, b) == local;

	if (a_is && (!b_is || a == b)) {
		*utc = a;
		return 0;
	}
	if (b_is && !a_is) {
		*utc = b;
		return 0;
	}
	first = a < b ? a : b;
	last = a < b ? b : a;
	switch (choice) {
	case ZONE_EARLIER:
		*utc = first;
		return 0;
	case ZONE_LATER:
		*utc = last;
		return 0;
	case ZONE_REFUSE:
		break;
	}
	if (a_is)
		return err_set(err, ERR_DATA,
			       "there are two such times in %s: the clocks go "
			       "back",
			       z->name);
	return err_set(err, ERR_DATA,
		       "there is no such time in %s: the clocks go forward",
		       z->name);
}
