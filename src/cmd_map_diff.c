/*
 * sluice-map --diff: two feeds, or the feeds of two sites, side by side.
 *
 * Each side is a list of feeds: the one that is named, or all of the site that
 * is named.  Feeds of the two lists that stand on the same feed are pairs.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd_map.h"
#include "conf/profile.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/suggest.h"
#include "map/diff.h"
#include "map/map.h"
#include "map/tables.h"

/* A feed and the tables it uses. */
struct one {
	struct feed feed;
	struct tables tables;
};

struct side {
	struct one *one;
	bool *paired;
	size_t n, cap;
	bool is_site;
	bool told; /* of feeds that are left out */
};

static void release_side(struct side *s)
{
	while (s->n) {
		s->n--;
		feed_release(&s->one[s->n].feed);
		tables_release(&s->one[s->n].tables);
	}
	free(s->one);
	free(s->paired);
}

static struct one *add_one(struct side *s)
{
	s->one = mem_grow(s->one, s->n, &s->cap, sizeof(*s->one));
	s->one[s->n] = (struct one){.tables = {NULL, 0}};
	return &s->one[s->n++];
}

/* A feed that cannot be compiled is not compared, either. */
static int load_one(struct side *s, const struct job *job, const char *name,
		    struct err *err)
{
	struct tables tables = {NULL, 0};
	struct feed feed;
	struct map map;
	struct one *one;

	if (cmd_map_load(&feed, job, name, err) < 0)
		return -1;
	if (feed.map) {
		if (map_compile(&map, &feed, job->opt.profiles, err) < 0) {
			feed_release(&feed);
			return -1;
		}
		tables_take(&tables, &map);
		map_release(&map);
	}
	one = add_one(s);
	one->feed = feed;
	one->tables = tables;
	return 0;
}

/* ---- sites --------------------------------------------------------------- */

static bool says_site(const struct yt_node *n, const char *site)
{
	const struct yt_node *s = yt_get(n, "site");

	return s && s->type == YT_SCALAR && !strcmp(s->text, site);
}

/* Whether the file of a feed that cannot be loaded names this site. */
static bool may_be_of(const struct job *job, const char *name, const char *site)
{
	struct err ignored = ERR_INIT;
	char *path = profile_find_optional(job->opt.profiles, "feeds", name,
					   &ignored);
	struct yt_node *root = path ? yt_load(path, &ignored) : NULL;
	const struct yt_node *map = root ? yt_get(root, "map") : NULL, *c;
	bool may = root && says_site(root, site);

	if (map)
		yt_each (map, c)
			may |= says_site(c, site);
	yt_free(root);
	free(path);
	return may;
}

/* All feeds that make records of this site. */
static int load_site(struct side *s, const struct job *job, const char *site,
		     char **names, struct err *err)
{
	size_t i;

	s->is_site = true;
	for (i = 0; names[i]; i++) {
		struct err why = ERR_INIT;
		struct feed feed;
		bool has;

		if (feed_load(&feed, job->opt.profiles, names[i], &why) < 0) {
			if (may_be_of(job, names[i], site)) {
				*err = why;
				return -1;
			}
			if (!s->told)
				log_warn("feed %s is left out: %s", names[i],
					 why.msg);
			continue;
		}
		has = feed_has_site(&feed, site);
		feed_release(&feed);
		if (has && load_one(s, job, names[i], err) < 0)
			return -1;
	}
	return 0;
}

struct words {
	const char **item;
	size_t n, cap;
};

static void add_word(struct words *w, const char *word)
{
	w->item = mem_grow(w->item, w->n + 1, &w->cap, sizeof(*w->item));
	w->item[w->n++] = word;
	w->item[w->n] = NULL;
}

static void add_sites(struct words *w, const struct feed *f)
{
	const struct yt_node *c, *site;

	if (!f->map)
		return;
	yt_each (f->map, c) {
		site = yt_get(c, "site");
		if (site && site->type == YT_SCALAR)
			add_word(w, site->text);
	}
}

/* Neither a feed nor a site: which one may have been meant? */
static int unknown(const struct job *job, const char *name, char **names,
		   struct err *err)
{
	struct side all = {.one = NULL};
	struct words w = {NULL, 0, 0};
	struct err ignored = ERR_INIT;
	const char *near;
	size_t i;

	for (i = 0; names[i]; i++) {
		struct feed feed;

		add_word(&w, names[i]);
		if (feed_load(&feed, job->opt.profiles, names[i], &ignored) ==
		    0)
			add_one(&all)->feed = feed;
	}
	for (i = 0; i < all.n; i++)
		add_sites(&w, &all.one[i].feed);
	near = w.n ? suggest(span_of(name), w.item) : NULL;
	err_set(err, ERR_CONFIG,
		"there is neither a feed nor a site '%s'%s%s%s", name,
		near ? "; did you mean '" : "", near ? near : "",
		near ? "'?" : "");
	free(w.item);
	release_side(&all);
	return -1;
}

