/*
 * tables.h - which tables a feed's rules look into, and what is in them
 *
 * A table is found by its name in one of several folders: two feeds may say
 * the same and mean different files.
 */
#ifndef SLUICE_MAP_TABLES_H
#define SLUICE_MAP_TABLES_H

#include "core/sip.h"
#include "map/map.h"

struct tables_one {
	char *name, *path;
	struct sip_hash content; /* of this process only */
};

struct tables {
	struct tables_one *table; /* in the order of their first use */
	size_t n;
};

/* Of a compiled feed, which may be released afterwards. */
void tables_take(struct tables *t, const struct map *m);
/* Takes zeroed ones, too. */
void tables_release(struct tables *t);

/*
 * Append a line for each table that both feeds use by one name and that is not
 * the same.  Returns how many.
 */
size_t tables_diff(const struct tables *a, const struct tables *b,
		   const char *indent, struct buf *out);

#endif
