#include "core/job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/num.h"
#include "core/rec.h"

/* A share is judged only once this many records have been seen. */
#define SHARE_FROM 100
/* Bytes of a value that are shown on standard error. */
#define VALUE_SHOWN 80

static int read_limit(struct job *job, struct err *err)
{
	struct span s = span_of(job->opt.max_rejects);
	int64_t n;

	if (s.len && s.p[s.len - 1] == '%') {
		s.len--;
		job->max_is_share = true;
		if (num_parse(s, 0, 100, &n) == 0) {
			job->max_share = (double)n / 100;
			return 0;
		}
	} else if (num_parse(s, 0, INT64_MAX, &n) == 0) {
		job->max_count = (uint64_t)n;
		return 0;
	}
	return err_set(err, ERR_USAGE, "--max-rejects wants N or P%%, not '%s'",
		       job->opt.max_rejects);
}

/* Time and process make it unique enough on one machine, and readable. */
static void make_run_id(char out[JOB_RUN_MAX])
{
	const char *given = getenv("SLUICE_RUN");
	char at[CLOCK_TEXT_MAX];

	if (given && *given && strlen(given) < JOB_RUN_MAX) {
		snprintf(out, JOB_RUN_MAX, "%s", given);
		return;
	}
	clock_now(at);
	snprintf(out, JOB_RUN_MAX, "%.4s%.2s%.2sT%.2s%.2s%.2sZ-%ld", at, at + 5,
		 at + 8, at + 11, at + 14, at + 17, (long)getpid());
}

