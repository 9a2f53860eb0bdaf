/*
 * feed.h - a feed: how to read one kind of file, and how to map it
 *
 * Only what the parts of a feed share is here: its name, its version, what it
 * extends, and where the sections are.  read/read_conf.h makes sense of
 * `read`, map/ of `map` and `examples`.
 *
 * Format: DESIGN section 4, sluice-profile(5).
 */
#ifndef SLUICE_FEED_H
#define SLUICE_FEED_H

#include "conf/yaml_tree.h"

/* So many feeds may extend one another, the first and the last among them. */
#define FEED_CHAIN_MAX 16

/* One file of those that make a feed: itself, or one that it extends. */
struct feed_file {
	char *path;
	struct yt_node *root;
	const char *name; /* member `feed` */
};

struct feed {
	struct yt_node *root; /* the tree that counts: where the feed extends
				 another, it is laid over that */
	char *path;           /* of the file */
	const char *name;     /* member `feed`; text lives in a tree */
	int64_t version;      /* 1 where it is not said */
	const struct yt_node *read, *map, *examples; /* or NULL */
	const struct yt_node *site; /* of all entries that say none, or NULL */
	struct feed_file *file;     /* the feed's own first, then what it
				       extends, then what that extends */
	size_t n_files;
};

/*
 * Find the feed (profile.h, folder "feeds") and load it, and what it extends.
 * Its top is checked: misspelt keys, sections of the wrong type; and, where
 * there are contracts, that its entities and their fields are known
 * (conf/entity.h).  Entries of `map` without a `site` get the feed's.  -1 with
 * ERR_CONFIG.
 */
int feed_load(struct feed *f, const char *profiles, const char *name,
	      struct err *err);
/* Takes one that was loaded, zeroed or released. */
void feed_release(struct feed *f);

#endif
