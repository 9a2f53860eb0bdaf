/* The job: rejects as JSON lines, limits, the summary. */
#include "core/job.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/rec.h"
#include "unit.h"

static char dir[] = "/tmp/sluice-test-job-XXXXXX";
static char rejects[64], summary[64];
static struct err err;

static void setup(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(rejects, sizeof(rejects), "%s/rejects", dir);
	snprintf(summary, sizeof(summary), "%s/summary", dir);
	setenv("SLUICE_NOW", "2024-01-31T12:00:00Z", 1);
	setenv("SLUICE_RUN", "r1", 1);
}

static void teardown(void)
{
	unlink(rejects);
	unlink(summary);
	rmdir(dir);
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
}

static const struct reject one = {
	.code = "bad-date",
	.field = {"UPDATED", 7},
	.value = {"20241301", 8},
	.why = {"month 13", 8},
	.record = {"{\"a\":1}", 7},
	.src = {"{\"file\":\"I.csv\",\"row\":12}", 25},
};

START_TEST(a_reject_is_one_line)
{
	struct job job = {.stage = "map", .opt = {.rejects = rejects}};
	struct buf b = BUF_INIT(10000);

	ck_assert_int_eq(job_begin(&job, &err), 0);
	ck_assert_int_eq(job_reject(&job, &one, &err), 0);
	ck_assert_uint_eq(job.rejected, 1);
	ck_assert_int_eq(job_end(&job, true, 1, &err), 0);
	ck_assert_int_eq(fs_read_file(rejects, &b, &err), 0);
	ck_assert_str_eq(
		buf_str(&b),
		"{\"stage\":\"map\",\"code\":\"bad-date\",\"field\":"
		"\"UPDATED\",\"value\":\"20241301\",\"why\":\"month 13\","
		"\"record\":{\"a\":1},\"src\":{\"file\":\"I.csv\",\"row\":12},"
		"\"run\":\"r1\",\"at\":\"2024-01-31T12:00:00Z\"}\n");
	buf_release(&b);
}
END_TEST

START_TEST(a_count_stops_beyond_it)
{
	struct job job = {.stage = "map",
			  .opt = {.rejects = rejects, .max_rejects = "2"}};

	ck_assert_int_eq(job_begin(&job, &err), 0);
	ck_assert_int_eq(job_reject(&job, &one, &err), 0);
	ck_assert_int_eq(job_reject(&job, &one, &err), 0);
	ck_assert_int_eq(job_reject(&job, &one, &err), -1);
	ck_assert_int_eq(err.code, ERR_SOME);
	ck_assert_int_eq(job_end(&job, false, 1, &err), 0);
}
END_TEST

START_TEST(a_share_is_judged_from_a_hundred_records)
{
	struct job job = {.stage = "map",
			  .opt = {.rejects = rejects, .max_rejects = "10%"}};

	ck_assert_int_eq(job_begin(&job, &err), 0);
	for (job.in = 1; job.in <= 99; job.in++)
		if (job.in % 9 == 0)
			ck_assert_int_eq(job_reject(&job, &one, &err), 0);
	job.in = 100;
	ck_assert_int_eq(job_reject(&job, &one, &err), -1);
	ck_assert_int_eq(job_end(&job, false, 1, &err), 0);
}
END_TEST

START_TEST(a_share_of_few_records_is_judged_at_the_end)
{
	struct job job = {.stage = "map",
			  .opt = {.rejects = rejects, .max_rejects = "10%"}};

	ck_assert_int_eq(job_begin(&job, &err), 0);
	job.in = 20;
	ck_assert_int_eq(job_reject(&job, &one, &err), 0);
	ck_assert_int_eq(job_reject(&job, &one, &err), 0);
	ck_assert_int_eq(job_settle(&job, &err), 0);
	ck_assert_int_eq(job_reject(&job, &one, &err), 0);
	ck_assert_int_eq(job_settle(&job, &err), -1);
	ck_assert_int_eq(err.code, ERR_SOME);
	ck_assert_int_eq(job_end(&job, false, 1, &err), 0);
}
END_TEST

START_TEST(limits_that_are_none)
{
	static const char *const bad[] = {"", "x", "-1", "101%", "%", "1.5"};
	struct job job = {.stage = "map", .opt = {.max_rejects = bad[_i]}};

	ck_assert_int_eq(job_begin(&job, &err), -1);
	ck_assert_int_eq(err.code, ERR_USAGE);
}
END_TEST

START_TEST(the_summary_has_all_counts)
{
	struct job job = {.stage = "push", .opt = {.summary = summary}};
	struct buf b = BUF_INIT(10000);
	struct rec r = REC_INIT;

	ck_assert_int_eq(job_begin(&job, &err), 0);
	job.in = 7;
	job.out = 5;
	job.rejected = job.skipped = 1;
	job_count(&job, "created", 2);
	job_count(&job, "created", 1);
	ck_assert_int_eq(job_end(&job, true, 1, &err), 0);
	ck_assert_int_eq(fs_read_file(summary, &b, &err), 0);
	ck_assert_int_eq(rec_parse(&r, b.data, b.len, &err), 0);
	ck_assert(span_is(rec_text(&r, rec_get(&r, r.node, "in")), "7"));
	ck_assert(span_is(rec_text(&r, rec_get(&r, r.node, "created")), "3"));
	ck_assert(rec_is(rec_get(&r, r.node, "whole"), REC_TRUE));
	rec_release(&r);
	buf_release(&b);
}
END_TEST

START_TEST(a_full_disk_is_told)
{
	struct job job = {.stage = "map", .opt = {.rejects = "/dev/full"}};

	ck_assert_int_eq(job_begin(&job, &err), 0);
	ck_assert_int_eq(job_reject(&job, &one, &err), 0);
	ck_assert_int_eq(job_end(&job, true, 1, &err), -1);
	ck_assert_int_eq(err.code, ERR_IO);
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("job", &tc);

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_reject_is_one_line);
	tcase_add_test(tc, a_count_stops_beyond_it);
	tcase_add_test(tc, a_share_is_judged_from_a_hundred_records);
	tcase_add_test(tc, a_share_of_few_records_is_judged_at_the_end);
	tcase_add_loop_test(tc, limits_that_are_none, 0, 6);
	tcase_add_test(tc, the_summary_has_all_counts);
	tcase_add_test(tc, a_full_disk_is_told);
	return s;
}
