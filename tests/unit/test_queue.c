/* Which rows may be on their way at the same time. */
#include "push/queue.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define ROWS     300
#define PARENTS  20
#define LINES    4
#define CALL_MAX 11

static uint64_t name_of(unsigned row)
{
	return 1000 + row;
}

START_TEST(rows_leave_in_order_up_to_the_limits)
{
	struct queue_row row[6] = {0};
	struct queue_call c;
	struct queue *q;
	unsigned i;

	for (i = 0; i < 6; i++) {
		row[i].self = name_of(i);
		row[i].lane = i == 5;
		row[i].bytes = i == 3 ? 100 : 10;
	}
	q = queue_new(row, 6, 2);
	ck_assert_uint_eq(queue_left(q, 0), 5);
	ck_assert(queue_take(q, 0, 2, 1000, false, &c));
	ck_assert_uint_eq(c.n, 2);
	ck_assert_uint_eq(c.row[1], 1);
	queue_end(q, c.row, c.n);
	queue_call_release(&c);
	/* 2 and 4 fit, 3 does not; alone it goes. */
	ck_assert(queue_take(q, 0, 9, 50, false, &c));
	ck_assert_uint_eq(c.n, 2);
	ck_assert_uint_eq(c.row[1], 4);
	queue_call_release(&c);
	ck_assert(queue_take(q, 0, 9, 50, false, &c));
	ck_assert_uint_eq(c.n, 1);
	ck_assert_uint_eq(c.row[0], 3);
	queue_call_release(&c);
	ck_assert(!queue_take(q, 0, 9, 50, false, &c));
	ck_assert_uint_eq(queue_left_all(q), 1);
	ck_assert(queue_take(q, 1, 9, 50, false, &c));
	ck_assert_uint_eq(c.row[0], 5);
	queue_call_release(&c);
	queue_free(q);
}
END_TEST

START_TEST(what_shares_a_name_goes_one_after_the_other)
{
	static const uint64_t parent = 7;
	struct queue_row row[3] = {{.self = 1, .names = &parent, .n_names = 1},
				   {.self = 2, .names = &parent, .n_names = 1},
				   {.self = 3}};
	struct queue_call c, d;
	struct queue *q = queue_new(row, 3, 1);

	ck_assert(queue_take(q, 0, 1, 100, false, &c));
	ck_assert(queue_take(q, 0, 9, 100, false, &d));
	ck_assert_uint_eq(d.n, 1);
	ck_assert_uint_eq(d.row[0], 2);
	queue_call_release(&d);
	ck_assert(!queue_take(q, 0, 9, 100, false, &d));
	queue_end(q, c.row, c.n);
	queue_call_release(&c);
	ck_assert(queue_take(q, 0, 9, 100, false, &d));
	ck_assert_uint_eq(d.row[0], 1);
	queue_call_release(&d);
	queue_free(q);
}
END_TEST

START_TEST(a_row_waits_for_the_row_it_names)
{
	static const uint64_t first = 1, second = 2;
	/* The parent is in another lane: it has other columns. */
	struct queue_row row[3] = {
		{.self = 3, .lane = 0, .names = &second, .n_names = 1},
		{.self = 2, .lane = 0, .names = &first, .n_names = 1},
		{.self = 1, .lane = 1}};
	struct queue_call c;
	struct queue *q = queue_new(row, 3, 2);

	ck_assert(!queue_take(q, 0, 9, 100, false, &c));
	ck_assert(queue_take(q, 1, 9, 100, false, &c));
	queue_end(q, c.row, c.n);
	queue_call_release(&c);
	/* Row 0 names row 1, which stands behind it. */
	ck_assert(queue_take(q, 0, 9, 100, false, &c));
	ck_assert_uint_eq(c.n, 1);
	ck_assert_uint_eq(c.row[0], 1);
	queue_end(q, c.row, c.n);
	queue_call_release(&c);
	ck_assert(queue_take(q, 0, 9, 100, false, &c));
	ck_assert_uint_eq(c.row[0], 0);
	queue_call_release(&c);
	queue_free(q);
}
END_TEST

START_TEST(those_that_name_each_other_need_force)
{
	static const uint64_t one = 1, two = 2;
	struct queue_row row[2] = {{.self = 1, .names = &two, .n_names = 1},
				   {.self = 2, .names = &one, .n_names = 1}};
	struct queue_call c;
	struct queue *q = queue_new(row, 2, 1);

	ck_assert(!queue_take(q, 0, 9, 100, false, &c));
	ck_assert(queue_take(q, 0, 9, 100, true, &c));
	ck_assert_uint_eq(c.n, 2);
	queue_end(q, c.row, c.n);
	queue_call_release(&c);
	ck_assert_uint_eq(queue_left_all(q), 0);
	queue_free(q);
}
END_TEST

