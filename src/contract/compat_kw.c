/*
 * compat_kw.c - contracts compared: single keywords of a schema
 */
#include <stdlib.h>

#include "contract/compat.h"
#include "contract/jnum.h"
#include "core/mem.h"
#include "core/rec.h"

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

static void compare_types(struct compat_run *c, const struct compat_pair *p)
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

static void compare_values(struct compat_run *c, const struct compat_pair *p)
{
	unsigned both = p->was_types & p->is_types;
	struct values was = values_of(p->was, both);
	struct values is = values_of(p->is, both);
	struct buf gone = BUF_INIT(LIST_CEILING), come = BUF_INIT(LIST_CEILING);
	const struct yt_node *at = is.node ? is.node : was.node;
	const char *key = at ? at->key : "enum";

	/* true, false and null are all there is of their types */
	if (was.any && !is.any &&
	    both & ~(COMPAT_NULL | COMPAT_TRUE | COMPAT_FALSE))
		compat_tell(c, COMPAT_BREAKING, key, NULL, is.node,
			    "only certain values are allowed now");
	else if (is.any && !was.any &&
		 both & ~(COMPAT_NULL | COMPAT_TRUE | COMPAT_FALSE))
		compat_tell(c, COMPAT_READER, key, was.node, NULL,
			    "any value is allowed now");
	else {
		if (!was.any && put_rest(&gone, &was, &is))
			compat_tell(c, COMPAT_BREAKING, key, was.node, is.node,
				    "no longer allowed: %s", buf_str(&gone));
		if (!is.any && put_rest(&come, &is, &was))
			compat_tell(c, COMPAT_READER, key, was.node, is.node,
				    "allowed now: %s", buf_str(&come));
	}
	buf_release(&gone);
	buf_release(&come);
	release_values(&was);
	release_values(&is);
}

/* ---- bounds -------------------------------------------------------------- */

struct bound_kind {
	const char *key, *strict; /* the other one excludes the bound itself */
	bool lower;
	bool count; /* of 0 or more */
	unsigned types;
};

struct bound {
	struct jnum num;
	bool strict;
	const struct yt_node *node; /* NULL: no bound */
};

/* Above 0 where `a` is the narrower one. */
static int narrower(const struct bound_kind *k, const struct bound *a,
		    const struct bound *b)
{
	int order;

	if (!a->node || !b->node)
		return (a->node != NULL) - (b->node != NULL);
	order = jnum_cmp(a->num, b->num);
	if (order)
		return k->lower ? order : -order;
	return a->strict - b->strict;
}

static void take_bounds(struct bound *to, const struct bound_kind *k,
			const struct compat_parts *p, bool strict)
{
	const char *key = strict ? k->strict : k->key;
	const struct yt_node *n;
	size_t at = 0;

	while (key && (n = compat_next(p, key, &at))) {
		struct bound b = {jnum_of(span_of(n->text)), strict, n};

		/* no text has fewer than 0 characters */
		if (k->count && k->lower && !b.num.n)
			continue;
		if (narrower(k, &b, to) > 0)
			*to = b;
	}
}

static struct bound bound_of(const struct bound_kind *k,
			     const struct compat_parts *p)
{
	struct bound b = {.node = NULL};

	take_bounds(&b, k, p, false);
	take_bounds(&b, k, p, true);
	return b;
}

static void compare_bound(struct compat_run *c, const struct compat_pair *p,
			  const struct bound_kind *k)
{
	struct bound was = bound_of(k, p->was), is = bound_of(k, p->is);
	int way = narrower(k, &is, &was);
	enum compat_class class = way > 0 ? COMPAT_BREAKING : COMPAT_FINE;
	const char *key = is.node    ? is.node->key
			  : was.node ? was.node->key
				     : k->key;

	if (!way || !(p->was_types & k->types))
		return;
	if (!was.node)
		compat_tell(c, class, key, NULL, is.node, "%s is new",
			    is.node->text);
	else if (!is.node)
		compat_tell(c, class, key, was.node, NULL, "%s is gone",
			    was.node->text);
	else if (jnum_cmp(was.num, is.num))
		compat_tell(c, class, key, was.node, is.node,
			    "%s from %s to %s",
			    (way > 0) == k->lower ? "raised" : "lowered",
			    was.node->text, is.node->text);
	else
		compat_tell(c, class, key, was.node, is.node,
			    "the bound itself, %s, is %s now", is.node->text,
			    way > 0 ? "refused" : "allowed");
}

