/* Filters on numbers: legacy text to exact decimals, and arithmetic. */
#include "core/utf8.h"
#include "expr/fn.h"

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
			 "more than %d digits would be needed", DEC_DIGITS_MAX);
}

/* A number as it is, or text in JSON's way of writing one. */
static int to_dec(struct expr_env *e, const struct expr *call, struct val *v)
{
	if (val_to_dec(v, &e->fault.why) == 0)
		return 0;
	return expr_fail_why(e, call, v, "bad-number");
}

/* What decimal() reads with. */
struct signs {
	char point;
	struct span groups;
};

/* A sign may be named; `s` is then what it is, or as it was written. */
static struct span named_sign(struct span s)
{
	static const struct {
		const char *name;
		struct span sign;
	} names[] = {
		{"comma", {",", 1}},
		{"point", {".", 1}},
		{"apostrophe", {"'\xE2\x80\x99", 4}},
		{"space", {" \xC2\xA0\xE2\x80\xAF", 6}},
		{"underscore", {"_", 1}},
		{"none", {"", 0}},
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (span_is(s, names[i].name))
			return names[i].sign;
	return s;
}

FN_PREPARE(fn_decimal_prepare)
{
	struct signs *signs = arena_alloc(&c->scope->arena, sizeof(*signs));
	struct span point = named_sign(fn_text_arg(call, 0, SPAN(".")));
	const struct expr *groups = fn_arg(call, 1);

	if (point.len != 1 || (unsigned char)point.p[0] <= ' ' ||
	    (point.p[0] >= '0' && point.p[0] <= '9') ||
	    strchr("+-", point.p[0]))
		return expr_refuse(c, call->arg[1]->text.p,
				   "%s: the point is comma, point, or one "
				   "character such as ','",
				   call->fn->synopsis);
	signs->point = point.p[0];
	signs->groups = signs->point == ',' ? SPAN(GROUPS_BESIDE_COMMA)
					    : SPAN(GROUPS_BESIDE_POINT);
	if (groups)
		signs->groups = named_sign(groups->value.text);
	if (groups && signs->groups.len > 1 && groups->value.plain &&
	    groups->text.p[0] != '\'' && groups->text.p[0] != '"' &&
	    span_eq(signs->groups, groups->value.text))
		return expr_refuse(c, groups->text.p,
				   "%s: the grouping is comma, point, space, "
				   "apostrophe, underscore, none, or the "
				   "characters in quotes",
				   call->fn->synopsis);
	if (groups && memchr(signs->groups.p, signs->point, signs->groups.len))
		return expr_refuse(c, groups->text.p,
				   "%s: the point cannot also group digits",
				   call->fn->synopsis);
	call->data = signs;
	return 0;
}

FN_RUN(fn_decimal)
{
	const struct signs *signs = call->data;
	struct dec d;

	if (v->type == VAL_NUMBER)
		return to_dec(e, call, v);
	val_to_text(v, e->arena);
	if (dec_parse_as(v->text, signs->point, signs->groups, &d,
			 &e->fault.why) < 0)
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
	s = utf8_trim(v->text);
	last = s.p[s.len - 1]; /* blank text does not come here */
	v->text = s;
	if (last != '-' && last != '+')
		return 0;
	s.len--;
	s = utf8_trim(s);
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

FN_PREPARE(fn_overpunch_prepare)
{
	return fn_check_range(call, c, 0, 0, PLACES_MAX);
}

/*
 * The digit that a last character stands for, and the sign: zones of punched
 * cards as EBCDIC keeps them, "{A..I" and "}J..R", and "p..y" for the
 * negative ones of Micro Focus.  false where it is none.
 */
static bool overpunched(char c, char *digit, bool *minus)
{
	static const char plus[] = "{ABCDEFGHI", less[] = "}JKLMNOPQR";
	const char *p;

	*minus = false;
	if (c >= '0' && c <= '9') {
		*digit = c;
		return true;
	}
	if (c >= 'p' && c <= 'y') {
		*digit = (char)(c - 'p' + '0');
		*minus = true;
		return true;
	}
	p = c ? strchr(plus, c) : NULL;
	if (p) {
		*digit = (char)('0' + (p - plus));
		return true;
	}
	p = c ? strchr(less, c) : NULL;
	if (!p)
		return false;
	*digit = (char)('0' + (p - less));
	*minus = true;
	return true;
}

FN_RUN(fn_overpunch)
{
	struct span s;
	struct dec d;
	char *digits;
	bool minus = false;
	size_t i;

	val_to_text(v, e->arena);
	s = utf8_trim(v->text);
	digits = arena_dup(e->arena, s.p, s.len);
	if (!overpunched(s.p[s.len - 1], &digits[s.len - 1], &minus))
		return expr_fail(e, call, v, "bad-number",
				 "the last character is no digit with a sign: "
				 "0 to 9, {, A to I, }, J to R or p to y");
	for (i = 0; i + 1 < s.len; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return expr_fail(e, call, v, "bad-number",
					 "not a digit at character %zu", i + 1);
	/* Digits only, so that the only trouble is too many of them. */
	if (dec_parse_as((struct span){digits, s.len}, '.', SPAN(""), &d,
			 &e->fault.why) < 0)
		return expr_fail_why(e, call, v, "bad-number");
	if (dec_implied(minus ? dec_negate(d) : d,
			(unsigned)fn_num_arg(call, 0, 0), &d) < 0)
		return too_large(e, call, v);
	val_set_dec(v, d);
	return 0;
}

FN_PREPARE(fn_scale_prepare)
{
	return fn_check_range(call, c, 0, -PLACES_MAX, PLACES_MAX);
}

/* Exact: to the left it gains decimals, to the right it loses them. */
FN_RUN(fn_scale)
{
	int64_t places = fn_num_arg(call, 0, 0);
	struct val n = *v;
	struct dec d;

	if (to_dec(e, call, &n) < 0)
		return -1;
	d = n.dec;
	for (; places > 0 && d.scale; places--)
		d.scale--;
	if (places > 0)
		for (; places; places--)
			if (dec_mul(d, dec_of(10), &d) < 0)
				return too_large(e, call, v);
	if (places < 0 && dec_implied(d, (unsigned)-places, &d) < 0)
		return too_large(e, call, v);
	val_set_dec(v, d);
	return 0;
}

int fn_rounding(struct expr *call, struct expr_compile *c, size_t i)
{
	struct span way = fn_text_arg(call, i, SPAN("half_up"));

	if (!span_is(way, "half_up") && !span_is(way, "half_even"))
		return expr_refuse(c, call->arg[i + 1]->text.p,
				   "%s: half_up or half_even expected",
				   call->fn->synopsis);
	call->n = span_is(way, "half_even") ? DEC_HALF_EVEN : DEC_HALF_UP;
	return 0;
}

FN_PREPARE(fn_round_prepare)
{
	if (fn_rounding(call, c, 1) < 0)
		return -1;
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

FN_RUN(fn_abs)
{
	if (to_dec(e, call, v) < 0)
		return -1;
	if (v->dec.units < 0)
		v->dec = dec_negate(v->dec);
	return 0;
}

FN_PREPARE(fn_div_prepare)
{
	if (fn_rounding(call, c, 2) < 0)
		return -1;
	return fn_check_range(call, c, 1, 0, PLACES_MAX);
}

FN_RUN(fn_div)
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
	if (!b.dec.units)
		return expr_fail(e, call, v, "bad-number", "division by zero");
	if (dec_div(a.dec, dec_strip(b.dec), (unsigned)fn_num_arg(call, 1, 0),
		    (enum dec_half)call->n, &d) < 0)
		return too_large(e, call, v);
	val_set_dec(v, d);
	return 0;
}
