#include "contract/compat.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "contract/ecma.h"
#include "core/mem.h"
#include "core/rec.h"

/* Where a comparison gives up, and says so. */
#define DEPTH_MAX    200
#define STEPS_MAX    100000
#define NAMES_MAX    10000
#define WORDS_MAX    2048
#define PREFIX_MAX   1000
#define BRANCHES_MAX 100

const char *const compat_word[COMPAT_CLASSES] = {"compatible", "reader",
						 "unknown", "breaking"};

/* ---- what is told -------------------------------------------------------- */

static size_t line_of(const struct yt_node *n, size_t otherwise)
{
	if (!n)
		return otherwise;
	return n->key ? n->key_line : n->line;
}

static size_t enter(struct compat_run *c, const char *step)
{
	size_t was = c->place.len;

	buf_addc(&c->place, '/');
	for (; *step; step++) {
		if (*step == '~' || *step == '/')
			buf_adds(&c->place, *step == '~' ? "~0" : "~1");
		else
			buf_addc(&c->place, *step);
	}
	return was;
}

static void leave(struct compat_run *c, size_t was)
{
	c->place.len = was;
}

void compat_tell(struct compat_run *c, enum compat_class class, const char *key,
		 const struct yt_node *was, const struct yt_node *is,
		 const char *fmt, ...)
{
	struct compat *out = c->out;
	char words[WORDS_MAX];
	size_t at = c->place.len;
	va_list ap;
	struct compat_change *t;

	if (class > c->worst)
		c->worst = class;
	if (c->silent)
		return;
	va_start(ap, fmt);
	if (vsnprintf(words, sizeof(words), fmt, ap) < 0)
		words[0] = '\0';
	va_end(ap);
	if (key)
		enter(c, key);
	out->change =
		mem_grow(out->change, out->n, &out->cap, sizeof(*out->change));
	t = &out->change[out->n++];
	t->class = class;
	t->place = mem_strdup(c->place.len ? buf_str(&c->place) : "/");
	t->what = mem_strdup(words);
	t->old_line = line_of(was, c->old_line);
	t->new_line = line_of(is, c->new_line);
	out->count[class]++;
	leave(c, at);
}

enum compat_class compat_try(struct compat_run *c,
			     const struct compat_parts *was,
			     const struct compat_parts *is)
{
	enum compat_class before = c->worst, got;

	c->worst = COMPAT_FINE;
	c->silent++;
	compat_schemas(c, was, is);
	c->silent--;
	got = c->worst;
	c->worst = before;
	return got;
}

static bool is_open(const struct compat_parts *p)
{
	return !p->never && !p->n && !p->unclear;
}

/* ---- members ------------------------------------------------------------- */

static void add_patterns(const struct compat_side *s, const struct yt_node *n,
			 const char *name, struct compat_parts *to, bool *met)
{
	const struct yt_node *patterns = yt_get(n, "patternProperties"), *c;
	struct err ignored = ERR_INIT;

	if (!patterns || patterns->type != YT_MAP)
		return;
	yt_each (patterns, c) {
		struct ecma *p = ecma_new(span_of(c->key), &ignored);

		if (p && ecma_match(p, span_of(name)) == ECMA_YES) {
			compat_flatten(s, c, to);
			*met = true;
		}
		ecma_free(p);
	}
}

/*
 * What holds for the member `name` (NULL: any that nothing names); whether a
 * part speaks of it by name.
 */
static bool member_of(const struct compat_side *s, const struct compat_parts *p,
		      const char *name, struct compat_parts *to)
{
	bool named = false, looked_at = false;
	const struct yt_node *rest;
	size_t i, at = 0;

	for (i = 0; i < p->n; i++) {
		const struct yt_node *n = p->v[i];
		const struct yt_node *m =
			name ? yt_get(yt_get(n, "properties"), name) : NULL;
		bool met = m != NULL;

		if (m) {
			compat_flatten(s, m, to);
			named = true;
		}
		if (name)
			add_patterns(s, n, name, to, &met);
		rest = yt_get(n, "additionalProperties");
		if (!met && rest)
			compat_flatten(s, rest, to);
		looked_at |= met || rest;
	}
	while (!looked_at &&
	       (rest = compat_next(p, "unevaluatedProperties", &at)))
		compat_flatten(s, rest, to);
	return named;
}

