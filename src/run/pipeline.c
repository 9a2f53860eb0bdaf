#include "run/pipeline.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/sig.h"
#include "core/stream.h"

/* Longest pause between two looks at the stages. */
#define WAIT_MAX_MS 32

/* ---- processes --------------------------------------------------------- */

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int start_all(struct stage *v, size_t n, int in, int out,
		     struct err *err)
{
	int from = -1, pipe_fd[2] = {-1, -1}, rc = 0;
	size_t i;

	for (i = 0; rc == 0 && i < n; i++) {
		if (i + 1 < n)
			rc = proc_pipe(pipe_fd, err);
		if (rc == 0)
			rc = stage_start(&v[i], i ? from : in,
					 i + 1 < n ? pipe_fd[1] : out, err);
		close_fd(&from);
		close_fd(&pipe_fd[1]);
		from = pipe_fd[0];
		pipe_fd[0] = -1;
	}
	close_fd(&from);
	return rc;
}

static void tell_all(struct stage *v, size_t n, int signo)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].pid > 0)
			kill(v[i].pid, signo);
}

static bool all_ended(struct stage *v, size_t n)
{
	bool all = true;
	size_t i;

	for (i = 0; i < n; i++) {
		if (v[i].pid <= 0)
			continue;
		if (proc_ended(v[i].pid, &v[i].end))
			v[i].pid = 0;
		else
			all = false;
	}
	return all;
}

/* A look now and then, so that a signal to us is passed on at once. */
static void wait_all(struct stage *v, size_t n)
{
	int64_t pause_ms = 1;
	bool told = false;

	while (!all_ended(v, n)) {
		if (sig_stop() && !told) {
			tell_all(v, n, SIGTERM);
			told = true;
		}
		clock_sleep_ms(pause_ms);
		if (pause_ms < WAIT_MAX_MS)
			pause_ms *= 2;
	}
}

int pipeline_join(struct stage *v, size_t n, int in, int out, struct err *err)
{
	int rc = start_all(v, n, in, out, err);
	size_t i;

	if (rc < 0)
		tell_all(v, n, SIGTERM);
	wait_all(v, n);
	if (rc == 0 && sig_stop())
		rc = err_set(err, ERR_AGAIN, "stopped by a signal");
	for (i = 0; rc == 0 && i < n; i++)
		rc = stage_read_summary(&v[i], err);
	return rc;
}

/* ---- verdicts ----------------------------------------------------------- */

static void fail(struct pipeline *p, size_t stage, int status)
{
	p->failed = stage;
	p->status = status;
}

/*
 * The stage at fault: not one that only lost its reader, nor one that found
 * its input cut short because the stage before it had failed.
 */
static void judge(struct pipeline *p)
{
	bool upstream_failed = false;
	size_t i, at = p->n_stages;

	for (i = 0; i < p->n_stages; i++) {
		struct stage *s = &p->stage[i];
		int verdict = stage_verdict(s);
		bool lost_reader = s->end.signalled == SIGPIPE;

		if (!verdict)
			continue;
		if (!lost_reader && !(upstream_failed && verdict == ERR_DATA)) {
			at = i;
			break;
		}
		if (at == p->n_stages)
			at = i;
		upstream_failed = true;
	}
	if (at == p->n_stages)
		return;
	fail(p, at, stage_verdict(&p->stage[at]));
	stage_words(&p->stage[at], &p->why);
}

static void unbalanced(struct pipeline *p, const char *what, uint64_t is,
		       uint64_t should)
{
	if (p->status)
		return;
	fail(p, p->n_stages, ERR_BUG);
	buf_addf(&p->why,
		 "the counts do not add up: %s %llu, but %llu were written; "
		 "please report this",
		 what, (unsigned long long)is, (unsigned long long)should);
}

/* Records a stage wrote: `out`, or more where one record made several. */
static uint64_t written(const struct stage *s)
{
	uint64_t n = stage_number(s, "records");

	return n ? n : s->out;
}

static void balance(struct pipeline *p)
{
	size_t i;

	for (i = 0; i < p->n_stages && !p->status; i++) {
		const struct stage *s = &p->stage[i];

		/* Push also ends records that an earlier run had to hold. */
		uint64_t in = s->in + stage_number(s, "released");

		if (in != s->out + s->rejected + s->skipped)
			unbalanced(p, s->name, in,
				   s->out + s->rejected + s->skipped);
		if (i && s->in != written(s - 1))
			unbalanced(p, s->name, s->in, written(s - 1));
	}
}

