/*
 * kw_object.c - keywords about objects: properties, patternProperties,
 * required, additionalProperties
 *
 * They are one piece of work: each member of the record is looked up
 * once, and what was found is then held to its schema in the contract's order.
 * Records of a stream mostly have their members in the same order, so the
 * look-up first tries the property behind the last one.
 */
#include <stdlib.h>

#include "contract/ecma.h"
#include "contract/schema.h"
#include "core/mem.h"
#include "core/suggest.h"

#define NO_PROP SIZE_MAX

struct prop {
	char *name;
	size_t len;
	struct schema *schema; /* NULL: only required */
	bool required;
};

/* Of patternProperties. */
struct prop_pattern {
	struct ecma *pattern;
	char *text;
	struct schema *schema;
};

struct kw_object {
	struct prop *prop;
	size_t n, cap;
	struct prop_pattern *pattern;
	size_t n_patterns;
	size_t *bucket; /* index of a prop + 1, or 0; open addressing */
	size_t n_buckets;
	struct schema *others; /* additionalProperties, or NULL */
	bool closed;           /* it is false */
	bool partial;          /* records may come without what is required */
	const char **words;    /* names, for suggestions */
};

static size_t hash_name(const char *p, size_t len)
{
	size_t h = len;

	if (len)
		h = h * 31 + (unsigned char)p[0] * 7 +
		    (unsigned char)p[len - 1] * 3 + (unsigned char)p[len / 2];
	return h;
}

static bool is_prop(const struct prop *p, const char *name, size_t len)
{
	return p->len == len && !memcmp(p->name, name, len);
}

static size_t find_prop(const struct kw_object *o, const char *name, size_t len)
{
	size_t i;

	if (!o->n_buckets)
		return NO_PROP;
	i = hash_name(name, len) & (o->n_buckets - 1);
	for (; o->bucket[i]; i = (i + 1) & (o->n_buckets - 1))
		if (is_prop(&o->prop[o->bucket[i] - 1], name, len))
			return o->bucket[i] - 1;
	return NO_PROP;
}

static void rebuild(struct kw_object *o)
{
	size_t n, i;

	for (n = 8; n < o->n * 2; n *= 2)
		;
	free(o->bucket);
	o->bucket = mem_zalloc(mem_mul(n, sizeof(*o->bucket)));
	o->n_buckets = n;
	o->words = mem_realloc(o->words, mem_mul(o->n + 1, sizeof(*o->words)));
	for (i = 0; i < o->n; i++) {
		size_t at =
			hash_name(o->prop[i].name, o->prop[i].len) & (n - 1);

		while (o->bucket[at])
			at = (at + 1) & (n - 1);
		o->bucket[at] = i + 1;
		o->words[i] = o->prop[i].name;
	}
	o->words[o->n] = NULL;
}

static struct prop *add_prop(struct kw_object *o, const char *name)
{
	size_t len = strlen(name), i = find_prop(o, name, len);

	if (i != NO_PROP)
		return &o->prop[i];
	o->prop = mem_grow(o->prop, o->n, &o->cap, sizeof(*o->prop));
	o->prop[o->n++] = (struct prop){.name = mem_dup(name, len), .len = len};
	rebuild(o);
	return &o->prop[o->n - 1];
}

/* The one object of a schema, owned by its use of "properties". */
static struct kw_object *object_of(struct schema *s, struct kw_use *u,
				   const struct schema_load *l)
{
	struct kw_use *owner =
		u->kw == kw_object ? u : schema_use(s, kw_object);

	if (!s->object) {
		s->object = mem_zalloc(sizeof(*s->object));
		s->object->partial = l->contract && !l->level;
	}
	owner->data = s->object;
	return s->object;
}

static int compile_properties(struct schema *s, struct kw_use *u,
			      const struct yt_node *n, struct schema_load *l,
			      struct err *err)
{
	struct kw_object *o = object_of(s, u, l);
	const struct yt_node *c;

	if (yt_want(n, YT_MAP, "properties", err) < 0)
		return -1;
	yt_each (n, c) {
		struct prop *p = add_prop(o, c->key);

		p->schema = schema_below(s, c, l, err);
		if (!p->schema)
			return -1;
	}
	return 0;
}

