#include "map/trace.h"

#include "core/utf8.h"
#include "expr/fn.h"
#include "map/inner.h"

/* A value may be a whole document: so many bytes of it are shown. */
#define SHOWN_MAX ((size_t)400)
#define STEP      4 /* columns */

/* One expression on its way. */
struct steps {
	struct map_trace *t;
	struct expr_env *env;
	struct buf *out;
};

static bool step(struct steps *s, const struct expr *x, unsigned indent,
		 struct val *v);

/* ---- words -----------------------------------------------------------------
 */

static void put_indent(struct buf *b, unsigned indent)
{
	for (; indent; indent--)
		buf_addc(b, ' ');
}

/* Nothing that a terminal would obey. */
static void put_shown(struct buf *b, struct span s)
{
	size_t i = 0;

	while (i < s.len && i < SHOWN_MAX) {
		size_t n = utf8_seq(s.p + i, s.len - i);

		if (s.p[i] == '\n' || s.p[i] == '\t')
			buf_addc(b, ' ');
		else if (n && utf8_is_shown(utf8_get(s.p + i, n)))
			buf_add(b, s.p + i, n);
		else
			buf_addc(b, '?');
		i += n ? n : 1;
	}
	if (i < s.len)
		buf_addf(b, "\xE2\x80\xA6 (%zu bytes)", s.len);
}

static void put_value(struct buf *out, const struct rec *r, const struct val *v)
{
	struct buf b = BUF_INIT(LINE_CEILING);

	if (v->type == VAL_ABSENT) {
		buf_adds(out, "nothing");
		return;
	}
	val_put(&b, r, v);
	put_shown(out, buf_span(&b));
	buf_release(&b);
}

/* "    TEXT = VALUE" */
static void put_step(struct steps *s, unsigned indent, const char *before,
		     struct span text, const struct val *v)
{
	put_indent(s->out, indent);
	buf_adds(s->out, before);
	put_shown(s->out, span_trim(text));
	buf_adds(s->out, " = ");
	put_value(s->out, s->env->rec, v);
	buf_addc(s->out, '\n');
}

/* What the evaluation left in the environment. */
static bool put_fault(struct steps *s, unsigned indent, const char *before,
		      struct span text)
{
	const struct expr_fault *f = &s->env->fault;

	put_indent(s->out, indent);
	buf_adds(s->out, before);
	put_shown(s->out, span_trim(text));
	buf_addf(s->out, " is a reject: %s, ", f->code);
	put_shown(s->out, span_of(f->why.msg));
	if (f->value.len) {
		buf_adds(s->out, " (");
		put_shown(s->out, f->value);
		buf_addc(s->out, ')');
	}
	buf_addc(s->out, '\n');
	return false;
}

/* ---- step by step ----------------------------------------------------------
 */

/* An argument or operand; what stands there as it is, is not repeated. */
static bool step_part(struct steps *s, const struct expr *x, unsigned indent,
		      struct val *v)
{
	if (!x || x->kind == EXPR_TABLE) {
		val_set(v, VAL_ABSENT);
		return true;
	}
	if (x->kind == EXPR_LITERAL) {
		*v = x->value;
		return true;
	}
	return step(s, x, indent, v);
}

static bool is_called(const struct expr *x, const char *name)
{
	return !strcmp(x->fn->name, name);
}

/* The branch that is taken, and none of the others. */
static bool step_case(struct steps *s, const struct expr *x, unsigned indent,
		      const struct val *in)
{
	size_t i;
	struct val b;

	for (i = 1; i + 1 < x->n_args; i += 2) {
		struct val a = *in;
		int same;

		if (!step_part(s, x->arg[i], indent, &b))
			return false;
		same = expr_equal(x, s->env, &a, &b);
		if (same < 0)
			return true; /* the call tells it itself */
		if (same)
			return step_part(s, x->arg[i + 1], indent, &b);
	}
	return i >= x->n_args || step_part(s, x->arg[i], indent, &b);
}

