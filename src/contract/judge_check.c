/* judge_check.c - a record held to the rules of its contract */
#include "contract/judge_int.h"
#include "core/mem.h"

/* What is being held to the rules. */
struct hearing {
	struct judge *j;
	struct check *c;
	const struct envelope *e;
	struct expr_env top, env; /* of the fields; of what is at hand */
	bool wrong;               /* something was, before */
};

/* ---- telling ---------------------------------------------------------------
 */

/* The field that a rule is about: where its left side comes from. */
static const struct expr *subject(const struct expr *x)
{
	while (x && x->kind != EXPR_COLUMN && x->kind != EXPR_OUTER)
		x = x->n_args ? x->arg[0] : NULL;
	return x;
}

/* `object` is what the place's columns are members of. */
static void fail(struct hearing *h, const struct judge_rule *r,
		 const struct expr *about, const struct rec_node *object,
		 struct span why)
{
	const struct expr *x = subject(about);
	const struct rec_node *value = NULL;

	if (x && x->up)
		x = NULL; /* it is no member of this object */
	if (x && !x->n_steps && object->type == REC_OBJECT)
		value = rec_find(h->c->rec, object,
				 r->place->scope.column[x->column].name);
	if (value && value->type >= REC_ARRAY)
		value = NULL;
	if (x)
		check_enter(h->c,
			    x->n_steps ? x->text
				       : r->place->scope.column[x->column].name,
			    0);
	check_fail(h->c, r->name, "rule", value, "%.*s", SPAN_FMT(why));
	if (x)
		check_leave(h->c);
}

/* Values of a rule that are sensitive are not told. */
static bool is_hidden(const struct hearing *h, const struct judge_rule *r)
{
	return r->hides && !h->c->show_sensitive;
}

static void cannot_judge(struct hearing *h, const struct judge_rule *r,
			 const struct rec_node *object)
{
	const struct expr_fault *f = &h->env.fault;
	struct buf b = BUF_INIT(4096);

	/* a value of the wrong type has been told already */
	if (h->wrong)
		return;
	buf_addf(&b, "the rule cannot be judged: ");
	if (f->column.len)
		buf_addf(&b, "%.*s: ", SPAN_FMT(f->column));
	if (is_hidden(h, r))
		buf_adds(&b, "a value that does not fit");
	else if (f->value.len)
		buf_addf(&b, "'%.*s': ", SPAN_FMT(f->value));
	if (!is_hidden(h, r))
		buf_adds(&b, f->why.msg);
	fail(h, r, r->check ? r->check : r->to, object, buf_span(&b));
	buf_release(&b);
}

static void broken(struct hearing *h, const struct judge_rule *r,
		   const struct rec_node *object)
{
	struct buf b = BUF_INIT(LINE_CEILING);
	struct val words;

	if (is_hidden(h, r)) {
		buf_adds(&b, r->why && !r->words
				     ? r->why
				     : "the fields do not go together");
	} else if (r->words && expr_eval(r->words, &h->env, &words) == 0 &&
		   words.type == VAL_TEXT) {
		buf_add_span(&b, words.text);
	} else if (r->why && !r->words) {
		buf_addf(&b, "%s (", r->why);
		judge_say(r, &h->env, &b);
		buf_addc(&b, ')');
	} else {
		judge_say(r, &h->env, &b);
	}
	fail(h, r, r->check, object, buf_span(&b));
	buf_release(&b);
}

/* ---- rules within a record
 * --------------------------------------------------- */

/* -1 where it cannot be told, which has been said. */
static int applies(struct hearing *h, const struct judge_rule *r,
		   const struct rec_node *object, bool *yes)
{
	*yes = true;
	if (h->c->partial && !(judge_is_there(r->check, &h->env) &&
			       judge_is_there(r->when, &h->env))) {
		*yes = false;
		return 0;
	}
	if (!r->when || expr_true(r->when, &h->env, yes) == 0)
		return 0;
	cannot_judge(h, r, object);
	return -1;
}

static void judge_one(struct hearing *h, const struct judge_rule *r,
		      const struct rec_node *object)
{
	bool yes;

	if (applies(h, r, object, &yes) < 0 || !yes)
		return;
	if (expr_true(r->check, &h->env, &yes) < 0)
		cannot_judge(h, r, object);
	else if (!yes)
		broken(h, r, object);
}

/* All rules of a place held to an object of it. */
static void judge_object(struct hearing *h, const struct judge_place *p,
			 const struct rec_node *object)
{
	size_t i;

	for (i = 0; i < h->j->n_rules; i++)
		if (h->j->rule[i].place == p && h->j->rule[i].check)
			judge_one(h, &h->j->rule[i], object);
}

static void judge_lines(struct hearing *h, struct judge_place *p)
{
	struct rec *rec = h->c->rec;
	struct span name = span_of(p->each);
	const struct rec_node *lines = rec_find(rec, h->e->fields, name), *m;
	struct val self;
	size_t at = 0;

	if (!rec_is(lines, REC_ARRAY))
		return;
	check_enter(h->c, name, 0);
	rec_each (rec, lines, m) {
		check_enter(h->c, (struct span){NULL, 0}, at++);
		if (m->type == REC_OBJECT)
			members_load(&p->members, rec, m);
		else
			members_none(&p->members);
		val_of_node(&self, rec, m);
		h->env = (struct expr_env){.column = p->members.val,
					   .outer = &h->top,
					   .self = &self,
					   .index = at,
					   .rec = rec,
					   .arena = &h->j->arena};
		judge_object(h, p, m);
		check_leave(h->c);
	}
	check_leave(h->c);
	h->env = h->top;
}

