/*
 * choice.c - which values a schema lists for a member
 */
#include "contract/schema.h"

struct walk {
	schema_on_choice *on;
	void *to;
	struct err *err;
	int rc;
	struct span member; /* to be entered, or with p NULL: it was */
	unsigned depth;
};

/* Schemas that lead to each other for the same value are refused before. */
#define DEPTH_MAX 64

static void walk_schema(void *to, const struct schema *s)
{
	struct walk *w = to;
	size_t i;

	if (w->rc || !s || ++w->depth > DEPTH_MAX)
		return;
	for (i = 0; i < s->n && !w->member.p && !w->rc; i++)
		w->rc = kw_value_each(&s->use[i], w->on, w->to, w->err);
	for (i = 0; i < s->n_kids && !w->rc; i++)
		if (s->kid[i].here && s->kid[i].always)
			walk_schema(w, s->kid[i].schema);
	if (w->member.p && s->object) {
		struct span member = w->member;

		w->member.p = NULL;
		kw_object_member(s->object, member, walk_schema, w);
		w->member = member;
	}
	w->depth--;
}

int schema_each_choice(const struct schema *s, const char *member,
		       schema_on_choice *on, void *to, struct err *err)
{
	struct walk w = {on, to, err, 0, span_of(member), 0};

	walk_schema(&w, s);
	return w.rc;
}
