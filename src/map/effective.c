#include "map/effective.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/rec.h"

static char *take(struct buf *b)
{
	char *s = mem_dup(buf_str(b), b->len);

	buf_release(b);
	return s;
}

/* ---- texts --------------------------------------------------------------- */

/* Text that would be misread as it stands: blank, of several lines. */
static bool needs_quotes(const struct yt_node *n)
{
	size_t i;

	if (!n->len || n->text[0] == ' ' || n->text[n->len - 1] == ' ')
		return true;
	for (i = 0; i < n->len; i++)
		if ((unsigned char)n->text[i] < ' ')
			return true;
	return false;
}

static char *text_of(const struct yt_node *n, bool constant)
{
	struct buf b = BUF_INIT(2 * LINE_CEILING);
	struct span s = {n->text, n->len};

	if (n->type != YT_SCALAR)
		buf_adds(&b, n->type == YT_MAP ? "{}" : "[]");
	else if (constant || needs_quotes(n))
		rec_put_str(&b, s);
	else
		buf_add_span(&b, s);
	return take(&b);
}

static void add_line(struct effective_part *p, char *path, char *text,
		     const struct yt_node *at)
{
	p->line = mem_grow(p->line, p->n, &p->cap, sizeof(*p->line));
	p->line[p->n++] = (struct effective_line){path, text, at};
}

/* The lines of a subtree; a map or list without children is one, too. */
static void add_tree(struct effective_part *p, const char *path,
		     const struct yt_node *n)
{
	const struct yt_node *c;
	size_t i = 0;

	if (!n->n) {
		add_line(p, mem_strdup(path), text_of(n, false), n);
		return;
	}
	yt_each (n, c) {
		char *at = n->type == YT_LIST ? mem_printf("%s[%zu]", path, i++)
			   : *path ? mem_printf("%s.%s", path, c->key)
				   : mem_strdup(c->key);

		add_tree(p, at, c);
		free(at);
	}
}

/* ---- parts --------------------------------------------------------------- */

static struct effective_part *add_part(struct effective *e, char *label,
				       bool entry)
{
	struct effective_part *p;

	e->part = mem_grow(e->part, e->n, &e->cap, sizeof(*e->part));
	p = &e->part[e->n++];
	*p = (struct effective_part){.label = label, .entry = entry};
	return p;
}

/* Constant text in quotes; {from: EXPRESSION} as the expression. */
static void add_value(struct effective_part *p, const char *key,
		      const struct yt_node *n)
{
	const struct yt_node *from = yt_get(n, "from");

	if (from && n->n == 1)
		add_line(p, mem_strdup(key), text_of(from, false), from);
	else if (n->type == YT_SCALAR)
		add_line(p, mem_strdup(key), text_of(n, true), n);
	else
		add_tree(p, key, n);
}

/* "product", "product(name)"; "product#2" where there is one already. */
static char *label_of(const struct effective *e, const struct yt_node *entry)
{
	const struct yt_node *entity = yt_get(entry, "entity");
	const struct yt_node *name = yt_get(entry, "name");
	const char *what =
		entity && entity->type == YT_SCALAR ? entity->text : "?";
	char *plain = name && name->type == YT_SCALAR
			      ? mem_printf("%s(%s)", what, name->text)
			      : mem_strdup(what);
	size_t n = 1, i;
	char *label;

	for (i = 0; i < e->n; i++) {
		const char *l = e->part[i].label;
		size_t len = strlen(plain);

		if (e->part[i].entry && !strncmp(l, plain, len) &&
		    (!l[len] || l[len] == '#'))
			n++;
	}
	if (n == 1)
		return plain;
	label = mem_printf("%s#%zu", plain, n);
	free(plain);
	return label;
}

static void add_entry(struct effective *e, const struct yt_node *entry)
{
	static const char *const first[] = {"key", "op", "site", "when", NULL};
	static const char *const others[] = {"entity", "name", "key", "op",
					     "site",   "when", NULL};
	struct effective_part *p = add_part(e, label_of(e, entry), true);
	const struct yt_node *c;
	const char *const *k;

	for (k = first; *k; k++) {
		c = yt_get(entry, *k);
		if (!c && !strcmp(*k, "op"))
			add_line(p, mem_strdup("op"), mem_strdup("\"upsert\""),
				 NULL);
		else if (c && (!strcmp(*k, "op") || !strcmp(*k, "site")))
			add_value(p, *k, c);
		else if (c)
			add_tree(p, *k, c);
	}
	yt_each (entry, c) {
		for (k = others; *k && strcmp(*k, c->key) != 0; k++)
			;
		if (!*k)
			add_tree(p, c->key, c);
	}
}

/* Sections that are told elsewhere, or are no rules. */
static bool is_section(const char *key)
{
	static const char *const not_so[] = {
		"feed", "version", "extends", "site", "examples", "map", NULL};
	const char *const *k = not_so;

	while (*k && strcmp(*k, key) != 0)
		k++;
	return !*k;
}

void effective_make(struct effective *e, const struct feed *f)
{
	const struct yt_node *c;

	*e = (struct effective){.n = 0};
	yt_each (f->root, c)
		if (is_section(c->key))
			add_tree(add_part(e, mem_strdup(c->key), false), "", c);
	if (!f->map)
		return;
	yt_each (f->map, c)
		add_entry(e, c);
}

void effective_release(struct effective *e)
{
	size_t i, j;

	for (i = 0; i < e->n; i++) {
		struct effective_part *p = &e->part[i];

		for (j = 0; j < p->n; j++) {
			free(p->line[j].path);
			free(p->line[j].text);
		}
		free(p->line);
		free(p->label);
	}
	free(e->part);
	*e = (struct effective){.n = 0};
}

const struct effective_line *effective_find(const struct effective_part *p,
					    const char *path)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (!strcmp(p->line[i].path, path))
			return &p->line[i];
	return NULL;
}
