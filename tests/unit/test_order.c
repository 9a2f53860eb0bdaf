/* What goes first. */
#include "push/order.h"

#include <stdlib.h>

#include "unit.h"

START_TEST(chains_and_the_rest)
{
	/* 2 before 1 before 0; 3 alone; 4 behind 2 and 0 */
	struct order_edge e[] = {{1, 0}, {2, 1}, {2, 4}, {0, 4}};
	uint32_t level[5];

	order_levels(e, 4, 5, level);
	ck_assert_uint_eq(level[2], 0);
	ck_assert_uint_eq(level[1], 1);
	ck_assert_uint_eq(level[0], 2);
	ck_assert_uint_eq(level[3], 0);
	ck_assert_uint_eq(level[4], 3);
}
END_TEST

START_TEST(cycles_and_what_hangs_on_them)
{
	struct order_edge e[] = {{0, 1}, {1, 2}, {2, 0},
				 {2, 3}, {4, 4}, {5, 6}};
	uint32_t level[7];
	int i;

	order_levels(e, 6, 7, level);
	for (i = 0; i < 5; i++)
		ck_assert_uint_eq(level[i], ORDER_CYCLE);
	ck_assert_uint_eq(level[5], 0);
	ck_assert_uint_eq(level[6], 1);
}
END_TEST

START_TEST(the_same_edge_twice)
{
	struct order_edge e[] = {{0, 1}, {0, 1}, {0, 1}};
	uint32_t level[2];

	order_levels(e, 3, 2, level);
	ck_assert_uint_eq(level[0], 0);
	ck_assert_uint_eq(level[1], 1);
}
END_TEST

START_TEST(nothing_at_all)
{
	uint32_t level[1] = {7};

	order_levels(NULL, 0, 0, level);
	ck_assert_uint_eq(level[0], 7);
	order_levels(NULL, 0, 1, level);
	ck_assert_uint_eq(level[0], 0);
}
END_TEST

/* A random forest: every child's level is above its parent's. */
START_TEST(a_large_forest)
{
	enum { N = 20000 };
	struct order_edge *e = malloc(N * sizeof(*e));
	uint32_t *level = malloc(N * sizeof(*level));
	uint32_t *parent = malloc(N * sizeof(*parent));
	unsigned seed = 3;
	size_t n = 0;
	uint32_t i;

	for (i = 1; i < N; i++) {
		parent[i] = (uint32_t)rand_r(&seed) % i;
		e[n++] = (struct order_edge){parent[i], i};
	}
	order_levels(e, n, N, level);
	for (i = 1; i < N; i++)
		ck_assert_uint_eq(level[i], level[parent[i]] + 1);
	free(e);
	free(level);
	free(parent);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("order", &tc);

	tcase_add_test(tc, chains_and_the_rest);
	tcase_add_test(tc, cycles_and_what_hangs_on_them);
	tcase_add_test(tc, the_same_edge_twice);
	tcase_add_test(tc, nothing_at_all);
	tcase_add_test(tc, a_large_forest);
	return s;
}
