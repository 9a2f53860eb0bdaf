/*
 * choice.c - which values a schema lists for a member, and what else it says
 * of it
 */
#include <string.h>

#include "contract/schema.h"

struct walk {
	schema_on_choice *on;
	void *to;
	struct err *err;
	int rc;
	struct schema_says *says; /* in the place of `on` */
	struct span member;       /* to be entered, or with p NULL: it was */
	bool perhaps;             /* what is met need not hold */
	unsigned depth, n_steps;
};

/* Schemas that lead to each other for the same value are refused before; they
   may be many all the same. */
#define DEPTH_MAX 64
#define STEPS_MAX 10000

static void walk_schema(void *to, const struct schema *s);

static void take_use(struct walk *w, const struct kw_use *u)
{
	struct schema_says *says = w->says;
	unsigned types = kw_value_types(u);

	if (!says) {
		w->rc = kw_value_each(u, w->on, w->to, w->err);
	} else if (w->perhaps) {
		says->open = true;
	} else if (types) {
		says->types &= types;
		says->typed = true;
	} else if (!strcmp(u->kw->name, "enum") ||
		   !strcmp(u->kw->name, "const")) {
		says->listed = true;
	} else if (!strcmp(u->kw->name, "pattern")) {
		says->open = true;
	} else if (!strcmp(u->kw->name, "format")) {
		says->format = u->text;
	}
}

/* A schema for the same value. */
static void take_kid(struct walk *w, const struct schema *s,
		     const struct schema_kid *kid)
{
	enum kw_applies how = kw_apply_how(s, kid->schema);
	bool perhaps = w->perhaps;

	if (!kid->here || (!w->says && how == KW_CONDITION))
		return;
	w->perhaps |= how != KW_ALWAYS;
	walk_schema(w, kid->schema);
	w->perhaps = perhaps;
}

static void walk_schema(void *to, const struct schema *s)
{
	struct walk *w = to;
	size_t i;

	if (w->rc || !s)
		return;
	if (w->depth == DEPTH_MAX || w->n_steps == STEPS_MAX) {
		if (w->says)
			w->says->open = true;
		return;
	}
	w->depth++;
	w->n_steps++;
	for (i = 0; i < s->n && !w->member.p && !w->rc; i++)
		take_use(w, &s->use[i]);
	for (i = 0; i < s->n_kids && !w->rc; i++)
		take_kid(w, s, &s->kid[i]);
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
	struct walk w = {
		.on = on, .to = to, .err = err, .member = span_of(member)};

	walk_schema(&w, s);
	return w.rc;
}

void schema_member_says(const struct schema *s, const char *member,
			struct schema_says *out)
{
	struct walk w = {.says = out, .member = span_of(member)};

	*out = (struct schema_says){.types = KW_ALL};
	walk_schema(&w, s);
}
