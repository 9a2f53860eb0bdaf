#include "cmd_map_merge.h"

#include <string.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/stream.h"
#include "map/merge.h"

/* What one run holds. */
struct state {
	struct job *job;
	const struct merge *m;
	struct merge_run *run;
	struct stream_in in;
	struct stream_out out;
	struct rec rec;
	struct buf extra;
	uint64_t merged;  /* records made of more than one */
	struct buf feed;  /* of the stream being read; empty: nobody says */
	uint64_t refused; /* what the end lines read so far say */
	uint64_t held;    /* records that may lack one that was refused */
};

/* Records of this feed, or of nobody knows which, are missing. */
static void doubt(struct state *s, struct span feed)
{
	if (!s->m->accept_rejects)
		merge_run_doubt(s->run, feed);
}

/* A stream has ended: what did the stages before refuse? */
static void end_stream(struct state *s)
{
	if (s->in.n_rejects > s->refused)
		doubt(s, buf_span(&s->feed));
	s->refused = s->in.n_rejects;
	buf_clear(&s->feed);
}

static int reject(struct state *s, const struct merge_fault *f,
		  struct span line, struct err *err)
{
	struct rec *r = &s->rec;
	struct err ignored = ERR_INIT;
	const struct rec_node *entity, *src;
	struct reject why = {.code = f->code,
			     .field = f->field,
			     .value = f->value,
			     .why = f->why,
			     .record = line};

	buf_clear(&s->extra);
	if (rec_parse(r, line.p, line.len, &ignored) == 0 &&
	    r->node->type == REC_OBJECT) {
		entity = rec_get(r, r->node, "entity");
		src = rec_get(r, r->node, "src");
		if (rec_is(entity, REC_STRING))
			rec_add_str(&s->extra, "entity", rec_text(r, entity));
		if (src)
			why.src = rec_raw(src);
	}
	if (f->extra.len)
		rec_put_raw(&s->extra, f->extra);
	why.extra = buf_span(&s->extra);
	return job_reject(s->job, &why, err);
}

/* Whose record was refused, as far as it says, or its stream. */
static struct span feed_of(struct state *s)
{
	struct span feed = SPAN("");
	const struct rec_node *src;

	if (s->rec.node->type == REC_OBJECT) {
		src = rec_get(&s->rec, s->rec.node, "src");
		if (rec_is(src, REC_OBJECT))
			feed = rec_text(&s->rec, rec_get(&s->rec, src, "feed"));
	}
	return feed.len ? feed : buf_span(&s->feed);
}

static int take(struct state *s, struct err *err)
{
	struct merge_fault f;
	bool other; /* it is of a feed that is no source */
	int rc;

	s->job->in++;
	rc = merge_run_add(s->run, &s->rec, s->in.line, &f, err);
	if (rc)
		return rc < 0 ? -1 : 0;
	other = !strcmp(f.code, "unknown-source") && f.value.len;
	if (reject(s, &f, s->in.line, err) < 0)
		return -1;
	if (!other)
		doubt(s, feed_of(s));
	return 0;
}

static int reject_line(struct state *s, struct err *why, struct err *err)
{
	struct reject r = {.code = "bad-json",
			   .value = s->in.line,
			   .why = span_of(why->msg)};

	s->job->in++;
	doubt(s, buf_span(&s->feed));
	return job_reject(s->job, &r, err);
}

/* The streams are those of one run; what they have in common is its id, and
 * what comes out is a feed of its own. */
static void open_output(struct state *s)
{
	struct buf b = BUF_INIT(LINE_CEILING);
	struct span run =
		rec_text(&s->rec, rec_get(&s->rec, s->rec.node, "run"));

	end_stream(s);
	buf_add_span(&s->feed,
		     rec_text(&s->rec, rec_get(&s->rec, s->rec.node, "feed")));
	if (s->out.framed)
		return;
	if (run.len && run.len < JOB_RUN_MAX) {
		memcpy(s->job->run, run.p, run.len);
		s->job->run[run.len] = '\0';
	}
	rec_add_str(&b, "feed", span_of(s->m->name));
	stream_open(&s->out, "map", s->job->run, buf_span(&b));
	buf_release(&b);
}

static int read_all(struct state *s, struct err *err)
{
	struct progress progress;
	struct err why = ERR_INIT;
	int rc = 0;
	bool end = false;

	progress_begin(&progress, "records", s->job->opt.quiet);
	while (rc == 0 && !end) {
		switch (stream_next(&s->in, &s->rec, &why)) {
		case STREAM_RECORD:
			rc = take(s, err);
			progress_tick(&progress, s->job->in, 0, 0);
			break;
		case STREAM_OPEN:
			open_output(s);
			break;
		case STREAM_REJECT:
			rc = reject_line(s, &why, err);
			break;
		case STREAM_END:
			end_stream(s);
			end = true;
			break;
		case STREAM_FATAL:
			*err = why;
			rc = -1;
			break;
		}
	}
	progress_end(&progress);
	return rc;
}

