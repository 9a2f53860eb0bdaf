#include "odoo/gate.h"

#include <string.h>

#include "unit.h"

#define MS ((int64_t)1000)
#define S  ((int64_t)1000 * 1000)

START_TEST(requests_are_spaced)
{
	struct gate_book b = {0};
	const int64_t every = 100 * MS;

	ck_assert_int_eq(gate_book_take(&b, GATE_NORMAL, every, 5 * S), 0);
	/* whoever asks, and with whatever priority */
	ck_assert_int_eq(gate_book_take(&b, GATE_URGENT, every, 5 * S),
			 100 * MS);
	ck_assert_int_eq(
		gate_book_take(&b, GATE_URGENT, every, 5 * S + 100 * MS), 0);
	ck_assert_int_eq(gate_book_take(&b, GATE_URGENT, every,
					5 * S + 130 * MS),
			 70 * MS);
}
END_TEST

START_TEST(the_limit_holds_over_a_minute)
{
	struct gate_book b = {0};
	const int64_t every = 60 * S / 300;
	int64_t now;
	int taken = 0;

	/* three processes that ask every 7 ms */
	for (now = 100 * S; now < 160 * S; now += 7 * MS) {
		taken += !gate_book_take(&b, GATE_NORMAL, every, now);
		taken += !gate_book_take(&b, GATE_NORMAL, every, now);
		taken += !gate_book_take(&b, GATE_NORMAL, every, now);
	}
	ck_assert_int_le(taken, 301);
	ck_assert_int_ge(taken, 299);
}
END_TEST

START_TEST(no_burst_after_a_rest)
{
	struct gate_book b = {0};
	int64_t i;
	int taken = 0;

	ck_assert_int_eq(gate_book_take(&b, GATE_NORMAL, S, 10 * S), 0);
	for (i = 0; i < 900; i++)
		taken += !gate_book_take(&b, GATE_NORMAL, S, 500 * S + i * MS);
	ck_assert_int_eq(taken, 1);
}
END_TEST

START_TEST(higher_priority_goes_first)
{
	struct gate_book b = {0};
	const int64_t every = 100 * MS;

	ck_assert_int_eq(gate_book_take(&b, GATE_BULK, every, 10 * S), 0);
	/* both wait */
	ck_assert_int_gt(gate_book_take(&b, GATE_BULK, every, 10 * S + 1), 0);
	ck_assert_int_gt(gate_book_take(&b, GATE_URGENT, every, 10 * S + 2), 0);
	/* bulk asks first, when the slot is there */
	ck_assert_int_gt(
		gate_book_take(&b, GATE_BULK, every, 10 * S + 101 * MS), 0);
	ck_assert_int_eq(
		gate_book_take(&b, GATE_URGENT, every, 10 * S + 102 * MS), 0);
	ck_assert_int_eq(
		gate_book_take(&b, GATE_BULK, every, 10 * S + 202 * MS), 0);
	/* bulk never stands in the way of normal */
	gate_book_take(&b, GATE_BULK, every, 10 * S + 210 * MS);
	ck_assert_int_eq(
		gate_book_take(&b, GATE_NORMAL, every, 10 * S + 302 * MS), 0);
}
END_TEST

START_TEST(one_that_died_waiting_blocks_for_a_second)
{
	struct gate_book b = {0};

	gate_book_take(&b, GATE_URGENT, 100 * MS, 10 * S);
	ck_assert_int_gt(gate_book_take(&b, GATE_URGENT, 100 * MS, 10 * S + 1),
			 0);
	ck_assert_int_gt(
		gate_book_take(&b, GATE_BULK, 100 * MS, 10 * S + 900 * MS), 0);
	ck_assert_int_eq(
		gate_book_take(&b, GATE_BULK, 100 * MS, 11 * S + 2 * MS), 0);
}
END_TEST

START_TEST(a_clock_that_began_anew_blocks_nobody)
{
	struct gate_book b = {0};

	/* a day after the last start of the machine, then right after one */
	gate_book_take(&b, GATE_URGENT, 100 * MS, 86400 * S);
	gate_book_take(&b, GATE_URGENT, 100 * MS, 86400 * S + 1);
	ck_assert_int_eq(gate_book_take(&b, GATE_BULK, 100 * MS, 3 * S), 0);
	ck_assert(!gate_book_crowded(&b, GATE_BULK, 3 * S));
}
END_TEST

START_TEST(another_limit_counts_at_once)
{
	struct gate_book b = {0};

	/* one a minute, then many */
	gate_book_take(&b, GATE_NORMAL, 60 * S, 10 * S);
	ck_assert_int_eq(gate_book_take(&b, GATE_NORMAL, 10 * MS, 11 * S), 0);
	/* never longer than half a heartbeat, or it would seem dead */
	ck_assert_int_eq(gate_book_take(&b, GATE_NORMAL, 60 * S, 11 * S + 1),
			 10 * MS - 1);
	gate_book_take(&b, GATE_NORMAL, 60 * S, 12 * S);
	ck_assert_int_eq(gate_book_take(&b, GATE_NORMAL, 60 * S, 13 * S),
			 500 * MS);
}
END_TEST

START_TEST(without_a_limit_nobody_waits)
{
	struct gate_book b = {0};

	ck_assert_int_eq(gate_book_take(&b, GATE_URGENT, 0, 10 * S), 0);
	ck_assert_int_eq(gate_book_take(&b, GATE_BULK, 0, 10 * S), 0);
	ck_assert(gate_book_crowded(&b, GATE_BULK, 10 * S + 500 * MS));
	ck_assert(gate_book_crowded(&b, GATE_NORMAL, 10 * S));
	ck_assert(!gate_book_crowded(&b, GATE_URGENT, 10 * S));
	ck_assert(!gate_book_crowded(&b, GATE_NORMAL, 12 * S));
}
END_TEST

START_TEST(words_of_priorities)
{
	enum gate_priority p = GATE_NORMAL;

	ck_assert_int_eq(gate_priority_of("urgent", &p), 0);
	ck_assert_int_eq(p, GATE_URGENT);
	ck_assert_int_eq(gate_priority_of("bulk", &p), 0);
	ck_assert_int_eq(p, GATE_BULK);
	ck_assert_int_eq(gate_priority_of("soon", &p), -1);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("gate", &tc);

	tcase_add_test(tc, requests_are_spaced);
	tcase_add_test(tc, the_limit_holds_over_a_minute);
	tcase_add_test(tc, no_burst_after_a_rest);
	tcase_add_test(tc, higher_priority_goes_first);
	tcase_add_test(tc, one_that_died_waiting_blocks_for_a_second);
	tcase_add_test(tc, a_clock_that_began_anew_blocks_nobody);
	tcase_add_test(tc, another_limit_counts_at_once);
	tcase_add_test(tc, without_a_limit_nobody_waits);
	tcase_add_test(tc, words_of_priorities);
	return s;
}
