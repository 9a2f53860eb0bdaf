#include "conf/feed.h"

#include <stdlib.h>

#include "conf/profile.h"

static const char *const keys[] = {"feed", "version",  "read",
				   "map",  "examples", NULL};

/* A section must be of its type where it is there. */
static int section(const struct feed *f, const char *key, enum yt_type type,
		   const struct yt_node **out, struct err *err)
{
	*out = yt_get(f->root, key);
	return *out ? yt_want(*out, type, key, err) : 0;
}

static int check(struct feed *f, struct err *err)
{
	f->version = 1;
	if (yt_want(f->root, YT_MAP, "a feed", err) < 0 ||
	    yt_check_keys(f->root, keys, err) < 0 ||
	    yt_text_required(f->root, "feed", &f->name, err) < 0 ||
	    yt_int(f->root, "version", 1, INT64_MAX, &f->version, err) < 0 ||
	    section(f, "read", YT_MAP, &f->read, err) < 0 ||
	    section(f, "map", YT_LIST, &f->map, err) < 0 ||
	    section(f, "examples", YT_LIST, &f->examples, err) < 0)
		return -1;
	return 0;
}

int feed_load(struct feed *f, const char *profiles, const char *name,
	      struct err *err)
{
	*f = (struct feed){.version = 1};
	f->path = profile_find(profiles, "feeds", name, err);
	if (!f->path)
		return -1;
	f->root = yt_load(f->path, err);
	if (f->root && check(f, err) == 0)
		return 0;
	feed_release(f);
	return -1;
}

void feed_release(struct feed *f)
{
	yt_free(f->root);
	free(f->path);
	*f = (struct feed){.version = 1};
}
