/* Code tables: the codes that are named where one is not there. */
#include <stdio.h>

#include "expr/lookup.h"
#include "unit.h"

static void add(struct lookup *t, const char *code)
{
	struct val v;

	val_set_text(&v, SPAN("x"));
	ck_assert_int_eq(lookup_add(t, span_of(code), &v), 0);
}

/* The nearest codes, with commas between. */
static const char *near(const struct lookup *t, const char *code)
{
	static char out[200];
	struct span found[LOOKUP_NEAR_MAX];
	size_t n = lookup_near(t, span_of(code), found), i;

	out[0] = '\0';
	for (i = 0; i < n; i++)
		snprintf(out + strlen(out), sizeof(out) - strlen(out), "%s%.*s",
			 i ? "," : "", SPAN_FMT(found[i]));
	return out;
}

START_TEST(nearest)
{
	struct lookup *t = lookup_new("t");

	ck_assert_str_eq(near(t, "A"), "");
	add(t, "");
	add(t, "STK");
	add(t, "ST");
	add(t, "00007");
	add(t, "kgm ");
	add(t, "0");
	ck_assert_str_eq(near(t, "STL"), "STK,ST");
	/* What is lost most often: zeros in front, case, a blank. */
	ck_assert_str_eq(near(t, "7"), "00007");
	ck_assert_str_eq(near(t, "KGM"), "kgm ");
	ck_assert_str_eq(near(t, "000"), "0,00007");
	ck_assert_str_eq(near(t, "QQQ"), "");
	lookup_free(t);
}
END_TEST

START_TEST(nearest_of_many)
{
	struct lookup *t = lookup_new("t");
	char code[16];
	int i;

	for (i = 0; i < 20000; i++) {
		snprintf(code, sizeof(code), "C-%05d", i);
		add(t, code);
	}
	add(t, "pallet");
	ck_assert_str_eq(near(t, "palet"), "pallet");
	ck_assert_str_eq(near(t, "PALLET"), "pallet");
	ck_assert_str_eq(near(t, "qqqqqq"), "");
	lookup_free(t);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("lookup", &tc);

	tcase_add_test(tc, nearest);
	tcase_add_test(tc, nearest_of_many);
	return s;
}