static int load_side(struct side *s, const struct job *job, const char *name,
		     struct err *err)
{
	struct err why = ERR_INIT;
	char *path =
		profile_find_optional(job->opt.profiles, "feeds", name, &why);
	char **names;
	int rc;

	free(path);
	if (path)
		return load_one(s, job, name, err);
	names = profile_names(job->opt.profiles, "feeds");
	rc = load_site(s, job, name, names, err);
	if (rc == 0 && !s->n)
		rc = unknown(job, name, names, err);
	profile_names_free(names);
	return rc;
}

/* ---- pairs --------------------------------------------------------------- */

struct pair {
	size_t a, b;
	int distance;
};

/* Nearest relations first; then in the order of the lists. */
static int by_distance(const void *x, const void *y)
{
	const struct pair *p = x, *q = y;

	if (p->distance != q->distance)
		return p->distance < q->distance ? -1 : 1;
	if (p->a != q->a)
		return p->a < q->a ? -1 : 1;
	return p->b < q->b ? -1 : p->b > q->b;
}

static int by_feed(const void *x, const void *y)
{
	const struct pair *p = x, *q = y;

	return p->a < q->a ? -1 : p->a > q->a;
}

/* Mark the feeds that are pairs and list them, in the order of `a`. */
static struct pair *find_pairs(const struct side *a, const struct side *b,
			       size_t *n_pairs)
{
	struct pair *p = NULL;
	size_t n = 0, cap = 0, i, j, kept = 0;

	for (i = 0; i < a->n; i++)
		for (j = 0; j < b->n; j++) {
			int d = feed_distance(&a->one[i].feed, &b->one[j].feed);

			if (d < 0)
				continue;
			p = mem_grow(p, n, &cap, sizeof(*p));
			p[n++] = (struct pair){i, j, d};
		}
	if (n)
		qsort(p, n, sizeof(*p), by_distance);
	for (i = 0; i < n; i++) {
		if (a->paired[p[i].a] || b->paired[p[i].b])
			continue;
		a->paired[p[i].a] = b->paired[p[i].b] = true;
		p[kept++] = p[i];
	}
	if (kept)
		qsort(p, kept, sizeof(*p), by_feed);
	*n_pairs = kept;
	return p;
}

static size_t put_unpaired(const struct side *s, const char *name,
			   struct buf *out)
{
	size_t i, n = 0;

	for (i = 0; i < s->n; i++) {
		if (s->paired[i])
			continue;
		n++;
		buf_addf(out, "only in %s: feed %s\n", name,
			 s->one[i].feed.name);
	}
	return n;
}

static size_t compare(const struct one *a, const struct one *b,
		      const char *indent, struct buf *out)
{
	size_t n = feed_diff(&a->feed, &b->feed, indent, out);

	return n + tables_diff(&a->tables, &b->tables, indent, out);
}

static size_t compare_sides(struct side *a, struct side *b, const char *x,
			    const char *y, struct buf *out)
{
	struct pair *p;
	size_t n_pairs, i, n = 0;

	a->paired = mem_zalloc(mem_mul(a->n, sizeof(*a->paired)));
	b->paired = mem_zalloc(mem_mul(b->n, sizeof(*b->paired)));
	p = find_pairs(a, b, &n_pairs);
	for (i = 0; i < n_pairs; i++) {
		const struct one *f = &a->one[p[i].a];
		const struct one *g = &b->one[p[i].b];

		buf_addf(out, "feed %s  ->  %s\n", f->feed.name, g->feed.name);
		n += compare(f, g, "  ", out);
	}
	free(p);
	n += put_unpaired(a, x, out);
	return n + put_unpaired(b, y, out);
}

int cmd_map_diff(const struct job *job, const char *a, const char *b,
		 struct buf *out, struct err *err)
{
	struct side x = {.one = NULL}, y = {.one = NULL};
	size_t n;
	int rc = -1;

	if (load_side(&x, job, a, err) < 0)
		goto out;
	y.told = x.is_site;
	if (load_side(&y, job, b, err) < 0)
		goto out;
	if (x.is_site || y.is_site)
		n = compare_sides(&x, &y, a, b, out);
	else
		n = compare(x.one, y.one, "", out);
	if (n)
		log_info("%zu difference%s", n, n == 1 ? "" : "s");
	rc = n ? ERR_SOME : 0;
out:
	release_side(&x);
	release_side(&y);
	return rc;
}