static const struct bound_kind bounds[] = {
	{"minimum", "exclusiveMinimum", true, false, COMPAT_NUMBER},
	{"maximum", "exclusiveMaximum", false, false, COMPAT_NUMBER},
	{"minLength", NULL, true, true, COMPAT_TEXT},
	{"maxLength", NULL, false, true, COMPAT_TEXT},
	{"minItems", NULL, true, true, COMPAT_ARRAY},
	{"maxItems", NULL, false, true, COMPAT_ARRAY},
	{"minProperties", NULL, true, true, COMPAT_OBJECT},
	{"maxProperties", NULL, false, true, COMPAT_OBJECT},
};

/* Whether what satisfies all steps of `p` satisfies `step`. */
static bool steps_imply(const struct compat_parts *p, unsigned its_types,
			struct jnum step)
{
	struct jnum one = jnum_of(SPAN("1"));
	const struct yt_node *n;
	size_t at = 0;

	if (!(its_types & COMPAT_DECIMAL) && jnum_is_multiple(one, step))
		return true;
	while ((n = compat_next(p, "multipleOf", &at)))
		if (jnum_is_multiple(jnum_of(span_of(n->text)), step))
			return true;
	return false;
}

static void compare_steps(struct compat_run *c, const struct compat_pair *p)
{
	const struct yt_node *was = compat_get(p->was, "multipleOf");
	const struct yt_node *is = compat_get(p->is, "multipleOf"), *n;
	size_t at = 0;

	if (!(p->was_types & COMPAT_NUMBER))
		return;
	while ((n = compat_next(p->is, "multipleOf", &at)))
		if (!steps_imply(p->was, p->was_types,
				 jnum_of(span_of(n->text)))) {
			compat_tell(c, COMPAT_BREAKING, "multipleOf", was, n,
				    was ? "was %s, is %s" : "%s%s is new",
				    was ? was->text : "", n->text);
			return;
		}
	at = 0;
	while ((n = compat_next(p->was, "multipleOf", &at)))
		if (!steps_imply(p->is, p->is_types,
				 jnum_of(span_of(n->text)))) {
			compat_tell(c, COMPAT_FINE, "multipleOf", n, is,
				    is ? "was %s, is %s" : "%s%s is gone",
				    n->text, is ? is->text : "");
			return;
		}
}

/* ---- texts --------------------------------------------------------------- */

/* Formats of which every text of the first is one of the second. */
static const char *const wider[][2] = {
	{"email", "idn-email"},
	{"uri", "iri"},
	{"uri", "uri-reference"},
	{"uri", "iri-reference"},
	{"uri-reference", "iri-reference"},
	{"iri", "iri-reference"},
};

static bool formats_imply(const struct compat_parts *p, const char *format)
{
	const struct yt_node *n;
	size_t at = 0, i;

	while ((n = compat_next(p, "format", &at))) {
		if (!strcmp(n->text, format))
			return true;
		for (i = 0; i < sizeof(wider) / sizeof(*wider); i++)
			if (!strcmp(n->text, wider[i][0]) &&
			    !strcmp(format, wider[i][1]))
				return true;
	}
	return false;
}

static bool has_text(const struct compat_parts *p, const char *key,
		     const char *text)
{
	const struct yt_node *n;
	size_t at = 0;

	while ((n = compat_next(p, key, &at)))
		if (!strcmp(n->text, text))
			return true;
	return false;
}

/* `unsure`: of two that differ, nobody knows which lets more through. */
static void compare_text(struct compat_run *c, const struct compat_pair *p,
			 const char *key, bool unsure)
{
	const struct yt_node *was = compat_get(p->was, key);
	const struct yt_node *is = compat_get(p->is, key), *n;
	enum compat_class other = unsure ? COMPAT_UNKNOWN : COMPAT_BREAKING;
	size_t at = 0;

	if (!(p->was_types & COMPAT_TEXT))
		return;
	while ((n = compat_next(p->is, key, &at))) {
		if (unsure ? has_text(p->was, key, n->text)
			   : formats_imply(p->was, n->text))
			continue;
		if (was)
			compat_tell(c, other, key, was, n, "was %s, is %s",
				    was->text, n->text);
		else
			compat_tell(c, COMPAT_BREAKING, key, NULL, n,
				    "%s is new", n->text);
		return;
	}
	at = 0;
	while ((n = compat_next(p->was, key, &at)))
		if (!has_text(p->is, key, n->text)) {
			compat_tell(c, COMPAT_FINE, key, n, is, "%s is gone",
				    n->text);
			return;
		}
}

static bool any_true(const struct compat_parts *p, const char *key)
{
	const struct yt_node *n;
	size_t at = 0;

	while ((n = compat_next(p, key, &at)))
		if (yt_is_true(n))
			return true;
	return false;
}

