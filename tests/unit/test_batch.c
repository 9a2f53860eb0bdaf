/* Division of calls, against a server that keeps all rows or none. */
#include "push/batch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define ROWS 200

/* How a server tells that rows are bad. */
enum telling {
	TELLS_ALL,   /* names every bad row */
	TELLS_TEN,   /* names the first ten, then stops */
	TELLS_NONE,  /* only that something is wrong */
	TELLS_FIRST, /* names the first bad one and row 0 as a suspect */
};

struct server {
	enum telling how;
	bool bad[ROWS];
	unsigned kept[ROWS], refused[ROWS];
	unsigned calls;
	int fail_at; /* this call breaks the run; 0: none */
};

static struct err err;

static int serve(void *context, const uint32_t *row, size_t n,
		 enum batch_row *out, struct err *e)
{
	struct server *s = context;
	size_t n_bad = 0, named = 0, i;

	if (s->fail_at && (int)++s->calls == s->fail_at)
		return err_set(e, ERR_AGAIN, "away");
	s->calls += !s->fail_at;
	ck_assert_uint_gt(n, 0);
	for (i = 0; i < n; i++) {
		ck_assert_int_eq(out[i], BATCH_AGAIN);
		n_bad += s->bad[row[i]];
	}
	for (i = 0; i < n && !n_bad; i++) {
		out[i] = BATCH_DONE;
		s->kept[row[i]]++;
	}
	for (i = 0; i < n && n_bad; i++) {
		bool tell = n == 1 || s->how == TELLS_ALL ||
			    (s->how == TELLS_TEN && named < 10) ||
			    (s->how == TELLS_FIRST && named < 1);

		if (!s->bad[row[i]] || !tell)
			continue;
		out[i] = BATCH_BAD;
		s->refused[row[i]]++;
		named++;
	}
	if (n_bad && n > 1 && s->how == TELLS_FIRST && out[0] == BATCH_AGAIN)
		out[0] = BATCH_SUSPECT;
	return 0;
}

/* Send rows, and what is left of them, until all have ended. */
static int send_part(const struct batch_part *p, struct server *s)
{
	enum batch_row out[ROWS];
	struct batch_part part[2];
	int n, i, rc;

	for (i = 0; i < (int)p->n; i++)
		out[i] = BATCH_AGAIN;
	if (serve(s, p->row, p->n, out, &err) < 0)
		return -1;
	n = batch_divide(p->row, p->n, out, part, &err);
	for (i = 0, rc = 0; i < n; i++) {
		if (rc == 0)
			rc = send_part(&part[i], s);
		free(part[i].row);
	}
	return n < 0 ? -1 : rc;
}

static int send_all(struct server *s)
{
	uint32_t row[ROWS];
	struct batch_part all = {.row = row, .n = ROWS};
	uint32_t i;

	for (i = 0; i < ROWS; i++)
		row[i] = i;
	return send_part(&all, s);
}

static void check_all(const struct server *s)
{
	size_t i;

	for (i = 0; i < ROWS; i++) {
		ck_assert_uint_eq(s->kept[i], !s->bad[i]);
		ck_assert_uint_eq(s->refused[i], s->bad[i]);
	}
}

START_TEST(good_and_bad_end_alone)
{
	static const enum telling ways[] = {TELLS_ALL, TELLS_TEN, TELLS_NONE,
					    TELLS_FIRST};
	static const unsigned shares[] = {0, 1, 20, 100, ROWS};
	struct server s = {.how = ways[_i / 5]};
	unsigned seed = (unsigned)_i + 1, n = shares[_i % 5];

	while (n) {
		size_t at = (size_t)rand_r(&seed) % ROWS;

		n -= !s.bad[at];
		s.bad[at] = true;
	}
	ck_assert_int_eq(send_all(&s), 0);
	check_all(&s);
}
END_TEST

START_TEST(good_rows_cost_one_call)
{
	struct server s = {.how = TELLS_ALL};

	ck_assert_int_eq(send_all(&s), 0);
	ck_assert_uint_eq(s.calls, 1);
	s.bad[5] = s.bad[17] = true;
	s.calls = 0;
	memset(s.kept, 0, sizeof(s.kept));
	ck_assert_int_eq(send_all(&s), 0);
	ck_assert_uint_eq(s.calls, 2);
	check_all(&s);
}
END_TEST

