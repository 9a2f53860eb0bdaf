/*
 * after.c - what was sent, compared with what the target now holds
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"
#include "core/stream.h"
#include "run/explained.h"
#include "run/run.h"

/* The spools of all that was done, by killed runs too.  How many. */
static size_t add_spools(struct run *r, struct stage *s)
{
	size_t i, n = 0;
	char *path;

	for (i = 0; i < r->history.n_done; i++) {
		if (r->history.done[i].told)
			continue;
		path = fs_join(r->folder, r->history.done[i].spool);
		if (fs_is_file(path)) {
			stage_add(s, path);
			n++;
		}
		free(path);
	}
	return n;
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

/* What push rejected or holds, in all runs that nobody was told of. */
static int take_explained(struct run *r, struct hset *set, struct err *err)
{
	static const char end[] = ".spool";
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < r->history.n_done; i++) {
		const char *spool = r->history.done[i].spool;
		size_t len = strlen(spool);
		char *path;

		if (r->history.done[i].told || len < strlen(end))
			continue;
		path = mem_printf("%s/%.*s.push.rejects", r->folder,
				  (int)(len - strlen(end)), spool);
		rc = explained_take(set, path, err);
		free(path);
		path = mem_printf("%s/%.*s.receipts", r->folder,
				  (int)(len - strlen(end)), spool);
		if (rc == 0)
			rc = explained_take(set, path, err);
		free(path);
	}
	return rc;
}

/* Those that are not explained go to r->differences, and are counted. */
static int sift_differences(struct run *r, char *all, const struct hset *set,
			    struct err *err)
{
	struct stream_in in;
	struct rec rec = REC_INIT;
	enum stream_got got;
	struct out out;
	int fd = create(r->differences, err), rc;

	if (fd < 0)
		return -1;
	out_init(&out, fd, false);
	stream_in_init(&in, &all, 1, false);
	do {
		got = stream_next(&in, &rec, err);
		if (got != STREAM_RECORD || explained_has(set, &rec))
			continue;
		r->n_differences++;
		rec_put_node(&out.buf, &rec, rec.node);
		buf_addc(&out.buf, '\n');
		out_tick(&out);
	} while (got != STREAM_END && got != STREAM_FATAL);
	stream_in_release(&in);
	rec_release(&rec);
	rc = got == STREAM_END ? out_flush(&out, err) : -1;
	out_release(&out);
	close(fd);
	return rc;
}

static int count_differences(struct run *r, char *all, struct err *err)
{
	struct hset set = HSET_INIT;
	int rc = take_explained(r, &set, err);

	if (rc == 0)
		rc = sift_differences(r, all, &set, err);
	hset_release(&set);
	return rc;
}

static void judge_reconcile(struct run *r, char *all)
{
	struct buf why = BUF_INIT(LINE_CEILING);
	int status = stage_verdict(&r->reconcile);
	struct err e = ERR_INIT;

	if (status == 0 && count_differences(r, all, &e) < 0) {
		status = (int)e.code;
		buf_adds(&why, e.msg);
	} else if (status) {
		stage_words(&r->reconcile, &why);
	}
	if (status) {
		r->stop = mem_printf("reconcile: %s", buf_str(&why));
		run_note_status(r, status);
	} else if (r->n_differences) {
		run_note_status(r, ERR_SOME);
	} else {
		unlink(r->differences);
	}
	buf_release(&why);
}

/* The stage's output goes to a file of its own first. */
static int start_reconcile(struct run *r, struct err *err)
{
	char *all = mem_printf("%s/differences.all", r->dir);
	int fd = create(all, err), rc = -1;

	r->differences = mem_printf("%s/differences", r->dir);
	if (fd >= 0) {
		rc = pipeline_join(&r->reconcile, 1, -1, fd, err);
		close(fd);
	}
	if (rc == 0) {
		r->reconciled = true;
		judge_reconcile(r, all);
	}
	unlink(all);
	free(all);
	return rc;
}

int run_reconcile(struct run *r, struct err *err)
{
	struct stage *s = &r->reconcile;
	size_t i;

	if (!r->flow.reconcile || r->opt->dry_run || r->stop)
		return 0;
	if (r->n_earlier && run_begin(r, err) < 0)
		return -1;
	if (!r->begun)
		return 0;
	if (stage_init(s, "reconcile", r->dir, "all", r->opt->profiles, err) <
	    0)
		return -1;
	stage_option(s, "--target", r->target);
	stage_option(s, "--targets", r->opt->targets);
	stage_option(s, "--format", "json");
	stage_add(s, "--no-extra"); /* a night may carry a part only */
	for (i = 0; i < r->flow.n_entities; i++)
		stage_option(s, "--entity", r->flow.entity[i]);
	stage_add(s, "--");
	return add_spools(r, s) ? start_reconcile(r, err) : 0;
}