/* ---- cycles
 * -------------------------------------------------------------------- */

/* The names an end of an edge has: of a list, all of them. */
static int names_of(struct hearing *h, const struct expr *x, struct span **name,
		    size_t *n)
{
	struct arena *a = &h->j->arena;
	const struct val *item;
	struct val v;
	size_t i, n_items;

	*n = 0;
	if (expr_eval(x, &h->env, &v) < 0)
		return -1;
	item = v.type == VAL_LIST ? v.item : &v;
	n_items = v.type == VAL_LIST ? v.n : 1;
	*name = arena_alloc(a, mem_mul(n_items, sizeof(**name)));
	for (i = 0; i < n_items; i++) {
		struct val text = item[i];

		if (val_is_empty(&text))
			continue;
		if (val_to_text(&text, a) < 0)
			return expr_fail(&h->env, x, &text, "wrong-type",
					 "a list or an object where a key is "
					 "expected");
		(*name)[(*n)++] = text.text;
	}
	return 0;
}

/* The record itself, where `from` is not said: its key, of its site. */
static struct span own_name(const struct hearing *h, struct span key)
{
	struct span s = h->e->site;
	char *p;

	if (!s.len)
		return key;
	p = arena_alloc(&h->j->arena, s.len + 1 + key.len);
	memcpy(p, s.p, s.len);
	p[s.len] = '/';
	memcpy(p + s.len + 1, key.p, key.len);
	return (struct span){p, s.len + 1 + key.len};
}

static int ends_of(struct hearing *h, const struct judge_rule *r,
		   struct span **from, size_t *n_from, struct span **to,
		   size_t *n_to)
{
	size_t i;

	*n_from = 1;
	if (names_of(h, r->to, to, n_to) < 0)
		return -1;
	if (r->from)
		return names_of(h, r->from, from, n_from);
	*from = arena_alloc(&h->j->arena, sizeof(**from));
	(*from)[0] = own_name(h, h->e->key);
	for (i = 0; i < *n_to; i++)
		(*to)[i] = own_name(h, (*to)[i]);
	return 0;
}

static void tell_cycle(struct hearing *h, const struct judge_rule *r,
		       struct span from, struct span to)
{
	const struct expr *about = subject(r->to);
	struct buf b = BUF_INIT(4096);

	buf_adds(&b, r->why && !r->words ? r->why : "it leads back to itself");
	if (!is_hidden(h, r)) {
		buf_adds(&b, ": ");
		cycle_say(r->graph, from, to, &b);
	}
	if (about)
		check_enter(h->c, about->text, 0);
	check_fail(h->c, r->name, "cycle", NULL, "%.*s",
		   SPAN_FMT(buf_span(&b)));
	if (about)
		check_leave(h->c);
	buf_release(&b);
}

/* Edges are gathered first; in the end those on a cycle are told. */
static void judge_cycle(struct hearing *h, const struct judge_rule *r)
{
	struct span *from, *to;
	size_t n_from, n_to, i, k;
	bool yes = true;

	if (r->when && expr_true(r->when, &h->env, &yes) < 0) {
		cannot_judge(h, r, h->e->fields);
		return;
	}
	if (!yes)
		return;
	if (ends_of(h, r, &from, &n_from, &to, &n_to) < 0) {
		cannot_judge(h, r, h->e->fields);
		return;
	}
	for (i = 0; i < n_from; i++) {
		for (k = 0; k < n_to; k++) {
			if (!h->c->last_word) {
				cycle_add(r->graph, from[i], to[k]);
				h->c->n_pending++;
			} else if (cycle_has(r->graph, from[i], to[k])) {
				tell_cycle(h, r, from[i], to[k]);
				return;
			}
		}
	}
}

/* ---- a record
 * -------------------------------------------------------------------- */

static void judge_cycles(struct hearing *h)
{
	size_t i;

	for (i = 0; i < h->j->n_rules; i++)
		if (h->j->rule[i].graph)
			judge_cycle(h, &h->j->rule[i]);
}

void judge_record(struct judge *j, struct check *c, const struct envelope *e,
		  struct judge_wish *wish)
{
	struct judge_place *top = j->place[0];
	struct hearing h = {.j = j, .c = c, .e = e, .wrong = c->n_failed > 0};
	size_t i;

	/* a record that was held back has been held to the rest before */
	if (!e->fields || (c->last_word && !j->any_cycle))
		return;
	arena_clear(&j->arena);
	members_load(&top->members, c->rec, e->fields);
	h.top = h.env = (struct expr_env){
		.column = top->members.val, .rec = c->rec, .arena = &j->arena};
	if (!c->last_word) {
		judge_object(&h, top, e->fields);
		for (i = 1; i < j->n_places; i++)
			judge_lines(&h, j->place[i]);
	}
	/* only what goes on can make a cycle */
	if (j->any_cycle && !c->n_failed && e->op != ENVELOPE_ARCHIVE &&
	    e->op != ENVELOPE_CANCEL)
		judge_cycles(&h);
	if (j->n_twins && !c->last_word && !c->n_failed && !c->partial)
		judge_twins_check(j, c, e, &h.env, wish);
}
