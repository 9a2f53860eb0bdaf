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

/* Print what is there to be shown. */
static int flush(struct state *s, struct err *err)
{
	struct buf *b = &s->trace.out;
	int rc = b->len ? fs_write_all(STDOUT_FILENO, b->data, b->len, err) : 0;

	buf_clear(b);
	buf_clear(&s->out);
	return rc;
}

static int take_made(void *ctx, size_t n, size_t n_records, struct err *err)
{
	struct state *s = ctx;

	(void)n_records;
	s->job->skipped += n;
	return flush(s, err);
}

static int take_refused(void *ctx, struct rec *r, const struct rec_node *row,
			const struct map_fault *f, bool again, struct err *err)
{
	struct state *s = ctx;

	(void)r;
	(void)row;
	(void)f;
	s->job->skipped += !again;
	return flush(s, err);
}

/* As sluice-map reads them, so that groups and running values are the same. */
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
			rc = map_push(s->m, &rec, &sink, err);
			break;
		case STREAM_OPEN:
			rc = map_check_columns(s->m, &rec, err);
			if (rc == 0)
				rc = map_push_refused(s->m, in->n_rejects,
						      &sink, err);
			map_push_open(s->m);
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