static void check_limit(struct pipeline *p, const char *limit)
{
	uint64_t rejected = pipeline_rejected(p), seen = p->stage[0].in;
	struct span s;
	int64_t n;
	bool over;

	if (!limit || p->status)
		return;
	s = span_of(limit);
	if (s.len && s.p[s.len - 1] == '%') {
		s.len--;
		over = num_parse(s, 0, 100, &n) == 0 &&
		       rejected * 100 > (uint64_t)n * seen;
	} else {
		over = num_parse(s, 0, INT64_MAX, &n) == 0 &&
		       rejected > (uint64_t)n;
	}
	if (!over)
		return;
	fail(p, p->n_stages, ERR_SOME);
	buf_addf(&p->why,
		 "%llu of %llu records rejected, more than max_rejects %s "
		 "allows: nothing of this file was sent",
		 (unsigned long long)rejected, (unsigned long long)seen, limit);
}

/* ---- the first step ------------------------------------------------------ */

static int count_record(void *ctx, struct rec *r)
{
	(void)r;
	++*(uint64_t *)ctx;
	return 0;
}

/* Walk a framed stream; ERR_DATA where it is cut short. */
static int walk(char *path, int (*each)(void *ctx, struct rec *r), void *ctx,
		struct err *err)
{
	struct stream_in in;
	struct rec r = REC_INIT;
	enum stream_got got;
	int rc = 0;

	stream_in_init(&in, &path, 1, false);
	do {
		got = stream_next(&in, &r, err);
		if (got == STREAM_RECORD)
			rc = each(ctx, &r);
		else if (got == STREAM_REJECT || got == STREAM_FATAL)
			rc = -1;
	} while (rc == 0 && got != STREAM_END);
	stream_in_release(&in);
	rec_release(&r);
	return rc;
}

void pipeline_init(struct pipeline *p, const struct pipeline_conf *conf,
		   const char *feed, const char *stem)
{
	*p = (struct pipeline){.feed = feed, .why = BUF_INIT(LINE_CEILING)};
	p->stem = mem_strdup(stem);
	p->spool = mem_printf("%s/%s.spool", conf->dir, stem);
	p->receipts = mem_printf("%s/%s.receipts", conf->dir, stem);
}

void pipeline_release(struct pipeline *p)
{
	size_t i;

	for (i = 0; i < p->n_stages; i++) {
		stage_tidy(&p->stage[i]);
		stage_release(&p->stage[i]);
	}
	free(p->stem);
	free(p->spool);
	free(p->receipts);
	buf_release(&p->why);
	*p = (struct pipeline){.feed = NULL};
}

static struct stage *add_stage(struct pipeline *p,
			       const struct pipeline_conf *conf,
			       const char *name, struct err *err)
{
	struct stage *s = &p->stage[p->n_stages];

	if (stage_init(s, name, conf->dir, p->stem, conf->profiles, err) < 0)
		return NULL;
	p->n_stages++;
	return s;
}

static int create(const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0) {
		err_sys(err, "cannot create %s", path);
		err->code = ERR_CREATE;
	}
	return fd;
}

static int add_readers(struct pipeline *p, const struct pipeline_conf *conf,
		       const char *path, const char *max_rejects,
		       struct err *err)
{
	static const char *const names[] = {"extract", "map", "validate"};
	struct stage *s;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		s = add_stage(p, conf, names[i], err);
		if (!s)
			return -1;
		if (i < 2)
			stage_option(s, "--profile", p->feed);
		stage_option(s, "--max-rejects", max_rejects);
		if (i == 0) {
			stage_add(s, "--");
			stage_add(s, path);
		}
	}
	return 0;
}

