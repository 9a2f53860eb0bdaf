#include "conf/feed.h"

#include <stdlib.h>
#include <string.h>

#include "conf/entity.h"
#include "conf/overlay.h"
#include "conf/profile.h"
#include "core/fs.h"
#include "core/mem.h"

static const char *const keys[] = {"feed", "version",  "extends",
				   "site", "read",     "running",
				   "map",  "examples", NULL};

/* What an overlay does not take from its base. */
static const char *const own_keys[] = {"feed", "version", "extends", "examples",
				       NULL};

/* ---- one file ------------------------------------------------------------ */

/* A section must be of its type where it is there. */
static int section(const struct yt_node *root, const char *key,
		   enum yt_type type, struct err *err)
{
	const struct yt_node *n = yt_get(root, key);

	if (!n || (yt_get(root, "extends") && overlay_removes(n)))
		return 0;
	return yt_want(n, type, key, err);
}

/* A feed that is found by its name has that name. */
static int check_name(const struct feed_file *f, const char *asked,
		      struct err *err)
{
	const char *base = fs_base(f->path);
	size_t len = strlen(base);

	if (len > 5 && !strcmp(base + len - 5, ".yaml"))
		len -= 5;
	if (!strcmp(f->name, asked) ||
	    (strlen(f->name) == len && !memcmp(f->name, base, len)))
		return 0;
	return yt_err(yt_get(f->root, "feed"), err,
		      "this is the file of feed '%s', not of '%s'", asked,
		      f->name);
}

static bool is_path(const char *name)
{
	size_t len = strlen(name);

	return strchr(name, '/') && len > 5 && !strcmp(name + len - 5, ".yaml");
}

static int load_file(struct feed_file *f, const char *asked, struct err *err)
{
	f->root = yt_load(f->path, err);
	if (!f->root || yt_want(f->root, YT_MAP, "a feed", err) < 0 ||
	    yt_check_keys(f->root, keys, err) < 0 ||
	    yt_text_required(f->root, "feed", &f->name, err) < 0 ||
	    section(f->root, "read", YT_MAP, err) < 0 ||
	    section(f->root, "map", YT_LIST, err) < 0 ||
	    section(f->root, "examples", YT_LIST, err) < 0)
		return -1;
	return is_path(asked) ? 0 : check_name(f, asked, err);
}

/* ---- what it extends ----------------------------------------------------- */

/* "a -> b -> c", for messages. */
static void put_chain(struct buf *b, const struct feed *f, const char *last)
{
	size_t i;

	for (i = 0; i < f->n_files; i++)
		buf_addf(b, "%s%s", i ? " -> " : "", f->file[i].name);
	buf_addf(b, " -> %s", last);
}

static int refuse_chain(const struct feed *f, const struct yt_node *at,
			const char *what, const char *last, struct err *err)
{
	struct buf chain = BUF_INIT(ERR_MSG_MAX);

	put_chain(&chain, f, last);
	yt_err(at, err, "extends: %s: %s", what, buf_str(&chain));
	buf_release(&chain);
	return -1;
}

static bool same_file(const char *a, const char *b)
{
	char *x = realpath(a, NULL), *y = realpath(b, NULL);
	bool same = x && y && !strcmp(x, y);

	free(x);
	free(y);
	return same;
}

/* The path of what `at` names, of the file `from`; a path is relative to it. */
static char *find_base(const char *profiles, const struct yt_node *at,
		       const char *from, struct err *err)
{
	struct err why = ERR_INIT;
	const char *name = at->text;
	char *path, *dir;

	if (is_path(name) && *name != '/') {
		while (!strncmp(name, "./", 2))
			name += 2;
		dir = fs_dir(from);
		path = fs_join(dir, name);
		free(dir);
		if (fs_is_file(path))
			return path;
		yt_err(at, err, "extends: there is no file %s", path);
		free(path);
		return NULL;
	}
	path = profile_find(profiles, "feeds", at->text, &why);
	if (!path)
		yt_err(at, err, "extends: %s", why.msg);
	return path;
}

static struct feed_file *add_file(struct feed *f, char *path)
{
	struct feed_file *file;

	f->file =
		mem_realloc(f->file, mem_mul(f->n_files + 1, sizeof(*f->file)));
	file = &f->file[f->n_files++];
	*file = (struct feed_file){.path = path};
	return file;
}

