/*
 * compat_value.c - contracts compared: types, and values that are listed
 */
#include <stdlib.h>

#include "contract/compat.h"
#include "contract/jnum.h"
#include "core/mem.h"

/* Room for the values of an enum, and for names in a sentence. */
#define VALUES_CEILING ((size_t)4 << 20)
#define LIST_CEILING   200

/* ---- types -------------------------------------------------------------- */

static const struct {
	const char *word, *name; /* in schemas, for people */
	unsigned bits;
} types[] = {
	{"null", "null", COMPAT_NULL},
	{"boolean", "boolean", COMPAT_TRUE | COMPAT_FALSE},
	{"number", "number", COMPAT_NUMBER},
	{"integer", "whole number", COMPAT_WHOLE},
	{"string", "string", COMPAT_TEXT},
	{"array", "array", COMPAT_ARRAY},
	{"object", "object", COMPAT_OBJECT},
};
#define N_TYPES (sizeof(types) / sizeof(*types))

static unsigned type_bits(const struct yt_node *n)
{
	size_t i;

	for (i = 0; i < N_TYPES; i++)
		if (n->type == YT_SCALAR && !strcmp(types[i].word, n->text))
			return types[i].bits;
	return 0;
}

static unsigned value_bits(const struct yt_node *n)
{
	struct buf b = BUF_INIT(VALUES_CEILING);
	unsigned bits;

	if (n->type != YT_SCALAR)
		return n->type == YT_MAP ? COMPAT_OBJECT : COMPAT_ARRAY;
	if (yt_is_null(n))
		return COMPAT_NULL;
	if (yt_is_true(n) || yt_is_false(n))
		return yt_is_true(n) ? COMPAT_TRUE : COMPAT_FALSE;
	compat_put_value(&b, n);
	if (b.len && b.data[0] == '"')
		bits = COMPAT_TEXT;
	else
		bits = jnum_is_integer(jnum_of(buf_span(&b))) ? COMPAT_WHOLE
							      : COMPAT_DECIMAL;
	buf_release(&b);
	return bits;
}

static unsigned one_part(const struct yt_node *schema)
{
	const struct yt_node *type = yt_get(schema, "type");
	const struct yt_node *one = yt_get(schema, "const");
	const struct yt_node *list = yt_get(schema, "enum"), *c;
	unsigned all = COMPAT_ANY, some = 0;

	if (type && type->type == YT_SCALAR)
		all = type_bits(type);
	else if (type && type->type == YT_LIST) {
		yt_each (type, c)
			some |= type_bits(c);
		all = some;
	}
	if (one)
		all &= value_bits(one);
	if (list && list->type == YT_LIST) {
		some = 0;
		yt_each (list, c)
			some |= value_bits(c);
		all &= some;
	}
	return all;
}

unsigned compat_types(const struct compat_parts *p)
{
	unsigned all = p->never ? 0 : COMPAT_ANY;
	size_t i;

	for (i = 0; i < p->n; i++)
		all &= one_part(p->v[i]);
	return all;
}

/* "string or null"; of numbers, what is left of them. */
static void put_types(struct buf *out, unsigned bits)
{
	size_t i;

	for (i = 0; i < N_TYPES; i++) {
		if ((bits & types[i].bits) != types[i].bits)
			continue;
		buf_addf(out, "%s%s", out->len ? ", " : "", types[i].name);
		bits &= ~types[i].bits;
	}
	if (bits & COMPAT_DECIMAL)
		buf_addf(out, "%snumber with decimals", out->len ? ", " : "");
	if (bits & (COMPAT_TRUE | COMPAT_FALSE))
		buf_addf(out, "%s%s", out->len ? ", " : "",
			 bits & COMPAT_TRUE ? "true" : "false");
}

/* Types that the keyword `type` itself lets through. */
static unsigned said_types(const struct compat_parts *p)
{
	unsigned all = COMPAT_ANY, some;
	const struct yt_node *n, *c;
	size_t at = 0;

	while ((n = compat_next(p, "type", &at))) {
		if (n->type == YT_SCALAR) {
			all &= type_bits(n);
			continue;
		}
		some = 0;
		yt_each (n, c)
			some |= type_bits(c);
		all &= some;
	}
	return all;
}

void compat_compare_types(struct compat_run *c, const struct compat_pair *p)
{
	const struct yt_node *was = compat_get(p->was, "type");
	const struct yt_node *is = compat_get(p->is, "type");
	unsigned gone = p->was_types & ~said_types(p->is);
	unsigned come = p->is_types & ~said_types(p->was);
	struct buf words = BUF_INIT(LIST_CEILING);

	if (gone) {
		put_types(&words, gone);
		compat_tell(c, COMPAT_BREAKING, "type", was, is,
			    "no longer allowed: %s", buf_str(&words));
	}
	buf_clear(&words);
	if (come) {
		put_types(&words, come);
		compat_tell(c, COMPAT_READER, "type", was, is,
			    "allowed now: %s", buf_str(&words));
	}
	buf_release(&words);
}

/* ---- enum and const ------------------------------------------------------ */