static bool is_required(const struct compat_parts *p, const char *name)
{
	const struct yt_node *list, *c;
	size_t at = 0;

	while ((list = compat_next(p, "required", &at)))
		yt_each (list, c)
			if (c->type == YT_SCALAR && !strcmp(c->text, name))
				return true;
	return false;
}

static const struct yt_node *named_node(const struct compat_parts *p,
					const char *name)
{
	const struct yt_node *props, *n;
	size_t at = 0;

	while ((props = compat_next(p, "properties", &at))) {
		n = yt_get(props, name);
		if (n)
			return n;
	}
	return NULL;
}

static void compare_member(struct compat_run *c, const struct compat_pair *p,
			   const char *name)
{
	struct compat_parts was = {.n = 0}, is = {.n = 0};
	bool had = member_of(&c->was, p->was, name, &was);
	bool has = member_of(&c->is, p->is, name, &is);
	const struct yt_node *was_at = named_node(p->was, name);
	const struct yt_node *is_at = named_node(p->is, name);
	size_t at = enter(c, "properties"), old = c->old_line,
	       new = c->new_line;

	enter(c, name);
	c->old_line = line_of(was_at, old);
	c->new_line = line_of(is_at, new);
	if (was.never && !is.never) {
		if (!is_required(p->is, name))
			compat_tell(c, COMPAT_FINE, NULL, was_at, is_at,
				    "a new field that may be left out");
	} else if (is.never && !was.never) {
		compat_tell(c, COMPAT_BREAKING, NULL, was_at, is_at,
			    "the field is refused now");
	} else if (had && !has && compat_try(c, &was, &is) <= COMPAT_READER) {
		compat_tell(c, COMPAT_READER, NULL, was_at, NULL,
			    "the contract no longer says what it is");
	} else if (has && !had && is_open(&was) &&
		   compat_try(c, &was, &is) == COMPAT_FINE) {
		compat_tell(c, COMPAT_FINE, NULL, NULL, is_at,
			    "the contract says what it is now");
	} else {
		compat_schemas(c, &was, &is);
	}
	c->old_line = old;
	c->new_line = new;
	leave(c, at);
}

struct names {
	const char **v;
	size_t n, cap;
};

static void add_names(struct names *to, const struct compat_parts *p)
{
	const struct yt_node *props, *c;
	size_t at = 0;

	while ((props = compat_next(p, "properties", &at))) {
		if (props->type != YT_MAP)
			continue;
		yt_each (props, c) {
			to->v = mem_grow(to->v, to->n, &to->cap,
					 sizeof(*to->v));
			to->v[to->n++] = c->key;
		}
	}
}

/* What of `p` is not named by the earlier ones. */
static bool is_named(const struct compat_parts *p, const char *name)
{
	return named_node(p, name) != NULL;
}

static void compare_named(struct compat_run *c, const struct compat_pair *p)
{
	struct names is = {NULL, 0, 0}, was = {NULL, 0, 0};
	size_t i;

	add_names(&is, p->is);
	add_names(&was, p->was);
	if (is.n + was.n > NAMES_MAX) {
		compat_tell(c, COMPAT_UNKNOWN, "properties",
			    compat_get(p->was, "properties"),
			    compat_get(p->is, "properties"),
			    "there are too many fields to be compared");
	} else {
		for (i = 0; i < is.n; i++)
			compare_member(c, p, is.v[i]);
		for (i = 0; i < was.n; i++)
			if (!is_named(p->is, was.v[i]))
				compare_member(c, p, was.v[i]);
	}
	free(is.v);
	free(was.v);
}

/* Patterns of names: where they are not the same, what is meant is open. */
static void compare_patterns(struct compat_run *c, const struct compat_pair *p)
{
	const struct yt_node *was = compat_get(p->was, "patternProperties");
	const struct yt_node *is = compat_get(p->is, "patternProperties");

	if ((!was && !is) || compat_same(c, p, "patternProperties"))
		return;
	compat_tell(c, COMPAT_UNKNOWN, "patternProperties", was, is,
		    "is not the same: which fields that concerns is not "
		    "worked out");
}

/* unevaluatedProperties means what all the rest leaves over. */
static bool leaves_open(const struct compat_parts *p)
{
	static const char *const keys[] = {"anyOf", "oneOf", "if",
					   "$dynamicRef", "dependentSchemas"};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (compat_get(p, keys[i]))
			return true;
	return false;
}

