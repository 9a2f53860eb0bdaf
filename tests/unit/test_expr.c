/* The language of expressions: each filter good, bad and at its edges. */
#include <stdlib.h>

#include "expr/expr.h"

#include "core/mem.h"
#include "unit.h"

/* What most cases are evaluated on. */
static const char row[] =
	"{\"S\":\" a  b \",\"E\":\"\",\"B\":\"  \",\"N\":null,\"T\":true,"
	"\"I\":42,\"D\":1.50,\"Q\":\"7\",\"U\":"
	"\"\303\244\303\266\342\202\254\","
	"\"L\":[\"x\",\" y \",3],\"O\":{\"a b\":{\"c\":[10,20]},\"d\":\"e\"},"
	"\"X\":\"q\\\"\\u00e9\\n\",\"a b\":\"odd\",\"c]\":\"bracket\"}";

#include "expr_rig.h"

START_TEST(values)
{
	static const struct pair c[] = {
		{"S", "\" a  b \""},
		{"I", "42"},
		{"D", "1.50"},
		{"T", "true"},
		{"N", "null"},
		{"MISSING", "absent"},
		{"O", "{\"a b\":{\"c\":[10,20]},\"d\":\"e\"}"},
		{"O.d", "\"e\""},
		{"O.[a b].c[1]", "20"},
		{"O.[a b].c[2]", "absent"},
		{"O.d.e", "absent"},
		{"L[1]", "\" y \""},
		{"[a b]", "\"odd\""},
		{"[c]]]", "\"bracket\""},
		{"X", "\"q\\\"\303\251\\n\""},
		{"'it''s'", "\"it's\""},
		{"\"a\"\"b\"", "\"a\\\"b\""},
		{"-12.50", "-12.50"},
		{"true", "true"},
		{"null", "null"},
		{"(S)", "\" a  b \""},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(text_filters)
{
	static const struct pair c[] = {
		{"S | trim", "\"a  b\""},
		{"E | trim", "\"\""},
		{"N | trim", "null"},
		{"MISSING | trim", "absent"},
		{"I | trim", "\"42\""},
		{"O | trim", "!wrong-type: an object where text is expected"},
		{"L | trim", "[\"x\",\"y\",\"3\"]"},
		{"trim(S)", "\"a  b\""},
		{"S | squeeze", "\"a b\""},
		{"'a\t\t b' | squeeze", "\"a b\""},
		{"'ab' | squeeze", "\"ab\""},
		{"B | squeeze", "\"\""},
		{"U | upper", "\"\303\204\303\226\342\202\254\""},
		{"'\303\204\316\251\320\226\303\237' | lower",
		 "\"\303\244\317\211\320\266\303\237\""},
		{"'ABCDEF' | cut(2, 3)", "\"BCD\""},
		{"'ABCDEF' | cut(5)", "\"EF\""},
		{"'ABCDEF' | cut(-2)", "\"EF\""},
		{"'ABCDEF' | cut(-9, 2)", "\"AB\""},
		{"'ABCDEF' | cut(9)", "\"\""},
		{"'ABCDEF' | cut(2, 0)", "\"\""},
		{"U | cut(2, 2)", "\"\303\266\342\202\254\""},
		{"'7' | pad(3, '0')", "\"007\""},
		{"'7' | pad(3, '0', right)", "\"700\""},
		{"'7' | pad(3)", "\"  7\""},
		{"'1234' | pad(3, '0')", "\"1234\""},
		{"U | pad(4, '\303\244')",
		 "\"\303\244\303\244\303\266\342\202\254\""},
		{"'00120' | strip_zeros", "\"120\""},
		{"'000' | strip_zeros", "\"0\""},
		{"'' | strip_zeros", "\"\""},
		{"'a-b-c' | replace('-', '')", "\"abc\""},
		{"'aaa' | replace('aa', 'b')", "\"ba\""},
		{"'a' | replace('a', 'aa')", "\"aa\""},
		{"'abc' | replace('x', 'y')", "\"abc\""},
		{"'a' | replace('a', '\"')", "\"\\\"\""},
		{"'1234567890' | last4", "\"******7890\""},
		{"'12345' | last4", "\"*****\""},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(list_filters)
{
	static const struct pair c[] = {
		{"'a,b,' | split(',')", "[\"a\",\"b\",\"\"]"},
		{"'a' | split(',')", "[\"a\"]"},
		{"'a--b' | split('--', 2)", "\"b\""},
		{"'a,b' | split(',', 3)", "absent"},
		{"'x, y' | split(',') | trim | join('+')", "\"x+y\""},
		{"L | join('/')", "\"x/ y /3\""},
		{"'a' | join('/')", "\"a\""},
		{"O | join('/')",
		 "!wrong-type: an object where a list is expected"},
		{"concat(Q, '-', I, D)", "\"7-421.50\""},
		{"concat(Q, MISSING)", "absent"},
		{"concat(Q, O)",
		 "!wrong-type: a list or an object where text is expected"},
		{"Q | concat('/', E)", "\"7/\""},
		{"template('{Q}/{I}')", "\"7/42\""},
		{"template('{Q}/{MISSING}')", "absent"},
		{"Q | template('<{}>')", "\"<7>\""},
		{"template('{S | trim | replace(\"}\", \"\")}')", "\"a  b\""},
		{"template('{{{Q}}}')", "\"{7}\""},
		{"template('')", "\"\""},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(number_filters)
{
	static const struct pair c[] = {
		{"'1.234,50' | decimal(',')", "1234.50"},
		{"'1 234,5' | decimal(',')", "1234.5"},
		{"'1.234' | decimal(',', '')",
		 "!bad-number: not a number: '.' at character 2"},
		{"'1,234.5' | decimal", "1234.5"},
		{"E | decimal(',')", "absent"},
		{"B | decimal(',')", "absent"},
		{"D | decimal(',')", "1.50"},
		{"T | decimal",
		 "!bad-number: not a number: 't' at character 1"},
		{"L | decimal",
		 "!bad-number: not a number: 'x' at character 1"},
		{"' 007 ' | number", "7"},
		{"'1,5' | number",
		 "!bad-number: not a number: ',' at character 2"},
		{"'0012345' | implied(2)", "123.45"},
		{"'-5' | implied(2)", "-0.05"},
		{"I | implied(1)", "4.2"},
		{"'1.5' | implied(2)",
		 "!bad-number: digits expected, but it has a point"},
		{"'123-' | trailing_sign", "\"-123\""},
		{"'123 -' | trailing_sign | implied(1)", "-12.3"},
		{"'123+' | trailing_sign", "\"123\""},
		{"'-123' | trailing_sign", "\"-123\""},
		{"'-123-' | trailing_sign",
		 "!bad-number: not a number: a sign at both ends"},
		{"'-' | trailing_sign | number",
		 "!bad-number: not a number: it has no digit"},
		{"'2.345' | round(2)", "2.35"},
		{"'2.345' | round(2, half_even)", "2.34"},
		{"'2.5' | round(0, 'half_even')", "2"},
		{"D | round(0)", "2"},
		{"I | round(2)", "42.00"},
		{"'0.1' | add('0.2')", "0.3"},
		{"I | sub(D)", "40.50"},
		{"I | mul(D)", "63.00"},
		{"I | add(MISSING)", "absent"},
		{"I | add('x')",
		 "!bad-number: not a number: 'x' at character 1"},
		{"'99999999999999999999999999999999999999' | add(1)",
		 "!bad-number: more than 38 digits would be needed"},
		{"I | negate", "-42"},
		{"0 | negate", "0"},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(date_filters)
{
	static const struct pair c[] = {
		{"'20240131' | date('%Y%m%d')", "\"2024-01-31\""},
		{"20240131 | date('%Y%m%d')", "\"2024-01-31\""},
		{"E | date('%Y%m%d')", "absent"},
		{"'20241301' | date('%Y%m%d')",
		 "!bad-date: there is no month 13"},
		{"'31.01.2024 10:05' | datetime('%d.%m.%Y %H:%M')",
		 "\"2024-01-31T10:05:00Z\""},
		{"'2024-01-31T00:30:00+01:00' | datetime('%FT%T%z', 'UTC')",
		 "\"2024-01-30T23:30:00Z\""},
		{"'9999-12-31T23:00:00-02:00' | datetime('%FT%T%z')",
		 "!bad-date: in UTC it is outside of the years 1 to 9999"},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(choices)
{
	static const struct pair c[] = {
		{"'A' | table({A: true, X: false})", "true"},
		{"'B' | table({A: 'x', B: goods, 'C d': 1.50, 007: null})",
		 "\"goods\""},
		{"'C d' | table({'C d': 1.50})", "1.50"},
		{"'C ' | table({C: 1})", "1"},
		{"'007' | table({007: null})", "null"},
		{"7 | table({7: x})", "\"x\""},
		{"E | table({A: 1})", "absent"},
		{"E | table({'': none})", "\"none\""},
		{"'Z' | table({A: 1}, 'other')", "\"other\""},
		{"'ST1' | table({ST: C62, KG: KGM, ST2: C62})",
		 "!unmapped-code: no such code in the table; the nearest are "
		 "'ST', 'ST2'"},
		{"'Z' | table({KILO: 1})",
		 "!unmapped-code: no such code in the table {KILO: 1}"},
		{"'Y' | bool", "true"},
		{"'0' | bool", "false"},
		{"T | bool", "true"},
		{"' J ' | bool('J', 'N')", "true"},
		{"'x' | bool",
		 "!bad-bool: true, yes, y, t, 1 or false, no, n, f, 0 "
		 "expected"},
		{"'y' | bool('J', 'N')", "!bad-bool: 'J' or 'N' expected"},
		{"E | default('x')", "\"x\""},
		{"B | default('x')", "\"x\""},
		{"N | default(1)", "1"},
		{"MISSING | default(null)", "null"},
		{"Q | default('x')", "\"7\""},
		{"coalesce(MISSING, E, Q, S)", "\"7\""},
		{"coalesce(MISSING, E)", "\"\""},
		{"if(Q = '7', 'yes', 'no')", "\"yes\""},
		{"if(Q = '8', 'yes', 'no')", "\"no\""},
		{"if(Q = '8', 'yes')", "absent"},
		{"if(MISSING, 'yes', 'no')", "\"no\""},
		{"if(Q, 'yes', 'no')",
		 "!not-a-condition: true or false expected; compare it with "
		 "something"},
		{"Q | nullif('7')", "absent"},
		{"Q | nullif('1', 7)", "absent"},
		{"Q | nullif('8')", "\"7\""},
		{"E | nullif('')", "absent"},
		{"Q | required", "\"7\""},
		{"B | required", "!missing-value: a value is required"},
		{"MISSING | required", "!missing-value: a value is required"},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(conditions)
{
	static const struct pair c[] = {
		{"Q = '7'", "true"},
		{"Q = 7", "true"},
		{"Q = 7.0", "true"},
		{"'7.0' = '7'", "false"},
		{"'10' < '9'", "true"},
		{"'10' < 9", "false"},
		{"I > 41.999", "true"},
		{"D = 1.5", "true"},
		{"I >= D and D <= 1.5", "true"},
		{"S = 5", "false"},
		{"S != 5", "true"},
		{"S < 5",
		 "!bad-number: compared with the number 5: not a number: 'a' "
		 "at character 1"},
		{"E < 5", "false"},
		{"MISSING < 5", "false"},
		{"MISSING != 'x'", "true"},
		{"MISSING = null", "true"},
		{"N = null", "true"},
		{"E = null", "false"},
		{"T = true", "true"},
		{"T = 'true'", "true"},
		{"O = 'x'",
		 "!wrong-type: a list or an object cannot be compared"},
		{"Q in ('6', '7')", "true"},
		{"Q in (6, 7)", "true"},
		{"Q not in ('6', '7')", "false"},
		{"not Q in ('6')", "true"},
		{"MISSING in ('6')", "false"},
		{"S matches '^ a'", "true"},
		{"S not matches 'b$'", "true"},
		{"MISSING matches '.'", "false"},
		{"I matches '^[0-9]+$'", "true"},
		{"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' matches "
		 "'^(a|aa|a?)+$'",
		 "!pattern-limit: the regular expression takes too long on "
		 "this value"},
		{"E is empty", "true"},
		{"B is empty", "true"},
		{"N is empty", "true"},
		{"Q is not empty", "true"},
		{"L is empty", "false"},
		{"true or S", "true"},
		{"false and S", "false"},
		{"Q = '7' and (I = 1 or D = 1.5)", "true"},
		{"Q = '8' and I = 1 or D = 1.5", "true"},
		{"not not T", "true"},
		{"T and S",
		 "!not-a-condition: true or false expected; compare it with "
		 "something, as in S = 'Y'"},
		{"S | trim = 'a  b'", "true"},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(what_is_wrong_names_its_place)
{
	static const struct pair c[] = {
		{"", "f:1:1: a column, a literal or '(' expected at the end"},
		{"A |", "f:1:4: the name of a filter expected at the end"},
		{"A | trm",
		 "f:1:5: unknown filter 'trm'; did you mean 'trim'?"},
		{"A | frobnicate",
		 "f:1:5: unknown filter 'frobnicate'; sluice-map --filters "
		 "lists them"},
		{"A | trim | cut",
		 "f:1:12: an argument is missing: cut(from[, length])"},
		{"A | cut('1')",
		 "f:1:9: cut(from[, length]): a whole number expected here"},
		{"A | cut(0)",
		 "f:1:9: cut(from[, length]): the first character is 1"},
		{"A | cut(1, 2, 3)",
		 "f:1:15: too many arguments: cut(from[, length])"},
		{"A | cut(1, -1)",
		 "f:1:12: cut(from[, length]): -1 is not within 0 to "
		 "16777216"},
		{"A | trim(1)", "f:1:10: too many arguments: trim"},
		{"A | replace('', 'x')",
		 "f:1:13: replace(old, new): the text to replace is empty"},
		{"A | pad(3, 'ab')",
		 "f:1:12: pad(length[, character[, left|right]]): one "
		 "character expected"},
		{"A | round(2, up)",
		 "f:1:14: round(places[, half_up|half_even]): half_up or "
		 "half_even expected"},
		{"A | decimal('ab')",
		 "f:1:13: decimal([point[, grouping]]): the point is comma, "
		 "point, or one character such as ','"},
		{"A | decimal(',', ',')",
		 "f:1:18: decimal([point[, grouping]]): the point cannot also "
		 "group digits"},
		{"A | date('%Y%q')",
		 "f:1:13: '%q' is not known in a date format"},
		{"A | date('%Y')",
		 "f:1:11: the date format '%Y' has no month (%m or %b)"},
		{"A | datetime('%F %T', 'Europe/Berlim')",
		 "f:1:23: datetime(format[, zone[, refuse|earlier|later[, "
		 "pivot]]]): the time zone 'Europe/Berlim' is not in the "
		 "system's database; 'Europe/Berlin' is one"},
		{"A | table({A: 1, A: 2})",
		 "f:1:18: the code 'A' is given twice"},
		{"A | table(B)",
		 "f:1:11: the name of a table in quotes, or {...}, expected, "
		 "not 'B'"},
		{"A | table('no-such-table')",
		 "f:1:11: feeds/f.yaml: there is no file "
		 "tables/no-such-table.yaml"},
		{"A = 'x", "f:1:5: a text without its closing '"},
		{"[A", "f:1:1: a name without its closing ]"},
		{"A == 'x'", "f:1:3: '==': write '='"},
		{"A <> 'x'", "f:1:3: '<>': write '!='"},
		{"A = 1 || B = 2", "f:1:7: '||': write 'or'"},
		{"A = 1 && B = 2", "f:1:7: '&': write 'and'"},
		{"A = 1 = 2",
		 "f:1:7: a second comparison: join them with 'and'"},
		{"A = 1 AND B = 2",
		 "f:1:7: '|', a comparison or the end expected, not 'AND'; "
		 "did you mean 'and'?"},
		{"A in 'x'", "f:1:6: '(' expected, not ''x''"},
		{"A is x", "f:1:6: 'empty' or 'not empty' expected, not 'x'"},
		{"A matches '('",
		 "f:1:13: no regular expression: missing closing parenthesis"},
		{"A matches B",
		 "f:1:11: a regular expression in quotes expected, not 'B'"},
		{"(A", "f:1:3: ')' expected at the end"},
		{"A[x]",
		 "f:1:3: a position such as [0], or ']', expected, not 'x'"},
		{"A.1", "f:1:3: the name of a member expected, not '1'"},
		{"2ND",
		 "f:1:1: '2...' is neither a number nor a name; a column with "
		 "an odd name stands in brackets: [odd name]"},
		{"007",
		 "f:1:1: the number 007: leading zeros or too many digits; a "
		 "text stands in quotes"},
		{"A $ B",
		 "f:1:3: '|', a comparison or the end expected, not '$'"},
		{"\303\204 | trm",
		 "f:1:5: unknown filter 'trm'; did you mean 'trim'?"},
		{"template('{A')", "f:1:11: a '{' without its '}'"},
		{"template('A}')",
		 "f:1:12: a '}' without '{'; '}}' stands for one"},
		{"template('{A | trm}')",
		 "f:1:16: unknown filter 'trm'; did you mean 'trim'?"},
	};

	CHECK_ALL(c);
}
END_TEST

START_TEST(bounds)
{
	struct buf b = BUF_INIT(LINE_CEILING);
	char *got;
	int i;

	for (i = 0; i < 1000; i++)
		buf_addc(&b, '(');
	got = result(buf_str(&b));
	ck_assert_str_eq(got, "f:1:65: nested too deep");
	free(got);
	buf_clear(&b);
	for (i = 0; i < 1000; i++)
		buf_adds(&b, "not ");
	got = result(buf_str(&b));
	ck_assert(strstr(got, "nested too deep"));
	free(got);
	buf_clear(&b);
	buf_adds(&b, "S");
	for (i = 0; i < 1000; i++)
		buf_adds(&b, " | trim");
	got = result(buf_str(&b));
	ck_assert(strstr(got, "more than 256 filters"));
	free(got);
	buf_clear(&b);
	for (i = 0; i < 20000; i++)
		buf_adds(&b, "T and ");
	buf_adds(&b, "T");
	got = result(buf_str(&b));
	ck_assert_str_eq(got, "true");
	free(got);
	buf_clear(&b);
	for (i = 0; i < 100; i++)
		buf_adds(&b, "template('{");
	got = result(buf_str(&b));
	ck_assert_msg(!strncmp(got, "f:", 2), "%s", got);
	free(got);
	buf_release(&b);
}
END_TEST

START_TEST(columns_are_checked)
{
	static const struct span names[] = {{"ITEMNO", 6}, {"UPDATE", 6}};
	struct expr_scope scope;
	struct err err = ERR_INIT;
	struct yt_node *n = yt_parse("f",
				     SPAN("x: ITEMNO | concat(UPDDATE)\n"
					  "y: c3\nz: c2\n"),
				     &err);

	expr_scope_init(&scope, NULL, "f");
	ck_assert_ptr_nonnull(expr_compile(&scope, yt_get(n, "x"), &err));
	ck_assert_int_eq(expr_check_columns(&scope, names, 2, &err), -1);
	ck_assert_int_eq(err.code, ERR_CONFIG);
	ck_assert_str_eq(err.msg, "f:1:20: the input has no column 'UPDDATE'; "
				  "did you mean 'UPDATE'?");
	expr_scope_release(&scope);
	/* Surplus cells have names that no header lists. */
	expr_scope_init(&scope, NULL, "f");
	ck_assert_ptr_nonnull(expr_compile(&scope, yt_get(n, "y"), &err));
	ck_assert_int_eq(expr_check_columns(&scope, names, 2, &err), 0);
	ck_assert_ptr_nonnull(expr_compile(&scope, yt_get(n, "z"), &err));
	ck_assert_int_eq(expr_check_columns(&scope, names, 2, &err), -1);
	expr_scope_release(&scope);
	yt_free(n);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("expr", &tc);

	tcase_add_test(tc, values);
	tcase_add_test(tc, text_filters);
	tcase_add_test(tc, list_filters);
	tcase_add_test(tc, number_filters);
	tcase_add_test(tc, date_filters);
	tcase_add_test(tc, choices);
	tcase_add_test(tc, conditions);
	tcase_add_test(tc, what_is_wrong_names_its_place);
	tcase_add_test(tc, bounds);
	tcase_add_test(tc, columns_are_checked);
	return s;
}
