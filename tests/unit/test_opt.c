#include "core/opt.h"

#include "unit.h"

static bool flag;
static const char *text;
static int64_t count;
static struct opt_list list;
static struct err err;

static const struct opt table[] = {
	{"header", 'H', OPT_TEXT, &text, "yes|no", "help"},
	{"detect", 'd', OPT_FLAG, &flag, NULL, "help"},
	{"skip", 0, OPT_COUNT, &count, "N", "help"},
	{"map", 0, OPT_LIST, &list, "URL=DIR", "help"},
	{NULL, 0, OPT_FLAG, NULL, NULL, NULL},
};

/* Words separated by one space. */
static int parse(const char *words, size_t *n, char **argv)
{
	static char copy[256];
	int argc = 1;
	char *p = copy;

	snprintf(copy, sizeof(copy), "%s", words);
	while (p && *p) {
		char *space = strchr(p, ' ');

		argv[argc++] = p;
		if (space)
			*space++ = '\0';
		p = space;
	}
	flag = false;
	text = NULL;
	count = 0;
	opt_list_release(&list);
	return opt_parse(argc, argv, table, NULL, n, &err);
}

START_TEST(forms_and_operands)
{
	char *argv[20];
	size_t n;

	ck_assert_int_eq(parse("a --header=no -d --skip 3 b --map x=1 --map "
			       "y=2 -- --c -",
			       &n, argv),
			 0);
	ck_assert_uint_eq(n, 4);
	ck_assert_str_eq(argv[1], "a");
	ck_assert_str_eq(argv[2], "b");
	ck_assert_str_eq(argv[3], "--c");
	ck_assert_str_eq(argv[4], "-");
	ck_assert(flag);
	ck_assert_str_eq(text, "no");
	ck_assert_int_eq(count, 3);
	ck_assert_uint_eq(list.n, 2);
	ck_assert_int_eq(parse("-Hyes", &n, argv), 0);
	ck_assert_str_eq(text, "yes");
}
END_TEST

static const char *const wrong[][2] = {
	{"--haeder no", "did you mean --header?"},
	{"--skip x", "whole number"},
	{"--skip -1", "whole number"},
	{"--skip 99999999999999999999", "whole number"},
	{"--header", "wants yes|no"},
	{"--detect=1", "takes no value"},
	{"-x", "unknown option -x"},
	{"--zzzzzzzz", "see --help"},
};

START_TEST(wrong_usage)
{
	char *argv[20];
	size_t n;

	ck_assert_int_eq(parse(wrong[_i][0], &n, argv), -1);
	ck_assert_int_eq(err.code, ERR_USAGE);
	ck_assert_msg(strstr(err.msg, wrong[_i][1]) != NULL, "%s", err.msg);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("opt", &tc);

	tcase_add_test(tc, forms_and_operands);
	tcase_add_loop_test(tc, wrong_usage, 0, sizeof(wrong) / sizeof(*wrong));
	return s;
}
