/*
 * mask.c - values told to people, without what is sensitive
 *
 * A value is masked where any schema that may be held to it says so, whether
 * or not it would hold.
 */
#include <stdlib.h>

#include "contract/schema.h"
#include "core/mem.h"

/* Schemas that may be held to one value. */
struct held {
	const struct schema **item;
	size_t n, cap;
};

static void add_held(void *to, const struct schema *s)
{
	struct held *h = to;
	size_t i, at = h->n;

	/* those that it applies to the same value, and these in turn */
	for (i = 0; i < h->n; i++)
		if (h->item[i] == s)
			return;
	h->item = mem_grow(h->item, h->n, &h->cap, sizeof(*h->item));
	h->item[h->n++] = s;
	for (; at < h->n; at++) {
		const struct schema *x = h->item[at];
		size_t k, j;

		for (k = 0; k < x->n_kids; k++) {
			if (!x->kid[k].here)
				continue;
			for (j = 0; j < h->n; j++)
				if (h->item[j] == x->kid[k].schema)
					break;
			if (j < h->n)
				continue;
			h->item = mem_grow(h->item, h->n, &h->cap,
					   sizeof(*h->item));
			h->item[h->n++] = x->kid[k].schema;
		}
	}
}

static bool any_sensitive(const struct held *h)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		if (h->item[i]->sensitive)
			return true;
	return false;
}

static bool any_masks(const struct held *h)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		if (h->item[i]->masks)
			return true;
	return false;
}

/* Those of the member `name`, or where name.p is NULL of the element. */
static struct held held_below(const struct held *h, struct span name,
			      size_t index)
{
	struct held below = {NULL, 0, 0};
	size_t i;

	for (i = 0; i < h->n; i++) {
		const struct schema *s = h->item[i];

		if (name.p && s->object)
			kw_object_member(s->object, name, add_held, &below);
		if (!name.p && s->items)
			kw_items_element(s->items, index, add_held, &below);
		if (s->gathers)
			kw_rest_each(s, add_held, &below);
	}
	return below;
}

/* Depth is bounded by REC_DEPTH_MAX, so recursion is too. */
static void put(const struct held *h, struct rec *r, const struct rec_node *n,
		struct buf *out)
{
	const struct rec_node *m;
	struct held below;
	size_t i = 0;

	if (any_sensitive(h)) {
		rec_put_str(out, SPAN(CHECK_MASK));
		return;
	}
	if (n->type < REC_ARRAY || !any_masks(h)) {
		rec_put_node(out, r, n);
		return;
	}
	rec_put_open(out, n->type == REC_ARRAY ? '[' : '{');
	rec_each (r, n, m) {
		struct span name = {NULL, 0};

		if (n->type == REC_OBJECT) {
			name = rec_key(r, m);
			rec_put_key_raw(out, (struct span){m->key, m->key_len});
		}
		below = held_below(h, name, i++);
		put(&below, r, m, out);
		free(below.item);
	}
	rec_put_close(out, n->type == REC_ARRAY ? ']' : '}');
}

void schema_put_masked(const struct schema *s, struct rec *r,
		       const struct rec_node *n, struct buf *out)
{
	struct held h = {NULL, 0, 0};

	if (s)
		add_held(&h, s);
	put(&h, r, n, out);
	free(h.item);
}

void schema_put_masked_at(const struct schema *s, const struct check *c,
			  const struct rec_node *n, struct buf *out)
{
	struct held h = {NULL, 0, 0}, below;
	bool sensitive;
	size_t i;

	add_held(&h, s);
	sensitive = any_sensitive(&h);
	for (i = 0; i < c->n_steps && !sensitive; i++) {
		below = held_below(&h, c->step[i].name, c->step[i].index);
		free(h.item);
		h = below;
		sensitive = any_sensitive(&h);
	}
	if (sensitive)
		rec_put_str(out, SPAN(CHECK_MASK));
	else
		put(&h, c->rec, n, out);
	free(h.item);
}

bool schema_hides(const struct schema *s, struct span member)
{
	struct held h = {NULL, 0, 0}, below;
	bool hides;

	add_held(&h, s);
	below = held_below(&h, member, 0);
	hides = any_sensitive(&h) || any_masks(&below);
	free(h.item);
	free(below.item);
	return hides;
}