static void compare_flag(struct compat_run *c, const struct compat_pair *p,
			 const char *key, enum compat_class set,
			 const char *words, const char *gone)
{
	bool was = any_true(p->was, key), is = any_true(p->is, key);

	if (was == is)
		return;
	compat_tell(c, is ? set : COMPAT_FINE, key, compat_get(p->was, key),
		    compat_get(p->is, key), "%s", is ? words : gone);
}

/* ---- x- keywords --------------------------------------------------------- */

static bool is_in(const struct yt_node *list, const char *text)
{
	const struct yt_node *c;

	if (list->type == YT_SCALAR)
		return !strcmp(list->text, text);
	yt_each (list, c)
		if (c->type == YT_SCALAR && !strcmp(c->text, text))
			return true;
	return false;
}

/* All names of `a` are in `b`; each is a name or a list of them. */
static bool names_in(const struct yt_node *a, const struct yt_node *b)
{
	const struct yt_node *c;

	if (a->type == YT_SCALAR)
		return is_in(b, a->text);
	yt_each (a, c)
		if (!is_in(b, c->text))
			return false;
	return true;
}

/* What names a record: with more fields, fewer records are the same. */
static void compare_key(struct compat_run *c, const struct compat_pair *p)
{
	const struct yt_node *was = compat_get(p->was, "x-key");
	const struct yt_node *is = compat_get(p->is, "x-key");

	if (!is && was)
		compat_tell(c, COMPAT_FINE, "x-key", was, NULL,
			    "these fields may have the same values in several "
			    "records now");
	if (is && !was)
		compat_tell(c, COMPAT_BREAKING, "x-key", NULL, is,
			    "records with the same values in these fields are "
			    "refused now");
	if (is && was && !(names_in(was, is) && names_in(is, was)))
		compat_tell(c, COMPAT_BREAKING, "x-key", was, is,
			    "other fields name a record");
}

static void compare_ref(struct compat_run *c, const struct compat_pair *p)
{
	const struct yt_node *was = compat_get(p->was, "x-ref");
	const struct yt_node *is = compat_get(p->is, "x-ref"), *n;
	size_t at = 0;

	while ((n = compat_next(p->is, "x-ref", &at)))
		if (!has_text(p->was, "x-ref", n->text)) {
			compat_tell(c, COMPAT_BREAKING, "x-ref", was, n,
				    was ? "named a %s, names a %s"
					: "%sthe text must name a %s now",
				    was ? was->text : "", n->text);
			return;
		}
	if (was && !is)
		compat_tell(c, COMPAT_READER, "x-ref", was, NULL,
			    "need no longer name a %s", was->text);
}

/* A keyword whose value is the same, or is not. */
static void compare_whole(struct compat_run *c, const struct compat_pair *p,
			  const char *key, enum compat_class added,
			  enum compat_class changed, const char *added_words,
			  const char *changed_words)
{
	const struct yt_node *was = compat_get(p->was, key);
	const struct yt_node *is = compat_get(p->is, key);

	if ((!was && !is) || compat_same(c, p, key))
		return;
	if (!is)
		compat_tell(c, COMPAT_FINE, key, was, NULL, "is gone");
	else if (!was)
		compat_tell(c, added, key, NULL, is, "%s", added_words);
	else
		compat_tell(c, changed, key, was, is, "%s", changed_words);
}

/* Only what is refused one day breaks anything. */
static void compare_deprecated(struct compat_run *c,
			       const struct compat_pair *p)
{
	const struct yt_node *is = compat_get(p->is, "x-deprecated");
	const struct yt_node *day = yt_get(is, "refuse_from");

	if (is && !day)
		compare_whole(c, p, "x-deprecated", COMPAT_READER,
			      COMPAT_READER, "is on its way out",
			      "is on its way out, in another way");
	else
		compare_whole(c, p, "x-deprecated", COMPAT_BREAKING,
			      COMPAT_BREAKING, "is refused from a day on",
			      "is refused from another day on");
}

static void compare_extensions(struct compat_run *c,
			       const struct compat_pair *p)
{
	compare_key(c, p);
	compare_ref(c, p);
	compare_flag(c, p, "x-unique", COMPAT_BREAKING,
		     "no two records may have the same value now",
		     "several records may have the same value now");
	compare_flag(c, p, "x-sensitive", COMPAT_FINE,
		     "the value is masked in rejects now",
		     "the value is no longer masked in rejects");
	compare_whole(c, p, "x-owner", COMPAT_READER, COMPAT_READER,
		      "who owns the field in Odoo is agreed now",
		      "another one owns the field in Odoo");
	compare_whole(c, p, "x-rules", COMPAT_BREAKING, COMPAT_BREAKING,
		      "rules over several fields or records are new",
		      "the rules over several fields or records are others");
	compare_whole(c, p, "x-duplicates", COMPAT_BREAKING, COMPAT_BREAKING,
		      "records are held against each other now",
		      "records are held against each other in another way");
	compare_deprecated(c, p);
}

