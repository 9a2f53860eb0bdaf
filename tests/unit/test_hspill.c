/* The set that spills, beside one that does not; and the tape. */
#include "core/hspill.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "core/tape.h"
#include "unit.h"

#define CAP_TINY 1024

static struct sip_hash number_hash(uint32_t n)
{
	struct sip s;

	sip_init_key(&s, 7, 11);
	sip_add(&s, &n, sizeof(n));
	return sip_end(&s);
}

/* The same every time, so that a failure can be seen again. */
static uint32_t next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407U;
	return (uint32_t)(*state >> 33);
}

/* As many as several merges need; what is added twice is told with the first
   value, wherever that went in the meantime. */
START_TEST(as_a_set_in_memory)
{
	struct hspill s = HSPILL_INIT;
	struct hset plain = HSET_INIT;
	struct err err = ERR_INIT;
	uint64_t state = 42;
	uint32_t i, was, among = (uint32_t)_i, n_fresh = 0;

	s.cap = CAP_TINY;
	for (i = 0; i < 60000; i++) {
		struct sip_hash h = number_hash(next_random(&state) % among);
		bool fresh;
		uint32_t *want = hset_add(&plain, h, i, &fresh);
		int got = hspill_add(&s, h, i, &was, &err);

		ck_assert_int_eq(got, fresh);
		ck_assert_uint_eq(was, *want);
		n_fresh += fresh;
		/* a third of what is met again gets another number */
		if (!fresh && i % 3 == 0) {
			*want = i;
			ck_assert_int_eq(hspill_change(&s, i, &err), 0);
		}
	}
	ck_assert_uint_eq(plain.n, n_fresh);
	for (i = 0; i < 2 * among; i++) {
		const uint32_t *want = hset_find(&plain, number_hash(i));

		ck_assert_int_eq(hspill_find(&s, number_hash(i), &was, &err),
				 want != NULL);
		if (want)
			ck_assert_uint_eq(was, *want);
	}
	if (among > 50000)
		ck_assert_uint_gt(s.n_runs, 1);
	hspill_release(&s);
	hset_release(&plain);
}
END_TEST

/* Hashes whose order the fence cannot tell: many in the same place, and the
   same low half with other high ones. */
START_TEST(hashes_side_by_side)
{
	struct hspill s = HSPILL_INIT;
	struct err err = ERR_INIT;
	uint32_t i, was;

	s.cap = CAP_TINY;
	for (i = 0; i < 9000; i++) {
		struct sip_hash h = {(uint64_t)(i % 3) << 10, i};

		ck_assert_int_eq(hspill_add(&s, h, i, &was, &err), 1);
	}
	ck_assert_uint_gt(s.n_runs, 1);
	for (i = 0; i < 9000; i++) {
		struct sip_hash h = {(uint64_t)(i % 3) << 10, i};

		ck_assert_int_eq(hspill_add(&s, h, 1, &was, &err), 0);
		ck_assert_uint_eq(was, i);
	}
	hspill_release(&s);
}
END_TEST

START_TEST(nowhere_to_write)
{
	struct hspill s = HSPILL_INIT;
	struct tape t = TAPE_INIT;
	struct err err = ERR_INIT;
	uint32_t i, was;
	int rc = 1;

	setenv("TMPDIR", "/nonexistent", 1);
	s.cap = CAP_TINY;
	for (i = 0; rc == 1 && i < 10000; i++)
		rc = hspill_add(&s, number_hash(i), i, &was, &err);
	ck_assert_int_eq(rc, -1);
	ck_assert_uint_eq(i, CAP_TINY / 8 * 7 + 1);
	ck_assert_int_eq(err.code, ERR_CREATE);
	hspill_release(&s);
	t.max = 100;
	for (i = 0; i < 100; i++)
		ck_assert_int_eq(tape_add(&t, i, &err), 0);
	ck_assert_int_eq(tape_add(&t, i, &err), -1);
	tape_release(&t);
}
END_TEST

/* A file that may not grow is as good as a full disk. */
START_TEST(disk_full)
{
	struct rlimit limit = {40000, 40000};
	struct hspill s = HSPILL_INIT;
	struct err err = ERR_INIT;
	uint32_t i, was;
	int rc = 1;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	s.cap = CAP_TINY;
	for (i = 0; rc == 1 && i < 10000; i++)
		rc = hspill_add(&s, number_hash(i), i, &was, &err);
	/* single runs have room, the merged one has not */
	ck_assert_int_eq(rc, -1);
	ck_assert_uint_gt(i, 3 * CAP_TINY);
	ck_assert_int_eq(err.code, ERR_IO);
	ck_assert_ptr_nonnull(strstr(err.msg, "$TMPDIR"));
	hspill_release(&s);
}
END_TEST

START_TEST(tape_reads_back)
{
	struct tape t = TAPE_INIT;
	struct err err = ERR_INIT;
	uint32_t i, got;

	t.max = 64;
	for (i = 0; i < 1000; i++) {
		ck_assert_uint_eq(tape_length(&t), i);
		ck_assert_int_eq(tape_add(&t, i * i, &err), 0);
	}
	for (i = 0; i < 1000; i++) {
		ck_assert_int_eq(tape_get(&t, i, &got, &err), 0);
		ck_assert_uint_eq(got, i * i);
	}
	tape_release(&t);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("hspill", &tc);

	/* among how many: all repeated, many merges */
	tcase_add_loop_test(tc, as_a_set_in_memory, 500, 501);
	tcase_add_loop_test(tc, as_a_set_in_memory, 4000, 4001);
	tcase_add_loop_test(tc, as_a_set_in_memory, 500000, 500001);
	tcase_add_test(tc, hashes_side_by_side);
	tcase_add_test(tc, nowhere_to_write);
	tcase_add_test(tc, disk_full);
	tcase_add_test(tc, tape_reads_back);
	return s;
}
