/* Exact decimals. */
#include "core/dec.h"

#include "unit.h"

static struct dec of(const char *text)
{
	struct dec d = {0};

	ck_assert_msg(dec_parse(span_of(text), &d) == 0, "%s", text);
	return d;
}

static const char *text(struct dec d)
{
	static char out[DEC_TEXT_MAX];

	ck_assert_uint_eq(dec_text(d, out), strlen(out));
	return out;
}

#define BIG "99999999999999999999999999999999999999"

START_TEST(json_numbers)
{
	static const struct {
		const char *in, *out;
	} c[] = {
		{"0", "0"},
		{"-0", "0"},
		{"-0.00", "0.00"},
		{"1.10", "1.10"},
		{"-1234.50", "-1234.50"},
		{"0.001", "0.001"},
		{"1e3", "1000"},
		{"1.5E+2", "150"},
		{"12.5e-2", "0.125"},
		{"0e99999", "0"},
		{"18446744073709551616", "18446744073709551616"},
		{BIG, BIG},
		{"-" BIG, "-" BIG},
		{"0.00000000000000000000000000000000000001",
		 "0.00000000000000000000000000000000000001"},
		{"1" BIG, NULL},
		{"0." BIG "1", NULL},
		{"1e38", NULL},
		{"1e-39", NULL},
		{"1e99999999999", NULL},
		{"01", NULL},
		{"+1", NULL},
		{".5", NULL},
		{"5.", NULL},
		{"1e", NULL},
		{"1e+", NULL},
		{"1x", NULL},
		{"-", NULL},
		{"", NULL},
		{" 1", NULL},
		{"NaN", NULL},
	};
	size_t i;

	for (i = 0; i < sizeof(c) / sizeof(*c); i++) {
		struct dec d;
		int rc = dec_parse(span_of(c[i].in), &d);

		ck_assert_msg(rc == (c[i].out ? 0 : -1), "%s", c[i].in);
		if (c[i].out)
			ck_assert_str_eq(text(d), c[i].out);
	}
}
END_TEST

START_TEST(legacy_numbers)
{
	static const struct {
		const char *in;
		char point;
		const char *groups, *out, *why;
	} c[] = {
		{"1.234,50", ',', ".", "1234.50", NULL},
		{"1.234.567,89", ',', ".", "1234567.89", NULL},
		{" -12,5 ", ',', ".", "-12.5", NULL},
		{"+12,5", ',', "", "12.5", NULL},
		{",5", ',', "", "0.5", NULL},
		{"5,", ',', "", "5", NULL},
		{"007", '.', "", "7", NULL},
		{"1 234,50", ',', " ", "1234.50", NULL},
		{"1\xC2\xA0"
		 "234,50",
		 ',', ". \xC2\xA0", "1234.50", NULL},
		{"12,34,567.8", '.', ",", "1234567.8", NULL},
		{"\xC2\xA0"
		 "1,5\xE2\x80\xAF ",
		 ',', "", "1.5", NULL},
		{"0,123", '.', ",", NULL,
		 "a grouping sign behind a zero in front: ',' may be the "
		 "point"},
		{"-000.123", ',', ".", NULL,
		 "a grouping sign behind a zero in front: '.' may be the "
		 "point"},
		{"0,123.45", '.', ",", "123.45", NULL},
		{"0,001,234", '.', ",", "1234", NULL},
		{"0 123", ',', ". ", "123", NULL},
		{"0'123", '.', ",'", "123", NULL},
		{"1.234", ',', ".", "1234", NULL},
		{"1.23", ',', ".", NULL,
		 "wrong grouping: 2 digits behind a grouping sign"},
		{"1.23,5", ',', ".", NULL,
		 "wrong grouping: 2 digits behind a grouping sign"},
		{"1234.567", ',', ".", NULL,
		 "wrong grouping: 4 digits before a grouping sign"},
		{"1.2.345", ',', ".", NULL,
		 "wrong grouping: 1 digit before a grouping sign"},
		{".123", ',', ".", NULL,
		 "wrong grouping: 0 digits before a grouping sign"},
		{"1.234 567", ',', ". ", NULL,
		 "not a number: white space at character 6"},
		{"1,2,3", ',', "", NULL, "not a number: ',' at character 4"},
		{"1,5.0", ',', ".", NULL, "not a number: '.' at character 4"},
		{"12\xE2\x82\xAC", ',', ".", NULL,
		 "not a number: '\xE2\x82\xAC' at character 3"},
		{"", ',', "", NULL, "not a number: it is empty"},
		{"-", ',', "", NULL, "not a number: it has no digit"},
		{"--1", ',', "", NULL, "not a number: '-' at character 2"},
		{"1" BIG, '.', "", NULL, "more than 38 digits"},
	};
	size_t i;

	for (i = 0; i < sizeof(c) / sizeof(*c); i++) {
		struct err err = ERR_INIT;
		struct dec d;
		int rc = dec_parse_as(span_of(c[i].in), c[i].point,
				      span_of(c[i].groups), &d, &err);

		ck_assert_msg(rc == (c[i].out ? 0 : -1), "%s", c[i].in);
		if (c[i].out)
			ck_assert_str_eq(text(d), c[i].out);
		else
			ck_assert_str_eq(err.msg, c[i].why);
	}
}
END_TEST

