/* Filters on numbers: legacy text to exact decimals, and arithmetic. */
#include "map/fn.h"

/*
 * Grouping signs where none are named: whatever is customary beside this
 * point, also blanks (U+00A0, U+202F) and apostrophes (ASCII, U+2019).
 */
#define GROUPS_BESIDE_COMMA ". '\xC2\xA0\xE2\x80\xAF\xE2\x80\x99"
#define GROUPS_BESIDE_POINT ", '\xC2\xA0\xE2\x80\xAF\xE2\x80\x99"

#define PLACES_MAX 20

static int too_large(struct expr_env *e, const struct expr *call,
		     const struct val *v)
{
	return expr_fail(e, call, v, "bad-number",
			 "the result has more than %d digits", DEC_DIGITS_MAX);
}

/* A number as it is, or text in JSON's way of writing one. */
static int to_dec(struct expr_env *e, const struct expr *call, struct val *v)
{
	if (val_to_dec(v, &e->fault.why) == 0)
		return 0;
	return expr_fail_why(e, call, v, "bad-number");
}

FN_PREPARE(fn_decimal_prepare)
{
	struct span point, groups;

	if (call->n_args < 2)
		return 0;
	point = call->arg[1]->value.text;
	groups = fn_text_arg(call, 1, SPAN(""));
	if (point.len != 1 || (unsigned char)point.p[0] <= ' ' ||
	    (point.p[0] >= '0' && point.p[0] <= '9') ||
	    strchr("+-", point.p[0]))
		return expr_refuse(c, call->arg[1]->text.p,
				   "%s: the point is one character such as "
				   "',' or '.'",
				   call->fn->synopsis);
	if (call->n_args > 2 && memchr(groups.p, point.p[0], groups.len))
		return expr_refuse(c, call->arg[2]->text.p,
				   "%s: the point cannot also group digits",
				   call->fn->synopsis);
	return 0;
}

FN_RUN(fn_decimal)
{
	struct span sign = fn_text_arg(call, 0, SPAN("."));
	char point = sign.len ? sign.p[0] : '.';
	struct span groups;
	struct dec d;

	if (v->type == VAL_NUMBER)
		return to_dec(e, call, v);
	val_to_text(v, e->arena);
	groups = fn_text_arg(call, 1,
			     point == ',' ? SPAN(GROUPS_BESIDE_COMMA)
					  : SPAN(GROUPS_BESIDE_POINT));
	if (dec_parse_as(v->text, point, groups, &d, &e->fault.why) < 0)
		return expr_fail_why(e, call, v, "bad-number");
	val_set_dec(v, d);
	return 0;
}

FN_RUN(fn_number)
{
	return to_dec(e, call, v);
}

FN_PREPARE(fn_implied_prepare)
{
	return fn_check_range(call, c, 0, 0, PLACES_MAX);
}

FN_RUN(fn_implied)
{
	struct val n = *v;
	struct dec d;

	if (to_dec(e, call, &n) < 0)
		return -1;
	if (n.dec.scale)
		return expr_fail(e, call, v, "bad-number",
				 "digits expected, but it has a point");
	if (dec_implied(n.dec, (unsigned)fn_num_arg(call, 0, 0), &d) < 0)
		return too_large(e, call, v);
	val_set_dec(v, d);
	return 0;
}

FN_RUN(fn_trailing_sign)
{
	struct span s;
	char *out, last;

	(void)call;
	if (v->type == VAL_NUMBER)
		return 0;
	val_to_text(v, e->arena);
	s = span_trim(v->text);
	last = s.p[s.len - 1]; /* blank text does not come here */
	v->text = s;
	if (last != '-' && last != '+')
		return 0;
	s.len--;
	s = span_trim(s);
	if (s.len && (s.p[0] == '-' || s.p[0] == '+'))
		return expr_fail(e, call, v, "bad-number",
				 "not a number: a sign at both ends");
	if (last == '+') {
		v->text = s;
		return 0;
	}
	out = arena_alloc(e->arena, s.len + 1);
	out[0] = '-';
	if (s.len)
		memcpy(out + 1, s.p, s.len);
	v->text = (struct span){out, s.len + 1};
	return 0;
}

FN_PREPARE(fn_round_prepare)
{
	struct span way = fn_text_arg(call, 1, SPAN("half_up"));

	if (!span_is(way, "half_up") && !span_is(way, "half_even"))
		return expr_refuse(c, call->arg[2]->text.p,
				   "%s: half_up or half_even expected",
				   call->fn->synopsis);
	call->n = span_is(way, "half_even") ? DEC_HALF_EVEN : DEC_HALF_UP;
	return fn_check_range(call, c, 0, 0, PLACES_MAX);
}

FN_RUN(fn_round)
{
	struct val n = *v;
	struct dec d;

	if (to_dec(e, call, &n) < 0)
		return -1;
	if (dec_round(n.dec, (unsigned)fn_num_arg(call, 0, 0),
		      (enum dec_half)call->n, &d) < 0)
		return too_large(e, call, v);
	val_set_dec(v, d);
	return 0;
}

/* A sum with nothing is nothing. */
static int calculate(const struct expr *call, struct expr_env *e, struct val *v,
		     int (*op)(struct dec, struct dec, struct dec *))
{
	struct val a = *v, b;
	struct dec d;

	if (expr_eval(call->arg[1], e, &b) < 0)
		return -1;
	if (val_is_empty(&b)) {
		val_set(v, VAL_ABSENT);
		return 0;
	}
	if (to_dec(e, call, &a) < 0 || to_dec(e, call, &b) < 0)
		return -1;
	if (op(a.dec, b.dec, &d) < 0)
		return too_large(e, call, v);
	val_set_dec(v, d);
	return 0;
}

FN_RUN(fn_add)
{
	return calculate(call, e, v, dec_add);
}

FN_RUN(fn_sub)
{
	return calculate(call, e, v, dec_sub);
}

FN_RUN(fn_mul)
{
	return calculate(call, e, v, dec_mul);
}

FN_RUN(fn_negate)
{
	if (to_dec(e, call, v) < 0)
		return -1;
	v->dec = dec_negate(v->dec);
	return 0;
}