int job_begin(struct job *job, struct err *err)
{
	job->started_ms = clock_ms();
	job->max_count = UINT64_MAX;
	if (clock_check(err) < 0)
		return -1;
	make_run_id(job->run);
	if (job->opt.max_rejects && read_limit(job, err) < 0)
		return -1;
	if (job->opt.rejects) {
		int fd = open(job->opt.rejects,
			      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		if (fd < 0) {
			err_sys(err, "cannot create %s", job->opt.rejects);
			err->code = ERR_CREATE;
			return -1;
		}
		out_init(&job->reject_out, fd, false);
		job->reject_file = true;
	}
	return 0;
}

static void reject_json(struct job *job, const struct reject *r)
{
	struct buf *b = &job->reject_out.buf;
	char at[CLOCK_TEXT_MAX];

	clock_now(at);
	rec_put_open(b, '{');
	rec_add_str(b, "stage", span_of(job->stage));
	rec_add_str(b, "code", span_of(r->code));
	if (r->field.len)
		rec_add_str(b, "field", r->field);
	if (r->value.len)
		rec_add_str(b, "value", r->value);
	rec_add_str(b, "why", r->why);
	if (r->extra.len)
		rec_put_raw(b, r->extra);
	if (r->record.len)
		rec_add_raw(b, "record", r->record);
	if (r->src.len)
		rec_add_raw(b, "src", r->src);
	rec_add_str(b, "run", span_of(job->run));
	rec_add_str(b, "at", span_of(at));
	rec_put_close(b, '}');
	buf_addc(b, '\n');
	out_tick(&job->reject_out);
}

/* "FILE:ROW: " from a src member, where it has them. */
static void put_origin(struct buf *b, struct span src)
{
	struct rec rec = REC_INIT;
	struct err ignored = ERR_INIT;
	const struct rec_node *file, *row;

	if (src.len && rec_parse(&rec, src.p, src.len, &ignored) == 0) {
		file = rec_get(&rec, rec.node, "file");
		row = rec_get(&rec, rec.node, "row");
		if (file)
			buf_add_span(b, rec_text(&rec, file));
		if (file && row) {
			buf_addc(b, ':');
			buf_add_span(b, rec_text(&rec, row));
		}
		if (file)
			buf_adds(b, ": ");
	}
	rec_release(&rec);
}

static void put_shown(struct buf *b, struct span s)
{
	bool cut = s.len > VALUE_SHOWN;

	buf_addf(b, "%.*s", (int)(cut ? VALUE_SHOWN : s.len), s.p);
	if (cut)
		buf_adds(b, "...");
}

static void reject_text(const struct reject *r)
{
	struct buf b = BUF_INIT(LINE_CEILING);

	put_origin(&b, r->src);
	if (r->field.len) {
		buf_add_span(&b, r->field);
		buf_adds(&b, ": ");
	}
	if (r->value.len) {
		bool cut = r->value.len > VALUE_SHOWN;

		buf_addf(&b,
			 "'%.*s'%s: ", (int)(cut ? VALUE_SHOWN : r->value.len),
			 r->value.p, cut ? "..." : "");
	}
	buf_add_span(&b, r->why);
	buf_addf(&b, " (%s", r->code);
	if (r->rule.len && !span_eq(r->rule, r->field)) {
		buf_adds(&b, " by ");
		put_shown(&b, r->rule);
	}
	buf_addc(&b, ')');
	log_error("%s", buf_str(&b));
	buf_release(&b);
}

/* Whether there are more rejects than --max-rejects allows. */
static int judge(const struct job *job, struct err *err)
{
	bool over = job->rejected > job->max_count;

	if (job->max_is_share)
		over = (double)job->rejected > job->max_share * (double)job->in;
	if (!over)
		return 0;
	return err_set(err, ERR_SOME,
		       "stopped: %llu of %llu records rejected, more than "
		       "--max-rejects %s",
		       (unsigned long long)job->rejected,
		       (unsigned long long)job->in, job->opt.max_rejects);
}

int job_reject(struct job *job, const struct reject *r, struct err *err)
{
	if (job->reject_file)
		reject_json(job, r);
	else
		reject_text(r);
	if (r->again)
		return 0;
	job->rejected++;
	if (job->rejected > job->max_count || job->in >= SHARE_FROM)
		return judge(job, err);
	return 0;
}

int job_settle(struct job *job, struct err *err)
{
	if (job->reject_file && out_flush(&job->reject_out, err) < 0) {
		job->rejects_lost = true;
		return err_wrap(err, "%s", job->opt.rejects);
	}
	return judge(job, err);
}

void job_count(struct job *job, const char *name, uint64_t n)
{
	size_t i;

	for (i = 0; i < job->n_counts; i++) {
		if (!strcmp(job->count[i].name, name)) {
			job->count[i].n += n;
			return;
		}
	}
	if (job->n_counts < JOB_COUNTS_MAX)
		job->count[job->n_counts++] = (struct job_count){name, n};
}

static int write_summary(struct job *job, bool whole, int status,
			 struct err *err)
{
	struct buf b = BUF_INIT(64 * 1024);
	char at[CLOCK_TEXT_MAX];
	size_t i;
	int rc;

	clock_now(at);
	rec_put_open(&b, '{');
	rec_add_str(&b, "stage", span_of(job->stage));
	rec_add_str(&b, "run", span_of(job->run));
	rec_add_count(&b, "in", job->in);
	rec_add_count(&b, "out", job->out);
	rec_add_count(&b, "rejected", job->rejected);
	rec_add_count(&b, "skipped", job->skipped);
	if (job->released)
		rec_add_count(&b, "released", job->released);
	for (i = 0; i < job->n_counts; i++)
		rec_add_count(&b, job->count[i].name, job->count[i].n);
	rec_add_bool(&b, "whole", whole);
	rec_add_count(&b, "status", (uint64_t)status);
	rec_add_count(&b, "ms", (uint64_t)(clock_ms() - job->started_ms));
	rec_add_str(&b, "at", span_of(at));
	rec_put_close(&b, '}');
	buf_addc(&b, '\n');
	rc = fs_replace(job->opt.summary, &b, 0644, err);
	buf_release(&b);
	return rc;
}

int job_end(struct job *job, bool whole, int status, struct err *err)
{
	int rc = 0;

	if (job->reject_file) {
		struct out *o = &job->reject_out;

		rc = out_flush(o, err);
		if (rc < 0)
			err_wrap(err, "%s", job->opt.rejects);
		/* EINVAL: a pipe or a terminal, nothing to sync */
		if (rc == 0 && fsync(o->fd) < 0 && errno != EINVAL)
			rc = err_sys(err, "cannot sync %s", job->opt.rejects);
		if (close(o->fd) < 0 && rc == 0)
			rc = err_sys(err, "cannot close %s", job->opt.rejects);
		out_release(o);
		job->reject_file = false;
		if (rc < 0) {
			whole = false;
			if (status == 0 || status == ERR_SOME)
				status = (int)err->code;
			if (job->rejects_lost)
				rc = 0; /* told already */
		}
	}
	if (job->opt.summary && write_summary(job, whole, status, err) < 0)
		rc = -1;
	return rc;
}