static void compare_rest(struct compat_run *c, const struct compat_pair *p)
{
	struct compat_parts was = {.n = 0}, is = {.n = 0};
	const struct yt_node *open = compat_get(p->is, "unevaluatedProperties");
	const char *key = open ? open->key : "additionalProperties";
	size_t at;

	member_of(&c->was, p->was, NULL, &was);
	member_of(&c->is, p->is, NULL, &is);
	if ((open && leaves_open(p->is)) ||
	    (compat_get(p->was, "unevaluatedProperties") &&
	     leaves_open(p->was) && !is_open(&is))) {
		compat_tell(c, COMPAT_UNKNOWN, key,
			    compat_get(p->was, "unevaluatedProperties"), open,
			    "which fields that concerns is not worked out");
		return;
	}
	if (was.never && is.never)
		return;
	if (is.never) {
		compat_tell(c, COMPAT_BREAKING, key, compat_get(p->was, key),
			    compat_get(p->is, key),
			    "fields that are not listed are refused now");
		return;
	}
	if (was.never) {
		compat_tell(c, COMPAT_READER, key, compat_get(p->was, key),
			    compat_get(p->is, key),
			    "fields that are not listed are allowed now");
		return;
	}
	at = enter(c, key);
	compat_schemas(c, &was, &is);
	leave(c, at);
}

static void compare_required(struct compat_run *c, const struct compat_pair *p)
{
	const struct yt_node *was = compat_get(p->was, "required");
	const struct yt_node *is = compat_get(p->is, "required"), *list, *n;
	size_t at = 0;

	while ((list = compat_next(p->is, "required", &at)))
		yt_each (list, n)
			if (n->type == YT_SCALAR &&
			    !is_required(p->was, n->text))
				compat_tell(c, COMPAT_BREAKING, "required", was,
					    n, "%s must be there now", n->text);
	at = 0;
	while ((list = compat_next(p->was, "required", &at)))
		yt_each (list, n)
			if (n->type == YT_SCALAR &&
			    !is_required(p->is, n->text))
				compat_tell(c, COMPAT_READER, "required", n, is,
					    "%s may be left out now", n->text);
}

/* A keyword with one schema of its own. */
static void compare_below(struct compat_run *c, const struct compat_pair *p,
			  const char *key)
{
	struct compat_parts was = {.n = 0}, is = {.n = 0};
	const struct yt_node *n;
	size_t i = 0, k = 0, at;

	while ((n = compat_next(p->was, key, &i)))
		compat_flatten(&c->was, n, &was);
	while ((n = compat_next(p->is, key, &k)))
		compat_flatten(&c->is, n, &is);
	at = enter(c, key);
	compat_schemas(c, &was, &is);
	leave(c, at);
}

static void compare_dependent(struct compat_run *c, const struct compat_pair *p)
{
	static const char key[] = "dependentRequired";
	const struct yt_node *was = compat_get(p->was, key);
	const struct yt_node *is = compat_get(p->is, key);

	if ((!was && !is) || compat_same(c, p, key))
		return;
	if (!is)
		compat_tell(c, COMPAT_READER, key, was, NULL, "is gone");
	else if (!was)
		compat_tell(c, COMPAT_BREAKING, key, NULL, is,
			    "fields must be there now where others are");
	else
		compat_tell(c, COMPAT_UNKNOWN, key, was, is,
			    "is not the same: whether it refuses more is not "
			    "worked out");
}

static void compare_objects(struct compat_run *c, const struct compat_pair *p)
{
	compare_required(c, p);
	compare_named(c, p);
	compare_patterns(c, p);
	compare_rest(c, p);
	if (compat_get(p->was, "propertyNames") ||
	    compat_get(p->is, "propertyNames"))
		compare_below(c, p, "propertyNames");
	compare_dependent(c, p);
}

/* ---- elements ------------------------------------------------------------ */

/* What holds for element `i`, or for those behind all that are counted. */
static void element_of(const struct compat_side *s,
		       const struct compat_parts *p, size_t i,
		       struct compat_parts *to)
{
	bool looked_at = false;
	const struct yt_node *n;
	size_t k, at = 0;

