#include "expr/expr.h"

#include <stdarg.h>
#include <stdlib.h>

#include "core/date.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/suggest.h"
#include "core/utf8.h"
#include "expr/fn.h"
#include "expr/lookup.h"

void expr_scope_init(struct expr_scope *s, const char *profiles,
		     const char *profile_path)
{
	*s = (struct expr_scope){
		.profiles = profiles,
		.profile_path = profile_path,
		.arena = ARENA_INIT,
	};
}

void expr_scope_init_inner(struct expr_scope *s, struct expr_scope *parent)
{
	expr_scope_init(s, parent->profiles, parent->profile_path);
	s->parent = parent;
}

struct expr_scope *expr_root(struct expr_scope *s)
{
	while (s->parent)
		s = s->parent;
	return s;
}

void expr_add_running(struct expr_scope *s, const char *name)
{
	s->running = mem_grow(s->running, s->n_running, &s->cap_running,
			      sizeof(*s->running));
	s->running[s->n_running++] = name;
}

void expr_scope_release(struct expr_scope *s)
{
	while (s->n_tables)
		lookup_free(s->table[--s->n_tables]);
	while (s->n_patterns)
		pattern_free(s->pattern[--s->n_patterns]);
	while (s->n_owned) {
		const struct expr_owned *o = &s->owned[--s->n_owned];

		o->free(o->p);
	}
	free(s->owned);
	free(s->running);
	free(s->table);
	free(s->pattern);
	free(s->column);
	arena_release(&s->arena);
	expr_scope_init(s, s->profiles, s->profile_path);
}

struct expr *expr_compile(struct expr_scope *s, const struct yt_node *n,
			  struct err *err)
{
	struct expr_compile c = {.scope = s, .node = n, .err = err};

	if (n->type != YT_SCALAR) {
		yt_err(n, err, "an expression expected here, not a %s",
		       n->type == YT_LIST ? "list" : "map");
		return NULL;
	}
	/* Filters count characters to know how much room they need. */
	if (utf8_check(n->text, n->len) != n->len) {
		yt_err(n, err, "an expression is UTF-8");
		return NULL;
	}
	/* What is compiled points into its source. */
	c.source = (struct span){arena_dup(&s->arena, n->text, n->len), n->len};
	return expr_parse(&c, c.source);
}

void expr_own(struct expr_scope *s, void *p, void (*release)(void *p))
{
	s->owned = mem_grow(s->owned, s->n_owned, &s->cap_owned,
			    sizeof(*s->owned));
	s->owned[s->n_owned++] = (struct expr_owned){p, release};
}

struct span expr_source(const struct expr *x)
{
	return span_trim(x->whole);
}

/* Cells beyond the header are called c11, c12, ... */
static bool is_surplus(struct span name, size_t n_names)
{
	int64_t n;

	return name.len > 1 && name.p[0] == 'c' &&
	       num_parse((struct span){name.p + 1, name.len - 1}, 1, INT32_MAX,
			 &n) == 0 &&
	       (size_t)n > n_names;
}

static int unknown_column(const struct expr_column *col,
			  const struct span *names, size_t n_names,
			  struct err *err)
{
	const char **words = mem_alloc(mem_mul(n_names + 1, sizeof(*words)));
	const char *near;
	size_t i;
	int rc;

	for (i = 0; i < n_names; i++)
		words[i] = mem_dup(names[i].p, names[i].len);
	words[n_names] = NULL;
	near = suggest(col->name, words);
	if (near)
		rc = yt_err(&col->at, err,
			    "the input has no column '%.*s'; did you mean "
			    "'%s'?",
			    SPAN_FMT(col->name), near);
	else
		rc = yt_err(&col->at, err, "the input has no column '%.*s'",
			    SPAN_FMT(col->name));
	for (i = 0; i < n_names; i++)
		free((void *)(uintptr_t)words[i]);
	free(words);
	return rc;
}

int expr_check_columns(const struct expr_scope *s, const struct span *names,
		       size_t n_names, struct err *err)
{
	size_t i, j;

	/* An empty file has no columns, nor a row that could miss one. */
	if (!n_names)
		return 0;
	for (i = 0; i < s->n_columns; i++) {
		const struct expr_column *col = &s->column[i];

		for (j = 0; j < n_names; j++)
			if (span_eq(col->name, names[j]))
				break;
		if (j == n_names && !is_surplus(col->name, n_names))
			return unknown_column(col, names, n_names, err);
	}
	return 0;
}

