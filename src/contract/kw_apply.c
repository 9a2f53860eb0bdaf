/*
 * kw_apply.c - keywords that hold the same value to other schemas:
 * references, allOf, anyOf, oneOf, not, if
 */
#include <stdlib.h>

#include "contract/schema_set.h"
#include "core/mem.h"

/* ---- $ref and $dynamicRef ----------------------------------------------- */

/* u->data is the schema, borrowed; u->about the name of dynamic anchors. */
static int compile_ref(struct schema *s, struct kw_use *u,
		       const struct yt_node *n, struct schema_load *l,
		       struct err *err)
{
	struct docs_target to;

	if (yt_want(n, YT_SCALAR, u->kw->name, err) < 0 ||
	    docs_resolve(set_docs(l->set), l->res, n, &to, err) < 0)
		return -1;
	u->data = schema_refer(s, &to, l);
	return 0;
}

static int compile_dynamic_ref(struct schema *s, struct kw_use *u,
			       const struct yt_node *n, struct schema_load *l,
			       struct err *err)
{
	struct docs_target to;

	if (yt_want(n, YT_SCALAR, u->kw->name, err) < 0 ||
	    docs_resolve(set_docs(l->set), l->res, n, &to, err) < 0)
		return -1;
	if (to.anchor) {
		u->about = mem_strdup(to.anchor->name);
		set_add_dynamic(l->set, s, to.anchor->name);
	}
	u->data = schema_refer(s, &to, l);
	/* where it leads is not known yet: no loop until there is one */
	if (to.anchor)
		s->kid[s->n_kids - 1].always = false;
	return 0;
}

static bool check_ref(const struct kw_use *u, struct check *c,
		      const struct rec_node *n)
{
	return schema_apply_here(u->data, c, n);
}

static bool check_dynamic_ref(const struct kw_use *u, struct check *c,
			      const struct rec_node *n)
{
	const struct schema *to = u->data, *outermost;
	const struct check_scope *scope;

	for (scope = u->about ? c->scope : NULL; scope; scope = scope->outer) {
		outermost = resource_dynamic(scope->res, u->about);
		if (outermost)
			to = outermost;
	}
	return schema_apply_here(to, c, n);
}

/* $id and the anchors have done their work when a document was taken in. */
static int compile_name(struct schema *s, struct kw_use *u,
			const struct yt_node *n, struct schema_load *l,
			struct err *err)
{
	(void)s, (void)l;
	return yt_want(n, YT_SCALAR, u->kw->name, err);
}

static int compile_vocabulary(struct schema *s, struct kw_use *u,
			      const struct yt_node *n, struct schema_load *l,
			      struct err *err)
{
	(void)s, (void)l;
	return yt_want(n, YT_MAP, u->kw->name, err);
}

/* ---- lists of schemas --------------------------------------------------- */

struct list {
	struct schema **item; /* borrowed */
	size_t n;
};

static int compile_list(struct schema *s, struct kw_use *u,
			const struct yt_node *n, struct schema_load *l,
			struct err *err)
{
	struct list *a = mem_zalloc(sizeof(*a));
	const struct yt_node *c;

	u->data = a;
	if (yt_want(n, YT_LIST, u->kw->name, err) < 0)
		return -1;
	if (!n->n)
		return yt_err(n, err, "%s is a list of one schema or more",
			      u->kw->name);
	a->item = mem_zalloc(mem_mul(n->n, sizeof(*a->item)));
	yt_each (n, c) {
		a->item[a->n] = schema_here(s, c, l, err);
		if (!a->item[a->n++])
			return -1;
	}
	return 0;
}

/* Where a failure may mean that all is well. */
static int compile_apart(struct schema *s, struct kw_use *u,
			 const struct yt_node *n, struct schema_load *l,
			 struct err *err)
{
	bool apart = l->apart;
	int rc;

	l->apart = true;
	rc = compile_list(s, u, n, l, err);
	l->apart = apart;
	return rc;
}

static void release_list(struct kw_use *u)
{
	struct list *a = u->data;

	if (a)
		free(a->item);
	free(a);
}

static bool check_all(const struct kw_use *u, struct check *c,
		      const struct rec_node *n)
{
	const struct list *a = u->data;
	bool right = true;
	size_t i;

	for (i = 0; i < a->n; i++)
		right &= schema_apply_here(a->item[i], c, n);
	return right;
}

static bool check_any(const struct kw_use *u, struct check *c,
		      const struct rec_node *n)
{
	const struct list *a = u->data;
	bool right = false;
	size_t i;

	/* all of them where it is asked what they looked at */
	for (i = 0; i < a->n && (!right || c->marks.of); i++)
		right |= schema_try(a->item[i], c, n, true);
	if (right)
		return true;
	if (a->n == 1)
		return schema_apply_here(a->item[0], c, n);
	return check_fail(c, "anyOf", "no-alternative", n,
			  "fits none of the %zu forms that are allowed here",
			  a->n);
}

static bool check_one(const struct kw_use *u, struct check *c,
		      const struct rec_node *n)
{
	const struct list *a = u->data;
	size_t fits = 0, i;

	for (i = 0; i < a->n && fits < 2; i++)
		fits += schema_try(a->item[i], c, n, true);
	if (fits == 1)
		return true;
	if (fits)
		return check_fail(
			c, "oneOf", "several-alternatives", n,
			"fits more than one of the %zu forms of which "
			"one is wanted",
			a->n);
	if (a->n == 1)
		return schema_apply_here(a->item[0], c, n);
	return check_fail(c, "oneOf", "no-alternative", n,
			  "fits none of the %zu forms of which one is wanted",
			  a->n);
}