START_TEST(one_bad_row_unnamed_costs_halves)
{
	struct server s = {.how = TELLS_NONE};

	s.bad[77] = true;
	ck_assert_int_eq(send_all(&s), 0);
	check_all(&s);
	ck_assert_uint_le(s.calls, 18);
}
END_TEST

START_TEST(a_server_that_goes_away_ends_it)
{
	struct server s = {.how = TELLS_NONE, .fail_at = 4};

	s.bad[3] = true;
	ck_assert_int_eq(send_all(&s), -1);
	ck_assert_int_eq(err.code, ERR_AGAIN);
	ck_assert_uint_eq(s.calls, 4);
}
END_TEST

START_TEST(one_row_without_an_outcome_is_a_bug)
{
	static const enum batch_row out[] = {BATCH_AGAIN};
	static const uint32_t row[] = {7};
	struct batch_part part[2];

	ck_assert_int_eq(batch_divide(row, 1, out, part, &err), -1);
	ck_assert_int_eq(err.code, ERR_BUG);
	ck_assert_int_eq(batch_divide(row, 0, out, part, &err), 0);
}
END_TEST

START_TEST(suspects_go_after_the_others)
{
	static const enum batch_row out[] = {BATCH_SUSPECT, BATCH_AGAIN,
					     BATCH_BAD, BATCH_SUSPECT};
	static const uint32_t row[] = {4, 5, 6, 7};
	struct batch_part part[2];

	ck_assert_int_eq(batch_divide(row, 4, out, part, &err), 2);
	ck_assert_uint_eq(part[0].n, 1);
	ck_assert_uint_eq(part[0].row[0], 5);
	ck_assert(!part[0].late);
	ck_assert_uint_eq(part[1].n, 2);
	ck_assert_uint_eq(part[1].row[1], 7);
	ck_assert(part[1].late);
	free(part[0].row);
	free(part[1].row);
}
END_TEST

START_TEST(size_follows_time)
{
	struct batch_size s;
	int i;

	batch_size_init(&s, 0);
	ck_assert_uint_eq(s.rows, BATCH_START);
	for (i = 0; i < 10; i++)
		batch_size_took(&s, s.rows, 50);
	ck_assert_uint_eq(s.rows, BATCH_MAX);
	batch_size_took(&s, 10, 50);
	ck_assert_uint_eq(s.rows, BATCH_MAX);
	/* Ten a second: in one step no further than half. */
	batch_size_took(&s, s.rows, 100 * 1000);
	ck_assert_uint_eq(s.rows, BATCH_MAX / 2);
	for (i = 0; i < 10; i++)
		batch_size_took(&s, s.rows, (int64_t)s.rows * 100);
	ck_assert_uint_eq(s.rows, BATCH_GOAL_MS / 100);
	for (i = 0; i < 20; i++)
		batch_size_pressure(&s);
	ck_assert_uint_eq(s.rows, 1);
	batch_size_took(&s, 1, 3 * BATCH_GOAL_MS);
	ck_assert_uint_eq(s.rows, 1);
	batch_size_init(&s, 7);
	ck_assert_uint_eq(s.rows, 7);
	batch_size_took(&s, 7, 1);
	ck_assert_uint_eq(s.rows, 7);
}
END_TEST

START_TEST(the_end_is_shared)
{
	struct batch_size s = {.rows = 500, .max = 1000};

	ck_assert_uint_eq(batch_size_next(&s, 5000, 4), 500);
	ck_assert_uint_eq(batch_size_next(&s, 1000, 4), 250);
	ck_assert_uint_eq(batch_size_next(&s, 301, 2), 151);
	ck_assert_uint_eq(batch_size_next(&s, 8, 4), BATCH_SHARE);
	s.rows = 3;
	ck_assert_uint_eq(batch_size_next(&s, 8, 4), 3);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("batch", &tc);

	tcase_add_loop_test(tc, good_and_bad_end_alone, 0, 20);
	tcase_add_test(tc, good_rows_cost_one_call);
	tcase_add_test(tc, one_bad_row_unnamed_costs_halves);
	tcase_add_test(tc, a_server_that_goes_away_ends_it);
	tcase_add_test(tc, one_row_without_an_outcome_is_a_bug);
	tcase_add_test(tc, suspects_go_after_the_others);
	tcase_add_test(tc, size_follows_time);
	tcase_add_test(tc, the_end_is_shared);
	return s;
}
