/*
 * effective.h - a feed's rules as lines: what counts, and where it was said
 *
 * For --explain and --diff.  Nothing is known here of the keys an entry or a
 * section may have, but which come first: a map's members are lines with a
 * path (`fields.uom`), so are a list's elements (`columns[0]`).
 */
#ifndef SLUICE_EFFECTIVE_H
#define SLUICE_EFFECTIVE_H

#include "conf/feed.h"

struct effective_line {
	char *path;               /* "key", "fields.uom", "group.by" */
	char *text;               /* one line */
	const struct yt_node *at; /* NULL: it is so where nothing is said */
};

/* An entry of `map`, or another section of the feed. */
struct effective_part {
	char *label; /* "product", "product(name)", "read" */
	bool entry;
	struct effective_line *line;
	size_t n, cap;
};

struct effective {
	struct effective_part *part; /* sections, then entries, in order */
	size_t n, cap;
};

/* The feed must live as long.  Release it in any case. */
void effective_make(struct effective *e, const struct feed *f);
void effective_release(struct effective *e);

/* The line with this path, or NULL. */
const struct effective_line *effective_find(const struct effective_part *p,
					    const char *path);

#endif