static bool step_args(struct steps *s, const struct expr *x, unsigned indent,
		      const struct val *in)
{
	const struct expr *part;
	struct val v = *in;
	size_t i;

	if (is_called(x, "if")) {
		i = in->type == VAL_TRUE ? 1 : 2;
		return i >= x->n_args || step_part(s, x->arg[i], indent, &v);
	}
	if (is_called(x, "case"))
		return step_case(s, x, indent, in);
	if (is_called(x, "default") || is_called(x, "coalesce")) {
		for (i = 1; i < x->n_args && val_is_empty(&v); i++)
			if (!step_part(s, x->arg[i], indent, &v))
				return false;
		return true;
	}
	for (i = 0; (part = fn_template_part(x, i)); i++)
		if (!step_part(s, part, indent, &v))
			return false;
	if (val_is_nothing(in) && !(x->fn->flags & FN_NOTHING))
		return true; /* passed over */
	for (i = 1; i < x->n_args; i++)
		if (!step_part(s, x->arg[i], indent, &v))
			return false;
	return true;
}

/* "| trim = "ST"", or "if(...) = ..." where the input is an argument. */
static bool step_call(struct steps *s, const struct expr *x, unsigned indent,
		      struct val *v)
{
	const struct expr *in = x->arg[0];
	bool piped = in && in->text.p < x->text.p;
	unsigned inner = indent + STEP;

	/* A literal is worth a line where filters follow it. */
	if (piped && in->kind == EXPR_LITERAL) {
		*v = in->value;
		put_indent(s->out, indent);
		put_value(s->out, s->env->rec, v);
		buf_addc(s->out, '\n');
	} else if (!step_part(s, in, piped ? indent : inner, v)) {
		return false;
	}
	if (!step_args(s, x, inner, v))
		return false;
	if (expr_eval(x, s->env, v) < 0)
		return put_fault(s, indent, piped ? "| " : "", x->text);
	put_step(s, indent, piped ? "| " : "", x->text, v);
	return true;
}

static bool step_compare(struct steps *s, const struct expr *x, unsigned indent,
			 struct val *v)
{
	static const char *const sign[] = {"=", "!=", "<", "<=", ">", ">="};
	struct val a, b;

	if (!step_part(s, x->arg[0], indent + STEP, &a) ||
	    !step_part(s, x->arg[1], indent + STEP, &b))
		return false;
	if (expr_eval(x, s->env, v) < 0)
		return put_fault(s, indent, "", x->text);
	put_indent(s->out, indent);
	put_shown(s->out, span_trim(x->text));
	buf_adds(s->out, ": ");
	put_value(s->out, s->env->rec, &a);
	buf_addf(s->out, " %s ", sign[x->op]);
	put_value(s->out, s->env->rec, &b);
	buf_adds(s->out, v->type == VAL_TRUE ? " is true\n" : " is false\n");
	return true;
}

/* Operands up to the one that decides. */
static bool step_joined(struct steps *s, const struct expr *x, unsigned indent,
			struct val *v)
{
	bool decides = x->kind == EXPR_OR, yes = false;
	size_t i;

	for (i = 0; i < x->n_args; i++) {
		if (!step_part(s, x->arg[i], indent + STEP, v))
			return false;
		if (expr_true(x->arg[i], s->env, &yes) < 0)
			return put_fault(s, indent, "", x->arg[i]->text);
		if (yes == decides)
			break;
	}
	val_set_bool(v, yes);
	put_indent(s->out, indent);
	put_shown(s->out, span_trim(x->text));
	buf_adds(s->out, yes ? " is true" : " is false");
	if (i + 1 < x->n_args)
		buf_adds(s->out, ", whatever the rest is");
	buf_addc(s->out, '\n');
	return true;
}

/* Operators behind an operand: in, matches, is empty; and not. */
static bool step_operator(struct steps *s, const struct expr *x,
			  unsigned indent, struct val *v)
{
	bool negated = x->negate && x->kind != EXPR_EMPTY;
	size_t i;

	for (i = 0; i < x->n_args; i++)
		if (!step_part(s, x->arg[i], indent + STEP, v))
			return false;
	if (expr_eval(x, s->env, v) < 0)
		return put_fault(s, indent, negated ? "not " : "", x->text);
	put_indent(s->out, indent);
	buf_adds(s->out, negated ? "not " : "");
	put_shown(s->out, span_trim(x->text));
	buf_adds(s->out, v->type == VAL_TRUE ? " is true\n" : " is false\n");
	return true;
}