int pipeline_prepare(struct pipeline *p, const struct pipeline_conf *conf,
		     const char *path, const char *max_rejects, struct err *err)
{
	struct err e = ERR_INIT;
	int fd, rc;

	if (add_readers(p, conf, path, max_rejects, err) < 0)
		return -1;
	fd = create(p->spool, err);
	if (fd < 0)
		return -1;
	rc = pipeline_join(p->stage, p->n_stages, -1, fd, err);
	close(fd);
	if (rc < 0)
		return -1;
	judge(p);
	balance(p);
	if (!p->status && walk(p->spool, count_record, &p->spooled, &e) < 0) {
		fail(p, p->n_stages, (int)e.code);
		buf_adds(&p->why, e.msg);
	}
	if (p->spooled != written(&p->stage[p->n_stages - 1]))
		unbalanced(p, "the spool", p->spooled,
			   written(&p->stage[p->n_stages - 1]));
	check_limit(p, max_rejects);
	return 0;
}

/* ---- the second -----------------------------------------------------------
 */

struct sift {
	struct pipeline *p;
	struct out out;
	uint64_t kept;
};

static void count_outcome(struct pipeline *p, struct span name)
{
	struct pipeline_outcome *o;
	size_t i;

	for (i = 0; i < p->n_outcomes; i++) {
		o = &p->outcome[i];
		if (span_is(name, o->name)) {
			o->n++;
			return;
		}
	}
	if (p->n_outcomes == PIPELINE_OUTCOMES || name.len >= sizeof(o->name))
		return;
	o = &p->outcome[p->n_outcomes++];
	memcpy(o->name, name.p, name.len);
	o->n = 1;
}

/* Receipts that say "unchanged" are counted and let go. */
static int sift_receipt(void *ctx, struct rec *r)
{
	struct sift *s = ctx;
	struct span outcome = rec_text(r, rec_get(r, r->node, "outcome"));

	count_outcome(s->p, outcome);
	if (span_is(outcome, "unchanged"))
		return 0;
	s->kept++;
	rec_put_node(&s->out.buf, r, r->node);
	buf_addc(&s->out.buf, '\n');
	out_tick(&s->out);
	return 0;
}

static int sift_receipts(struct pipeline *p, char *all, struct err *err)
{
	struct sift s = {.p = p};
	int fd = create(p->receipts, err), rc;

	if (fd < 0)
		return -1;
	out_init(&s.out, fd, false);
	rc = walk(all, sift_receipt, &s, err);
	if (out_flush(&s.out, err) < 0)
		rc = -1;
	out_release(&s.out);
	close(fd);
	if (!s.kept)
		unlink(p->receipts);
	return rc;
}

static int run_push(struct pipeline *p, struct stage *s, const char *receipts,
		    struct err *err)
{
	int in = open(p->spool, O_RDONLY | O_CLOEXEC);
	int out = create(receipts, err), rc = -1;

	if (in < 0)
		err_sys(err, "cannot open %s", p->spool);
	else if (out >= 0)
		rc = pipeline_join(s, 1, in, out, err);
	close_fd(&in);
	close_fd(&out);
	return rc;
}

int pipeline_push(struct pipeline *p, const struct pipeline_conf *conf,
		  const char *max_rejects, struct err *err)
{
	struct stage *s = add_stage(p, conf, "push", err);
	struct err e = ERR_INIT;
	char *all;
	int rc;

	if (!s)
		return -1;
	stage_option(s, "--target", conf->target);
	stage_option(s, "--targets", conf->targets);
	stage_option(s, "--state", conf->state);
	stage_option(s, "--max-rejects", max_rejects);
	stage_option(s, "--max-change", conf->max_change);
	if (conf->snapshot)
		stage_add(s, "--snapshot");
	if (conf->dry_run)
		stage_add(s, "--dry-run");
	all = mem_printf("%s.all", p->receipts);
	rc = run_push(p, s, all, err);
	if (rc == 0) {
		judge(p);
		balance(p);
		if (sift_receipts(p, all, &e) < 0 && !p->status) {
			fail(p, p->n_stages - 1, (int)e.code);
			buf_adds(&p->why, e.msg);
		}
	}
	unlink(all);
	free(all);
	return rc;
}

uint64_t pipeline_rejected(const struct pipeline *p)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < p->n_stages; i++)
		n += p->stage[i].rejected;
	return n;
}

uint64_t pipeline_outcome(const struct pipeline *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->n_outcomes; i++)
		if (!strcmp(p->outcome[i].name, name))
			return p->outcome[i].n;
	return 0;
}
