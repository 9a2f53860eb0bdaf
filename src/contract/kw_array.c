/*
 * kw_array.c - keywords about arrays: items, minItems, maxItems
 */
#include "contract/schema.h"

static int compile_items(struct schema *s, struct kw_use *u,
			 const struct yt_node *n, struct schema_load *l,
			 struct err *err)
{
	l->level++;
	s->items = schema_compile(n, l, err);
	l->level--;
	if (!s->items)
		return -1;
	u->data = s->items;
	if (s->items->masks)
		s->masks = true;
	return 0;
}

static bool check_items(const struct kw_use *u, struct check *c,
			const struct rec_node *n)
{
	const struct rec_node *m;
	bool right = true;
	size_t i = 0;

	rec_each (c->rec, n, m) {
		check_enter(c, (struct span){NULL, 0}, i++);
		right &= schema_check(u->data, c, m);
		check_leave(c);
	}
	return right;
}

static void release_items(struct kw_use *u)
{
	schema_free(u->data);
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
	{"minItems", ARRAY, kw_compile_count, check_min_items, NULL},
	{"maxItems", ARRAY, kw_compile_count, check_max_items, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
