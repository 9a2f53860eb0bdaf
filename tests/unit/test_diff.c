/* Records field by field, and what the outputs make of hostile text. */
#include "report/diff.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/fs.h"
#include "unit.h"

static struct err err;
static char path[] = "/tmp/sluice-test-diff-XXXXXX";
static int fd;

static void setup(void)
{
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
}

static void teardown(void)
{
	close(fd);
	unlink(path);
	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
}

static char *written(void)
{
	static struct buf b = BUF_INIT(100000);

	buf_clear(&b);
	ck_assert_int_eq(fs_read_file(path, &b, &err), 0);
	ck_assert_int_eq(ftruncate(fd, 0), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	return (char *)(uintptr_t)buf_str(&b);
}

/* The fields that differ, as "field=here/there ...". */
static char *compare(const char *a, const char *b, const char *tolerance)
{
	static struct buf out = BUF_INIT(100000);
	struct rec here = REC_INIT, there = REC_INIT;
	struct tolerances t = {.n = 0};
	const char *item[] = {tolerance};
	struct opt_list words = {item, tolerance != NULL, 1};
	struct report report;
	struct diff d = {.tolerances = &t,
			 .report = &report,
			 .here = &here,
			 .there = &there,
			 .field = BUF_INIT(1000),
			 .plain = BUF_INIT(1000)};
	char *line, *next;

	ck_assert_int_eq(tolerances_read(&t, &words, &err), 0);
	ck_assert_int_eq(report_init(&report, "json", fd, false, &err), 0);
	ck_assert_int_eq(rec_parse(&here, a, strlen(a), &err), 0);
	ck_assert_int_eq(rec_parse(&there, b, strlen(b), &err), 0);
	diff_fields(&d, here.node, there.node);
	ck_assert_int_eq(report_end(&report, &err), 0);
	report_release(&report);
	buf_clear(&out);
	for (line = written(); *line; line = next + 1) {
		next = strchr(line, '\n');
		ck_assert_int_eq(
			rec_parse(&here, line, (size_t)(next - line), &err), 0);
		buf_addf(&out, "%s%.*s=%.*s/%.*s", out.len ? " " : "",
			 SPAN_FMT(rec_text(&here,
					   rec_get(&here, here.node, "field"))),
			 SPAN_FMT(rec_text(&here,
					   rec_get(&here, here.node, "here"))),
			 SPAN_FMT(rec_text(&here, rec_get(&here, here.node,
							  "there"))));
	}
	buf_release(&d.field);
	buf_release(&d.plain);
	rec_release(&here);
	rec_release(&there);
	return (char *)(uintptr_t)buf_str(&out);
}

#define SAME(a, b)            ck_assert_str_eq(compare(a, b, NULL), "")
#define DIFFER(a, b, want)    ck_assert_str_eq(compare(a, b, NULL), want)
#define WITHIN(t, a, b)       ck_assert_str_eq(compare(a, b, t), "")
#define BEYOND(t, a, b, want) ck_assert_str_eq(compare(a, b, t), want)

START_TEST(what_is_the_same)
{
	SAME("{\"a\":1.50,\"b\":\"x\"}", "{\"b\":\"x\",\"a\":15e-1}");
	SAME("{\"a\":null,\"b\":\"\",\"c\":[],\"d\":{}}", "{}");
	SAME("{}", "{\"a\":null,\"b\":\"\"}");
	SAME("{\"a\":\"7\"}", "{\"a\":7.0}");
	SAME("{\"a\":[1,{\"b\":2}]}", "{\"a\":[1.0,{\"b\":2.0,\"c\":null}]}");
	SAME("{\"a\":\"\\u0041\"}", "{\"a\":\"A\"}");
	SAME("{\"a\":1,\"a\":2}", "{\"a\":2}");
	SAME("{\"a\":true}", "{\"a\":true}");
}
END_TEST

START_TEST(what_differs)
{
	DIFFER("{\"a\":1}", "{\"a\":2}", "a=1/2");
	DIFFER("{\"a\":1}", "{}", "a=1/null");
	DIFFER("{}", "{\"a\":\"x\"}", "a=null/x");
	DIFFER("{\"a\":\"1.0\"}", "{\"a\":\"1\"}", "a=1.0/1");
	DIFFER("{\"a\":\"007\"}", "{\"a\":7}", "a=007/7");
	DIFFER("{\"a\":true}", "{\"a\":\"true\"}", "a=true/true");
	DIFFER("{\"a\":0}", "{}", "a=0/null");
	DIFFER("{\"a\":{\"b\":[1,2]}}", "{\"a\":{\"b\":[1,3,4]}}",
	       "a.b[1]=2/3 a.b[2]=null/4");
	DIFFER("{\"a\":[1,2]}", "{\"a\":[1]}", "a[1]=2/null");
	DIFFER("{\"a\":[1]}", "{\"a\":{\"b\":1}}", "a=[1]/{\"b\":1}");
	DIFFER("{\"a\":12345678901234567890.1}",
	       "{\"a\":12345678901234567890.2}",
	       "a=12345678901234567890.1/12345678901234567890.2");
}
END_TEST

START_TEST(tolerances)
{
	WITHIN("a=0.01", "{\"a\":1.00}", "{\"a\":1.01}");
	BEYOND("a=0.01", "{\"a\":1.00}", "{\"a\":1.0101}", "a=1.00/1.0101");
	WITHIN("a=0.01", "{\"a\":-0.005}", "{\"a\":0.005}");
	BEYOND("b=0.01", "{\"a\":1.00}", "{\"a\":1.01}", "a=1.00/1.01");
	WITHIN("l.q=1", "{\"l\":[{\"q\":1},{\"q\":2}]}",
	       "{\"l\":[{\"q\":2},{\"q\":1}]}");
	BEYOND("q=1", "{\"l\":[{\"q\":1}]}", "{\"l\":[{\"q\":2}]}",
	       "l[0].q=1/2");
	WITHIN("a=5", "{\"a\":\"1\"}", "{\"a\":6}");
}
END_TEST

START_TEST(tolerances_that_are_none)
{
	static const char *const bad[] = {"a", "=1", "a=", "a=x", "a=-1"};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *item[] = {bad[i]};
		struct opt_list words = {item, 1, 1};
		struct tolerances t;

		ck_assert_int_eq(tolerances_read(&t, &words, &err), -1);
		ck_assert_int_eq(err.code, ERR_USAGE);
	}
}
END_TEST

