/* One schema after another: pairs, and what the change is called. */
#include "contract/compat.h"

#include "unit.h"

static enum compat_class worst(const char *was, const char *is)
{
	struct err err = ERR_INIT;
	struct yt_node *old = yt_parse("old.yaml", span_of(was), &err);
	struct yt_node *new = yt_parse("new.yaml", span_of(is), &err);
	enum compat_class c = COMPAT_CLASSES;
	struct compat out;

	ck_assert_msg(old && new, "%s", err.msg);
	compat_compare(&out, old, new);
	while (c > COMPAT_FINE && !out.count[c - 1])
		c--;
	compat_release(&out);
	yt_free(old);
	yt_free(new);
	return c > COMPAT_FINE ? c - 1 : COMPAT_FINE;
}

static const struct pair {
	const char *was, *is;
	enum compat_class there, back;
} pairs[] = {
	/* values that are listed */
	{"enum: [a, b]", "enum: [a]", COMPAT_BREAKING, COMPAT_READER},
	{"enum: [a, null]", "enum: [a]", COMPAT_BREAKING, COMPAT_READER},
	{"enum: [a, 2]", "enum: [a]", COMPAT_BREAKING, COMPAT_READER},
	{"enum: [a, true]", "enum: [a]", COMPAT_BREAKING, COMPAT_READER},
	{"enum: [a, {}]", "enum: [a]", COMPAT_BREAKING, COMPAT_READER},
	{"enum: [1, 2.5]", "enum: [1]", COMPAT_BREAKING, COMPAT_READER},
	{"enum: [true, false]", "enum: [true]", COMPAT_BREAKING, COMPAT_READER},
	{"enum: [true]", "enum: [a]", COMPAT_BREAKING, COMPAT_BREAKING},
	{"enum: [a, null]", "const: a", COMPAT_BREAKING, COMPAT_READER},
	{"const: true", "const: false", COMPAT_BREAKING, COMPAT_BREAKING},
	{"const: null", "const: 0", COMPAT_BREAKING, COMPAT_BREAKING},
	{"enum: [1, '2']", "enum: ['1', '2']", COMPAT_BREAKING,
	 COMPAT_BREAKING},
	{"enum: [1, 2]", "enum: [1.0, 2e0, 3]", COMPAT_READER, COMPAT_BREAKING},
	/* and types that are */
	{"type: boolean", "enum: [true]", COMPAT_BREAKING, COMPAT_READER},
	{"type: boolean", "const: true", COMPAT_BREAKING, COMPAT_READER},
	{"type: boolean", "enum: [true, false]", COMPAT_FINE, COMPAT_FINE},
	{"type: boolean", "enum: [a, true, false]", COMPAT_READER,
	 COMPAT_BREAKING},
	{"type: 'null'", "enum: [a]", COMPAT_BREAKING, COMPAT_BREAKING},
	{"type: 'null'", "const: a", COMPAT_BREAKING, COMPAT_BREAKING},
	{"type: 'null'", "const: null", COMPAT_FINE, COMPAT_FINE},
	{"type: string", "enum: [a]", COMPAT_BREAKING, COMPAT_READER},
	{"type: [string, 'null']\nenum: [goods, service, null]",
	 "type: [string, 'null']\nenum: [goods, service]", COMPAT_BREAKING,
	 COMPAT_READER},
	{"type: string\nenum: [goods, service, null]",
	 "type: string\nenum: [goods, service]", COMPAT_FINE, COMPAT_FINE},
	{"type: string\nenum: [goods, null]", "enum: [goods]", COMPAT_FINE,
	 COMPAT_FINE},
	{"allOf: [{enum: [a, 1]}, {enum: [b, 1]}]", "const: 1", COMPAT_FINE,
	 COMPAT_FINE},
	/* how many elements are like this */
	{"contains: {type: string}\nminContains: 0", "contains: {type: string}",
	 COMPAT_BREAKING, COMPAT_FINE},
	{"contains: {type: string}\nminContains: 1", "contains: {type: string}",
	 COMPAT_FINE, COMPAT_FINE},
	{"contains: {type: string}\nminContains: 0\nmaxContains: 2",
	 "contains: {type: string}\nmaxContains: 2", COMPAT_BREAKING,
	 COMPAT_FINE},
	{"contains: {type: string}\nminContains: 2",
	 "contains: {type: string}\nminContains: 3", COMPAT_BREAKING,
	 COMPAT_FINE},
	{"contains: {type: string}\nmaxContains: 2", "contains: {type: string}",
	 COMPAT_FINE, COMPAT_BREAKING},
	{"contains: {type: string}\nmaxContains: 2",
	 "contains: {type: string}\nmaxContains: 3", COMPAT_FINE,
	 COMPAT_BREAKING},
	{"minContains: 0", "{}", COMPAT_FINE, COMPAT_FINE},
	/* what is left over depends on what was looked at */
	{"contains: {type: string}\nunevaluatedItems: false",
	 "unevaluatedItems: false", COMPAT_UNKNOWN, COMPAT_UNKNOWN},
	{"contains: {type: string}\nunevaluatedItems: false", "items: false",
	 COMPAT_UNKNOWN, COMPAT_UNKNOWN},
	{"contains: {type: string}\nunevaluatedItems: false", "{}", COMPAT_FINE,
	 COMPAT_UNKNOWN},
	{"anyOf: [{properties: {a: {}}}]\nunevaluatedProperties: false",
	 "unevaluatedProperties: false", COMPAT_UNKNOWN, COMPAT_UNKNOWN},
	{"anyOf: [{properties: {a: {}}}]\nunevaluatedProperties: false",
	 "additionalProperties: false", COMPAT_UNKNOWN, COMPAT_UNKNOWN},
};

START_TEST(pair)
{
	const struct pair *p = &pairs[_i];
	enum compat_class there = worst(p->was, p->is);
	enum compat_class back = worst(p->is, p->was);

	ck_assert_msg(there == p->there, "%s -> %s: %s, not %s", p->was, p->is,
		      compat_word[there], compat_word[p->there]);
	ck_assert_msg(back == p->back, "%s -> %s: %s, not %s", p->is, p->was,
		      compat_word[back], compat_word[p->back]);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("compat", &tc);

	tcase_add_loop_test(tc, pair, 0, sizeof(pairs) / sizeof(*pairs));
	return s;
}
