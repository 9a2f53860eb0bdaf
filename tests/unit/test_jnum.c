/* JSON numbers by value, whatever their size. */
#include "contract/jnum.h"

#include "unit.h"

static struct jnum of(const char *text)
{
	return jnum_of(span_of(text));
}

START_TEST(in_order)
{
	/* each is below the next one */
	static const char *const line[] = {
		"-1e400",
		"-10.01",
		"-10",
		"-9.999",
		"-0.1",
		"0",
		"1e-400",
		"0.001",
		"0.0011",
		"0.1",
		"1",
		"1.05",
		"1.5",
		"9",
		"10",
		"99.5",
		"1e2",
		"101",
		"12345678901234567890123",
		"1e400",
	};
	size_t n = sizeof(line) / sizeof(line[0]), i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++) {
			int c = jnum_cmp(of(line[i]), of(line[j]));

			ck_assert_msg((c > 0) - (c < 0) == (i > j) - (i < j),
				      "%s and %s: %d", line[i], line[j], c);
		}
}
END_TEST

START_TEST(equal_however_written)
{
	static const char *const pair[][2] = {
		{"1.50", "1.5"},
		{"15e-1", "1.5"},
		{"0.0", "-0"},
		{"1E2", "100"},
		{"100.0", "1e+2"},
		{"0.00120", "12e-4"},
		{"-0.0e5", "0e-999"},
		{"1e99999999999999999999", "1e9999999999999999999"},
	};
	size_t i;

	for (i = 0; i < sizeof(pair) / sizeof(pair[0]); i++)
		ck_assert_msg(!jnum_cmp(of(pair[i][0]), of(pair[i][1])),
			      "%s and %s", pair[i][0], pair[i][1]);
}
END_TEST

START_TEST(whole_numbers)
{
	ck_assert(jnum_is_integer(of("0")));
	ck_assert(jnum_is_integer(of("-3.000")));
	ck_assert(jnum_is_integer(of("1.5e1")));
	ck_assert(jnum_is_integer(of("1e400")));
	ck_assert(!jnum_is_integer(of("1.5")));
	ck_assert(!jnum_is_integer(of("15e-1")));
	ck_assert(!jnum_is_integer(of("1e-400")));
}
END_TEST

START_TEST(multiples_are_exact)
{
	static const struct {
		const char *a, *b;
		bool is;
	} t[] = {
		{"0.30", "0.1", true},
		{"1.1", "0.01", true},
		{"0.075", "0.01", false},
		{"-4.5", "1.5", true},
		{"0", "7", true},
		{"1e400", "3", false},
		{"1e400", "0.5", true},
		{"9007199254740993", "2", false},
		{"12345678901234567890.25", "0.25", true},
		{"0.0075", "0.0001", true},
		{"0.00751", "0.0001", false},
		{"300", "1e2", true},
		{"350", "1e2", false},
		{"1e1", "4", false},
		{"1e2", "4", true},
		{"1", "123456789012345678901234567890123456", false},
		{"246913578024691357802469135780246912",
		 "123456789012345678901234567890123456", true},
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		ck_assert_msg(jnum_is_multiple(of(t[i].a), of(t[i].b)) ==
				      t[i].is,
			      "%s of %s", t[i].a, t[i].b);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("jnum", &tc);

	tcase_add_test(tc, in_order);
	tcase_add_test(tc, equal_however_written);
	tcase_add_test(tc, whole_numbers);
	tcase_add_test(tc, multiples_are_exact);
	return s;
}