static char *shown(const char *format, struct span here)
{
	struct difference d = {.kind = DIFF_VALUE,
			       .entity = SPAN("e"),
			       .key = SPAN("k"),
			       .field = SPAN("f"),
			       .here = here,
			       .there = SPAN("t")};
	struct report r;

	ck_assert_int_eq(report_init(&r, format, fd, false, &err), 0);
	report_put(&r, &d);
	ck_assert_int_eq(report_end(&r, &err), 0);
	report_release(&r);
	return written();
}

START_TEST(formulas_are_defused)
{
	static const char *const t[][2] = {
		{"=1+1", ",\"'=1+1\","},
		{"+49 1", ",\"'+49 1\","},
		{"@a", ",\"'@a\","},
		{"-1.5", ",-1.5,"},
		{"-1+2", ",\"'-1+2\","},
		{"\t=1", ",\"' =1\","},
		{"\xEF\xBC\x9D"
		 "1",
		 ",\"'\xEF\xBC\x9D"
		 "1\","},
		{"a\"b", ",\"a\"\"b\","},
		{"a\nb", ",a b,"},
		{"plain", ",plain,"},
	};
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		const char *out = shown("csv", span_of(t[i][0]));

		ck_assert_msg(strstr(out, t[i][1]) != NULL, "%s: %s", t[i][0],
			      out);
	}
}
END_TEST

START_TEST(terminals_are_spared)
{
	const char *out = shown("table", SPAN("a\x1B[31mb\xE2\x80\xAE"
					      "c\xC2\x9B"));

	ck_assert_ptr_nonnull(strstr(out, "a?[31mb?c?"));
	ck_assert_ptr_null(strchr(out, 0x1B));
	out = shown("table", SPAN("0123456789012345678901234567890123456789"));
	ck_assert_ptr_null(strstr(out, "0123456789012345678901234567890123"));
	ck_assert_ptr_nonnull(strstr(out, "\xE2\x80\xA6  t\n"));
}
END_TEST

START_TEST(unknown_format)
{
	struct report r;

	ck_assert_int_eq(report_init(&r, "xml", fd, false, &err), -1);
	ck_assert_int_eq(err.code, ERR_USAGE);
	report_release(&r);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("diff", &tc);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_the_same);
	tcase_add_test(tc, what_differs);
	tcase_add_test(tc, tolerances);
	tcase_add_test(tc, tolerances_that_are_none);
	tcase_add_test(tc, formulas_are_defused);
	tcase_add_test(tc, terminals_are_spared);
	tcase_add_test(tc, unknown_format);
	return s;
}
