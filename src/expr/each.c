/*
 * each.c - a path through every element of an array: lines[].amount
 *
 * From the first [] on there is a list of values, and each further step goes
 * into each of them; what a step does not find is left out.
 */
#include "expr/ast.h"

/* What there is at first: the elements of a list, of an array, or itself. */
static size_t n_elements(const struct val *v)
{
	if (v->type == VAL_LIST)
		return v->n;
	if (v->type == VAL_NODE && v->node->type == REC_ARRAY)
		return v->node->count;
	return !val_is_nothing(v);
}

/* Append the elements of `v` that are something. */
static size_t put_elements(struct expr_env *e, const struct val *v,
			   struct val *to, size_t n)
{
	const struct rec_node *m;
	size_t i;

	if (v->type == VAL_LIST) {
		for (i = 0; i < v->n; i++)
			if (!val_is_nothing(&v->item[i]))
				to[n++] = v->item[i];
	} else if (v->type == VAL_NODE && v->node->type == REC_ARRAY) {
		rec_each (e->rec, v->node, m) {
			val_of_node(&to[n], e->rec, m);
			n += !val_is_nothing(&to[n]);
		}
	} else if (!val_is_nothing(v)) {
		to[n++] = *v;
	}
	return n;
}

/* Into every element of every value of the list. */
static void open_all(struct expr_env *e, struct val *list)
{
	size_t most = 0, n = 0, i;
	struct val *item;

	for (i = 0; i < list->n; i++)
		most = mem_add(most, n_elements(&list->item[i]));
	item = arena_alloc(e->arena, mem_mul(most, sizeof(*item)));
	for (i = 0; i < list->n; i++)
		n = put_elements(e, &list->item[i], item, n);
	list->item = item;
	list->n = n;
}

/* Take the same member or element of every value of the list. */
static void step_all(struct expr_env *e, const struct expr_step *s,
		     struct val *list)
{
	struct val *item =
		arena_alloc(e->arena, mem_mul(list->n, sizeof(*item)));
	size_t n = 0, i;

	for (i = 0; i < list->n; i++) {
		const struct val *v = &list->item[i];
		const struct rec_node *m;

		if (v->type != VAL_NODE)
			continue;
		m = s->is_index ? rec_at(e->rec, v->node, s->index)
				: rec_find(e->rec, v->node, s->name);
		val_of_node(&item[n], e->rec, m);
		n += !val_is_nothing(&item[n]);
	}
	list->item = item;
	list->n = n;
}

void expr_step_each(const struct expr *x, size_t from, struct expr_env *e,
		    struct val *v)
{
	struct val *first = arena_alloc(e->arena, sizeof(*first));
	size_t i;

	*first = *v;
	val_set(v, VAL_LIST);
	v->item = first;
	v->n = 1;
	for (i = from; i < x->n_steps; i++) {
		if (x->step[i].each)
			open_all(e, v);
		else
			step_all(e, &x->step[i], v);
	}
}
