/* Units: exact factors, one rounding, totals that are kept. */
#include <stdio.h>
#include <stdlib.h>

#include "expr/units.h"
#include "unit.h"

static const struct unit *unit(const char *code)
{
	const struct unit *u = unit_find(span_of(code));

	ck_assert_msg(u != NULL, "%s", code);
	ck_assert_str_eq(unit_code(u), code);
	return u;
}

static struct dec of(const char *text)
{
	struct dec d;

	ck_assert_int_eq(dec_parse(span_of(text), &d), 0);
	return d;
}

START_TEST(exact_ones)
{
	static const struct {
		const char *q, *from, *to, *out;
	} c[] = {
		{"1", "LBR", "KGM", "0.45359237"},
		{"1", "LBR", "ONZ", "16"},
		{"1", "STN", "LBR", "2000"},
		{"1", "LTN", "LBR", "2240"},
		{"1", "CWI", "LBR", "112"},
		{"1", "CWA", "LBR", "100"},
		{"1", "STI", "LBR", "14"},
		{"1", "LBR", "GRN", "7000"},
		{"1", "APZ", "GRN", "480"},
		{"1", "DWT", "GRN", "24"},
		{"1.50", "KGM", "GRM", "1500.00"},
		{"1500", "GRM", "KGM", "1.5"},
		{"-2", "TNE", "KGM", "-2000"},
		{"1", "SMI", "FOT", "5280"},
		{"1", "YRD", "INH", "36"},
		{"1", "AK", "FOT", "6"},
		{"1", "NMI", "MTR", "1852"},
		{"1", "MIK", "FTK", "27878400"},
		{"1", "HAR", "MTK", "10000"},
		{"1", "GLL", "INQ", "231"},
		{"1", "GLL", "QTL", "4"},
		{"1", "GLL", "OZA", "128"},
		{"1", "QTL", "PTL", "2"},
		{"1", "GLI", "OZI", "160"},
		{"1", "GLI", "QTI", "4"},
		{"1", "GLI", "PTI", "8"},
		{"1", "BLL", "GLL", "42"},
		{"1", "YDQ", "FTQ", "27"},
		{"1", "LTR", "MLT", "1000"},
		{"1", "MTQ", "HLT", "10"},
		{"1", "WEE", "HUR", "168"},
		{"1", "GRO", "DZN", "12"},
		{"1", "GGR", "C62", "1728"},
		{"1", "DPR", "PR", "12"},
		{"1", "KWH", "3B", "3.6"},
		{"1", "ATM", "BAR", "1.01325"},
		{"1", "C62", "DZN", NULL},
		{"1", "KGM", "LBR", NULL},
		{"3", "C62", "DZN", "0.25"},
	};
	size_t i;

	for (i = 0; i < sizeof(c) / sizeof(*c); i++) {
		char text[DEC_TEXT_MAX];
		struct dec d;
		int rc = unit_convert_exactly(of(c[i].q), unit(c[i].from),
					      unit(c[i].to), &d);

		ck_assert_msg((rc == 0) == (c[i].out != NULL), "%s %s",
			      c[i].from, c[i].to);
		if (rc < 0)
			continue;
		dec_text(d, text);
		ck_assert_msg(!strcmp(text, c[i].out),
			      "%s %s in %s: %s, not %s", c[i].q, c[i].from,
			      c[i].to, text, c[i].out);
	}
}
END_TEST

START_TEST(no_units)
{
	ck_assert_ptr_null(unit_find(span_of("")));
	ck_assert_ptr_null(unit_find(span_of("kgm")));
	ck_assert_ptr_null(unit_find(span_of("KG")));
	ck_assert(unit_is_like(unit("KGM"), unit("LBR")));
	ck_assert(!unit_is_like(unit("KGM"), unit("MTR")));
	ck_assert_str_eq(unit_kind(unit("GLL")), "volume");
}
END_TEST

/* A plain generator, so that a failure comes again. */
static unsigned next(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 8;
}

/* |2 (a - b)| <= 1 of the last of `places` places */
static void check_half(struct dec a, struct dec b, unsigned places)
{
	struct dec gap, last = {1, places};

	ck_assert_int_eq(dec_sub(a, b, &gap), 0);
	ck_assert_int_eq(dec_mul(gap, dec_of(2), &gap), 0);
	if (gap.units < 0)
		gap = dec_negate(gap);
	ck_assert_int_le(dec_cmp(gap, last), 0);
}

/*
 * Sums of quantities, converted step by step as convert() does for a list:
 * what comes out adds up to the exact total, within half a unit of the last
 * place, and so does each of the quantities within one.
 */
START_TEST(totals)
{
	static const char *const pairs[][2] = {
		{"LBR", "KGM"}, {"ONZ", "GRM"}, {"INH", "MTR"},
		{"GLL", "LTR"}, {"FTK", "MTK"}, {"GRM", "KGM"},
		{"MIN", "HUR"}, {"C62", "DZN"}, {"KGM", "LBR"},
	};
	unsigned seed = 4711, places, half;
	size_t i, j;

	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		for (places = 0; places <= 3; places++)
			for (half = 0; half <= 1; half++) {
				const struct unit *from = unit(pairs[i][0]);
				const struct unit *to = unit(pairs[i][1]);
				struct dec sum = dec_of(0), out = dec_of(0);
				struct dec before = dec_of(0), now, part, far;

				for (j = 0; j < 500; j++) {
					struct dec q = {next(&seed) % 100000,
							next(&seed) % 4};

					if (next(&seed) % 3 == 0)
						q = dec_negate(q);
					ck_assert(!dec_add(sum, q, &sum));
					ck_assert(!unit_convert(
						sum, from, to, places,
						(enum dec_half)half, &now));
					ck_assert(!dec_sub(now, before, &part));
					ck_assert(!dec_add(out, part, &out));
					before = now;
					/* one alone, against 20 places */
					ck_assert(!unit_convert(
						q, from, to, places,
						(enum dec_half)half, &now));
					ck_assert(!unit_convert(q, from, to, 20,
								DEC_HALF_EVEN,
								&far));
					check_half(now, far, places);
				}
				ck_assert(!unit_convert(sum, from, to, 20,
							DEC_HALF_EVEN, &far));
				check_half(out, far, places);
			}
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("units", &tc);

	tcase_add_test(tc, exact_ones);
	tcase_add_test(tc, no_units);
	tcase_add_test(tc, totals);
	return s;
}