static int compile_patterns(struct schema *s, struct kw_use *u,
			    const struct yt_node *n, struct schema_load *l,
			    struct err *err)
{
	struct kw_object *o = object_of(s, u, l);
	struct err why = ERR_INIT;
	const struct yt_node *c;

	if (yt_want(n, YT_MAP, "patternProperties", err) < 0)
		return -1;
	o->pattern = mem_zalloc(mem_mul(n->n, sizeof(*o->pattern)));
	yt_each (n, c) {
		struct prop_pattern *p = &o->pattern[o->n_patterns++];

		p->text = mem_strdup(c->key);
		p->pattern = ecma_new(span_of(c->key), &why);
		if (!p->pattern)
			return yt_err_key(c, err, "patternProperties, %s",
					  why.msg);
		p->schema = schema_below(s, c, l, err);
		if (!p->schema)
			return -1;
	}
	return 0;
}

static int compile_required(struct schema *s, struct kw_use *u,
			    const struct yt_node *n, struct schema_load *l,
			    struct err *err)
{
	struct kw_object *o = object_of(s, u, l);
	const struct yt_node *c;

	if (yt_want(n, YT_LIST, "required", err) < 0)
		return -1;
	yt_each (n, c) {
		if (yt_want(c, YT_SCALAR, "a name in required", err) < 0)
			return -1;
		add_prop(o, c->text)->required = true;
	}
	return 0;
}

static int compile_others(struct schema *s, struct kw_use *u,
			  const struct yt_node *n, struct schema_load *l,
			  struct err *err)
{
	struct kw_object *o = object_of(s, u, l);

	o->others = schema_below(s, n, l, err);
	if (!o->others)
		return -1;
	o->closed = o->others->never;
	return 0;
}

int kw_object_settle(const struct kw_object *o, const struct yt_node *schema,
		     struct err *err)
{
	const struct yt_node *required = yt_get(schema, "required"), *c;
	const char **words, *near;
	size_t n = 0, i;
	int rc = 0;

	if (!o->closed || !required || o->n_patterns)
		return 0;
	words = mem_alloc(mem_mul(o->n + 1, sizeof(*words)));
	for (i = 0; i < o->n; i++)
		if (o->prop[i].schema)
			words[n++] = o->prop[i].name;
	words[n] = NULL;
	yt_each (required, c) {
		i = find_prop(o, c->text, strlen(c->text));
		if (o->prop[i].schema)
			continue;
		near = suggest(span_of(c->text), words);
		rc = yt_err(c, err, "required: there is no field %s%s%s%s",
			    c->text, near ? "; did you mean '" : "",
			    near ? near : "", near ? "'?" : "");
		break;
	}
	free(words);
	return rc;
}

static void release_object(struct kw_use *u)
{
	struct kw_object *o = u->data;
	size_t i;

	if (!o)
		return;
	for (i = 0; i < o->n; i++)
		free(o->prop[i].name);
	for (i = 0; i < o->n_patterns; i++) {
		free(o->pattern[i].text);
		ecma_free(o->pattern[i].pattern);
	}
	free(o->pattern);
	free(o->prop);
	free(o->bucket);
	free(o->words);
	free(o);
}

void kw_object_member(const struct kw_object *o, struct span name,
		      schema_add_fn *add, void *to)
{
	size_t at = find_prop(o, name.p, name.len), i;
	bool own = at != NO_PROP && o->prop[at].schema;

	/* a property that is only required is an additional one */
	if (own)
		add(to, o->prop[at].schema);
	for (i = 0; i < o->n_patterns; i++) {
		if (ecma_match(o->pattern[i].pattern, name) == ECMA_NO)
			continue;
		add(to, o->pattern[i].schema);
		own = true;
	}
	if (!own && o->others)
		add(to, o->others);
}

