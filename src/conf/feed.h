/*
 * feed.h - a feed: how to read one kind of file, and how to map it
 *
 * Only what the parts of a feed share is here: its name, its version and
 * where the sections are.  read/read_conf.h makes sense of `read`, map/ of
 * `map` and `examples`.
 *
 * Format: DESIGN section 4, sluice-profile(5).
 */
#ifndef SLUICE_FEED_H
#define SLUICE_FEED_H

#include "conf/yaml_tree.h"

struct feed {
	struct yt_node *root;
	char *path;       /* of the file */
	const char *name; /* member `feed`; text lives in `root` */
	int64_t version;  /* 1 where it is not said */
	const struct yt_node *read, *map, *examples; /* or NULL */
};

/*
 * Find the feed (profile.h, folder "feeds") and load it.  Its top is checked:
 * misspelt keys, sections of the wrong type.  -1 with ERR_CONFIG.
 */
int feed_load(struct feed *f, const char *profiles, const char *name,
	      struct err *err);
/* Takes one that was loaded, zeroed or released. */
void feed_release(struct feed *f);

#endif