/* ---- all ----------------------------------------------------------------- */

/* Keywords that are compared here, in compat.c, or as notes. */
static bool is_handled(const char *key)
{
	static const char *const keys[] = {"type",
					   "enum",
					   "const",
					   "minimum",
					   "maximum",
					   "exclusiveMinimum",
					   "exclusiveMaximum",
					   "minLength",
					   "maxLength",
					   "minItems",
					   "maxItems",
					   "minProperties",
					   "maxProperties",
					   "multipleOf",
					   "pattern",
					   "format",
					   "uniqueItems",
					   "x-key",
					   "x-ref",
					   "x-unique",
					   "x-sensitive",
					   "x-owner",
					   "x-rules",
					   "x-duplicates",
					   "x-deprecated",
					   "$ref",
					   "allOf",
					   "required",
					   "properties",
					   "patternProperties",
					   "additionalProperties",
					   "unevaluatedProperties",
					   "propertyNames",
					   "items",
					   "prefixItems",
					   "unevaluatedItems",
					   "anyOf",
					   "then",
					   "else",
					   "minContains",
					   "maxContains",
					   "dependentRequired"};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (!strcmp(keys[i], key))
			return true;
	return compat_is_note(key);
}

/* Keywords that only are the same or are not: not, if, oneOf, contains, ... */
static void compare_others(struct compat_run *c, const struct compat_pair *p,
			   const struct compat_parts *from)
{
	const struct yt_node *n;
	size_t i;

	for (i = 0; i < from->n; i++)
		yt_each (from->v[i], n)
			/* each once, also where both sides have it */
			if (!is_handled(n->key) &&
			    (from == p->is || !compat_get(p->is, n->key)))
				compare_whole(c, p, n->key, COMPAT_UNKNOWN,
					      COMPAT_UNKNOWN,
					      "is new: what it refuses is not "
					      "worked out",
					      "is not the same: whether it "
					      "refuses more is not worked out");
}

static void compare_branches(struct compat_run *c, const struct compat_pair *p)
{
	static const char *const keys[] = {"then", "else", "minContains",
					   "maxContains"};
	size_t i;

	for (i = 0; i < 4; i++) {
		const char *of = i < 2 ? "if" : "contains";

		if (compat_get(p->was, of) && compat_get(p->is, of))
			compare_whole(c, p, keys[i], COMPAT_UNKNOWN,
				      COMPAT_UNKNOWN,
				      "is new: what it refuses is not worked "
				      "out",
				      "is not the same: whether it refuses "
				      "more is not worked out");
	}
}

void compat_keywords(struct compat_run *c, const struct compat_pair *p)
{
	size_t i;

	compare_types(c, p);
	compare_values(c, p);
	for (i = 0; i < sizeof(bounds) / sizeof(*bounds); i++)
		compare_bound(c, p, &bounds[i]);
	compare_steps(c, p);
	compare_text(c, p, "pattern", true);
	compare_text(c, p, "format", false);
	if (p->was_types & COMPAT_ARRAY)
		compare_flag(c, p, "uniqueItems", COMPAT_BREAKING,
			     "entries that are the same are refused now",
			     "entries may be the same now");
	compare_extensions(c, p);
	compare_others(c, p, p->is);
	compare_others(c, p, p->was);
	compare_branches(c, p);
}

void compat_notes(struct compat_run *c, const struct compat_pair *p)
{
	static const char *const notes[] = {"title", "description", "default",
					    "examples", "deprecated"};
	struct buf a = BUF_INIT(VALUES_CEILING), b = BUF_INIT(VALUES_CEILING);
	size_t i;

	for (i = 0; i < sizeof(notes) / sizeof(*notes); i++) {
		const struct yt_node *was = compat_get(p->was, notes[i]);
		const struct yt_node *is = compat_get(p->is, notes[i]);

		buf_clear(&a);
		buf_clear(&b);
		if (was)
			compat_put_value(&a, was);
		if (is)
			compat_put_value(&b, is);
		if (!span_eq(buf_span(&a), buf_span(&b)))
			compat_tell(c, COMPAT_FINE, notes[i], was, is,
				    "a note: %s",
				    !was  ? "new"
				    : !is ? "gone"
					  : "in other words");
	}
	buf_release(&a);
	buf_release(&b);
}