/* Show how `x` becomes what it is.  false where it is a reject. */
static bool step(struct steps *s, const struct expr *x, unsigned indent,
		 struct val *v)
{
	switch (x->kind) {
	case EXPR_CALL:
		return step_call(s, x, indent, v);
	case EXPR_COMPARE:
		return step_compare(s, x, indent, v);
	case EXPR_IN:
	case EXPR_MATCHES:
	case EXPR_EMPTY:
	case EXPR_NOT:
		return step_operator(s, x, indent, v);
	case EXPR_AND:
	case EXPR_OR:
		return step_joined(s, x, indent, v);
	case EXPR_LITERAL:
	case EXPR_COLUMN:
	case EXPR_OUTER:
	case EXPR_SELF:
	case EXPR_INDEX:
	case EXPR_RUNNING:
	case EXPR_ROWS:
	case EXPR_TABLE:
		break;
	}
	if (expr_eval(x, s->env, v) < 0)
		return put_fault(s, indent, "", x->text);
	put_step(s, indent, "", x->text, v);
	return true;
}

/* ---- records ---------------------------------------------------------------
 */

static void put_title(struct buf *b, const char *prefix, struct span name)
{
	buf_addf(b, "  %s%.*s", prefix, SPAN_FMT(name));
}

/* One expression with its name; false where it is a reject. */
static bool show(struct steps *s, const char *prefix, const char *name,
		 const struct expr *x, struct val *v)
{
	struct span source = expr_source(x);

	put_title(s->out, prefix, span_of(name));
	buf_adds(s->out, ": ");
	put_shown(s->out, source);
	buf_addc(s->out, '\n');
	return step(s, x, 2 + STEP, v);
}

static void show_fields(struct steps *s, struct run *u, const char *prefix,
			const struct map_field *field, size_t n);

static void show_elements(struct steps *s, struct run *u, const char *prefix,
			  const struct map_field *f, struct map_walk *w)
{
	struct map_list *l = f->list;
	struct steps inner = {.t = s->t, .env = &w->env, .out = s->out};
	size_t n = 0;
	struct val v;

	while (map_walk_next(w)) {
		struct buf at = BUF_INIT(LINE_CEILING);
		bool wanted = true;

		buf_addf(&at, "%s%s[%zu].", prefix, f->name, w->env.index - 1);
		if (l->when) {
			show(&inner, buf_str(&at), "when", l->when, &v);
			wanted = map_walk_wants(w, u, l->when);
		}
		if (wanted) {
			show_fields(&inner, u, buf_str(&at), l->field,
				    l->n_fields);
			n++;
		}
		buf_release(&at);
	}
	put_title(s->out, prefix, span_of(f->name));
	buf_addf(s->out, ": a list of %zu\n", n);
}

static void show_list(struct steps *s, struct run *u, const char *prefix,
		      const struct map_field *f)
{
	struct map_walk w;
	size_t row = u->row;
	struct val v;

	if (f->list->each) {
		struct buf name = BUF_INIT(LINE_CEILING);

		buf_addf(&name, "%s: each", f->name);
		show(s, prefix, buf_str(&name), f->list->each, &v);
		buf_release(&name);
	}
	if (map_walk_begin(&w, u, f->list, s->env, span_of(f->name)))
		show_elements(s, u, prefix, f, &w);
	u->row = row;
}

static void show_fields(struct steps *s, struct run *u, const char *prefix,
			const struct map_field *field, size_t n)
{
	size_t i;
	struct val v;

	for (i = 0; i < n; i++) {
		const struct map_field *f = &field[i];

		if (f->list) {
			show_list(s, u, prefix, f);
			continue;
		}
		if (show(s, prefix, f->name, f->value, &v) &&
		    v.type == VAL_ABSENT) {
			put_indent(s->out, 2 + STEP);
			buf_adds(s->out, "the field is left out\n");
		}
	}
}

static void show_constant(struct steps *s, const char *name,
			  const struct map_value *from)
{
	struct val v;

	if (from->value) {
		show(s, "", name, from->value, &v);
		return;
	}
	put_title(s->out, "", span_of(name));
	buf_adds(s->out, ": ");
	put_shown(s->out, from->text);
	buf_addc(s->out, '\n');
}

