/* Schemas: keywords together, places in messages, nothing left behind. */
#include "contract/schema.h"

#include "contract/rule.h"
#include "contract/uri.h"
#include "unit.h"

static struct err err;
static struct check check;
static struct rec rec;

static struct schema *compile(const char *text, bool contract,
			      struct rules *rules)
{
	struct schema_load l = {
		.contract = contract, .assert_formats = true, .rules = rules};
	struct yt_node *root = yt_parse("t.yaml", span_of(text), &err);
	struct schema *s;

	ck_assert_msg(root != NULL, "%s", err.msg);
	s = schema_compile(root, &l, &err);
	yt_free(root);
	return s;
}

static bool holds(const struct schema *s, const char *value)
{
	ck_assert_int_eq(rec_parse(&rec, value, strlen(value), &err), 0);
	check_begin(&check, &rec);
	return schema_check(s, &check, rec.node);
}

static void accepts(const char *schema, const char *value, bool yes)
{
	struct schema *s = compile(schema, false, NULL);

	ck_assert_msg(s != NULL, "%s: %s", schema, err.msg);
	ck_assert_msg(holds(s, value) == yes, "%s and %s", schema, value);
	ck_assert_int_eq(check.n_failed == 0, yes);
	schema_free(s);
}

static void setup(void)
{
	check_init(&check);
	rec = (struct rec)REC_INIT;
}

static void teardown(void)
{
	check_release(&check);
	rec_release(&rec);
}

static void resolves(const char *base, const char *ref, const char *want)
{
	struct buf b = BUF_INIT(1000);

	uri_resolve(span_of(base), span_of(ref), &b);
	ck_assert_str_eq(buf_str(&b), want);
	buf_release(&b);
}

/* RFC 3986, sections 5.4.1 and 5.4.2. */
START_TEST(references)
{
	static const char base[] = "http://a/b/c/d;p?q";
	static const char *const pairs[][2] = {
		{"g:h", "g:h"},
		{"g", "http://a/b/c/g"},
		{"./g", "http://a/b/c/g"},
		{"g/", "http://a/b/c/g/"},
		{"/g", "http://a/g"},
		{"//g", "http://g"},
		{"?y", "http://a/b/c/d;p?y"},
		{"g?y", "http://a/b/c/g?y"},
		{";x", "http://a/b/c/;x"},
		{"", "http://a/b/c/d;p?q"},
		{".", "http://a/b/c/"},
		{"./", "http://a/b/c/"},
		{"..", "http://a/b/"},
		{"../g", "http://a/b/g"},
		{"../..", "http://a/"},
		{"../../g", "http://a/g"},
		{"../../../g", "http://a/g"},
		{"/./g", "http://a/g"},
		{"/../g", "http://a/g"},
		{"g.", "http://a/b/c/g."},
		{"..g", "http://a/b/c/..g"},
		{"./../g", "http://a/b/g"},
		{"g/./h", "http://a/b/c/g/h"},
		{"g/../h", "http://a/b/c/h"},
		{"./g/.", "http://a/b/c/g/"},
		{"g?y/../x", "http://a/b/c/g?y/../x"},
	};
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		resolves(base, pairs[i][0], pairs[i][1]);
	resolves("urn:x:y", "", "urn:x:y");
	resolves("", "a/b", "a/b");
	resolves("a/b", "c", "a/c");
}
END_TEST

START_TEST(schemas_together)
{
	accepts("{anyOf: [{type: string}, {minimum: 2}]}", "1", false);
	accepts("{anyOf: [{type: string}, {minimum: 2}]}", "2", true);
	accepts("{oneOf: [{minimum: 1}, {minimum: 2}]}", "2", false);
	accepts("{not: {not: {type: string}}}", "\"a\"", true);
	accepts("{if: true, then: {minimum: 3}}", "2", false);
	accepts("{then: {minimum: 3}}", "2", true);
	accepts("{$ref: '#/$defs/a', $defs: {a: {items: {$ref: '#'}}}}",
		"[[[]]]", true);
	accepts("{type: array, items: {$ref: '#'}}", "[[[1]]]", false);
	accepts("{$defs: {x: {$dynamicAnchor: n, type: integer}}, items: "
		"{$dynamicRef: '#n'}}",
		"[1,2.5]", false);
	accepts("{uniqueItems: true}", "[{\"a\":[1]},{\"a\":[1.0]}]", false);
	accepts("{properties: {a: true}, unevaluatedProperties: false}",
		"{\"a\":1,\"b\":2}", false);
	/* what a branch that failed has looked at does not count */
	accepts("{anyOf: [{prefixItems: [true], minItems: 2}, true], "
		"unevaluatedItems: false}",
		"[1]", false);
	ck_assert_ptr_null(compile("{$ref: '#'}", false, NULL));
	ck_assert_ptr_null(
		compile("{allOf: [{if: {$ref: '#'}}]}", false, NULL));
	ck_assert_ptr_null(compile("{$ref: '#/a'}", false, NULL));
	ck_assert_ptr_null(compile("{$anchor: '1'}", false, NULL));
	ck_assert_ptr_null(compile("{$id: 'a#b'}", false, NULL));
}
END_TEST

