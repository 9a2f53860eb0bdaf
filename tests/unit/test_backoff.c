#include "odoo/backoff.h"

#include "unit.h"

START_TEST(waits_grow_and_stay_below_their_ceiling)
{
	struct backoff b;
	int64_t most[8] = {0};
	uint64_t seed;
	unsigned t;

	for (seed = 1; seed <= 500; seed++) {
		backoff_init(&b, seed);
		b.budget_ms = INT64_MAX;
		for (t = 1; t < b.tries_max; t++) {
			int64_t w = backoff_wait(&b, t, -1, 0);

			ck_assert_int_ge(w, 0);
			if (w > most[t])
				most[t] = w;
		}
	}
	/* full jitter: close to the ceiling in 500 draws, never above it */
	for (t = 1; t < 7; t++) {
		int64_t ceiling = (int64_t)500 << (t - 1);

		ck_assert_int_le(most[t], ceiling);
		ck_assert_int_gt(most[t], ceiling * 9 / 10);
	}
	ck_assert_int_le(most[7], 30000);
	ck_assert_int_gt(most[7], 27000);
}
END_TEST

START_TEST(the_same_seed_waits_the_same)
{
	struct backoff a, b, c;

	backoff_init(&a, 42);
	backoff_init(&b, 42);
	backoff_init(&c, 43);
	ck_assert_int_eq(backoff_wait(&a, 5, -1, 0),
			 backoff_wait(&b, 5, -1, 0));
	ck_assert_int_ne(backoff_wait(&a, 5, -1, 0),
			 backoff_wait(&c, 5, -1, 0));
}
END_TEST

START_TEST(what_the_server_asks_for_is_a_floor)
{
	struct backoff b;

	backoff_init(&b, 1);
	ck_assert_int_ge(backoff_wait(&b, 1, 7000, 0), 7000);
	ck_assert_int_le(backoff_wait(&b, 1, 7000, 0), 7500);
	/* within reason */
	b.budget_ms = INT64_MAX;
	ck_assert_int_le(backoff_wait(&b, 1, (int64_t)86400 * 1000, 0),
			 BACKOFF_RETRY_AFTER_MAX_MS + 500);
}
END_TEST

START_TEST(tries_and_budget_come_to_an_end)
{
	struct backoff b;
	int64_t before, now = 0, wait;
	int n = 0;

	backoff_init(&b, 1);
	ck_assert_int_eq(backoff_wait(&b, 0, -1, 0), -1);
	ck_assert_int_eq(backoff_wait(&b, b.tries_max, -1, 0), -1);
	b.budget_ms = 20000;
	before = b.budget_ms;
	while ((wait = backoff_wait(&b, 1, 3000, now)) >= 0) {
		now += wait;
		ck_assert_int_lt(b.budget_ms, before);
		before = b.budget_ms;
		n++;
	}
	ck_assert_int_ge(n, 5);
	ck_assert_int_le(n, 6);
	/* what is asked for and cannot be paid is not waited for */
	ck_assert_int_ge(b.budget_ms, 0);
}
END_TEST

START_TEST(the_circuit_opens_when_nobody_is_answered)
{
	struct backoff b;
	int64_t now;

	backoff_init(&b, 1);
	for (now = 1000; now < 1020; now += 2)
		backoff_bad(&b, now - 1, now);
	/* a burst is not "away" */
	ck_assert(!backoff_open(&b, 1020));
	ck_assert(backoff_open(&b, 1000 + b.away_ms));
	/* one good answer closes it */
	backoff_good(&b);
	ck_assert(!backoff_open(&b, 1000 + b.away_ms));
	backoff_bad(&b, 499000, 500000);
	ck_assert(!backoff_open(&b, 900000));
	for (now = 500100; now < 500106; now += 2)
		backoff_bad(&b, now - 1, now);
	ck_assert(backoff_open(&b, 900000));
}
END_TEST

START_TEST(calls_in_flight_together_fail_once)
{
	struct backoff b;
	int i;

	backoff_init(&b, 1);
	/* eight that were under way when the server went */
	for (i = 0; i < 8; i++)
		backoff_bad(&b, 900 + i, 1000 + i);
	ck_assert_uint_eq(b.failures, 1);
	ck_assert(!backoff_open(&b, 1000 + b.away_ms));
	/* each round of tries is one more */
	for (i = 0; i < 8; i++)
		backoff_bad(&b, 2000, 2100 + i);
	ck_assert_uint_eq(b.failures, 2);
	backoff_bad(&b, 3000, 3100);
	backoff_bad(&b, 4000, 4100);
	ck_assert_uint_eq(b.failures, 4);
	ck_assert(backoff_open(&b, 1000 + b.away_ms));
	/* an answer among failures */
	backoff_good(&b);
	backoff_bad(&b, 3500, 5000);
	ck_assert_uint_eq(b.failures, 1);
}
END_TEST

START_TEST(waits_at_the_same_time_are_paid_once)
{
	struct backoff b;
	int64_t most = 0, i;

	backoff_init(&b, 7);
	b.budget_ms = 30000;
	for (i = 0; i < 8; i++) {
		int64_t w = backoff_wait(&b, 3, 5000, 1000);

		ck_assert_int_ge(w, 5000);
		most = w > most ? w : most;
	}
	ck_assert_int_eq(b.budget_ms, 30000 - most);
}
END_TEST

START_TEST(a_target_sets_the_limits)
{
	struct backoff b;

	backoff_init(&b, 1);
	backoff_limit(&b, 0, 0);
	ck_assert_uint_eq(b.tries_max, 8);
	ck_assert_int_eq(b.budget_ms, 600000);
	ck_assert_int_eq(b.away_ms, 60000);
	backoff_limit(&b, 2, 3000);
	ck_assert_int_eq(b.budget_ms, 3000);
	ck_assert_int_eq(b.away_ms, 3000);
	ck_assert_int_ge(backoff_wait(&b, 1, -1, 0), 0);
	ck_assert_int_eq(backoff_wait(&b, 2, -1, 0), -1);
	/* more than a run may wait */
	ck_assert_int_eq(backoff_wait(&b, 1, 60000, 0), -1);
	/* patience with refusals is none with silence */
	backoff_limit(&b, 0, 3600000);
	ck_assert_int_eq(b.away_ms, 60000);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("backoff", &tc);

	tcase_add_test(tc, waits_grow_and_stay_below_their_ceiling);
	tcase_add_test(tc, the_same_seed_waits_the_same);
	tcase_add_test(tc, what_the_server_asks_for_is_a_floor);
	tcase_add_test(tc, tries_and_budget_come_to_an_end);
	tcase_add_test(tc, the_circuit_opens_when_nobody_is_answered);
	tcase_add_test(tc, calls_in_flight_together_fail_once);
	tcase_add_test(tc, waits_at_the_same_time_are_paid_once);
	tcase_add_test(tc, a_target_sets_the_limits);
	return s;
}