START_TEST(comparison)
{
	static const char *const up[] = {
		("-" BIG), "-1.5", "-1.49", "0",   "0.00000000000000000001",
		"1.49",    "1.5",  "1.501", "2.0", BIG,
	};
	size_t n = sizeof(up) / sizeof(*up), i, j;

	for (i = 0; i < n; i++) {
		for (j = 0; j < n; j++) {
			int c = dec_cmp(of(up[i]), of(up[j]));

			ck_assert_int_eq((c > 0) - (c < 0), (i > j) - (i < j));
		}
	}
	ck_assert_int_eq(dec_cmp(of("1.5"), of("1.500")), 0);
	ck_assert_int_eq(dec_cmp(of("0"), of("-0.000")), 0);
}
END_TEST

START_TEST(arithmetic)
{
	struct dec d;

	ck_assert_int_eq(dec_add(of("0.1"), of("0.20"), &d), 0);
	ck_assert_str_eq(text(d), "0.30");
	ck_assert_int_eq(dec_add(of("20.00"), of("0.1"), &d), 0);
	ck_assert_str_eq(text(d), "20.10");
	ck_assert_int_eq(dec_sub(of("1"), of("1.000"), &d), 0);
	ck_assert_str_eq(text(d), "0.000");
	ck_assert_int_eq(dec_mul(of("-12.5"), of("0.04"), &d), 0);
	ck_assert_str_eq(text(d), "-0.500");
	ck_assert_int_eq(dec_add(of(BIG), of("1"), &d), -1);
	ck_assert_int_eq(dec_add(of(BIG), of("0.1"), &d), -1);
	ck_assert_int_eq(dec_sub(of("-" BIG), of("1"), &d), -1);
	ck_assert_int_eq(dec_mul(of(BIG), of("2"), &d), -1);
	ck_assert_int_eq(dec_mul(of(BIG), of(BIG), &d), -1);
	ck_assert_int_eq(dec_mul(of("1e-20"), of("1e-20"), &d), -1);
	ck_assert_str_eq(text(dec_strip(of("1.500"))), "1.5");
	ck_assert_str_eq(text(dec_strip(of("-20.00"))), "-20");
	ck_assert_str_eq(text(dec_of(-42)), "-42");
	ck_assert_int_eq(dec_implied(of("12345"), 2, &d), 0);
	ck_assert_str_eq(text(d), "123.45");
	ck_assert_int_eq(dec_implied(of("-5"), 3, &d), 0);
	ck_assert_str_eq(text(d), "-0.005");
	ck_assert_int_eq(dec_implied(of("5"), 39, &d), -1);
}
END_TEST

START_TEST(rounding)
{
	static const struct {
		const char *in;
		unsigned scale;
		const char *up, *even;
	} c[] = {
		{"2.5", 0, "3", "2"},
		{"3.5", 0, "4", "4"},
		{"-2.5", 0, "-3", "-2"},
		{"0.5", 0, "1", "0"},
		{"-0.5", 0, "-1", "0"},
		{"2.4999", 0, "2", "2"},
		{"2.50001", 0, "3", "3"},
		{"1.005", 2, "1.01", "1.00"},
		{"1.015", 2, "1.02", "1.02"},
		{"1.5", 3, "1.500", "1.500"},
		{"99.995", 2, "100.00", "100.00"},
		{"-0.004", 2, "0.00", "0.00"},
		{BIG ".5", 0, NULL, NULL},
		{"9999999999999999999999999999999999999.5", 0,
		 "10000000000000000000000000000000000000",
		 "10000000000000000000000000000000000000"},
		{"0.49999999999999999999999999999999999999", 0, "0", "0"},
		{"0.50000000000000000000000000000000000000", 0, "1", "0"},
	};
	struct dec d;
	size_t i;

	for (i = 0; i < sizeof(c) / sizeof(*c); i++) {
		if (!c[i].up) {
			ck_assert_int_eq(dec_parse(span_of(c[i].in), &d), -1);
			continue;
		}
		ck_assert_int_eq(
			dec_round(of(c[i].in), c[i].scale, DEC_HALF_UP, &d), 0);
		ck_assert_str_eq(text(d), c[i].up);
		ck_assert_int_eq(dec_round(of(c[i].in), c[i].scale,
					   DEC_HALF_EVEN, &d),
				 0);
		ck_assert_str_eq(text(d), c[i].even);
	}
	ck_assert_int_eq(dec_round(of(BIG), 1, DEC_HALF_UP, &d), -1);
	ck_assert_int_eq(dec_round(of("1"), 39, DEC_HALF_UP, &d), -1);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("dec", &tc);

	tcase_add_test(tc, json_numbers);
	tcase_add_test(tc, legacy_numbers);
	tcase_add_test(tc, comparison);
	tcase_add_test(tc, arithmetic);
	tcase_add_test(tc, rounding);
	return s;
}
