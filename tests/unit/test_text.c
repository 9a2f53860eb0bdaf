/* Small text modules: num, suggest, utf8, span, buf. */
#include "core/buf.h"
#include "core/num.h"
#include "core/suggest.h"
#include "core/utf8.h"

#include "unit.h"

START_TEST(integers)
{
	static const struct {
		const char *text;
		int64_t min, max, value;
		int rc;
	} c[] = {
		{"0", 0, 9, 0, 0},
		{"-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN, 0},
		{"9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX, 0},
		{"9223372036854775808", INT64_MIN, INT64_MAX, 0, -1},
		{"10", 0, 9, 0, -1},
		{"", 0, 9, 0, -1},
		{"-", -9, 9, 0, -1},
		{"+1", 0, 9, 0, -1},
		{" 1", 0, 9, 0, -1},
		{"1x", 0, 9, 0, -1},
	};
	size_t i;

	for (i = 0; i < sizeof(c) / sizeof(*c); i++) {
		int64_t v = 0;

		ck_assert_int_eq(num_parse(span_of(c[i].text), c[i].min,
					   c[i].max, &v),
				 c[i].rc);
		if (c[i].rc == 0)
			ck_assert_int_eq(v, c[i].value);
	}
}
END_TEST

START_TEST(suggestions)
{
	static const char *const words[] = {"delimiter", "encoding", "header",
					    "quote", NULL};

	ck_assert_str_eq(suggest(SPAN("delimeter"), words), "delimiter");
	ck_assert_str_eq(suggest(SPAN("Haeder"), words), "header");
	ck_assert_str_eq(suggest(SPAN("qoute"), words), "quote");
	ck_assert_ptr_null(suggest(SPAN("price"), words));
	ck_assert_ptr_null(suggest(SPAN(""), words));
}
END_TEST

START_TEST(utf8)
{
	struct buf b = BUF_INIT(100);
	char out[4];

	ck_assert_uint_eq(utf8_check("gr\xC3\xBCn", 5), 5);
	ck_assert_uint_eq(utf8_check("gr\xFCn", 4), 2);
	ck_assert_uint_eq(utf8_check("\xC0\x80", 2), 0);
	ck_assert_uint_eq(utf8_check("\xED\xA0\x80", 3), 0);
	ck_assert_uint_eq(utf8_check("\xF4\x90\x80\x80", 4), 0);
	ck_assert_uint_eq(utf8_check("\xE2\x82", 2), 0);
	ck_assert_uint_eq(utf8_check("12345678\xFF", 9), 8);
	ck_assert_uint_eq(utf8_chars("gr\xC3\xBCn", 5), 4);
	ck_assert_uint_eq(utf8_put(out, 0x20AC), 3);
	ck_assert_uint_eq(utf8_get(out, 3), 0x20AC);
	utf8_repair(&b, SPAN("a\xFF\xC3\xBC"));
	ck_assert_str_eq(buf_str(&b), "a\xEF\xBF\xBD\xC3\xBC");
	buf_release(&b);
}
END_TEST

START_TEST(a_buffer_keeps_its_ceiling)
{
	struct buf b = BUF_INIT(5);

	buf_adds(&b, "12345");
	ck_assert(!b.over);
	buf_addc(&b, '6');
	ck_assert_str_eq(buf_str(&b), "12345");
	buf_clear(&b);
	buf_addf(&b, "%d", 1234);
	ck_assert_str_eq(buf_str(&b), "1234");
	buf_release(&b);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("text", &tc);

	tcase_add_test(tc, integers);
	tcase_add_test(tc, suggestions);
	tcase_add_test(tc, utf8);
	tcase_add_test(tc, a_buffer_keeps_its_ceiling);
	return s;
}