	for (k = 0; k < p->n; k++) {
		const struct yt_node *prefix = yt_get(p->v[k], "prefixItems");

		n = yt_get(p->v[k], "items");
		if (prefix && prefix->type == YT_LIST && i < prefix->n)
			n = prefix->child + i;
		if (n)
			compat_flatten(s, n, to);
		looked_at |= n != NULL;
	}
	while (!looked_at && (n = compat_next(p, "unevaluatedItems", &at)))
		compat_flatten(s, n, to);
}

static size_t count_prefix(const struct compat_parts *p)
{
	const struct yt_node *n;
	size_t most = 0, at = 0;

	while ((n = compat_next(p, "prefixItems", &at)))
		if (n->n > most)
			most = n->n;
	return most;
}

static bool narrows_elements(const struct compat_parts *p)
{
	return compat_get(p, "items") || compat_get(p, "prefixItems") ||
	       compat_get(p, "unevaluatedItems");
}

static void compare_arrays(struct compat_run *c, const struct compat_pair *p)
{
	size_t was_n = count_prefix(p->was), is_n = count_prefix(p->is), i, at;
	size_t n = was_n > is_n ? was_n : is_n;
	const struct yt_node *open = compat_get(p->is, "unevaluatedItems");
	const struct yt_node *had = compat_get(p->was, "unevaluatedItems");
	char step[32];

	if (n > PREFIX_MAX ||
	    (open && (leaves_open(p->is) || compat_get(p->is, "contains"))) ||
	    (had && (leaves_open(p->was) || compat_get(p->was, "contains")) &&
	     narrows_elements(p->is))) {
		compat_tell(c, COMPAT_UNKNOWN,
			    open || had ? "unevaluatedItems" : "prefixItems",
			    had, open,
			    "which elements that concerns is not worked out");
		return;
	}
	for (i = 0; i <= n; i++) {
		struct compat_parts was = {.n = 0}, is = {.n = 0};

		element_of(&c->was, p->was, i, &was);
		element_of(&c->is, p->is, i, &is);
		at = c->place.len;
		if (i < n) {
			enter(c, "prefixItems");
			snprintf(step, sizeof(step), "%zu", i);
			enter(c, step);
		} else {
			enter(c, "items");
		}
		compat_schemas(c, &was, &is);
		leave(c, at);
	}
}

/* ---- anyOf --------------------------------------------------------------- */

/* Each way of `was` is within one of `is`. */
static bool ways_fit(struct compat_run *c, const struct compat_side *from,
		     const struct yt_node *was, const struct compat_side *to,
		     const struct yt_node *is, enum compat_class *worst)
{
	struct compat_side keep_was = c->was, keep_is = c->is;
	const struct yt_node *a, *b;
	bool all = true;

	c->was = *from;
	c->is = *to;
	yt_each (was, a) {
		enum compat_class best = COMPAT_BREAKING;

		yt_each (is, b) {
			struct compat_parts x = {.n = 0}, y = {.n = 0};
			enum compat_class got;

			compat_flatten(from, a, &x);
			compat_flatten(to, b, &y);
			got = compat_try(c, &x, &y);
			if (got < best)
				best = got;
			if (best == COMPAT_FINE)
				break;
		}
		if (best > COMPAT_READER)
			all = false;
		if (best > *worst)
			*worst = best;
	}
	c->was = keep_was;
	c->is = keep_is;
	return all;
}

static void compare_any(struct compat_run *c, const struct compat_pair *p)
{
	const struct yt_node *was = compat_get(p->was, "anyOf");
	const struct yt_node *is = compat_get(p->is, "anyOf");
	enum compat_class worst = COMPAT_FINE, back = COMPAT_FINE;

	if ((!was && !is) || compat_same(c, p, "anyOf"))
		return;
	if (!is) {
		compat_tell(c, COMPAT_READER, "anyOf", was, NULL,
			    "is gone: there is no choice of forms any more");
		return;
	}
	if (!was || was->n > BRANCHES_MAX || is->n > BRANCHES_MAX ||
	    !ways_fit(c, &c->was, was, &c->is, is, &worst)) {
		compat_tell(c, COMPAT_UNKNOWN, "anyOf", was, is,
			    "not every form that was allowed is seen to be "
			    "among those of now");
		return;
	}
	if (worst == COMPAT_READER ||
	    !ways_fit(c, &c->is, is, &c->was, was, &back))
		compat_tell(c, COMPAT_READER, "anyOf", was, is,
			    "more forms are allowed now");
	else
		compat_tell(c, COMPAT_FINE, "anyOf", was, is,
			    "written in another way");
}

