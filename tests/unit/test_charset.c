/* Old encodings to UTF-8, and cells of them to JSON text. */
#include "read/charset.h"

#include <stdlib.h>

#include "core/rec.h"
#include "core/utf8.h"
#include "read/cell.h"
#include "unit.h"

static struct err err;

static void converts(const char *name, struct span raw, const char *text,
		     size_t bad_at)
{
	struct charset cs;
	struct buf b = BUF_INIT(4096);
	size_t bad;

	ck_assert_int_eq(charset_open(&cs, name, raw, &err), 0);
	charset_convert(&cs, raw, &b, &bad);
	ck_assert_str_eq(buf_str(&b), text);
	ck_assert_uint_eq(bad, bad_at);
	charset_release(&cs);
	buf_release(&b);
}

START_TEST(test_convert)
{
	converts("cp1252", SPAN("\x80uro \xE9"), "\u20ACuro é", SIZE_MAX);
	converts("CP1252", SPAN("a\x81z"), "a\xFFz", 1);
	converts("CP850", SPAN("\x81\x94"), "üö", SIZE_MAX);
	converts("ISO-8859-15", SPAN("\xA4\xBD"), "€œ", SIZE_MAX);
	converts("ASCII", SPAN("a\xE9"), "a\xFF", 1);
	converts("UTF-8", SPAN("a\xC3\xA9\xC3"), "aé\xC3", 3);
	converts("UTF-16", SPAN("a\0\xAC\x20"), "a€", SIZE_MAX);
	converts("utf-16", SPAN("\0a\x20\xAC"), "a€", SIZE_MAX);
	converts("UTF-16BE", SPAN("\xD8\0\0a"),
		 "\xFF"
		 "a",
		 0);
	converts("UTF-16LE", SPAN("a\0b"), "a\xFF", 2);
	converts("UTF-32LE", SPAN("a\0\0\0\0\0\x11\0b\0\0\0"),
		 "a\xFF"
		 "b",
		 4);
	converts("SHIFT_JIS", SPAN("\x83\x5C\xFFz"), "ソ\xFFz", 2);
}
END_TEST

START_TEST(test_kinds)
{
	static const struct {
		const char *name;
		enum charset_kind kind;
		bool ascii;
	} set[] = {{"UTF-8", CHARSET_UTF8, true},
		   {"CP1252", CHARSET_BYTE, true},
		   {"CP850", CHARSET_BYTE, true},
		   {"CP037", CHARSET_BYTE, false},
		   {"KOI8-R", CHARSET_BYTE, true},
		   {"GBK", CHARSET_MULTI, false},
		   {"UTF-16BE", CHARSET_WIDE, false}};
	size_t i;

	for (i = 0; i < sizeof(set) / sizeof(*set); i++) {
		struct charset cs;

		ck_assert_int_eq(charset_open(&cs, set[i].name, SPAN(""), &err),
				 0);
		ck_assert_int_eq(cs.kind, set[i].kind);
		ck_assert_int_eq(cs.ascii, set[i].ascii);
		charset_release(&cs);
	}
}
END_TEST

START_TEST(test_unknown_names)
{
	ck_assert_int_eq(charset_check("CP1253", &err), 0);
	ck_assert_int_eq(charset_check("", &err), -1);
	ck_assert_int_eq(charset_check("ASCII//TRANSLIT", &err), -1);
	ck_assert_int_eq(charset_check("utf-61", &err), -1);
	ck_assert_int_eq(err.code, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(err.msg, "did you mean UTF-16?"));
}
END_TEST