static int put(struct state *s, const struct merge_item *it, struct err *err)
{
	int rc;

	switch (it->kind) {
	case MERGE_ITEM_RECORD:
		buf_add_span(&s->out.out.buf, it->line);
		stream_put_end(&s->out);
		s->job->out += it->n_in;
		s->merged += it->n_in > 1;
		break;
	case MERGE_ITEM_SKIP:
		s->job->skipped += it->n_in;
		break;
	case MERGE_ITEM_REJECT:
		/* told once, though it may have been made of several */
		rc = reject(s, &it->fault, it->line, err);
		s->job->rejected += it->n_in - 1;
		s->held += !strcmp(it->fault.code, "merge-incomplete");
		return rc;
	}
	return 0;
}

/* Nothing is written before all input is known to be whole. */
static int write_all(struct state *s, struct err *err)
{
	uint64_t unmatched = merge_run_unmatched(s->run);
	struct merge_item it;
	int rc;

	while ((rc = merge_run_next(s->run, &it, err)) > 0)
		if (put(s, &it, err) < 0)
			return -1;
	if (rc < 0)
		return -1;
	if (unmatched)
		log_warn("%llu records have no value in a field they are "
			 "matched by and stand alone",
			 (unsigned long long)unmatched);
	if (s->held)
		log_warn("records were refused before the merge, nobody knows "
			 "of which identity: %llu that they could have changed "
			 "are rejects; 'rejects: accept' in the merge takes "
			 "them as they are",
			 (unsigned long long)s->held);
	job_count(s->job, "records", s->out.records);
	job_count(s->job, "merged", s->merged);
	if (s->m->n_match)
		job_count(s->job, "unmatched", unmatched);
	if (job_settle(s->job, err) < 0)
		return -1;
	s->out.earlier = s->in.n_rejects;
	return stream_close(&s->out, s->job->rejected, err);
}

static int merge_files(struct job *job, const struct merge *m,
		       bool allow_filtered, int argc, char **argv,
		       struct err *err)
{
	struct state s = {.job = job,
			  .m = m,
			  .rec = REC_INIT,
			  .extra = BUF_INIT(LINE_CEILING),
			  .feed = BUF_INIT(LINE_CEILING)};
	struct err late = ERR_INIT;
	int rc;

	s.run = merge_run_new(m);
	stream_in_init(&s.in, argv, (size_t)argc, allow_filtered);
	stream_out_init(&s.out, STDOUT_FILENO, job->opt.unbuffered);
	rc = read_all(&s, err) == 0 ? write_all(&s, err) : -1;
	/* What is whole goes out also when the rest does not. */
	if (rc < 0)
		out_flush(&s.out.out, &late);
	stream_in_release(&s.in);
	stream_out_release(&s.out);
	merge_run_free(s.run);
	rec_release(&s.rec);
	buf_release(&s.extra);
	buf_release(&s.feed);
	return rc;
}

static int check(const struct merge *m, enum merge_task task, struct err *err)
{
	struct buf out = BUF_INIT(LINE_CEILING);
	struct err late = ERR_INIT;
	size_t n = 0, failed = 0;
	int rc = 0;

	if (task == MERGE_EXPLAIN)
		merge_explain(m, &out);
	else
		rc = merge_examples(m, &out, &n, &failed, err);
	if (rc == 0 && task == MERGE_CHECK)
		buf_addf(&out, "%s: %zu examples, %zu failed\n", m->name, n,
			 failed);
	if (fs_write_all(STDOUT_FILENO, out.data, out.len,
			 rc < 0 ? &late : err) < 0)
		rc = -1;
	buf_release(&out);
	if (rc == 0 && failed)
		rc = err_set(err, ERR_CONFIG, "examples failed");
	return rc;
}

int merge_command(struct job *job, const char *name, enum merge_task task,
		  bool allow_filtered, int argc, char **argv, struct err *err)
{
	struct merge m;
	int rc;

	if (task != MERGE_FILES && argc)
		return err_set(
			err, ERR_USAGE,
			"%s is too much: --merge names what is looked at",
			argv[0]);
	if (task == MERGE_FILES && !argc && isatty(STDIN_FILENO))
		return err_set(err, ERR_USAGE,
			       "standard input is a terminal; name a file");
	if (merge_load(&m, job->opt.profiles, name, err) < 0)
		return -1;
	rc = task == MERGE_FILES
		     ? merge_files(job, &m, allow_filtered, argc, argv, err)
		     : check(&m, task, err);
	merge_release(&m);
	return rc;
}
