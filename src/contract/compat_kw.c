/*
 * compat_kw.c - contracts compared: single keywords of a schema
 */
#include <stdlib.h>

#include "contract/compat.h"
#include "contract/jnum.h"
#include "core/mem.h"
#include "core/rec.h"

/* Room for what a note says. */
#define VALUES_CEILING ((size_t)4 << 20)

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

/* The only part with `contains`; NULL: there is none, or there are several. */
static const struct yt_node *only_contains(const struct compat_parts *p)
{
	const struct yt_node *found = NULL;
	size_t i;

	for (i = 0; i < p->n; i++) {
		if (!yt_get(p->v[i], "contains"))
			continue;
		if (found)
			return NULL;
		found = p->v[i];
	}
	return found;
}

/* How many elements `contains` wants, at least (1 where nothing is said) or at
 * most. */
static void compare_counts(struct compat_run *c, const struct compat_pair *p,
			   const char *key, bool least)
{
	const struct yt_node *old = only_contains(p->was), *was, *is;
	const struct yt_node *new = only_contains(p->is);
	struct jnum one = jnum_of(SPAN("1"));
	int order;

	if (!old || !new) {
		if (!compat_same(c, p, key))
			compat_tell(c, COMPAT_UNKNOWN, key,
				    compat_get(p->was, key),
				    compat_get(p->is, key),
				    "is not the same: whether it refuses more "
				    "is not worked out");
		return;
	}
	was = yt_get(old, key);
	is = yt_get(new, key);
	if (!least && (!was || !is))
		order = (is != NULL) - (was != NULL);
	else {
		order = jnum_cmp(is ? jnum_of(span_of(is->text)) : one,
				 was ? jnum_of(span_of(was->text)) : one);
		order = least ? order : -order;
	}
	if (!order)
		return;
	compat_tell(c, order > 0 ? COMPAT_BREAKING : COMPAT_FINE, key, was, is,
		    "was %s, is %s",
		    was     ? was->text
		    : least ? "1"
			    : "without bound",
		    is      ? is->text
		    : least ? "1"
			    : "without bound");
}

static void compare_branches(struct compat_run *c, const struct compat_pair *p)
{
	static const char *const keys[] = {"then", "else"};
	size_t i;

	for (i = 0; i < 2; i++)
		if (compat_get(p->was, "if") && compat_get(p->is, "if"))
			compare_whole(c, p, keys[i], COMPAT_UNKNOWN,
				      COMPAT_UNKNOWN,
				      "is new: what it refuses is not worked "
				      "out",
				      "is not the same: whether it refuses "
				      "more is not worked out");
	if (!(p->was_types & COMPAT_ARRAY) || !compat_get(p->was, "contains") ||
	    !compat_get(p->is, "contains"))
		return;
	compare_counts(c, p, "minContains", true);
	compare_counts(c, p, "maxContains", false);
}

void compat_keywords(struct compat_run *c, const struct compat_pair *p)
{
	size_t i;

	compat_compare_types(c, p);
	compat_compare_values(c, p);
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