/* ---- schemas ------------------------------------------------------------- */

static bool same_parts(const struct compat_parts *a,
		       const struct compat_parts *b)
{
	return a->n == b->n && a->never == b->never &&
	       a->unclear == b->unclear &&
	       !memcmp(a->v, b->v, mem_mul(a->n, sizeof(struct yt_node *)));
}

static void add_parts(struct sip *h, const struct compat_parts *p)
{
	sip_add(h, p->v, mem_mul(p->n, sizeof(struct yt_node *)));
	sip_add(h, &p->n, sizeof(p->n));
	sip_add(h, &p->never, sizeof(p->never));
}

/*
 * Whether this pair is being compared further up, or was told about: several
 * ways may lead to a $ref, and on through its schema to others.
 */
static bool seen_before(struct compat_run *c, const struct compat_parts *was,
			const struct compat_parts *is)
{
	const struct compat_frame *f;
	struct sip h;
	bool fresh;

	for (f = c->frame; f; f = f->outer)
		if (same_parts(f->was, was) && same_parts(f->is, is))
			return true;
	if (c->silent || (was->n < 2 && is->n < 2))
		return false;
	sip_init(&h);
	add_parts(&h, was);
	add_parts(&h, is);
	hset_add(&c->done, sip_end(&h), 0, &fresh);
	return !fresh;
}

static void compare_parts(struct compat_run *c, const struct compat_pair *p)
{
	if (p->was->unclear || p->is->unclear)
		compat_tell(c, COMPAT_UNKNOWN, NULL, NULL, NULL,
			    "a $ref leads to what is not looked at: an $id, or "
			    "more schemas than %d for one value",
			    COMPAT_PARTS);
	compat_notes(c, p);
	compat_keywords(c, p);
	if (p->was_types & COMPAT_OBJECT && p->is_types & COMPAT_OBJECT)
		compare_objects(c, p);
	if (p->was_types & COMPAT_ARRAY && p->is_types & COMPAT_ARRAY)
		compare_arrays(c, p);
	compare_any(c, p);
}

void compat_schemas(struct compat_run *c, const struct compat_parts *was,
		    const struct compat_parts *is)
{
	struct compat_frame frame = {was, is, c->frame,
				     c->frame ? c->frame->depth + 1 : 0};
	struct compat_pair p = {was, is, compat_types(was), compat_types(is)};
	size_t old = c->old_line, new = c->new_line;

	if ((is_open(was) && is_open(is)) || seen_before(c, was, is))
		return;
	if (was->n)
		c->old_line = line_of(was->v[0], old);
	if (is->n)
		c->new_line = line_of(is->v[0], new);
	if (c->steps++ > STEPS_MAX || frame.depth > DEPTH_MAX) {
		compat_tell(c, COMPAT_UNKNOWN, NULL, NULL, NULL,
			    "too large to be compared");
	} else if (!p.was_types) {
		if (p.is_types)
			compat_tell(c, COMPAT_FINE, NULL, was->by, NULL,
				    "there may be a value now");
	} else if (!p.is_types) {
		compat_tell(c, COMPAT_BREAKING, NULL, NULL, is->by,
			    "no value is allowed any more");
	} else {
		c->frame = &frame;
		compare_parts(c, &p);
		c->frame = frame.outer;
	}
	c->old_line = old;
	c->new_line = new;
}

void compat_compare(struct compat *out, const struct yt_node *was,
		    const struct yt_node *is)
{
	struct compat_run c = {.out = out,
			       .place = BUF_INIT(LINE_CEILING),
			       .old_line = was->line,
			       .new_line = is->line};
	struct compat_parts x = {.n = 0}, y = {.n = 0};

	*out = (struct compat){.n = 0};
	compat_side_init(&c.was, was);
	compat_side_init(&c.is, is);
	compat_flatten(&c.was, was, &x);
	compat_flatten(&c.is, is, &y);
	compat_schemas(&c, &x, &y);
	buf_release(&c.place);
	hset_release(&c.done);
}

void compat_release(struct compat *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		free(c->change[i].place);
		free(c->change[i].what);
	}
	free(c->change);
}