/* A value as a text that is equal where the value is, and as written. */
struct value {
	char *text;
	const struct yt_node *node;
};

/* Sorted by text. */
struct values {
	struct value *v;
	size_t n, cap;
	bool any; /* there is no list: every value */
	const struct yt_node *node;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct value *)a)->text,
		      ((const struct value *)b)->text);
}

static void add_value(struct values *to, const struct yt_node *n,
		      unsigned allowed)
{
	struct buf b = BUF_INIT(VALUES_CEILING);

	if (!(value_bits(n) & allowed))
		return;
	compat_put_value(&b, n);
	to->v = mem_grow(to->v, to->n, &to->cap, sizeof(*to->v));
	to->v[to->n++] = (struct value){mem_strdup(buf_str(&b)), n};
	buf_release(&b);
}

static void release_values(struct values *v)
{
	while (v->n)
		free(v->v[--v->n].text);
	free(v->v);
}

static bool has_value(const struct values *v, struct value what)
{
	return v->any ||
	       (v->n && bsearch(&what, v->v, v->n, sizeof(*v->v), by_text));
}

/* Those of a list that are in `other` as well. */
static void keep_common(struct values *v, const struct values *other)
{
	size_t left = 0, i;

	for (i = 0; i < v->n; i++) {
		if (has_value(other, v->v[i]))
			v->v[left++] = v->v[i];
		else
			free(v->v[i].text);
	}
	v->n = left;
}

static void take_values(struct values *to, const struct yt_node *n, bool list,
			unsigned allowed)
{
	struct values all = {.any = false};
	const struct yt_node *c;

	if (list && n->type == YT_LIST) {
		yt_each (n, c)
			add_value(&all, c, allowed);
	} else {
		add_value(&all, n, allowed);
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_text);
	if (to->any) {
		*to = all;
		to->node = n;
		return;
	}
	keep_common(to, &all);
	release_values(&all);
}

static struct values values_of(const struct compat_parts *p, unsigned allowed)
{
	struct values v = {.any = true};
	const struct yt_node *n;
	size_t at = 0;

	while ((n = compat_next(p, "enum", &at)))
		take_values(&v, n, true, allowed);
	at = 0;
	while ((n = compat_next(p, "const", &at)))
		take_values(&v, n, false, allowed);
	return v;
}

/* Append what is in `v` and not in `other`; how many. */
static size_t put_rest(struct buf *out, const struct values *v,
		       const struct values *other)
{
	size_t n = 0, i;

	for (i = 0; i < v->n; i++) {
		struct buf b = BUF_INIT(VALUES_CEILING);

		if (has_value(other, v->v[i]))
			continue;
		yt_put_json(&b, v->v[i].node);
		if (out->len + b.len + 8 < LIST_CEILING && !out->over)
			buf_addf(out, "%s%s", n ? ", " : "", buf_str(&b));
		else if (!out->over) {
			buf_addf(out, "%s...", n ? ", " : "");
			out->over = true;
		}
		buf_release(&b);
		n++;
	}
	return n;
}

/* true, false and null are all there is of their types. */
#define COMPAT_FEW (COMPAT_NULL | COMPAT_TRUE | COMPAT_FALSE)

/* What of `v` is not in `other`, in words; `bits` are the types of `v`, and
 * where there is no list they stand for the values.  How many. */
static size_t put_only(struct buf *out, const struct values *v, unsigned bits,
		       const struct values *other, unsigned other_bits)
{
	if (!v->any)
		return put_rest(out, v, other);
	put_types(out, bits & ~other_bits);
	return out->len;
}

/* Values of types that both sides name; of others, see above. */
void compat_compare_values(struct compat_run *c, const struct compat_pair *p)
{
	unsigned both = said_types(p->was) & said_types(p->is);
	unsigned was_types = p->was_types & both;
	unsigned is_types = p->is_types & both;
	struct values was = values_of(p->was, both);
	struct values is = values_of(p->is, both);
	struct buf gone = BUF_INIT(LIST_CEILING), come = BUF_INIT(LIST_CEILING);
	const struct yt_node *at = is.node ? is.node : was.node;
	const char *key = at ? at->key : "enum";

	if (was.any && is.any)
		return;
	if (was.any && was_types & ~COMPAT_FEW)
		compat_tell(c, COMPAT_BREAKING, key, NULL, is.node,
			    "only certain values are allowed now");
	else if (is.any && is_types & ~COMPAT_FEW)
		compat_tell(c, COMPAT_READER, key, was.node, NULL,
			    "any value is allowed now");
	else {
		if (put_only(&gone, &was, was_types, &is, is_types))
			compat_tell(c, COMPAT_BREAKING, key, was.node, is.node,
				    "no longer allowed: %s", buf_str(&gone));
		if (put_only(&come, &is, is_types, &was, was_types))
			compat_tell(c, COMPAT_READER, key, was.node, is.node,
				    "allowed now: %s", buf_str(&come));
	}
	buf_release(&gone);
	buf_release(&come);
	release_values(&was);
	release_values(&is);
}
