#include "conf/yaml_tree.h"

#include "unit.h"

static struct err err;

START_TEST(scalars_keep_their_text_and_place)
{
	struct yt_node *n = yt_parse(
		"f.yaml", SPAN("a: 1.10\nb: {c: \"12\", d: [x, ~]}\n"), &err);
	const struct yt_node *c = yt_get(yt_get(n, "b"), "c");
	struct buf b = BUF_INIT(1000);

	ck_assert_ptr_nonnull(n);
	ck_assert_str_eq(yt_get(n, "a")->text, "1.10");
	ck_assert(yt_get(n, "a")->plain);
	ck_assert(!c->plain);
	ck_assert_uint_eq(c->key_line, 2);
	ck_assert_uint_eq(c->key_column, 5);
	ck_assert_uint_eq(c->column, 8);
	yt_put_json(&b, n);
	ck_assert_str_eq(
		buf_str(&b),
		"{\"a\":1.10,\"b\":{\"c\":\"12\",\"d\":[\"x\",null]}}");
	buf_release(&b);
	yt_free(n);
}
END_TEST

static const char *const broken[][2] = {
	{"", "f.yaml:1:1: the file is empty"},
	{"a: 1\na: 2\n", "f.yaml:2:1: 'a' is given twice"},
	{"a: &x 1\nb: *x\n", "f.yaml:2:4: aliases"},
	{"a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document"},
	{"a: [1, 2\n", "f.yaml:2:1: "},
	{"a:\n\tb: 1\n", "f.yaml:2:"},
	{"? [a]\n: 1\n", "f.yaml:1:3: a name must be plain text"},
	{"a: \"x\\0y\"\n", "f.yaml:1:4: U+0000 in text"},
};

START_TEST(what_is_wrong_names_its_place)
{
	struct yt_node *n = yt_parse("f.yaml", span_of(broken[_i][0]), &err);

	ck_assert_ptr_null(n);
	ck_assert_int_eq(err.code, ERR_CONFIG);
	ck_assert_msg(!strncmp(err.msg, broken[_i][1], strlen(broken[_i][1])),
		      "%s", err.msg);
}
END_TEST

START_TEST(deep_trees_are_refused)
{
	struct buf b = BUF_INIT(100000);
	struct yt_node *n;
	int i;

	for (i = 0; i < 2000; i++)
		buf_addc(&b, '[');
	n = yt_parse("f.yaml", buf_span(&b), &err);
	ck_assert_ptr_null(n);
	ck_assert_int_eq(err.code, ERR_CONFIG);
	buf_release(&b);
}
END_TEST

START_TEST(typed_members)
{
	static const char *const known[] = {"url", "limits", "login", NULL};
	struct yt_node *n =
		yt_parse("t.yaml", SPAN("url: x\nlimts: {n: 5}\n"), &err);
	const struct yt_node *limits = yt_get(n, "limts");
	int64_t v = 7;
	bool yes = false;

	ck_assert_int_eq(yt_check_keys(n, known, &err), -1);
	ck_assert_str_eq(err.msg, "t.yaml:2:1: unknown key 'limts'; did you "
				  "mean 'limits'?");
	ck_assert_int_eq(yt_int(limits, "n", 1, 9, &v, &err), 0);
	ck_assert_int_eq(v, 5);
	ck_assert_int_eq(yt_int(limits, "n", 6, 9, &v, &err), -1);
	ck_assert_int_eq(yt_int(limits, "absent", 6, 9, &v, &err), 0);
	ck_assert_int_eq(yt_bool(limits, "n", &yes, &err), -1);
	yt_free(n);
}
END_TEST

START_TEST(expressions_with_braces)
{
	static const char text[] =
		"map:\n"
		"  - fields:\n"
		"      a: A | table({X: true, Y: 'it''s'})  # a comment\n"
		"      b: B\n"
		"      c: |\n"
		"        d: f({not: touched})\n";
	struct yt_node *n = yt_parse("f.yaml", span_of(text), &err);
	const struct yt_node *fields, *a;

	ck_assert_msg(n != NULL, "%s", err.msg);
	fields = yt_get(&yt_get(n, "map")->child[0], "fields");
	a = yt_get(fields, "a");
	ck_assert_str_eq(a->text, "A | table({X: true, Y: 'it''s'})");
	ck_assert(a->plain && a->line == 3 && a->column == 10);
	ck_assert_str_eq(yt_get(fields, "b")->text, "B");
	yt_free(n);
	/* Valid files are left alone, and other errors stay errors. */
	n = yt_parse("f.yaml", SPAN("c: |\n  d: f({not: touched})\n"), &err);
	ck_assert_str_eq(yt_get(n, "c")->text, "d: f({not: touched})\n");
	yt_free(n);
	ck_assert_ptr_null(yt_parse("f.yaml", SPAN("a: b: c\n"), &err));
	ck_assert_ptr_null(
		yt_parse("f.yaml", SPAN("a: f({b: c})\nd: e: f\n"), &err));
	ck_assert_str_eq(err.msg, "f.yaml:2:5: mapping values are not allowed "
				  "in this context");
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("yaml_tree", &tc);

	tcase_add_test(tc, scalars_keep_their_text_and_place);
	tcase_add_loop_test(tc, what_is_wrong_names_its_place, 0,
			    sizeof(broken) / sizeof(*broken));
	tcase_add_test(tc, deep_trees_are_refused);
	tcase_add_test(tc, expressions_with_braces);
	tcase_add_test(tc, typed_members);
	return s;
}