START_TEST(test_byte_order_marks)
{
	size_t n;

	ck_assert_str_eq(charset_bom(SPAN("\xEF\xBB\xBFx"), &n), "UTF-8");
	ck_assert_uint_eq(n, 3);
	ck_assert_str_eq(charset_bom(SPAN("\xFF\xFEx\0"), &n), "UTF-16LE");
	ck_assert_str_eq(charset_bom(SPAN("\xFE\xFF\0x"), &n), "UTF-16BE");
	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(charset_bom(SPAN("\xFF\xFE\0\0"), &n), "UTF-32LE");
	ck_assert_str_eq(charset_bom(SPAN("\0\0\xFE\xFF"), &n), "UTF-32BE");
	ck_assert_ptr_null(charset_bom(SPAN("\xEF\xBB"), &n));
	ck_assert_uint_eq(n, 0);
}
END_TEST

/* What cell_put makes of text is what rec_put_escaped makes of it. */
START_TEST(test_cell_as_escaped)
{
	static const char piece[][8] = {"a",    "\"",   "\\", "\n",
					"\x01", "é",    "€",  "\x7F",
					"abcd", "\x1F", "😀",  "abcdefg"};
	struct cell_table t;
	struct buf text = BUF_INIT(65536), got = BUF_INIT(65536 * 6);
	struct buf want = BUF_INIT(65536 * 6);
	unsigned seed = 7, i, k;

	cell_table_init(&t, NULL);
	for (i = 0; i < 20000; i++) {
		buf_clear(&text);
		buf_clear(&got);
		buf_clear(&want);
		for (k = 0; k < i % 23; k++) {
			seed = seed * 1103515245 + 12345;
			buf_adds(&text, piece[(seed >> 16) % 12]);
		}
		ck_assert(cell_put(&got, &t, text.data, text.len));
		rec_put_escaped(&want, buf_span(&text));
		ck_assert_str_eq(buf_str(&got), buf_str(&want));
	}
	buf_release(&text);
	buf_release(&got);
	buf_release(&want);
}
END_TEST

/* Long cells are taken in stretches, which cut no character. */
START_TEST(test_long_cell)
{
	struct cell_table t;
	struct buf text = BUF_INIT(1 << 20), got = BUF_INIT(1 << 20);
	size_t i, before;

	cell_table_init(&t, NULL);
	for (before = 0; before < 4; before++) {
		buf_clear(&text);
		buf_clear(&got);
		buf_add(&text, "xyz", before);
		for (i = 0; i < 20000; i++)
			buf_adds(&text, "€");
		ck_assert(cell_put(&got, &t, text.data, text.len));
		ck_assert(span_eq(buf_span(&got), buf_span(&text)));
	}
	buf_release(&text);
	buf_release(&got);
}
END_TEST

START_TEST(test_bad_cells)
{
	static const struct span bad[] = {{"a\0b", 3},
					  {"\xC3", 1},
					  {"abcdefgh\xFF", 9},
					  {"\xED\xA0\x80", 3}};
	struct cell_table t;
	struct charset cs;
	struct buf b = BUF_INIT(256);
	size_t i;

	cell_table_init(&t, NULL);
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		buf_clear(&b);
		ck_assert(!cell_put(&b, &t, bad[i].p, bad[i].len));
		ck_assert_uint_eq(utf8_check(b.data, b.len), b.len);
	}
	ck_assert_int_eq(charset_open(&cs, "CP1252", SPAN(""), &err), 0);
	cell_table_init(&t, &cs);
	buf_clear(&b);
	ck_assert(cell_put(&b, &t, "\xE4\"\x80", 3));
	ck_assert_str_eq(buf_str(&b), "ä\\\"€");
	ck_assert(!cell_put(&b, &t, "\x90", 1));
	charset_release(&cs);
	buf_release(&b);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("charset", &tc);

	tcase_add_test(tc, test_convert);
	tcase_add_test(tc, test_kinds);
	tcase_add_test(tc, test_unknown_names);
	tcase_add_test(tc, test_byte_order_marks);
	tcase_add_test(tc, test_cell_as_escaped);
	tcase_add_test(tc, test_long_cell);
	tcase_add_test(tc, test_bad_cells);
	return s;
}