START_TEST(late_parts_wait_for_the_lane)
{
	struct queue_row row[4] = {
		{.self = 1}, {.self = 2}, {.self = 3}, {.self = 4}};
	struct queue_call c, d;
	struct queue *q = queue_new(row, 4, 1);

	ck_assert(queue_take(q, 0, 3, 100, false, &c));
	queue_again(q, c.row, 1, true, 0, 0);
	queue_again(q, c.row + 1, 1, true, 0, 0);
	queue_again(q, c.row + 2, 1, false, 2, 70);
	queue_call_release(&c);
	ck_assert_uint_eq(queue_left(q, 0), 4);
	ck_assert(queue_take(q, 0, 9, 100, false, &c));
	ck_assert_uint_eq(c.row[0], 2);
	ck_assert_uint_eq(c.tries, 2);
	ck_assert_int_eq(c.wait_ms, 70);
	ck_assert(queue_take(q, 0, 9, 100, false, &d));
	ck_assert_uint_eq(d.row[0], 3);
	queue_end(q, d.row, 1);
	queue_call_release(&d);
	ck_assert(!queue_take(q, 0, 9, 100, false, &d));
	queue_end(q, c.row, 1);
	queue_call_release(&c);
	/* Both late ones, though each is left beside the other. */
	ck_assert(queue_take(q, 0, 9, 100, false, &c));
	ck_assert(queue_take(q, 0, 9, 100, false, &d) == false);
	queue_end(q, c.row, 1);
	queue_call_release(&c);
	ck_assert(queue_take(q, 0, 9, 100, false, &d));
	queue_call_release(&d);
	queue_free(q);
}
END_TEST

/* ---- many rows over several lines, calls that fail here and there ---------
 */

struct model {
	struct queue *q;
	struct queue_call out[LINES];
	bool ended[ROWS];
	unsigned parent[ROWS]; /* ROWS: none */
	unsigned seed;
};

static void check_rules(const struct model *m)
{
	unsigned a, b;
	size_t i, k;

	for (a = 0; a < LINES; a++)
		for (i = 0; i < m->out[a].n; i++) {
			unsigned p = m->parent[m->out[a].row[i]];

			ck_assert(p == ROWS || m->ended[p]);
			for (b = a + 1; b < LINES; b++)
				for (k = 0; k < m->out[b].n; k++) {
					unsigned o = m->out[b].row[k];

					ck_assert(p == ROWS ||
						  m->parent[o] != p);
				}
		}
}

static void end_call(struct model *m, struct queue_call *c)
{
	size_t good = c->n, i;

	if (rand_r(&m->seed) % 3 == 0)
		good = (size_t)rand_r(&m->seed) % (c->n + 1);
	queue_end(m->q, c->row, good);
	for (i = 0; i < good; i++)
		m->ended[c->row[i]] = true;
	if (good < c->n)
		queue_again(m->q, c->row + good, c->n - good,
			    rand_r(&m->seed) % 2, 1, 0);
	queue_call_release(c);
}

START_TEST(all_rows_end_and_no_two_calls_share_a_parent)
{
	struct model m = {.seed = (unsigned)_i + 1};
	struct queue_row row[ROWS] = {0};
	uint64_t names[ROWS];
	unsigned i, line, stuck = 0;

	for (i = 0; i < ROWS; i++) {
		row[i].self = name_of(i);
		row[i].lane = i >= PARENTS;
		m.parent[i] = ROWS;
		if (i < PARENTS)
			continue;
		m.parent[i] = (unsigned)rand_r(&m.seed) % PARENTS;
		names[i] = name_of(m.parent[i]);
		row[i].names = &names[i];
		row[i].n_names = 1;
	}
	m.q = queue_new(row, ROWS, 2);
	while (queue_left_all(m.q) && stuck < 10000) {
		line = (unsigned)rand_r(&m.seed) % LINES;
		stuck++;
		if (m.out[line].n)
			end_call(&m, &m.out[line]);
		else if (queue_take(m.q, (unsigned)rand_r(&m.seed) % 2,
				    CALL_MAX, 1000, false, &m.out[line]))
			check_rules(&m);
	}
	for (line = 0; line < LINES; line++)
		while (m.out[line].n)
			end_call(&m, &m.out[line]);
	ck_assert_uint_lt(stuck, 10000);
	queue_free(m.q);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("queue", &tc);

	tcase_add_test(tc, rows_leave_in_order_up_to_the_limits);
	tcase_add_test(tc, what_shares_a_name_goes_one_after_the_other);
	tcase_add_test(tc, a_row_waits_for_the_row_it_names);
	tcase_add_test(tc, those_that_name_each_other_need_force);
	tcase_add_test(tc, late_parts_wait_for_the_lane);
	tcase_add_loop_test(tc, all_rows_end_and_no_two_calls_share_a_parent, 0,
			    20);
	return s;
}