/* ---- faults ------------------------------------------------------------ */

static bool is_name(const struct expr *x)
{
	return x->kind >= EXPR_COLUMN && x->kind <= EXPR_RUNNING;
}

bool expr_is_rows(const struct expr *x)
{
	return x->kind == EXPR_ROWS && !x->n_steps;
}

struct span expr_origin(const struct expr *x)
{
	while (x && !is_name(x))
		x = x->n_args ? x->arg[0] : NULL;
	return x ? x->text : (struct span){NULL, 0};
}

int expr_fail_why(struct expr_env *e, const struct expr *x, const struct val *v,
		  const char *code)
{
	struct expr_fault *f = &e->fault;

	f->code = code;
	f->value = v ? val_shown(v, e->arena) : SPAN("");
	f->rule = x->text;
	f->column = expr_origin(x);
	return -1;
}

int expr_fail(struct expr_env *e, const struct expr *x, const struct val *v,
	      const char *code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(&e->fault.why, ERR_DATA, fmt, ap);
	va_end(ap);
	return expr_fail_why(e, x, v, code);
}

/* ---- evaluation --------------------------------------------------------- */

/* Step by step into the value. */
static void walk_steps(const struct expr *x, struct expr_env *e,
		       struct val *out)
{
	size_t i;

	for (i = 0; i < x->n_steps; i++) {
		const struct expr_step *s = &x->step[i];
		const struct rec_node *n;

		if (s->each) {
			expr_step_each(x, i, e, out);
			return;
		}
		if (out->type != VAL_NODE) {
			val_set(out, VAL_ABSENT);
			return;
		}
		n = s->is_index ? rec_at(e->rec, out->node, s->index)
				: rec_find(e->rec, out->node, s->name);
		val_of_node(out, e->rec, n);
	}
}

/* A name of a level around, or what is no column. */
static int eval_name(const struct expr *x, struct expr_env *e, struct val *out)
{
	const struct expr_running *running;
	const struct expr_env *of = e;
	size_t up;

	for (up = x->up; up; up--)
		of = of->outer;
	if (x->kind == EXPR_OUTER) {
		*out = of->column[x->column];
	} else if (x->kind == EXPR_SELF) {
		*out = *of->self;
	} else if (x->kind == EXPR_INDEX) {
		val_set_dec(out, dec_of((long long)of->index));
	} else if (x->kind == EXPR_ROWS) {
		*out = *e->rows;
	} else {
		running = &of->running[x->column];
		if (!running->known)
			return expr_fail(e, x, NULL, "missing-running",
					 "%.*s is not known here: %.*s",
					 SPAN_FMT(x->text),
					 SPAN_FMT(running->why));
		*out = running->val;
	}
	walk_steps(x, e, out);
	return 0;
}

/* An array of the raw record as a list of values. */
static void open_array(struct expr_env *e, struct val *v)
{
	const struct rec_node *array = v->node, *m;
	struct val *item =
		arena_alloc(e->arena, mem_mul(array->count, sizeof(*item)));
	size_t n = 0;

	rec_each (e->rec, array, m)
		val_of_node(&item[n++], e->rec, m);
	val_set(v, VAL_LIST);
	v->n = n;
	v->item = item;
}

static int apply(const struct expr *x, struct expr_env *e, struct val *v);

/* A text filter goes through the elements of a list. */
static int apply_each(const struct expr *x, struct expr_env *e, struct val *v)
{
	struct val *item = arena_alloc(e->arena, mem_mul(v->n, sizeof(*item)));
	size_t i;

	for (i = 0; i < v->n; i++) {
		item[i] = v->item[i];
		if (item[i].type == VAL_LIST || (item[i].type == VAL_NODE))
			return expr_fail(e, x, v, "wrong-type",
					 "a list within a list where text is "
					 "expected");
		if (apply(x, e, &item[i]) < 0)
			return -1;
	}
	v->item = item;
	return 0;
}