/* ---- not, if ------------------------------------------------------------ */

static int compile_not(struct schema *s, struct kw_use *u,
		       const struct yt_node *n, struct schema_load *l,
		       struct err *err)
{
	bool apart = l->apart;

	if (l->about)
		u->about = mem_strdup(l->about);
	l->apart = true;
	u->data = schema_here(s, n, l, err);
	l->apart = apart;
	return u->data ? 0 : -1;
}

static bool check_not(const struct kw_use *u, struct check *c,
		      const struct rec_node *n)
{
	if (!schema_try(u->data, c, n, false))
		return true;
	if (u->about)
		return check_fail(c, "not", "not-allowed", n,
				  "is what is not allowed: %s", u->about);
	return check_fail(c, "not", "not-allowed", n,
			  "has a form that is not allowed here");
}

struct choice {
	struct schema *test, *then, *other; /* borrowed; NULL: none */
};

static const struct kw *if_row(void);

static struct choice *choice_of(struct schema *s, struct kw_use *u)
{
	struct kw_use *owner = u->kw == if_row() ? u : schema_use(s, if_row());

	if (!owner->data)
		owner->data = mem_zalloc(sizeof(struct choice));
	return owner->data;
}

static int compile_if(struct schema *s, struct kw_use *u,
		      const struct yt_node *n, struct schema_load *l,
		      struct err *err)
{
	struct choice *k = choice_of(s, u);
	bool apart = l->apart;

	l->apart = true;
	k->test = schema_here(s, n, l, err);
	l->apart = apart;
	return k->test ? 0 : -1;
}

static int compile_then(struct schema *s, struct kw_use *u,
			const struct yt_node *n, struct schema_load *l,
			struct err *err)
{
	struct choice *k = choice_of(s, u);

	k->then = schema_here(s, n, l, err);
	return k->then ? 0 : -1;
}

static int compile_else(struct schema *s, struct kw_use *u,
			const struct yt_node *n, struct schema_load *l,
			struct err *err)
{
	struct choice *k = choice_of(s, u);

	k->other = schema_here(s, n, l, err);
	return k->other ? 0 : -1;
}

static bool check_if(const struct kw_use *u, struct check *c,
		     const struct rec_node *n)
{
	const struct choice *k = u->data;
	const struct schema *next;

	if (!k->test)
		return true;
	next = schema_try(k->test, c, n, true) ? k->then : k->other;
	return !next || schema_apply_here(next, c, n);
}

static void release_choice(struct kw_use *u)
{
	free(u->data);
}

/* ---- $defs -------------------------------------------------------------- */

/* What nobody refers to is compiled too: what is wrong with it is said. */
static int compile_defs(struct schema *s, struct kw_use *u,
			const struct yt_node *n, struct schema_load *l,
			struct err *err)
{
	unsigned level = l->level;
	bool inside = l->inside;
	const struct yt_node *c;
	int rc = yt_want(n, YT_MAP, u->kw->name, err);

	(void)s;
	l->level = level + 1;
	l->inside = true;
	yt_each (n, c)
		if (rc == 0)
			rc = schema_define(c, l, err);
	l->level = level;
	l->inside = inside;
	return rc;
}

static bool has_item(const struct list *a, const struct schema *kid)
{
	size_t i;

	for (i = 0; i < a->n; i++)
		if (a->item[i] == kid)
			return true;
	return false;
}

enum kw_applies kw_apply_how(const struct schema *s, const struct schema *kid)
{
	enum kw_applies how = KW_CONDITION;
	size_t i;

	for (i = 0; i < s->n; i++) {
		const struct kw_use *u = &s->use[i];

		if (!u->data)
			continue;
		if (u->kw->check == check_ref && u->data == kid)
			return KW_ALWAYS;
		if (u->kw->check == check_all && has_item(u->data, kid))
			return KW_ALWAYS;
		if ((u->kw->check == check_any || u->kw->check == check_one) &&
		    has_item(u->data, kid))
			how = KW_ALTERNATIVE;
	}
	return how;
}

const struct kw kw_apply[] = {
	{"if", KW_ALL, compile_if, check_if, release_choice},
	{"then", 0, compile_then, NULL, NULL},
	{"else", 0, compile_else, NULL, NULL},
	{"$ref", KW_ALL, compile_ref, check_ref, NULL},
	{"$dynamicRef", KW_ALL, compile_dynamic_ref, check_dynamic_ref, NULL},
	{"$defs", 0, compile_defs, NULL, NULL},
	{"$id", 0, compile_name, NULL, NULL},
	{"$anchor", 0, compile_name, NULL, NULL},
	{"$dynamicAnchor", 0, compile_name, NULL, NULL},
	{"$vocabulary", 0, compile_vocabulary, NULL, NULL},
	{"allOf", KW_ALL, compile_list, check_all, release_list},
	{"anyOf", KW_ALL, compile_list, check_any, release_list},
	{"oneOf", KW_ALL, compile_apart, check_one, release_list},
	{"not", KW_ALL, compile_not, check_not, NULL},
	{NULL, 0, NULL, NULL, NULL},
};

static const struct kw *if_row(void)
{
	return &kw_apply[0];
}
