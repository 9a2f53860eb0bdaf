/* Lines of CSV to cells: our own reader beside libcsv, and what only it can. */
#include "csv_oracle.h"

#include <stdlib.h>

#include "unit.h"

static const struct csv_dialect usual = {
	.delimiter = {",", 1}, .quote = '"', .escape = -1, .doubled = true};

static void same(const char *text)
{
	const char *wrong = csv_both(&usual, text, strlen(text));

	ck_assert_msg(!wrong, "%s: %s", text, wrong ? wrong : "");
}

START_TEST(test_both_agree)
{
	static const char *const text[] = {
		"a,b\n1,2\n",
		"a,b\r\n1,2\r\n",
		"a,b\r1,2\r",
		"a",
		"a,",
		",",
		",\n",
		"\"\"",
		"\"",
		"\"a",
		"\"a\"\"b\",c\n",
		"\"a\"b,c\n\"d\",e\n",
		"a\"b,c\"\"\n",
		"\"a\n\r\nb\",c",
		"\"a\" ,b\n",
		" \"a\",b\n",
		"\"\"\"\"\n",
		"\"\"\"\n",
		"\n\n\na\n\r\nb",
		"\"a\"\"",
		"\"a\"\n\"b\"\r\"c\"",
		"\t, ,\n",
		"\"\",\"\"\n",
		"a,\"b\n",
	};
	size_t i;

	for (i = 0; i < sizeof(text) / sizeof(*text); i++)
		same(text[i]);
}
END_TEST

/* All texts of up to seven of the characters that matter. */
START_TEST(test_both_agree_on_all_short_texts)
{
	static const char of[] = "a,\"\n\r ";
	const size_t n = sizeof(of) - 1;
	size_t len, i, total = 1;

	for (len = 1; len <= 7; len++) {
		total *= n;
		for (i = 0; i < total; i++) {
			char text[8] = "";
			size_t k, rest = i;

			for (k = 0; k < len; k++, rest /= n)
				text[k] = of[rest % n];
			same(text);
		}
	}
}
END_TEST

static const char *split(const struct csv_dialect *d, const char *text)
{
	static struct buf b = BUF_INIT(4096);

	buf_clear(&b);
	csv_oracle_split(d, false, text, strlen(text), &b);
	return buf_str(&b);
}

START_TEST(test_delimiter_of_several)
{
	struct csv_dialect d = usual;

	d.delimiter = SPAN("||");
	ck_assert_str_eq(split(&d, "a||b|c||\n"), "1:a3:b|c0:!");
	ck_assert_str_eq(split(&d, "\"a||b\"||\"c\"|\"||d\n"),
			 "4:a||b3:c\"|1:d!");
	ck_assert_str_eq(split(&d, "|||"), "0:1:|!");
}
END_TEST

START_TEST(test_escape)
{
	struct csv_dialect d = usual;

	d.escape = '\\';
	ck_assert_str_eq(split(&d, "a\\,b,\"c\\\"d\",\\\\\n"),
			 "3:a,b3:c\"d1:\\!");
	ck_assert_str_eq(split(&d, "\\x,a\\\nb\n"), "2:\\x3:a\nb!");
	ck_assert_str_eq(split(&d, "a\\\r\nb\n"), "4:a\r\nb!");
	ck_assert_str_eq(split(&d, "\"a\"\"b\",\\"), "3:a\"b1:\\!");
	d.escape = '"';
	ck_assert_str_eq(split(&d, "\"a\"\"b\",c"), "3:a\"b1:c!");
}
END_TEST

START_TEST(test_doubled_quotes_may_be_none)
{
	struct csv_dialect d = usual;

	d.doubled = false;
	ck_assert_str_eq(split(&d, "\"a\"\"b\",\"\"\n"), "4:a\"\"b0:!");
}
END_TEST

START_TEST(test_no_quotes)
{
	struct csv_dialect d = usual;

	d.quote = -1;
	ck_assert_str_eq(split(&d, "\"a,b\"\n\"\n"), "2:\"a2:b\"!1:\"!");
}
END_TEST

static void count(void *text, size_t len, void *ctx)
{
	(void)text;
	(void)len;
	++*(size_t *)ctx;
}

/* A row given up inside quotes or outside ends where it would have ended. */
START_TEST(test_discard)
{
	static const char *const begin[] = {"\"a,b\n", "x,y", "\"a\"", "\"a"};
	static const char *const end[] = {"c\"\"d\",e\n", "z\n", ",b\n",
					  "b\"\r\n"};
	size_t i;
	int own;

	for (own = 0; own < 2; own++) {
		for (i = 0; i < 4; i++) {
			struct csv_split s;
			struct err err = ERR_INIT;
			size_t cells = 0;
			int step = csv_split_init(&s, &usual, own, count,
						  &cells, &err);

			ck_assert_int_eq(step, 0);
			step = csv_split_feed(&s, begin[i], strlen(begin[i]),
					      &err);
			ck_assert_int_eq(step, CSV_MORE);
			csv_split_discard(&s);
			cells = 0;
			step = csv_split_feed(&s, end[i], strlen(end[i]), &err);
			ck_assert_int_eq(step, CSV_ROW);
			ck_assert_uint_eq(cells, 0);
			step = csv_split_feed(&s, "1,\"2\"\n", 6, &err);
			ck_assert_int_eq(step, CSV_ROW);
			ck_assert_uint_eq(cells, 2);
			csv_split_release(&s);
		}
	}
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("csv_split", &tc);

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, test_both_agree);
	tcase_add_test(tc, test_both_agree_on_all_short_texts);
	tcase_add_test(tc, test_delimiter_of_several);
	tcase_add_test(tc, test_escape);
	tcase_add_test(tc, test_doubled_quotes_may_be_none);
	tcase_add_test(tc, test_no_quotes);
	tcase_add_test(tc, test_discard);
	return s;
}