/* Add the file that the last one extends. */
static int add_base(struct feed *f, const struct yt_node *at,
		    const char *profiles, struct err *err)
{
	struct feed_file *file;
	char *path;
	size_t i;

	if (yt_want(at, YT_SCALAR, "extends", err) < 0)
		return -1;
	path = find_base(profiles, at, f->file[f->n_files - 1].path, err);
	if (!path)
		return -1;
	for (i = 0; i < f->n_files; i++)
		if (same_file(f->file[i].path, path)) {
			free(path);
			return refuse_chain(f, at, "the feed extends itself",
					    f->file[i].name, err);
		}
	if (f->n_files == FEED_CHAIN_MAX) {
		free(path);
		return refuse_chain(f, at, "too many feeds extend one another",
				    at->text, err);
	}
	file = add_file(f, path);
	return load_file(file, at->text, err);
}

static int load_files(struct feed *f, const char *profiles, const char *name,
		      struct err *err)
{
	char *path = profile_find(profiles, "feeds", name, err);
	const struct yt_node *extends;

	if (!path)
		return -1;
	f->path = mem_strdup(path);
	if (load_file(add_file(f, path), name, err) < 0)
		return -1;
	while ((extends = yt_get(f->file[f->n_files - 1].root, "extends")))
		if (add_base(f, extends, profiles, err) < 0)
			return -1;
	return 0;
}

/* The tree that counts: the file's own, or one of the whole chain. */
static int merge_files(struct feed *f, struct err *err)
{
	size_t i = f->n_files - 1;
	struct yt_node *tree = f->file[i].root, *next;

	while (i-- > 0) {
		next = overlay_merge(tree, f->file[i].root, own_keys, err);
		if (tree != f->file[f->n_files - 1].root)
			yt_free(tree);
		if (!next)
			return -1;
		tree = next;
	}
	f->root = tree;
	return 0;
}

/* ---- the whole ----------------------------------------------------------- */

/* Entries that do not say their site get the feed's. */
static void spread_site(struct feed *f)
{
	struct yt_node *c;

	yt_each (f->root, c) {
		struct yt_node *entry;

		if (strcmp(c->key, "map") != 0 || c->type != YT_LIST)
			continue;
		yt_each (c, entry)
			if (entry->type == YT_MAP && !yt_get(entry, "site"))
				overlay_add(entry, f->site, "site");
	}
}

/* By its name an overlay means one entry. */
static int check_entry_names(const struct yt_node *map, struct err *err)
{
	const struct yt_node *c, *other, *name, *same;

	yt_each (map, c) {
		name = yt_get(c, "name");
		if (!name)
			continue;
		if (yt_want(name, YT_SCALAR, "name", err) < 0)
			return -1;
		for (other = map->child; other < c; other++) {
			same = yt_get(other, "name");
			if (same && !strcmp(same->text, name->text))
				return yt_err(name, err,
					      "%s:%zu is called '%s', too",
					      same->file, same->line,
					      name->text);
		}
	}
	return 0;
}

static int take_sections(struct feed *f, struct err *err)
{
	f->name = f->file[0].name;
	f->read = yt_get(f->root, "read");
	f->examples = yt_get(f->root, "examples");
	f->site = yt_get(f->root, "site");
	if (yt_int(f->root, "version", 1, INT64_MAX, &f->version, err) < 0)
		return -1;
	if (f->site && (f->site->type == YT_LIST || yt_is_null(f->site)))
		return yt_err(f->site, err,
			      "site is constant text or {from: EXPRESSION}");
	if (f->site)
		spread_site(f);
	f->map = yt_get(f->root, "map");
	return f->map ? check_entry_names(f->map, err) : 0;
}

int feed_load(struct feed *f, const char *profiles, const char *name,
	      struct err *err)
{
	*f = (struct feed){.version = 1};
	if (load_files(f, profiles, name, err) == 0 &&
	    merge_files(f, err) == 0 && take_sections(f, err) == 0 &&
	    entity_check_map(f->map, profiles, f->path, is_path(name), err) ==
		    0)
		return 0;
	feed_release(f);
	return -1;
}

void feed_release(struct feed *f)
{
	size_t i;

	/* The tree that counts points to the names of the files. */
	if (f->n_files > 1)
		yt_free(f->root);
	for (i = 0; i < f->n_files; i++) {
		yt_free(f->file[i].root);
		free(f->file[i].path);
	}
	free(f->file);
	free(f->path);
	*f = (struct feed){.version = 1};
}