/* A chain of as many references as a file can hold is no recursion. */
START_TEST(long_chains_of_references)
{
	struct buf b = BUF_INIT((size_t)1 << 24);
	struct schema *s;
	int i;

	buf_adds(&b, "$ref: '#d0'\n$defs:\n");
	for (i = 0; i < 5000; i++)
		buf_addf(&b, " d%d: {$anchor: d%d, $ref: '#d%d'}\n", i, i,
			 i + 1);
	buf_adds(&b, " d5000: {$anchor: d5000, type: string}\n");
	s = compile(buf_str(&b), false, NULL);
	ck_assert_msg(s != NULL, "%s", err.msg);
	ck_assert(!holds(s, "\"a\""));
	ck_assert_str_eq(check.violation[0].code, "schema-limit");
	schema_free(s);
	buf_release(&b);
}
END_TEST

START_TEST(values)
{
	accepts("true", "1", true);
	accepts("false", "1", false);
	accepts("{enum: [{a: [1, \"x\"]}]}", "{\"a\":[1.0,\"x\"]}", true);
	accepts("{enum: [{a: [1, \"x\"]}]}", "{\"a\":[1.0,\"x\"],\"b\":1}",
		false);
	accepts("{enum: [{a: 1}]}", "{\"a\":2,\"a\":1}", true);
	accepts("{const: \"a\\\"b\"}", "\"a\\u0022b\"", true);
	accepts("{properties: {a: false}}", "{\"b\":1}", true);
	accepts("{properties: {a: false}}", "{\"a\":1}", false);
	accepts("{required: [a], additionalProperties: false}", "{\"a\":1}",
		false);
	accepts("{additionalProperties: {type: string}}", "{\"a\":\"x\"}",
		true);
	accepts("{additionalProperties: {type: string}}", "{\"a\":1}", false);
	accepts("{items: {items: {type: integer}}}", "[[1],[2,3]]", true);
	accepts("{items: {items: {type: integer}}}", "[[1],[2,\"3\"]]", false);
	accepts("{maxLength: 2}", "\"\xC3\xA4\xC3\xB6\"", true);
	accepts("{maxLength: 2.0}", "\"\xC3\xA4\xC3\xB6x\"", false);
	accepts("{pattern: \"^x$\"}", "\"x\\n\"", false);
	accepts("{format: date}", "\"1900-02-29\"", false);
	accepts("{format: date}", "\"2000-02-29\"", true);
	accepts("{format: date-time}", "\"1998-12-31T23:59:60Z\"", true);
	accepts("{format: date-time}", "\"1998-12-31T22:59:60Z\"", false);
	accepts("{format: date-time}", "\"2024-01-31T10:00:00.5+01:00\"", true);
}
END_TEST

START_TEST(refusals_have_a_place)
{
	static const char *const bad[] = {
		"{minItem: 1}",     "{x-ref: a}",        "{type: []}",
		"{items: 3}",       "{enum: a}",         "{properties: []}",
		"{allOf: []}",      "{maxLength: a}",    "{minimum: 0x10}",
		"{pattern: (}",     "{format: dates}",   "{$schema: other}",
		"{minimum: \"1\"}", "{required: [[a]]}",
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ck_assert_msg(!compile(bad[i], false, NULL), "%s", bad[i]);
		ck_assert_int_eq(err.code, ERR_CONFIG);
		ck_assert_msg(!strncmp(err.msg, "t.yaml:1:", 9), "%s", err.msg);
	}
}
END_TEST

START_TEST(sensitive_values_are_masked)
{
	struct rules *rules = rules_new();
	struct schema *s = compile("properties: {a: {maxLength: 1, "
				   "x-sensitive: true}}",
				   true, rules);
	struct buf b = BUF_INIT(1000);

	ck_assert(!holds(s, "{\"a\":\"secret\",\"b\":1}"));
	check_put_json(&check, &b);
	schema_put_masked(s, &rec, rec.node, &b);
	ck_assert_ptr_null(strstr(buf_str(&b), "secret"));
	ck_assert_ptr_nonnull(strstr(buf_str(&b), "\"b\":1"));
	buf_release(&b);
	schema_free(s);
	rules_free(rules);
}
END_TEST

START_TEST(more_violations_than_are_told)
{
	struct schema *s = compile("{items: {type: string}}", false, NULL);
	struct buf b = BUF_INIT(1000);
	int i;

	buf_adds(&b, "[0");
	for (i = 1; i < 100; i++)
		buf_adds(&b, ",0");
	buf_adds(&b, "]");
	ck_assert(!holds(s, buf_str(&b)));
	ck_assert_uint_eq(check.n_failed, 100);
	ck_assert_uint_eq(check.n_told, CHECK_VIOLATIONS_MAX);
	buf_release(&b);
	schema_free(s);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("schema", &tc);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, references);
	tcase_add_test(tc, schemas_together);
	tcase_add_test(tc, long_chains_of_references);
	tcase_add_test(tc, values);
	tcase_add_test(tc, refusals_have_a_place);
	tcase_add_test(tc, sensitive_values_are_masked);
	tcase_add_test(tc, more_violations_than_are_told);
	return s;
}
