#include "expr/zone.h"

#include <glib.h>
#include <stdlib.h>

#include "core/mem.h"

/* Longest name of a zone; the database's are shorter. */
#define NAME_MAX_LEN 64
#define DAY_S        86400

struct zone {
	char *name;
	GTimeZone *tz;
};

/* "Region/City", so that neither a path nor a rule of its own is read. */
static bool is_name(struct span s)
{
	size_t i;

	if (!s.len || s.len > NAME_MAX_LEN || !g_ascii_isalpha(s.p[0]))
		return false;
	for (i = 0; i < s.len; i++)
		if (!g_ascii_isalnum(s.p[i]) && !strchr("/_+-", s.p[i]))
			return false;
	return true;
}

struct zone *zone_new(struct span name, struct err *err)
{
	struct zone *z = mem_zalloc(sizeof(*z));

	z->name = mem_dup(name.p, name.len);
	if (is_name(name))
		z->tz = g_time_zone_new_identifier(z->name);
	if (z->tz)
		return z;
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

static int64_t offset_at(const struct zone *z, int64_t utc)
{
	gint i = g_time_zone_find_interval(z->tz, G_TIME_TYPE_UNIVERSAL, utc);

	return g_time_zone_get_offset(z->tz, i);
}

int zone_instant(const struct zone *z, int64_t local, enum zone_choice choice,
		 int64_t *utc, struct err *err)
{
	/* What holds well before and well behind a change of the clocks. */
	int64_t a = local - offset_at(z, local - DAY_S);
	int64_t b = local - offset_at(z, local + DAY_S), first, last;
	bool a_is = a + offset_at(z, a) == local;
	bool b_is = b + offset_at(z, b) == local;

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