static int apply(const struct expr *x, struct expr_env *e, struct val *v)
{
	const unsigned flags = x->fn->flags;

	if (val_is_nothing(v) && !(flags & FN_NOTHING))
		return 0;
	if (v->type == VAL_NODE && v->node->type == REC_ARRAY)
		open_array(e, v);
	if (flags & FN_TEXT) {
		if (v->type == VAL_LIST)
			return apply_each(x, e, v);
		if (v->type == VAL_NODE)
			return expr_fail(e, x, v, "wrong-type",
					 "an object where text is expected");
		/* decimal('.') and the like want numbers as they are */
		if (!(flags & FN_BLANK))
			val_to_text(v, e->arena);
	}
	if ((flags & FN_BLANK) && v->type == VAL_TEXT &&
	    utf8_is_blank(v->text)) {
		val_set(v, VAL_ABSENT);
		return 0;
	}
	if (e->arena->size > EXPR_MEMORY_MAX)
		return expr_fail(e, x, NULL, "too-long",
				 "the values made of this record take more "
				 "than %zu MiB",
				 EXPR_MEMORY_MAX >> 20);
	return x->fn->run(x, e, v);
}

/* Seconds since 1970 of a date (its first) or an instant in canonical text. */
static int instant_of(const struct val *v, int64_t *seconds)
{
	struct date d;

	if (v->type != VAL_TEXT)
		return -1;
	if (date_parse(v->text, &d) == 0) {
		*seconds = date_to_days(d) * 86400;
		return 0;
	}
	return instant_parse(v->text, seconds);
}

/* The same as compare(), where a filter made one of the two a date. */
static int compare_dates(const struct expr *x, struct expr_env *e,
			 struct val *a, struct val *b, int *cmp)
{
	struct val *other = a->dated ? b : a;
	int64_t ta, tb;

	if (instant_of(a, &ta) == 0 && instant_of(b, &tb) == 0) {
		*cmp = (ta > tb) - (ta < tb);
		return 1;
	}
	*cmp = 1;
	if (x->op == EXPR_EQ || x->op == EXPR_NE || val_is_empty(other))
		return 0;
	return expr_fail(e, x, other, "bad-date",
			 "compared with the date %.*s, but it is none such as "
			 "2024-01-31 or 2024-01-31T10:05:00Z",
			 SPAN_FMT(a->dated ? a->text : b->text));
}

/* <0, 0, >0 in *cmp; 1 comparable, 0 not (other than unequal), -1 fault. */
static int compare(const struct expr *x, struct expr_env *e, struct val *a,
		   struct val *b, int *cmp)
{
	struct val num, *text;

	if (val_is_nothing(a) || val_is_nothing(b)) {
		*cmp = val_is_nothing(a) != val_is_nothing(b);
		return 0;
	}
	if (a->dated || b->dated)
		return compare_dates(x, e, a, b, cmp);
	if (a->type == VAL_NUMBER || b->type == VAL_NUMBER) {
		struct err *why = &e->fault.why;
		struct val na = *a, nb = *b;

		if (val_to_dec(&na, why) == 0 && val_to_dec(&nb, why) == 0) {
			*cmp = dec_cmp(na.dec, nb.dec);
			return 1;
		}
		*cmp = 1;
		text = a->type == VAL_NUMBER ? b : a;
		if (x->op == EXPR_EQ || x->op == EXPR_NE || val_is_empty(text))
			return 0;
		num = a->type == VAL_NUMBER ? *a : *b;
		err_wrap(why, "compared with the number %.*s",
			 SPAN_FMT(val_shown(&num, e->arena)));
		return expr_fail_why(e, x, text, "bad-number");
	}
	if (val_to_text(a, e->arena) < 0 || val_to_text(b, e->arena) < 0)
		return expr_fail(e, x, a, "wrong-type",
				 "a list or an object cannot be compared");
	*cmp = span_cmp(a->text, b->text);
	return 1;
}

int expr_equal(const struct expr *x, struct expr_env *e, struct val *a,
	       struct val *b)
{
	int cmp = 0;

	return compare(x, e, a, b, &cmp) < 0 ? -1 : cmp == 0;
}

static int eval_compare(const struct expr *x, struct expr_env *e,
			struct val *out)
{
	struct val a, b;
	int cmp = 0, rc;
	bool yes = false;

	if (expr_eval(x->arg[0], e, &a) < 0 || expr_eval(x->arg[1], e, &b) < 0)
		return -1;
	rc = compare(x, e, &a, &b, &cmp);
	if (rc < 0)
		return -1;
	switch (x->op) {
	case EXPR_EQ:
		yes = cmp == 0;
		break;
	case EXPR_NE:
		yes = cmp != 0;
		break;
	case EXPR_LT:
		yes = rc && cmp < 0;
		break;
	case EXPR_LE:
		yes = rc && cmp <= 0;
		break;
	case EXPR_GT:
		yes = rc && cmp > 0;
		break;
	case EXPR_GE:
		yes = rc && cmp >= 0;
		break;
	}
	val_set_bool(out, yes);
	return 0;
}

