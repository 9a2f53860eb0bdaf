/* Names of columns: every one its own. */
#include "read/columns.h"

#include <stdlib.h>

#include "unit.h"

static struct err err;

/* Header cells separated by commas; the names as JSON. */
static const char *names(const char *header)
{
	static struct buf b = BUF_INIT(65536);
	struct columns c = COLUMNS_INIT;
	struct span cell[32];
	size_t n = 0;

	for (;;) {
		const char *comma = strchr(header, ',');

		cell[n++] =
			comma ? (struct span){header, (size_t)(comma - header)}
			      : span_of(header);
		if (!comma)
			break;
		header = comma + 1;
	}
	buf_clear(&b);
	ck_assert_int_eq(columns_set(&c, cell, n, &err), 0);
	columns_put(&c, &b);
	columns_release(&c);
	return buf_str(&b);
}

START_TEST(test_names)
{
	ck_assert_str_eq(names("a,b"), "[\"a\",\"b\"]");
	ck_assert_str_eq(names("a,a,a"), "[\"a\",\"a_2\",\"a_3\"]");
	ck_assert_str_eq(names("a,a,a_2"), "[\"a\",\"a_3\",\"a_2\"]");
	ck_assert_str_eq(names("a_2,a,a,a_2"),
			 "[\"a_2\",\"a\",\"a_3\",\"a_2_2\"]");
	ck_assert_str_eq(names(",,"), "[\"c1\",\"c2\",\"c3\"]");
	ck_assert_str_eq(names("c2,"), "[\"c2\",\"c2_2\"]");
	ck_assert_str_eq(names(",c1"), "[\"c1_2\",\"c1\"]");
	ck_assert_str_eq(names("a\"b,\\"), "[\"a\\\"b\",\"\\\\\"]");
}
END_TEST

START_TEST(test_surplus)
{
	const struct span cell[] = {SPAN("c3"), SPAN("c3_2")};
	struct columns c = COLUMNS_INIT;
	struct buf b = BUF_INIT(256);

	columns_surplus(&c, 3, &b);
	ck_assert_str_eq(buf_str(&b), "c3");
	ck_assert_int_eq(columns_set(&c, cell, 2, &err), 0);
	buf_clear(&b);
	columns_surplus(&c, 3, &b);
	ck_assert_str_eq(buf_str(&b), "c3_3");
	buf_clear(&b);
	columns_surplus(&c, 4, &b);
	ck_assert_str_eq(buf_str(&b), "c4");
	buf_release(&b);
	columns_release(&c);
}
END_TEST

/* Many that are alike take no square of the time. */
START_TEST(test_many)
{
	struct columns c = COLUMNS_INIT;
	struct span *cell = calloc(COLUMNS_MAX + 1, sizeof(*cell));
	size_t i;

	ck_assert_ptr_nonnull(cell);
	for (i = 0; i <= COLUMNS_MAX; i++)
		cell[i] = SPAN("same");
	ck_assert_int_eq(columns_set(&c, cell, COLUMNS_MAX, &err), 0);
	ck_assert_str_eq(c.col[COLUMNS_MAX - 1].name, "same_65536");
	ck_assert_int_eq(columns_set(&c, cell, COLUMNS_MAX + 1, &err), -1);
	ck_assert_int_eq(err.code, ERR_DATA);
	columns_release(&c);
	free(cell);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("columns", &tc);

	tcase_add_test(tc, test_names);
	tcase_add_test(tc, test_surplus);
	tcase_add_test(tc, test_many);
	return s;
}
