/* Filters that check: numbers with check digits, refused where they fail. */
#include "expr/checks.h"
#include "expr/fn.h"

/* Longer ones are none of the numbers that are checked here. */
#define INPUT_MAX 100

/* Without what people put between for reading, and in capitals. */
static int compact(const struct expr *call, struct expr_env *e, struct val *v,
		   const char *code, struct span *out)
{
	char *p;
	size_t i, n = 0;

	val_to_text(v, e->arena);
	if (v->text.len > INPUT_MAX)
		return expr_fail(e, call, v, code, "more than %d characters",
				 INPUT_MAX);
	p = arena_alloc(e->arena, v->text.len + 1);
	for (i = 0; i < v->text.len; i++) {
		char c = v->text.p[i];

		if (span_is_space(c) || c == '.' || c == '-' || c == '/')
			continue;
		p[n++] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	p[n] = '\0';
	*out = (struct span){p, n};
	return 0;
}

FN_PREPARE(fn_gtin_prepare)
{
	int64_t digits = fn_num_arg(call, 0, 8);

	if (digits == 8 || (digits >= 12 && digits <= 14))
		return 0;
	return expr_refuse(c, call->arg[1]->text.p,
			   "%s: 8, 12, 13 or 14 expected", call->fn->synopsis);
}

FN_RUN(fn_gtin)
{
	size_t digits = (size_t)fn_num_arg(call, 0, 0);
	struct span s;
	char *out;

	if (compact(call, e, v, "bad-gtin", &s) < 0)
		return -1;
	if (check_gtin(s, &e->fault.why) < 0)
		return expr_fail_why(e, call, v, "bad-gtin");
	while (digits && s.len > digits && s.p[0] == '0') {
		s.p++;
		s.len--;
	}
	if (digits && s.len > digits)
		return expr_fail(e, call, v, "bad-gtin",
				 "it does not fit into %zu digits", digits);
	if (s.len < digits) {
		out = arena_alloc(e->arena, digits);
		memset(out, '0', digits - s.len);
		memcpy(out + digits - s.len, s.p, s.len);
		s = (struct span){out, digits};
	}
	val_set_text(v, s);
	v->plain = true;
	return 0;
}

FN_RUN(fn_iban)
{
	struct span s;

	if (compact(call, e, v, "bad-iban", &s) < 0)
		return -1;
	if (check_iban(s, &e->fault.why) < 0)
		return expr_fail_why(e, call, v, "bad-iban");
	val_set_text(v, s);
	v->plain = true;
	return 0;
}

/* Greece has EL in front of its numbers. */
static struct span vat_country(struct span s)
{
	return span_is(s, "GR") ? SPAN("EL") : s;
}

/* The country by argument; of nothing, what the number begins with. */
static int country_of(const struct expr *call, struct expr_env *e,
		      struct span *number, struct span *country)
{
	const struct expr *x = fn_arg(call, 0);
	struct span front = {number->p, number->len < 2 ? number->len : 2};
	struct val v;

	*country = SPAN("");
	if (x) {
		if (expr_eval(x, e, &v) < 0)
			return -1;
		if (!val_is_empty(&v)) {
			if (compact(call, e, &v, "bad-vat", country) < 0)
				return -1;
			*country = vat_country(*country);
		}
	}
	if (!country->len)
		*country = vat_country(front);
	if (span_eq(vat_country(front), *country)) {
		number->p += front.len;
		number->len -= front.len;
	}
	return 0;
}

FN_RUN(fn_vat)
{
	struct span s, country;
	char *out;

	if (compact(call, e, v, "bad-vat", &s) < 0 ||
	    country_of(call, e, &s, &country) < 0)
		return -1;
	if (check_vat(country, s, &e->fault.why) < 0)
		return expr_fail_why(e, call, v, "bad-vat");
	out = arena_alloc(e->arena, country.len + s.len);
	memcpy(out, country.p, country.len);
	memcpy(out + country.len, s.p, s.len);
	val_set_text(v, (struct span){out, country.len + s.len});
	v->plain = true;
	return 0;
}
