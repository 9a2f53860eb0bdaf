/* judge_say.c - what a rule found, in words */
#include "contract/judge_int.h"

#define VALUE_SHOWN 80 /* bytes of a value */
#define TOLD_MAX    4  /* fields of a condition that is no comparison */

/* Nodes lie in the text they were compiled from: where one ends and begins. */
static void stretch(const struct expr *x, struct span *s)
{
	const char *end = x->text.p + x->text.len;
	size_t i;

	if (!s->p) {
		*s = x->text;
	} else {
		const char *till = s->p + s->len;

		if (x->text.p < s->p)
			s->p = x->text.p;
		s->len = (size_t)((end > till ? end : till) - s->p);
	}
	for (i = 0; i < x->n_args; i++)
		if (x->arg[i])
			stretch(x->arg[i], s);
}

static struct span written(const struct expr *x)
{
	struct span s = {NULL, 0};

	stretch(x, &s);
	return span_trim(s);
}

static void put_value(struct buf *b, struct expr_env *env, const struct val *v)
{
	struct span s;

	if (val_is_nothing(v)) {
		buf_adds(b, "nothing");
		return;
	}
	if (v->type == VAL_LIST) {
		struct buf json = BUF_INIT(LINE_CEILING);

		val_put(&json, env->rec, v);
		s = arena_span(env->arena, buf_span(&json));
		buf_release(&json);
	} else {
		s = val_shown(v, env->arena);
	}
	if (!s.len)
		buf_adds(b, "empty");
	buf_addf(b, "%.*s%s", (int)(s.len > VALUE_SHOWN ? VALUE_SHOWN : s.len),
		 s.p, s.len > VALUE_SHOWN ? "..." : "");
}

static void put_named(struct buf *b, struct expr_env *env, const struct expr *x,
		      const struct val *v)
{
	buf_addf(b, "%.*s is ", SPAN_FMT(written(x)));
	put_value(b, env, v);
}

static const char *op_words(enum expr_op op, bool mirrored)
{
	switch (op) {
	case EXPR_EQ:
		return "";
	case EXPR_NE:
		return "";
	case EXPR_LT:
		return mirrored ? "more than " : "less than ";
	case EXPR_LE:
		return mirrored ? "at least " : "at most ";
	case EXPR_GT:
		return mirrored ? "less than " : "more than ";
	case EXPR_GE:
		return mirrored ? "at most " : "at least ";
	}
	return "";
}

/* "a is 1, b is 2", or beside a literal "a is 1, not at most 0.01". */
static int say_comparison(const struct expr *x, struct expr_env *env,
			  struct buf *b)
{
	const struct expr *left = x->arg[0], *right = x->arg[1];
	bool mirrored = left->kind == EXPR_LITERAL;
	struct val l, r;

	if (mirrored) {
		left = x->arg[1];
		right = x->arg[0];
	}
	if (expr_eval(left, env, &l) < 0 || expr_eval(right, env, &r) < 0)
		return -1;
	put_named(b, env, left, &l);
	if (x->op == EXPR_NE) {
		buf_addf(b, ", and must not be %.*s", SPAN_FMT(written(right)));
		return 0;
	}
	if (right->kind == EXPR_LITERAL) {
		buf_addf(b, ", not %s", op_words(x->op, mirrored));
		put_value(b, env, &r);
		return 0;
	}
	buf_adds(b, ", ");
	put_named(b, env, right, &r);
	if (x->op != EXPR_EQ)
		buf_addf(b, "; the first is to be %sthe second",
			 op_words(x->op, false));
	return 0;
}

struct telling {
	struct expr_env *env;
	struct buf *b;
	struct span told[TOLD_MAX];
	size_t n;
};

static void say_column(void *to, const struct expr *x)
{
	struct telling *t = to;
	struct val v;
	size_t i;

	for (i = 0; i < t->n; i++)
		if (span_eq(t->told[i], x->text))
			return;
	if (t->n == TOLD_MAX || expr_eval(x, t->env, &v) < 0)
		return;
	if (t->n)
		buf_adds(t->b, ", ");
	t->told[t->n++] = x->text;
	put_named(t->b, t->env, x, &v);
}

/* Of several that must all hold, the first that does not. */
static const struct expr *culprit(const struct expr *x, struct expr_env *env)
{
	size_t i;

	while (x->kind == EXPR_AND) {
		bool yes = true;

		for (i = 0; i < x->n_args; i++)
			if (expr_true(x->arg[i], env, &yes) < 0 || !yes)
				break;
		if (i == x->n_args)
			break;
		x = x->arg[i];
	}
	return x;
}

static bool is_condition(const struct expr *x)
{
	return x->kind >= EXPR_COMPARE;
}

void judge_say(const struct judge_rule *r, struct expr_env *env,
	       struct buf *words)
{
	const struct expr *x = culprit(r->check, env);
	struct telling t = {.env = env, .b = words};

	if (x->kind == EXPR_COMPARE && !is_condition(x->arg[0]) &&
	    !is_condition(x->arg[1]) && say_comparison(x, env, words) == 0)
		return;
	judge_columns(x, say_column, &t);
	buf_addf(words, "%s%.*s does not hold", t.n ? ": " : "",
		 SPAN_FMT(written(x)));
}
