/*
 * compat_tree.c - contracts as trees: where $ref leads, and what is equal
 */
#include <stdlib.h>

#include "contract/compat.h"
#include "contract/jnum.h"
#include "core/mem.h"
#include "core/rec.h"

/* Room for the text of a keyword; two that are larger are not equal. */
#define TEXT_CEILING ((size_t)4 << 20)

bool compat_is_note(const char *key)
{
	static const char *const notes[] = {
		"$schema",         "$id",           "$anchor",
		"$dynamicAnchor",  "$defs",         "$comment",
		"title",           "description",   "default",
		"examples",        "deprecated",    "readOnly",
		"writeOnly",       "contentSchema", "contentEncoding",
		"contentMediaType"};
	size_t i;

	for (i = 0; i < sizeof(notes) / sizeof(*notes); i++)
		if (!strcmp(notes[i], key))
			return true;
	return false;
}

/* ---- $ref --------------------------------------------------------------- */

static bool find_id(const struct yt_node *n)
{
	const struct yt_node *c;

	if (n->type == YT_SCALAR)
		return false;
	yt_each (n, c)
		if ((c->key && !strcmp(c->key, "$id") &&
		     c->type == YT_SCALAR) ||
		    find_id(c))
			return true;
	return false;
}

void compat_side_init(struct compat_side *s, const struct yt_node *root)
{
	const struct yt_node *c;

	*s = (struct compat_side){.root = root};
	if (root->type != YT_MAP)
		return;
	yt_each (root, c)
		s->has_ids |= find_id(c);
}

static const struct yt_node *find_anchor(const struct yt_node *n,
					 const char *name)
{
	static const char *const keys[] = {"$anchor", "$dynamicAnchor"};
	const struct yt_node *c, *found;
	size_t i;

	for (i = 0; i < 2; i++) {
		c = yt_get(n, keys[i]);
		if (c && c->type == YT_SCALAR && !strcmp(c->text, name))
			return n;
	}
	if (n->type == YT_SCALAR)
		return NULL;
	yt_each (n, c) {
		found = find_anchor(c, name);
		if (found)
			return found;
	}
	return NULL;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A step of a pointer in a URI, decoded; `*p` moves behind it. */
static char *next_step(const char **p)
{
	char *step = mem_alloc(strlen(*p) + 1), *to = step;

	while (**p && **p != '/') {
		char c = *(*p)++;

		if (c == '%' && hex((*p)[0]) >= 0 && hex((*p)[1]) >= 0) {
			c = (char)(hex((*p)[0]) * 16 + hex((*p)[1]));
			*p += 2;
		}
		*to++ = c;
	}
	*to = '\0';
	return step;
}

/* ~1 is a slash, ~0 a tilde. */
static void untilde(char *s)
{
	char *to = s;

	for (; *s; s++) {
		if (*s == '~' && (s[1] == '0' || s[1] == '1'))
			*to++ = *++s == '1' ? '/' : '~';
		else
			*to++ = *s;
	}
	*to = '\0';
}

static const struct yt_node *step_into(const struct yt_node *n,
				       const char *step)
{
	char *end;
	unsigned long at;

	if (n->type == YT_MAP)
		return yt_get(n, step);
	at = strtoul(step, &end, 10);
	if (n->type == YT_SCALAR || *end || !*step || at >= n->n)
		return NULL;
	return n->child + at;
}

static const struct yt_node *resolve(const struct compat_side *s,
				     const struct yt_node *ref)
{
	const struct yt_node *n = s->root;
	const char *p;

	if (s->has_ids || ref->type != YT_SCALAR || ref->text[0] != '#')
		return NULL;
	p = ref->text + 1;
	if (*p && *p != '/')
		return find_anchor(s->root, p);
	while (n && *p == '/') {
		char *step;

		p++;
		step = next_step(&p);
		untilde(step);
		n = step_into(n, step);
		free(step);
	}
	return n;
}

/* ---- parts -------------------------------------------------------------- */

void compat_flatten(const struct compat_side *s, const struct yt_node *schema,
		    struct compat_parts *to)
{
	const struct yt_node *ref, *all, *c;
	size_t i;

	if (schema->type != YT_MAP) {
		if (!yt_is_true(schema)) {
			to->never = true;
			to->by = schema;
		}
		return;
	}
	for (i = 0; i < to->n; i++)
		if (to->v[i] == schema)
			return;
	if (to->n == COMPAT_PARTS) {
		to->unclear = true;
		return;
	}
	to->v[to->n++] = schema;
	ref = yt_get(schema, "$ref");
	if (ref) {
		const struct yt_node *there = resolve(s, ref);

		if (there)
			compat_flatten(s, there, to);
		else
			to->unclear = true;
	}
	all = yt_get(schema, "allOf");
	if (all && all->type == YT_LIST)
		yt_each (all, c)
			compat_flatten(s, c, to);
}

const struct yt_node *compat_next(const struct compat_parts *p, const char *key,
				  size_t *at)
{
	while (*at < p->n) {
		const struct yt_node *n = yt_get(p->v[(*at)++], key);

		if (n)
			return n;
	}
	return NULL;
}

const struct yt_node *compat_get(const struct compat_parts *p, const char *key)
{
	size_t at = 0;

	return compat_next(p, key, &at);
}

/* ---- what is equal ------------------------------------------------------ */

/* What the members of a map are. */
enum sight { SCHEMA, NAMES, VALUE };

static enum sight sight_of(const char *key)
{
	static const char *const names[] = {"properties", "patternProperties",
					    "$defs", "dependentSchemas",
					    "dependentRequired"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i], key))
			return NAMES;
	return !strcmp(key, "enum") || !strcmp(key, "const") ? VALUE : SCHEMA;
}

