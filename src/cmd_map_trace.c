#include "cmd_map_trace.h"

#include <unistd.h>

#include "core/fs.h"
#include "core/stream.h"
#include "map/trace.h"

/* What is shown of one raw record; more is cut. */
#define TRACE_CEILING (LINE_CEILING * 4)

/* What one run holds. */
struct state {
	struct job *job;
	struct map *m;
	struct map_trace trace;
	struct buf out; /* canonical records, which nobody gets */
};

static int flush(struct state *s, const char *what, struct err *err)
{
	struct buf *b = &s->trace.out;
	int rc;

	map_trace_end(&s->trace, what);
	rc = b->len ? fs_write_all(STDOUT_FILENO, b->data, b->len, err) : 0;
	buf_clear(b);
	buf_clear(&s->out);
	return rc;
}

static int take_made(void *ctx, size_t n, size_t n_records, struct err *err)
{
	(void)n;
	return flush(ctx, n_records ? "mapped" : "skipped", err);
}

static int take_refused(void *ctx, struct rec *r, const struct rec_node *row,
			const struct map_fault *f, bool again, struct err *err)
{
	struct state *s = ctx;

	(void)r;
	(void)row;
	(void)again;
	(void)err;
	map_trace_fault(&s->trace, f);
	return 0;
}

static int read_all(struct state *s, struct stream_in *in, struct err *err)
{
	const struct map_sink sink = {s, &s->out, take_made, take_refused};
	struct rec rec = REC_INIT;
	struct err why = ERR_INIT;
	int rc = 0;
	bool end = false;

	while (rc == 0 && !end) {
		switch (stream_next(in, &rec, &why)) {
		case STREAM_RECORD:
			s->job->in++;
			s->job->skipped++;
			rc = map_push(s->m, &rec, &sink, err);
			break;
		case STREAM_OPEN:
			rc = map_check_columns(s->m, &rec, err);
			if (rc == 0)
				rc = map_push_refused(s->m, in->n_rejects,
						      &sink, err);
			break;
		case STREAM_REJECT:
			s->job->in++;
			s->job->skipped++;
			rc = map_push_lost(s->m, &sink, err);
			break;
		case STREAM_END:
			end = true;
			rc = map_push_refused(s->m, in->n_rejects, &sink, err);
			if (rc == 0)
				rc = map_finish(s->m, &sink, err);
			break;
		case STREAM_FATAL:
			*err = why;
			rc = -1;
			break;
		}
		/* What is left to be shown is a reject. */
		if (rc == 0)
			rc = flush(s, NULL, err);
	}
	rec_release(&rec);
	return rc;
}

int trace_command(struct job *job, struct map *m, const char *key,
		  bool allow_filtered, int argc, char **argv, struct err *err)
{
	struct state s = {.job = job,
			  .m = m,
			  .trace = {.key = span_of(key),
				    .out = BUF_INIT(TRACE_CEILING)},
			  .out = BUF_INIT(LINE_CEILING * 2)};
	struct stream_in in;
	int rc;

	m->trace = &s.trace;
	stream_in_init(&in, argv, (size_t)argc, allow_filtered);
	rc = read_all(&s, &in, err);
	stream_in_release(&in);
	m->trace = NULL;
	if (rc == 0 && !s.trace.n)
		rc = err_set(err, ERR_SOME,
			     "no record with the key %s among the %llu raw "
			     "records that were read",
			     key, (unsigned long long)job->in);
	buf_release(&s.trace.out);
	buf_release(&s.out);
	return rc;
}
