#include "map/diff.h"

#include <string.h>

#include "map/effective.h"

struct diff {
	const char *indent;
	const char *a, *b; /* the feeds' names */
	struct buf *out;
	size_t n;
};

/* "product.uom" for a field, "product when" for what else an entry says. */
static void put_name(struct buf *out, const struct effective_part *p,
		     const struct effective_line *l)
{
	static const char fields[] = "fields.";
	size_t len = sizeof(fields) - 1;

	if (p->entry && !strncmp(l->path, fields, len))
		buf_addf(out, "%s.%s", p->label, l->path + len);
	else
		buf_addf(out, "%s%s%s", p->label, p->entry ? " " : ".",
			 l->path);
}

static void put_only(struct diff *d, const char *feed,
		     const struct effective_part *p,
		     const struct effective_line *l)
{
	d->n++;
	buf_addf(d->out, "%sonly in %s: ", d->indent, feed);
	put_name(d->out, p, l);
	buf_addf(d->out, ": %s\n", l->text);
}

/* All of an entry or section that the other feed lacks. */
static void put_only_part(struct diff *d, const char *feed,
			  const struct effective_part *p)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		put_only(d, feed, p, &p->line[i]);
}

static void compare_parts(struct diff *d, const struct effective_part *a,
			  const struct effective_part *b)
{
	size_t i;

	for (i = 0; i < a->n; i++) {
		const struct effective_line *l = &a->line[i], *with;

		with = effective_find(b, l->path);
		if (!with) {
			put_only(d, d->a, a, l);
		} else if (strcmp(l->text, with->text) != 0) {
			d->n++;
			buf_adds(d->out, d->indent);
			put_name(d->out, a, l);
			buf_addf(d->out, ": %s  ->  %s\n", l->text, with->text);
		}
	}
	for (i = 0; i < b->n; i++)
		if (!effective_find(a, b->line[i].path))
			put_only(d, d->b, b, &b->line[i]);
}

static const struct effective_part *find_part(const struct effective *e,
					      const struct effective_part *like)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (e->part[i].entry == like->entry &&
		    !strcmp(e->part[i].label, like->label))
			return &e->part[i];
	return NULL;
}

size_t feed_diff(const struct feed *a, const struct feed *b, const char *indent,
		 struct buf *out)
{
	struct diff d = {indent, a->name, b->name, out, 0};
	const struct effective_part *with;
	struct effective x, y;
	size_t i;

	effective_make(&x, a);
	effective_make(&y, b);
	for (i = 0; i < x.n; i++) {
		with = find_part(&y, &x.part[i]);
		if (with)
			compare_parts(&d, &x.part[i], with);
		else
			put_only_part(&d, d.a, &x.part[i]);
	}
	for (i = 0; i < y.n; i++)
		if (!find_part(&x, &y.part[i]))
			put_only_part(&d, d.b, &y.part[i]);
	effective_release(&x);
	effective_release(&y);
	return d.n;
}

int feed_distance(const struct feed *a, const struct feed *b)
{
	size_t i, j;

	for (i = 0; i < a->n_files; i++)
		for (j = 0; j < b->n_files; j++)
			if (!strcmp(a->file[i].path, b->file[j].path))
				return (int)(i + j);
	return -1;
}

bool feed_has_site(const struct feed *f, const char *site)
{
	const struct yt_node *c, *s;

	if (!f->map)
		return false;
	yt_each (f->map, c) {
		s = yt_get(c, "site");
		if (s && s->type == YT_SCALAR && !strcmp(s->text, site))
			return true;
	}
	return false;
}