static void put_scalar(struct buf *out, const struct yt_node *n)
{
	size_t from = out->len, i;
	struct jnum a;
	const char *p;
	char *text;

	yt_put_json(out, n);
	if (out->over || (out->data[from] != '-' &&
			  (out->data[from] < '0' || out->data[from] > '9')))
		return;
	text = mem_dup(out->data + from, out->len - from);
	out->len = from;
	a = jnum_of(span_of(text));
	buf_addf(out, "%s0.", a.negative ? "-" : "");
	p = a.digit;
	for (i = 0; i < a.n; i++)
		buf_addc(out, (char)('0' + jnum_next(&p)));
	buf_addf(out, "e%lld", a.n ? (long long)a.exp : 0);
	free(text);
}

static int by_key(const void *a, const void *b)
{
	return strcmp((*(const struct yt_node *const *)a)->key,
		      (*(const struct yt_node *const *)b)->key);
}

static void put_tree(struct buf *out, const struct yt_node *n, enum sight sight)
{
	const struct yt_node **sorted, *c;
	size_t i = 0;

	if (n->type == YT_SCALAR) {
		put_scalar(out, n);
		return;
	}
	if (n->type == YT_LIST) {
		buf_addc(out, '[');
		yt_each (n, c) {
			put_tree(out, c, sight);
			buf_addc(out, ',');
		}
		buf_addc(out, ']');
		return;
	}
	sorted = mem_alloc(mem_mul(n->n, sizeof(struct yt_node *)));
	yt_each (n, c)
		sorted[i++] = c;
	if (n->n)
		qsort(sorted, n->n, sizeof(struct yt_node *), by_key);
	buf_addc(out, '{');
	for (i = 0; i < n->n; i++) {
		enum sight below = sight == SCHEMA  ? sight_of(sorted[i]->key)
				   : sight == NAMES ? SCHEMA
						    : VALUE;

		if (sight == SCHEMA && compat_is_note(sorted[i]->key))
			continue;
		buf_addc(out, '"');
		rec_put_escaped(out, span_of(sorted[i]->key));
		buf_adds(out, "\":");
		put_tree(out, sorted[i], below);
		buf_addc(out, ',');
	}
	buf_addc(out, '}');
	free(sorted);
}

void compat_put_value(struct buf *out, const struct yt_node *n)
{
	put_tree(out, n, VALUE);
}

void compat_put_schema(struct buf *out, const struct yt_node *n)
{
	put_tree(out, n, SCHEMA);
}

static bool same_text(const struct yt_node *a, const struct yt_node *b,
		      enum sight sight)
{
	struct buf x = BUF_INIT(TEXT_CEILING), y = BUF_INIT(TEXT_CEILING);
	bool same;

	put_tree(&x, a, sight);
	put_tree(&y, b, sight);
	same = !x.over && !y.over && span_eq(buf_span(&x), buf_span(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}

/* Pairs of places that references lead to, to be equal as well. */
struct led {
	const struct yt_node *(*v)[2];
	size_t n, cap;
};

static void lead_to(struct led *l, const struct yt_node *a,
		    const struct yt_node *b)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->v[i][0] == a && l->v[i][1] == b)
			return;
	l->v = mem_grow(l->v, l->n, &l->cap, sizeof(*l->v));
	l->v[l->n][0] = a;
	l->v[l->n++][1] = b;
}

/* Gather where two equal trees lead to.  False where that is not known. */
static bool follow(const struct compat_run *c, const struct yt_node *a,
		   const struct yt_node *b, struct led *l)
{
	const struct yt_node *x;

	if (a->key && (!strcmp(a->key, "$dynamicRef")))
		return same_text(c->was.root, c->is.root, SCHEMA);
	if (a->key && !strcmp(a->key, "$ref") && a->type == YT_SCALAR) {
		const struct yt_node *m = resolve(&c->was, a);
		const struct yt_node *n = resolve(&c->is, b);

		if (!m || !n)
			return false;
		lead_to(l, m, n);
		return true;
	}
	if (a->type == YT_SCALAR)
		return true;
	yt_each (a, x) {
		const struct yt_node *y = a->type == YT_MAP
						  ? yt_get(b, x->key)
						  : b->child + (x - a->child);

		/* a note of one side only */
		if (y && !follow(c, x, y, l))
			return false;
	}
	return true;
}

static bool same_led(const struct compat_run *c, struct led *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (!same_text(l->v[i][0], l->v[i][1], SCHEMA) ||
		    !follow(c, l->v[i][0], l->v[i][1], l))
			return false;
	return true;
}

bool compat_same(const struct compat_run *c, const struct compat_pair *p,
		 const char *key)
{
	enum sight sight = sight_of(key);
	struct led led = {NULL, 0, 0};
	size_t i = 0, k = 0;
	bool same = true;

	while (same) {
		const struct yt_node *a = compat_next(p->was, key, &i);
		const struct yt_node *b = compat_next(p->is, key, &k);

		if (!a || !b) {
			same = !a && !b;
			break;
		}
		same = same_text(a, b, sight) && follow(c, a, b, &led);
	}
	if (same)
		same = same_led(c, &led);
	free(led.v);
	return same;
}
