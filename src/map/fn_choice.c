/* Filters that choose: codes, defaults, conditions. */
#include <strings.h>

#include "map/fn.h"
#include "map/lookup.h"

static int unmapped(const struct expr *call, struct expr_env *e,
		    const struct val *v, const struct lookup *t)
{
	struct span near[LOOKUP_NEAR_MAX];
	size_t n = lookup_near(t, v->text, near), i;
	struct buf why = BUF_INIT(ERR_MSG_MAX);
	const char *name = lookup_name(t);

	if (*name)
		buf_addf(&why, "no such code in the table '%s'", name);
	else
		buf_adds(&why, "no such code in the table");
	if (n)
		buf_adds(&why, "; the nearest are");
	for (i = 0; i < n; i++)
		buf_addf(&why, "%s '%.*s'", i ? "," : "", SPAN_FMT(near[i]));
	if (!n && *name)
		buf_addf(&why, " of %zu codes, nor one that looks like it",
			 lookup_count(t));
	else if (!n) {
		buf_adds(&why, " ");
		lookup_show(t, &why);
	}
	expr_fail(e, call, v, "unmapped-code", "%s", buf_str(&why));
	buf_release(&why);
	return -1;
}

/* As it is first; then without the white space a fixed column leaves. */
FN_RUN(fn_table_run)
{
	const struct lookup *t = call->arg[1]->table;
	const struct expr *otherwise = fn_arg(call, 1);
	const struct val *found = lookup_get(t, v->text);
	struct span trimmed = span_trim(v->text);

	if (!found && trimmed.len != v->text.len)
		found = lookup_get(t, trimmed);
	if (found) {
		*v = *found;
		return 0;
	}
	if (!trimmed.len) {
		val_set(v, VAL_ABSENT);
		return 0;
	}
	if (otherwise)
		return expr_eval(otherwise, e, v);
	return unmapped(call, e, v, t);
}

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
	s = span_trim(v->text);
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
