/*
 * kw_rest.c - unevaluatedItems and unevaluatedProperties: what no other
 * keyword of the schema, or of those it applied, has looked at
 *
 * The table has these two alone, and they are checked behind all others.
 */
#include "contract/same.h"
#include "contract/schema.h"

static int compile_rest(struct schema *s, struct kw_use *u,
			const struct yt_node *n, struct schema_load *l,
			struct err *err)
{
	s->gathers = true;
	u->data = schema_below(s, n, l, err);
	return u->data ? 0 : -1;
}

static bool hold(const struct kw_use *u, struct check *c,
		 const struct rec_node *m)
{
	const struct schema *s = u->data;
	struct check_marks marks = check_hide_marks(c);
	bool right;

	if (!s->never)
		right = schema_apply(s, c, m);
	else if (m->key)
		right = check_fail(c, u->kw->name, "unknown-field", m,
				   "there is no such field");
	else
		right = check_fail(c, u->kw->name, "not-allowed", m,
				   "no entry is allowed here");
	c->marks = marks;
	return right;
}

static bool check_rest_items(const struct kw_use *u, struct check *c,
			     const struct rec_node *n)
{
	const struct rec_node *m;
	bool right = true;
	size_t i = 0;

	rec_each (c->rec, n, m) {
		if (!c->mark[c->marks.at + (size_t)(m - n)]) {
			check_enter(c, (struct span){NULL, 0}, i);
			right &= hold(u, c, m);
			check_leave(c);
			check_mark(c, c->marks, m);
		}
		i++;
	}
	return right;
}

static bool check_rest_members(const struct kw_use *u, struct check *c,
			       const struct rec_node *n)
{
	const struct rec_node *m;
	bool right = true, looked = false;

	rec_each (c->rec, n, m) {
		const unsigned char *mark = c->mark + c->marks.at;

		/* a name given twice counts at its last place */
		if (!mark[m - n] && !looked) {
			same_mark_repeated(c->rec, n, c->mark + c->marks.at);
			looked = true;
		}
		if (mark[m - n])
			continue;
		check_enter(c, rec_key(c->rec, m), 0);
		right &= hold(u, c, m);
		check_leave(c);
		check_mark(c, c->marks, m);
	}
	return right;
}

void kw_rest_each(const struct schema *s, schema_add_fn *add, void *to)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->use[i].kw->compile == compile_rest)
			add(to, s->use[i].data);
}

const struct kw kw_rest[] = {
	{"unevaluatedItems", KW_BIT(REC_ARRAY), compile_rest, check_rest_items,
	 NULL},
	{"unevaluatedProperties", KW_BIT(REC_OBJECT), compile_rest,
	 check_rest_members, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
