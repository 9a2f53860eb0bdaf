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

static int map_one(struct state *s, struct rec *r, struct err *err)
{
	size_t n = 0, i;

	s->job->in++;
	s->job->skipped++;
	switch (map_run(s->m, r, &s->out, &n)) {
	case MAP_DONE:
		return flush(s, "mapped", err);
	case MAP_SKIP:
		return flush(s, "skipped", err);
	case MAP_REJECT:
		break;
	}
	for (i = 0; i < s->m->n_faults; i++)
		map_trace_fault(&s->trace, &s->m->fault[i]);
	return flush(s, NULL, err);
}

static int read_all(struct state *s, struct stream_in *in, struct err *err)
{
	struct rec rec = REC_INIT;
	struct err why = ERR_INIT;
	int rc = 0;
	bool end = false;

	while (rc == 0 && !end) {
		switch (stream_next(in, &rec, &why)) {
		case STREAM_RECORD:
			rc = map_one(s, &rec, err);
			break;
		case STREAM_OPEN:
			rc = map_check_columns(s->m, &rec, err);
			break;
		case STREAM_REJECT:
			s->job->in++;
			s->job->skipped++;
			break;
		case STREAM_END:
			end = true;
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
