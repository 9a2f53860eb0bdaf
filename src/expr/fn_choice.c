/* Filters that choose: truth, defaults, conditions. */
#include <strings.h>

#include "core/utf8.h"
#include "expr/fn.h"

FN_PREPARE(fn_bool_prepare)
{
	if (call->n_args != 2)
		return 0;
	return expr_refuse(c, call->arg[1]->text.p, "%s: both words or none",
			   call->fn->synopsis);
}

static bool is_word(struct span s, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == s.len && !strncasecmp(*words, s.p, s.len))
			return true;
	return false;
}

FN_RUN(fn_bool)
{
	static const char *const yes[] = {"true", "yes", "y", "t", "1", NULL};
	static const char *const no[] = {"false", "no", "n", "f", "0", NULL};
	struct span s;

	if (v->type == VAL_TRUE || v->type == VAL_FALSE)
		return 0;
	val_to_text(v, e->arena);
	s = utf8_trim(v->text);
	if (call->n_args > 2) {
		struct span t = call->arg[1]->value.text;
		struct span f = call->arg[2]->value.text;

		if (!span_eq(s, t) && !span_eq(s, f))
			return expr_fail(e, call, v, "bad-bool",
					 "'%.*s' or '%.*s' expected",
					 SPAN_FMT(t), SPAN_FMT(f));
		val_set_bool(v, span_eq(s, t));
		return 0;
	}
	if (!is_word(s, yes) && !is_word(s, no))
		return expr_fail(e, call, v, "bad-bool",
				 "true, yes, y, t, 1 or false, no, n, f, 0 "
				 "expected");
	val_set_bool(v, is_word(s, yes));
	return 0;
}

/* default and coalesce */
FN_RUN(fn_default)
{
	size_t i;

	for (i = 1; i < call->n_args && val_is_empty(v); i++)
		if (expr_eval(call->arg[i], e, v) < 0)
			return -1;
	return 0;
}

FN_RUN(fn_if)
{
	const struct expr *no = fn_arg(call, 1);

	if (v->type == VAL_TRUE)
		return expr_eval(call->arg[1], e, v);
	if (v->type != VAL_FALSE && !val_is_nothing(v))
		return expr_fail(e, call, v, "not-a-condition",
				 "true or false expected; compare it with "
				 "something");
	if (no)
		return expr_eval(no, e, v);
	val_set(v, VAL_ABSENT);
	return 0;
}

/* Values and results in turn; one left over is for everything else. */
FN_RUN(fn_case)
{
	size_t i;

	for (i = 1; i + 1 < call->n_args; i += 2) {
		struct val a = *v, b;
		int rc;

		if (expr_eval(call->arg[i], e, &b) < 0)
			return -1;
		rc = expr_equal(call, e, &a, &b);
		if (rc < 0)
			return -1;
		if (rc)
			return expr_eval(call->arg[i + 1], e, v);
	}
	if (i < call->n_args)
		return expr_eval(call->arg[i], e, v);
	val_set(v, VAL_ABSENT);
	return 0;
}

FN_RUN(fn_nullif)
{
	struct val b, a = *v;
	size_t i;

	if (a.type == VAL_LIST || val_to_text(&a, e->arena) < 0)
		return expr_fail(e, call, v, "wrong-type",
				 "a list or an object where text is expected");
	for (i = 1; i < call->n_args; i++) {
		if (expr_eval(call->arg[i], e, &b) < 0)
			return -1;
		if (val_to_text(&b, e->arena) == 0 && span_eq(a.text, b.text)) {
			val_set(v, VAL_ABSENT);
			break;
		}
	}
	return 0;
}

FN_RUN(fn_required)
{
	if (!val_is_empty(v))
		return 0;
	return expr_fail(e, call, v, "missing-value", "a value is required");
}