static void show_head(struct map_trace *t, struct run *u)
{
	const struct map *m = u->m;
	struct buf *out = &t->out;

	if (t->n)
		buf_addc(out, '\n');
	buf_addf(out, "%s ", u->e->entity);
	put_shown(out, t->key);
	buf_addf(out, "\n  by entry %zu of %zu in the feed %s, %s\n",
		 (size_t)(u->e - m->entry) + 1, m->n_entries, m->feed->name,
		 m->feed->path);
	if (u->src) {
		buf_adds(out, "  from ");
		if (u->rows && u->e->grouped)
			buf_addf(out, "%zu rows, the first ", u->rows->n);
		put_shown(out, rec_raw(u->src));
		buf_addc(out, '\n');
	}
	if (u->e->each && u->frame)
		buf_addf(out, "  element %zu of %.*s\n", u->frame->index + 1,
			 SPAN_FMT(expr_source(u->e->each->each)));
}

void map_trace_entry(struct map_trace *t, struct run *u, struct expr_env *env)
{
	struct steps s = {.t = t, .env = env, .out = &t->out};
	size_t n_faults = u->m->n_faults;
	bool yes = true;
	struct val v;

	if (expr_eval(u->e->key, env, &v) < 0 ||
	    val_to_text(&v, env->arena) < 0 || !span_eq(v.text, t->key))
		return;
	show_head(t, u);
	t->n++;
	t->n_record++;
	show(&s, "", "key", u->e->key, &v);
	if (u->e->when)
		yes = show(&s, "", "when", u->e->when, &v) &&
		      expr_true(u->e->when, env, &yes) == 0 && yes;
	if (!yes) {
		buf_adds(&t->out, "  this entry makes no record of it\n");
		return;
	}
	show_constant(&s, "op", &u->e->op);
	if (u->e->has_site)
		show_constant(&s, "site", &u->e->site);
	show_fields(&s, u, "", u->e->field, u->e->n_fields);
	/* They are told when the entry is gone through. */
	u->m->n_faults = n_faults;
}

void map_trace_doomed(struct map *m, struct rec *r, const struct rec_node *row,
		      const struct expr_running *running, bool first,
		      const char *code, const char *why)
{
	const struct rec_node *raw = rec_get(r, row, "raw");
	struct map_trace *t = m->trace;
	struct run u = {.m = m, .r = r, .src = rec_get(r, row, "src")};
	struct expr_env env = {.column = m->members.val,
			       .rec = r,
			       .arena = &m->arena,
			       .running = running};
	struct val v, none;
	size_t i;

	if (!rec_is(raw, REC_OBJECT))
		return;
	members_load(&m->members, r, raw);
	val_set(&none, VAL_LIST);
	none.n = 0;
	none.item = NULL;
	env.rows = &none;
	for (i = 0; i < m->n_entries; i++) {
		u.e = &m->entry[i];
		/* A key that needs all rows is not to be had. */
		if ((u.e->grouped && !first) || u.e->each ||
		    expr_eval(u.e->key, &env, &v) < 0 ||
		    val_to_text(&v, env.arena) < 0 || !span_eq(v.text, t->key))
			continue;
		show_head(t, &u);
		t->n++;
		buf_addf(&t->out, "  reject %s (group): %s\n", code, why);
	}
}

static void show_fault(struct buf *out, const struct run *u,
		       const struct map_fault *f)
{
	buf_addf(out, "  reject %s", f->code);
	if (f->entity || f->to.len) {
		buf_adds(out, " (");
		if (f->entity)
			buf_adds(out, f->entity);
		if (f->entity && f->to.len)
			buf_addc(out, ' ');
		put_shown(out, f->to);
		buf_addc(out, ')');
	}
	if (u->rows)
		buf_addf(out, ", row %zu of the group", f->row + 1);
	buf_adds(out, ": ");
	put_shown(out, f->why);
	buf_addc(out, '\n');
}

void map_trace_end(struct map_trace *t, const struct run *u)
{
	const struct map *m = u->m;
	size_t i;

	if (!t->n_record)
		return;
	for (i = 0; i < m->n_faults; i++)
		show_fault(&t->out, u, &m->fault[i]);
	if (!m->n_faults)
		buf_adds(&t->out, u->n_records ? "  mapped\n" : "  skipped\n");
	if (t->out.over)
		buf_adds(&t->out, "\n  (there is more than can be shown)\n");
	t->n_record = 0;
}
