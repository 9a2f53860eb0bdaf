/* What goes first. */
#include "push/order.h"

#include <stdbool.h>
#include <stdlib.h>

#include "unit.h"

/* The same for all: levels, and who is in a circle. */
static size_t levels(struct order_edge *e, size_t n_edges, size_t n,
		     uint32_t *level, uint32_t *around)
{
	size_t found = order_levels(e, n_edges, n, level, around), i, seen = 0;

	for (i = 0; i < n; i++) {
		uint32_t at = (uint32_t)i;
		size_t left = n;

		if (around[i] == ORDER_NONE)
			continue;
		seen++;
		/* Wherever one goes from there, it is round and round. */
		for (; left; left--) {
			at = around[at];
			ck_assert_uint_ne(at, ORDER_NONE);
			ck_assert_uint_eq(level[at], level[i]);
		}
	}
	ck_assert_uint_eq(found, seen);
	for (i = 0; i < n_edges; i++) {
		uint32_t a = e[i].first, b = e[i].then;

		ck_assert(level[a] < level[b] ||
			  (level[a] == level[b] && around[a] != ORDER_NONE &&
			   around[b] != ORDER_NONE));
	}
	return found;
}

START_TEST(chains_and_the_rest)
{
	/* 2 before 1 before 0; 3 alone; 4 behind 2 and 0 */
	struct order_edge e[] = {{1, 0}, {2, 1}, {2, 4}, {0, 4}};
	uint32_t level[5], around[5];

	ck_assert_uint_eq(levels(e, 4, 5, level, around), 0);
	ck_assert_uint_eq(level[2], 0);
	ck_assert_uint_eq(level[1], 1);
	ck_assert_uint_eq(level[0], 2);
	ck_assert_uint_eq(level[3], 0);
	ck_assert_uint_eq(level[4], 3);
}
END_TEST

START_TEST(circles_and_what_hangs_on_them)
{
	/* 7 before the circle 0 1 2; 3 behind it; 4 its own; 5 before 6 */
	struct order_edge e[] = {{0, 1}, {1, 2}, {2, 0}, {2, 3},
				 {4, 4}, {5, 6}, {7, 0}};
	uint32_t level[8], around[8];

	ck_assert_uint_eq(levels(e, 7, 8, level, around), 4);
	ck_assert_uint_eq(around[0], 2);
	ck_assert_uint_eq(around[1], 0);
	ck_assert_uint_eq(around[2], 1);
	ck_assert_uint_eq(around[3], ORDER_NONE);
	ck_assert_uint_eq(around[4], 4);
	ck_assert_uint_eq(level[0], 1);
	ck_assert_uint_eq(level[3], 2);
	ck_assert_uint_eq(level[6], 1);
}
END_TEST

START_TEST(between_two_circles)
{
	/* 0 1 in a circle, then 2, then 3 4 in one, then 5 */
	struct order_edge e[] = {{0, 1}, {1, 0}, {1, 2}, {2, 3},
				 {3, 4}, {4, 3}, {4, 5}};
	uint32_t level[6], around[6];

	ck_assert_uint_eq(levels(e, 7, 6, level, around), 4);
	ck_assert_uint_eq(around[2], ORDER_NONE);
	ck_assert_uint_eq(around[5], ORDER_NONE);
	ck_assert_uint_eq(level[2], 1);
	ck_assert_uint_eq(level[3], 2);
	ck_assert_uint_eq(level[5], 3);
}
END_TEST

START_TEST(the_same_edge_twice)
{
	struct order_edge e[] = {{0, 1}, {0, 1}, {0, 1}};
	uint32_t level[2], around[2];

	ck_assert_uint_eq(levels(e, 3, 2, level, around), 0);
	ck_assert_uint_eq(level[0], 0);
	ck_assert_uint_eq(level[1], 1);
}
END_TEST

START_TEST(nothing_at_all)
{
	uint32_t level[1] = {7}, around[1];

	order_levels(NULL, 0, 0, level, around);
	ck_assert_uint_eq(level[0], 7);
	order_levels(NULL, 0, 1, level, around);
	ck_assert_uint_eq(level[0], 0);
}
END_TEST

enum { LARGE = 20000 };
static struct order_edge edge[3 * LARGE];
static uint32_t level[LARGE], around[LARGE];

START_TEST(a_large_forest)
{
	unsigned seed = 3;
	size_t n = 0;
	uint32_t i;

	for (i = 1; i < LARGE; i++)
		edge[n++] = (struct order_edge){(uint32_t)rand_r(&seed) % i, i};
	ck_assert_uint_eq(levels(edge, n, LARGE, level, around), 0);
}
END_TEST

START_TEST(one_circle_of_all)
{
	uint32_t i;

	for (i = 0; i < LARGE; i++)
		edge[i] = (struct order_edge){i, (i + 1) % LARGE};
	ck_assert_uint_eq(order_levels(edge, LARGE, LARGE, level, around),
			  LARGE);
	for (i = 0; i < LARGE; i++)
		ck_assert_uint_eq(around[i], (i + LARGE - 1) % LARGE);
}
END_TEST

/* Any small graph: in a circle is what can be reached from itself. */
START_TEST(any_small_graph)
{
	enum { N = 7 };
	unsigned seed = (unsigned)_i + 1;
	struct order_edge e[12];
	uint32_t l[N], a[N];
	bool reach[N][N] = {{false}};
	size_t n = (size_t)rand_r(&seed) % 12, i, j, k;

	for (i = 0; i < n; i++) {
		e[i].first = (uint32_t)rand_r(&seed) % N;
		e[i].then = (uint32_t)rand_r(&seed) % N;
		reach[e[i].first][e[i].then] = true;
	}
	for (k = 0; k < N; k++)
		for (i = 0; i < N; i++)
			for (j = 0; j < N; j++)
				if (reach[i][k] && reach[k][j])
					reach[i][j] = true;
	levels(e, n, N, l, a);
	for (i = 0; i < N; i++)
		ck_assert_int_eq(a[i] != ORDER_NONE, reach[i][i]);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("order", &tc);

	tcase_add_test(tc, chains_and_the_rest);
	tcase_add_test(tc, circles_and_what_hangs_on_them);
	tcase_add_test(tc, the_same_edge_twice);
	tcase_add_test(tc, nothing_at_all);
	tcase_add_test(tc, a_large_forest);
	tcase_add_test(tc, between_two_circles);
	tcase_add_test(tc, one_circle_of_all);
	tcase_add_loop_test(tc, any_small_graph, 0, 300);
	return s;
}
