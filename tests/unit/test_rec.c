#include "core/rec.h"

#include "unit.h"

static struct rec rec = REC_INIT;
static struct err err;

static int parse(const char *s)
{
	return rec_parse(&rec, s, strlen(s), &err);
}

static struct span member(const char *name)
{
	return rec_text(&rec, rec_get(&rec, rec.node, name));
}

START_TEST(numbers_keep_their_text)
{
	ck_assert_int_eq(parse("{\"a\":1.10,\"b\":-0,\"c\":1E+400}"), 0);
	ck_assert(span_is(member("a"), "1.10"));
	ck_assert(span_is(member("b"), "-0"));
	ck_assert(span_is(member("c"), "1E+400"));
}
END_TEST

START_TEST(escapes_are_decoded)
{
	ck_assert_int_eq(parse("[\"\\u00e9\\n\\ud83d\\ude00\\/\"]"), 0);
	ck_assert(span_is(rec_text(&rec, rec_at(&rec, rec.node, 0)),
			  "\xC3\xA9\n\xF0\x9F\x98\x80/"));
}
END_TEST

static const char *const refused[] = {
	"",
	" ",
	"{",
	"[1,]",
	"[1 2]",
	"{\"a\":1,}",
	"{\"a\"}",
	"{a:1}",
	"[01]",
	"[1.]",
	"[.5]",
	"[1e]",
	"[+1]",
	"[nul]",
	"[\"\\x\"]",
	"[\"\\u12\"]",
	"[\"\\u0000\"]",
	"[\"\\ud800\"]",
	"[\"\t\"]",
	"[\"\xFF\"]",
	"[\"\xC0\x80\"]",
	"[\"\xED\xA0\x80\"]",
	"[\"a]",
	"{} {}",
	"[}",
	"{]",
	"[,1]",
	"{,}",
	"[\"\\ud800\\u0041\"]",
	"]",
	"{\"a\":}",
	"[-]",
	"{\"a\" 1}",
	"[1}",
	"tru",
};

START_TEST(what_is_wrong_is_refused)
{
	ck_assert_int_eq(parse(refused[_i]), -1);
	ck_assert_int_eq(err.code, ERR_DATA);
}
END_TEST

START_TEST(depth_is_bounded)
{
	char s[2 * (REC_DEPTH_MAX + 1) + 1];
	size_t n;

	for (n = REC_DEPTH_MAX; n <= REC_DEPTH_MAX + 1; n++) {
		memset(s, '[', n);
		memset(s + n, ']', n);
		s[2 * n] = '\0';
		ck_assert_int_eq(parse(s), n > REC_DEPTH_MAX ? -1 : 0);
	}
}
END_TEST

START_TEST(white_space_is_left_out)
{
	struct buf b = BUF_INIT(1000);

	ck_assert_int_eq(parse(" { \"a\" : [ 1 , { } , \"x y\" ] , "
			       "\"b\":{\"c\":null} } "),
			 0);
	rec_put_node(&b, &rec, rec.node);
	ck_assert_str_eq(buf_str(&b),
			 "{\"a\":[1,{},\"x y\"],\"b\":{\"c\":null}}");
	buf_release(&b);
}
END_TEST

START_TEST(the_last_of_equal_names_counts)
{
	ck_assert_int_eq(parse("{\"a\":1,\"\\u0061\":2}"), 0);
	ck_assert(span_is(member("a"), "2"));
}
END_TEST

START_TEST(writing_escapes)
{
	struct buf b = BUF_INIT(1000);

	rec_put_open(&b, '{');
	rec_add_str(&b, "k\"",
		    SPAN("a\\b\"c\b\t\n\v\f\r\x01\xC3\xA9 plain text"));
	rec_add_count(&b, "n", 1200);
	rec_add_bool(&b, "y", true);
	rec_put_close(&b, '}');
	ck_assert_str_eq(buf_str(&b),
			 "{\"k\\\"\":\"a\\\\b\\\"c\\b\\t\\n\\u000b\\f\\r\\u0001"
			 "\xC3\xA9 plain text\",\"n\":1200,\"y\":true}");
	buf_release(&b);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("rec", &tc);

	tcase_add_test(tc, numbers_keep_their_text);
	tcase_add_test(tc, escapes_are_decoded);
	tcase_add_loop_test(tc, what_is_wrong_is_refused, 0,
			    sizeof(refused) / sizeof(*refused));
	tcase_add_test(tc, depth_is_bounded);
	tcase_add_test(tc, white_space_is_left_out);
	tcase_add_test(tc, the_last_of_equal_names_counts);
	tcase_add_test(tc, writing_escapes);
	return s;
}
