/* Lists in a record, and lists that become records: `each`. */
#include <stdlib.h>

#include "core/mem.h"
#include "map/inner.h"

/* ---- compiling ----------------------------------------------------------- */

struct map_list *map_new_list(struct map *m, struct expr_scope *parent)
{
	struct map_list *l = mem_zalloc(sizeof(*l));

	expr_scope_init_inner(&l->scope, parent);
	l->members.names = (struct buf)BUF_INIT(0);
	l->next = m->lists;
	m->lists = l;
	return l;
}

struct map_list *map_compile_list(struct map *m, struct expr_scope *parent,
				  const struct yt_node *n, struct err *err)
{
	static const char *const keys[] = {"each", "when", "fields", NULL};
	const struct yt_node *each = yt_get(n, "each"), *when;
	const struct yt_node *fields = yt_get(n, "fields");
	struct map_list *l;

	if (yt_check_keys(n, keys, err) < 0)
		return NULL;
	if (!each || !fields) {
		yt_err(n, err,
		       "'%s' is missing: a list is {each: EXPRESSION, fields: "
		       "{...}}",
		       each ? "fields" : "each");
		return NULL;
	}
	l = map_new_list(m, parent);
	l->each = expr_compile(parent, each, err);
	if (!l->each)
		return NULL;
	when = yt_get(n, "when");
	if (when) {
		l->when = expr_compile(&l->scope, when, err);
		if (!l->when)
			return NULL;
	}
	if (map_compile_fields(m, &l->scope, fields, &l->field, &l->n_fields,
			       err) < 0)
		return NULL;
	return l;
}

void map_ready_lists(struct map *m)
{
	struct map_list *l;

	for (l = m->lists; l; l = l->next)
		members_init(&l->members, &l->scope);
}

void map_release_lists(struct map *m)
{
	while (m->lists) {
		struct map_list *l = m->lists;

		m->lists = l->next;
		members_release(&l->members);
		expr_scope_release(&l->scope);
		free(l);
	}
}

/* ---- running ------------------------------------------------------------- */

bool map_walk_begin(struct map_walk *w, struct run *u, struct map_list *list,
		    struct expr_env *outer, struct span to)
{
	w->u = u;
	w->list = list;
	w->i = w->n = 0;
	w->node = NULL;
	w->absent = w->odd = false;
	w->env.column = list->members.val;
	w->env.outer = outer;
	w->env.self = &w->self;
	w->env.index = 0;
	w->env.running = outer->running;
	w->env.rows = outer->rows;
	w->env.rec = outer->rec;
	w->env.arena = outer->arena;
	if (!list->each) {
		w->n = u->rows->n;
		w->env.running = u->rows->at;
		return true;
	}
	if (expr_eval(list->each, outer, &w->all) < 0) {
		map_fault_env(u, outer, to);
		return false;
	}
	switch (w->all.type) {
	case VAL_ABSENT:
		w->absent = expr_is_absent(list->each, outer);
		return true;
	case VAL_NULL:
		return true;
	case VAL_LIST:
		w->n = w->all.n;
		return true;
	case VAL_NODE:
		w->node = w->all.node;
		w->n = 1;
		if (w->node->type == REC_ARRAY) {
			w->n = w->node->count;
			w->node++;
		}
		return true;
	case VAL_FALSE:
	case VAL_TRUE:
	case VAL_NUMBER:
	case VAL_TEXT:
		break;
	}
	map_fault_plain(u, "wrong-type", to, &w->all,
			"a list or an object is expected, whose elements "
			"are walked");
	map_fault_rule(u, list->each);
	return false;
}

/* The node of row w->i of the group, whose element is its `raw`. */
static void next_row(struct map_walk *w)
{
	const struct map_rows *rows = w->u->rows;
	size_t skip;

	if (!w->node)
		w->node = rows->array + 1;
	else
		for (skip = rows->stride; skip; skip--)
			w->node = rows->rec->node + w->node->next;
	map_load_row(w->u, w->node, w->i);
	val_of_node(&w->self, rows->rec, rec_get(rows->rec, w->node, "raw"));
}

/* The next element into w->self; false at the end. */
static bool next_element(struct map_walk *w)
{
	if (w->i == w->n)
		return false;
	if (w->node) {
		if (w->i)
			w->node = w->env.rec->node + w->node->next;
		val_of_node(&w->self, w->env.rec, w->node);
	} else {
		w->self = w->all.item[w->i];
	}
	w->i++;
	return true;
}

/* What is left between two separators, or behind the last, is no element. */
static bool is_blank(const struct val *v)
{
	return v->type == VAL_TEXT && val_is_empty(v);
}

static bool next_of_list(struct map_walk *w)
{
	do {
		if (!next_element(w))
			return false;
	} while (is_blank(&w->self));
	return true;
}

static bool next_of_group(struct map_walk *w)
{
	if (w->i == w->n) {
		w->u->row = 0;
		return false;
	}
	next_row(w);
	w->i++;
	return true;
}

bool map_walk_next(struct map_walk *w)
{
	struct members *c = &w->list->members;

	if (!(w->list->each ? next_of_list(w) : next_of_group(w)))
		return false;
	w->env.index++;
	w->odd = false;
	if (w->self.type == VAL_NODE && w->self.node->type == REC_OBJECT) {
		members_load(c, w->env.rec, w->self.node);
	} else {
		members_none(c);
		w->odd = c->n > 0;
	}
	return true;
}

/* Whether the element is wanted; `$index` counts those that are. */
bool map_walk_wants(struct map_walk *w, struct run *u, const struct expr *when)
{
	bool yes = true;

	if (w->odd) {
		map_fault_plain(u, "wrong-type", SPAN(""), &w->self,
				"an object is expected, of which members are "
				"used");
		return false;
	}
	if (when && expr_true(when, &w->env, &yes) < 0) {
		map_fault_env(u, &w->env, SPAN("when"));
		return false;
	}
	w->env.index -= !yes;
	return yes;
}

void map_put_list(struct run *u, struct expr_env *env,
		  const struct map_field *f)
{
	struct map_list *l = f->list;
	struct map_frame frame = {.up = u->frame, .name = f->name};
	struct map_walk w;

	if (!map_walk_begin(&w, u, l, env, span_of(f->name)) || w.absent)
		return;
	rec_put_raw(u->out, f->prefix);
	rec_put_open(u->out, '[');
	while (map_walk_next(&w)) {
		frame.index = w.env.index - 1;
		u->frame = &frame;
		if (map_walk_wants(&w, u, l->when)) {
			rec_put_open(u->out, '{');
			map_put_fields(u, &w.env, l->field, l->n_fields);
		}
		u->frame = frame.up;
	}
	rec_put_close(u->out, ']');
}
