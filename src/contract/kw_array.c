/*
 * kw_array.c - keywords about arrays: prefixItems, items, contains,
 * uniqueItems, minItems, maxItems
 */
#include <stdlib.h>

#include "contract/same.h"
#include "contract/schema.h"
#include "core/mem.h"

/* prefixItems, items and contains of a schema, and what they are about. */
struct kw_items {
	struct schema **prefix; /* borrowed, like all schemas here */
	size_t n_prefix;
	struct schema *rest;     /* or NULL */
	struct schema *contains; /* or NULL */
	uint64_t min, max;       /* elements that it holds */
};

/* Owned by the use of "items". */
static struct kw_items *items_of(struct schema *s, struct kw_use *u)
{
	struct kw_use *owner = u->kw == kw_array ? u : schema_use(s, kw_array);

	if (!s->items) {
		s->items = mem_zalloc(sizeof(*s->items));
		s->items->min = 1;
		s->items->max = UINT64_MAX;
	}
	owner->data = s->items;
	return s->items;
}

static int compile_items(struct schema *s, struct kw_use *u,
			 const struct yt_node *n, struct schema_load *l,
			 struct err *err)
{
	struct kw_items *a = items_of(s, u);

	a->rest = schema_below(s, n, l, err);
	return a->rest ? 0 : -1;
}

static int compile_prefix(struct schema *s, struct kw_use *u,
			  const struct yt_node *n, struct schema_load *l,
			  struct err *err)
{
	struct kw_items *a = items_of(s, u);
	const struct yt_node *c;

	if (yt_want(n, YT_LIST, "prefixItems", err) < 0)
		return -1;
	if (!n->n)
		return yt_err(n, err,
			      "prefixItems is a list of one schema or more");
	a->prefix = mem_zalloc(mem_mul(n->n, sizeof(*a->prefix)));
	yt_each (n, c) {
		a->prefix[a->n_prefix] = schema_below(s, c, l, err);
		if (!a->prefix[a->n_prefix++])
			return -1;
	}
	return 0;
}

static int compile_contains(struct schema *s, struct kw_use *u,
			    const struct yt_node *n, struct schema_load *l,
			    struct err *err)
{
	struct kw_items *a = items_of(s, schema_use(s, kw_array));
	bool inside = l->inside, apart = l->apart;

	l->inside = l->apart = true;
	a->contains = schema_below(s, n, l, err);
	l->inside = inside;
	l->apart = apart;
	u->data = a;
	return a->contains ? 0 : -1;
}

static int compile_min_contains(struct schema *s, struct kw_use *u,
				const struct yt_node *n, struct schema_load *l,
				struct err *err)
{
	if (kw_compile_count(s, u, n, l, err) < 0)
		return -1;
	items_of(s, u)->min = u->count;
	return 0;
}

static int compile_max_contains(struct schema *s, struct kw_use *u,
				const struct yt_node *n, struct schema_load *l,
				struct err *err)
{
	if (kw_compile_count(s, u, n, l, err) < 0)
		return -1;
	items_of(s, u)->max = u->count;
	return 0;
}

static bool check_items(const struct kw_use *u, struct check *c,
			const struct rec_node *n)
{
	const struct kw_items *a = u->data;
	struct check_marks k = check_hide_marks(c);
	const struct rec_node *m;
	bool right = true;
	size_t i = 0;

	rec_each (c->rec, n, m) {
		const struct schema *s =
			i < a->n_prefix ? a->prefix[i] : a->rest;

		if (!s)
			break;
		check_mark(c, k, m);
		check_enter(c, (struct span){NULL, 0}, i++);
		right &= schema_apply(s, c, m);
		check_leave(c);
	}
	c->marks = k;
	return right;
}

void kw_items_element(const struct kw_items *a, size_t index,
		      schema_add_fn *add, void *to)
{
	if (index < a->n_prefix)
		add(to, a->prefix[index]);
	else if (a->rest)
		add(to, a->rest);
	if (a->contains)
		add(to, a->contains);
}

static bool check_contains(const struct kw_use *u, struct check *c,
			   const struct rec_node *n)
{
	const struct kw_items *a = u->data;
	const struct rec_node *m;
	uint64_t fits = 0;
	size_t i = 0;

	rec_each (c->rec, n, m) {
		/* enough is enough, but where it is asked which they are */
		if (!c->marks.of && fits >= a->min && a->max == UINT64_MAX)
			return true;
		check_enter(c, (struct span){NULL, 0}, i++);
		if (schema_try_below(a->contains, c, m)) {
			check_mark(c, c->marks, m);
			fits++;
		}
		check_leave(c);
	}
	if (fits < a->min)
		return check_fail(c, a->min == 1 ? "contains" : "minContains",
				  "too-few", NULL,
				  "has %llu entr%s of a certain form; at least "
				  "%llu are wanted",
				  (unsigned long long)fits,
				  fits == 1 ? "y" : "ies",
				  (unsigned long long)a->min);
	return fits <= a->max ||
	       check_fail(c, "maxContains", "too-many", NULL,
			  "has %llu entr%s of a certain form; at most %llu are "
			  "allowed",
			  (unsigned long long)fits, fits == 1 ? "y" : "ies",
			  (unsigned long long)a->max);
}

static void release_items(struct kw_use *u)
{
	struct kw_items *a = u->data;

	if (a)
		free(a->prefix);
	free(a);
}

static int compile_unique(struct schema *s, struct kw_use *u,
			  const struct yt_node *n, struct schema_load *l,
			  struct err *err)
{
	(void)s, (void)l;
	if (yt_is_false(n))
		u->types = 0;
	else if (!yt_is_true(n))
		return yt_err(n, err, "uniqueItems is true or false");
	return 0;
}

static bool check_unique(const struct kw_use *u, struct check *c,
			 const struct rec_node *n)
{
	const struct rec_node *twice = same_repeated(c->rec, n), *m;
	size_t i = 0;

	(void)u;
	if (!twice)
		return true;
	for (m = n + 1; m != twice; m = c->rec->node + m->next)
		i++;
	check_enter(c, (struct span){NULL, 0}, i);
	check_fail(c, "uniqueItems", "repeated", twice,
		   "is the same as an entry before it");
	check_leave(c);
	return false;
}

static bool check_min_items(const struct kw_use *u, struct check *c,
			    const struct rec_node *n)
{
	return n->count >= u->count ||
	       check_fail(c, "minItems", "too-few", NULL,
			  "has %u entr%s; at least %llu are wanted", n->count,
			  n->count == 1 ? "y" : "ies",
			  (unsigned long long)u->count);
}

static bool check_max_items(const struct kw_use *u, struct check *c,
			    const struct rec_node *n)
{
	return n->count <= u->count ||
	       check_fail(c, "maxItems", "too-many", NULL,
			  "has %u entr%s; at most %llu are allowed", n->count,
			  n->count == 1 ? "y" : "ies",
			  (unsigned long long)u->count);
}

#define ARRAY KW_BIT(REC_ARRAY)

const struct kw kw_array[] = {
	{"items", ARRAY, compile_items, check_items, release_items},
	{"prefixItems", 0, compile_prefix, NULL, NULL},
	{"contains", ARRAY, compile_contains, check_contains, NULL},
	{"minContains", 0, compile_min_contains, NULL, NULL},
	{"maxContains", 0, compile_max_contains, NULL, NULL},
	{"uniqueItems", ARRAY, compile_unique, check_unique, NULL},
	{"minItems", ARRAY, kw_compile_count, check_min_items, NULL},
	{"maxItems", ARRAY, kw_compile_count, check_max_items, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