/* Hold the member to the patterns that its name has; *own where it has one. */
static bool check_patterns(const struct kw_object *o, struct check *c,
			   struct span name, const struct rec_node *m,
			   bool *own)
{
	bool right = true;
	size_t i;

	for (i = 0; i < o->n_patterns; i++) {
		const struct prop_pattern *p = &o->pattern[i];
		enum ecma_found found = ecma_match(p->pattern, name);

		if (found == ECMA_NO)
			continue;
		*own = true;
		check_enter(c, name, 0);
		right &= found == ECMA_LIMIT
				 ? check_limit(c, "patternProperties",
					       "pattern-limit", NULL,
					       "the pattern %s takes too long "
					       "on this name",
					       p->text)
				 : schema_apply(p->schema, c, m);
		check_leave(c);
	}
	return right;
}

static bool check_other(const struct kw_object *o, struct check *c,
			struct check_marks k, struct span name,
			const struct rec_node *m)
{
	const char *near;
	bool right, own = false;

	right = check_patterns(o, c, name, m, &own);
	if (own)
		check_mark(c, k, m);
	if (!o->others || own)
		return right;
	check_mark(c, k, m);
	check_enter(c, name, 0);
	if (o->closed && c->quiet) {
		right = false;
	} else if (o->closed) {
		near = o->words ? suggest(name, o->words) : NULL;
		right = near ? check_fail(c, "additionalProperties",
					  "unknown-field", m,
					  "the contract has no such field; did "
					  "you mean '%s'?",
					  near)
			     : check_fail(c, "additionalProperties",
					  "unknown-field", m,
					  "the contract has no such field");
	} else {
		right = schema_apply(o->others, c, m);
	}
	check_leave(c);
	return right;
}

/* Room for one node a property, all NULL; an index, as the array may move. */
static size_t take_slots(struct check *c, size_t n)
{
	size_t at = c->n_slots;

	while (c->cap_slots < at + n)
		c->slot = mem_grow(c->slot, c->cap_slots, &c->cap_slots,
				   sizeof(*c->slot));
	if (n)
		memset(c->slot + at, 0, n * sizeof(*c->slot));
	c->n_slots += n;
	return at;
}

/* A name given twice counts at its last place, as everywhere. */
static bool check_found(const struct kw_object *o, struct check *c,
			struct check_marks k, size_t at)
{
	bool right = true, own;
	size_t i;

	for (i = 0; i < o->n; i++) {
		const struct prop *p = &o->prop[i];
		const struct rec_node *m = c->slot[at + i];

		if (m && !p->schema) {
			right &= check_other(o, c, k,
					     (struct span){p->name, p->len}, m);
		} else if (m) {
			check_mark(c, k, m);
			check_enter(c, (struct span){p->name, p->len}, 0);
			right &= schema_apply(p->schema, c, m);
			check_leave(c);
			if (o->n_patterns)
				right &= check_patterns(
					o, c, (struct span){p->name, p->len}, m,
					&own);
		} else if (p->required && !(o->partial && c->partial)) {
			check_enter(c, (struct span){p->name, p->len}, 0);
			right = check_fail(c, "required", "missing", NULL,
					   "is missing; it is required");
			check_leave(c);
		}
	}
	return right;
}

static bool check_object(const struct kw_use *u, struct check *c,
			 const struct rec_node *n)
{
	const struct kw_object *o = u->data;
	size_t at = take_slots(c, o->n), next = 0;
	struct check_marks k = check_hide_marks(c);
	const struct rec_node *m;
	bool right = true;

	rec_each (c->rec, n, m) {
		struct span name = {m->key, m->key_len};
		size_t i;

		if (m->key_esc)
			name = rec_key(c->rec, m);
		if (next < o->n && is_prop(&o->prop[next], name.p, name.len))
			i = next;
		else
			i = find_prop(o, name.p, name.len);
		if (i != NO_PROP) {
			c->slot[at + i] = m;
			next = i + 1;
		} else {
			right &= check_other(o, c, k, name, m);
		}
	}
	right &= check_found(o, c, k, at);
	c->n_slots = at;
	c->marks = k;
	return right;
}

#define OBJECT KW_BIT(REC_OBJECT)

const struct kw kw_object[] = {
	{"properties", OBJECT, compile_properties, check_object,
	 release_object},
	{"patternProperties", 0, compile_patterns, NULL, NULL},
	{"required", 0, compile_required, NULL, NULL},
	{"additionalProperties", 0, compile_others, NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