static int eval_in(const struct expr *x, struct expr_env *e, struct val *out)
{
	struct val a;
	size_t i;

	if (expr_eval(x->arg[0], e, &a) < 0)
		return -1;
	for (i = 1; i < x->n_args; i++) {
		struct val b, left = a;
		int cmp = 0;

		if (expr_eval(x->arg[i], e, &b) < 0 ||
		    compare(x, e, &left, &b, &cmp) < 0)
			return -1;
		if (!cmp) {
			val_set_bool(out, !x->negate);
			return 0;
		}
	}
	val_set_bool(out, x->negate);
	return 0;
}

static int eval_matches(const struct expr *x, struct expr_env *e,
			struct val *out)
{
	int rc = 0;

	if (expr_eval(x->arg[0], e, out) < 0)
		return -1;
	if (!val_is_nothing(out)) {
		if (val_to_text(out, e->arena) < 0)
			return expr_fail(e, x, out, "wrong-type",
					 "a list or an object matches nothing");
		rc = pattern_find(x->pattern, out->text);
		if (rc < 0)
			return expr_fail(e, x, out, "pattern-limit",
					 "the regular expression takes too "
					 "long on this value");
	}
	val_set_bool(out, (rc > 0) != x->negate);
	return 0;
}

/* Stops at the first operand that decides. */
static int eval_joined(const struct expr *x, struct expr_env *e,
		       struct val *out)
{
	bool decides = x->kind == EXPR_OR, yes = false;
	size_t i;

	for (i = 0; i < x->n_args; i++) {
		if (expr_true(x->arg[i], e, &yes) < 0)
			return -1;
		if (yes == decides)
			break;
	}
	val_set_bool(out, yes);
	return 0;
}

int expr_eval(const struct expr *x, struct expr_env *e, struct val *out)
{
	bool yes;

	switch (x->kind) {
	case EXPR_LITERAL:
		*out = x->value;
		return 0;
	case EXPR_COLUMN:
		*out = e->column[x->column];
		if (x->n_steps)
			walk_steps(x, e, out);
		return 0;
	case EXPR_OUTER:
	case EXPR_SELF:
	case EXPR_INDEX:
	case EXPR_ROWS:
	case EXPR_RUNNING:
		return eval_name(x, e, out);
	case EXPR_CALL:
		if (!x->arg[0])
			val_set(out, VAL_ABSENT);
		else if (expr_eval(x->arg[0], e, out) < 0)
			return -1;
		return apply(x, e, out);
	case EXPR_TABLE:
		break; /* only an argument; its filter reads it */
	case EXPR_COMPARE:
		return eval_compare(x, e, out);
	case EXPR_IN:
		return eval_in(x, e, out);
	case EXPR_MATCHES:
		return eval_matches(x, e, out);
	case EXPR_EMPTY:
		if (expr_eval(x->arg[0], e, out) < 0)
			return -1;
		val_set_bool(out, val_is_empty(out) != x->negate);
		return 0;
	case EXPR_NOT:
		if (expr_true(x->arg[0], e, &yes) < 0)
			return -1;
		val_set_bool(out, !yes);
		return 0;
	case EXPR_AND:
	case EXPR_OR:
		return eval_joined(x, e, out);
	}
	val_set(out, VAL_ABSENT);
	return 0;
}

bool expr_is_absent(const struct expr *x, struct expr_env *e)
{
	struct val v;

	while (!is_name(x) && x->n_args && x->arg[0])
		x = x->arg[0];
	return is_name(x) && expr_eval(x, e, &v) == 0 && v.type == VAL_ABSENT;
}

int expr_true(const struct expr *x, struct expr_env *e, bool *yes)
{
	struct val v;

	if (expr_eval(x, e, &v) < 0)
		return -1;
	*yes = v.type == VAL_TRUE;
	if (v.type == VAL_FALSE || *yes || val_is_nothing(&v))
		return 0;
	return expr_fail(e, x, &v, "not-a-condition",
			 "true or false expected; compare it with something, "
			 "as in %.*s = 'Y'",
			 SPAN_FMT(x->text));
}
