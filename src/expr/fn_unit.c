/* Filters on units: a quantity in another unit of the same kind. */
#include "core/utf8.h"
#include "expr/fn.h"
#include "expr/units.h"

#define PLACES_MAX 20

/* What one call converts between, and how it rounds. */
struct conversion {
	const struct unit *from, *to;
	int64_t places; /* -1: exactly */
	enum dec_half half;
};

FN_PREPARE(fn_convert_prepare)
{
	size_t i;

	for (i = 1; i <= 2; i++) {
		const struct expr *x = call->arg[i];

		if (x->kind == EXPR_LITERAL && x->value.type == VAL_TEXT &&
		    !unit_find(x->value.text))
			return expr_refuse(c, x->text.p,
					   "%s: '%.*s' is no unit of "
					   "Recommendation 20 with an exact "
					   "factor",
					   call->fn->synopsis,
					   SPAN_FMT(x->value.text));
	}
	if (fn_check_range(call, c, 2, 0, PLACES_MAX) < 0)
		return -1;
	return fn_rounding(call, c, 3);
}

/* 1 with *out; 0 where there is no unit; -1 with a fault. */
static int unit_of(const struct expr *call, struct expr_env *e, size_t i,
		   const struct unit **out)
{
	const struct expr *x = call->arg[i];
	struct val code;
	struct span s;

	if (expr_eval(x, e, &code) < 0)
		return -1;
	if (val_is_empty(&code))
		return 0;
	if (val_to_text(&code, e->arena) < 0)
		return expr_fail(e, call, &code, "unknown-unit",
				 "the code of a unit expected");
	s = utf8_trim(code.text);
	*out = unit_find(s);
	if (*out)
		return 1;
	return expr_fail(e, call, &code, "unknown-unit",
			 "'%.*s' is no unit of Recommendation 20 with an exact "
			 "factor; table() maps other codes to such",
			 SPAN_FMT(s));
}

static int convert(const struct expr *call, struct expr_env *e,
		   const struct val *v, const struct conversion *c,
		   struct dec q, struct dec *out)
{
	int rc;

	if (c->places >= 0)
		rc = unit_convert(q, c->from, c->to, (unsigned)c->places,
				  c->half, out);
	else
		rc = unit_convert_exactly(q, c->from, c->to, out);
	if (rc == -2)
		return expr_fail(e, call, v, "inexact",
				 "in %s it has no end behind the point: say "
				 "how many places it is rounded to",
				 unit_code(c->to));
	if (rc < 0)
		return expr_fail(e, call, v, "bad-number",
				 "more than %d digits would be needed",
				 DEC_DIGITS_MAX);
	return 0;
}

static int number_of(const struct expr *call, struct expr_env *e,
		     const struct val *v, struct dec *q)
{
	struct val n = *v;

	if (val_to_dec(&n, &e->fault.why) < 0)
		return expr_fail_why(e, call, v, "bad-number");
	*q = n.dec;
	return 0;
}

/*
 * Each element is the difference of two rounded sums, so that the total is
 * rounded once, however many elements there are.
 */
static int convert_list(const struct expr *call, struct expr_env *e,
			struct val *v, const struct conversion *c)
{
	struct val *item = arena_alloc(e->arena, mem_mul(v->n, sizeof(*item)));
	struct dec sum = dec_of(0), before = dec_of(0), now, q;
	size_t i;

	for (i = 0; i < v->n; i++) {
		item[i] = v->item[i];
		if (val_is_empty(&item[i]))
			continue;
		if (number_of(call, e, &v->item[i], &q) < 0)
			return -1;
		if (dec_add(sum, q, &sum) < 0)
			return expr_fail(e, call, v, "bad-number",
					 "the sum has more than %d digits",
					 DEC_DIGITS_MAX);
		if (convert(call, e, &v->item[i], c, sum, &now) < 0)
			return -1;
		if (dec_sub(now, before, &q) < 0)
			return expr_fail(e, call, v, "bad-number",
					 "more than %d digits would be needed",
					 DEC_DIGITS_MAX);
		val_set_dec(&item[i], q);
		before = now;
	}
	v->item = item;
	return 0;
}

FN_RUN(fn_convert)
{
	struct conversion c = {
		.places = fn_num_arg(call, 2, -1),
		.half = (enum dec_half)call->n,
	};
	struct dec q;
	int from = unit_of(call, e, 1, &c.from);
	int to = from > 0 ? unit_of(call, e, 2, &c.to) : from;

	if (to < 0)
		return -1;
	if (to == 0)
		return expr_fail(e, call, v, "missing-value",
				 "the unit %s is missing",
				 from ? "to convert to" : "of the quantity");
	if (!unit_is_like(c.from, c.to))
		return expr_fail(e, call, v, "wrong-unit",
				 "%s is a unit of %s, %s one of %s",
				 unit_code(c.from), unit_kind(c.from),
				 unit_code(c.to), unit_kind(c.to));
	if (v->type == VAL_LIST)
		return convert_list(call, e, v, &c);
	if (number_of(call, e, v, &q) < 0 || convert(call, e, v, &c, q, &q) < 0)
		return -1;
	val_set_dec(v, q);
	return 0;
}
