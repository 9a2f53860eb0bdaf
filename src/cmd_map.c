/*
 * cmd_map.c - raw records to canonical ones, by a feed's rules
 */
#include <string.h>
#include <unistd.h>

#include "cmd_map.h"
#include "cmd_map_merge.h"
#include "cmd_map_trace.h"
#include "command.h"
#include "core/fs.h"
#include "core/log.h"
#include "core/progress.h"
#include "core/stream.h"
#include "expr/fn.h"
#include "map/map.h"
#include "read/read_conf.h"
#include "read/reader.h"

static struct {
	const char *profile, *merge, *trace;
	bool check, explain, diff, filters, allow_filtered;
} opt;

static const struct opt options[] = {
	{"profile", 'p', OPT_TEXT, &opt.profile, "FEED", "map by this feed"},
	{"merge", 0, OPT_TEXT, &opt.merge, "NAME",
	 "make one record of canonical ones of several feeds"},
	{"trace", 0, OPT_TEXT, &opt.trace, "KEY",
	 "show every step of the records with this key, map nothing"},
	{"check", 0, OPT_FLAG, &opt.check, NULL,
	 "run the examples of the feeds named as operands, map nothing"},
	{"explain", 0, OPT_FLAG, &opt.explain, NULL,
	 "print the mapping that counts, map nothing"},
	{"diff", 0, OPT_FLAG, &opt.diff, NULL,
	 "print what differs between two feeds, or the feeds of two sites"},
	{"filters", 0, OPT_FLAG, &opt.filters, NULL,
	 "list the filters of the expression language"},
	{"allow-filtered", 0, OPT_FLAG, &opt.allow_filtered, NULL,
	 "accept a stream whose end line counts other records"},
	{NULL, 0, OPT_FLAG, NULL, NULL, NULL},
};

int cmd_map_load(struct feed *feed, const struct job *job, const char *name,
		 struct err *err)
{
	struct read_conf conf;
	int rc;

	if (feed_load(feed, job->opt.profiles, name, err) < 0)
		return -1;
	read_conf_init(&conf);
	rc = read_conf_load(&conf, feed->read, reader_names, err);
	read_conf_release(&conf);
	if (rc < 0)
		feed_release(feed);
	return rc;
}

static int print(struct buf *b, struct err *err)
{
	int rc = fs_write_all(STDOUT_FILENO, b->data, b->len, err);

	buf_release(b);
	return rc;
}

static int list_filters(struct err *err)
{
	struct buf b = BUF_INIT(64 * 1024);
	const struct fn *f;

	for (f = fn_table; f->name; f++)
		buf_addf(&b, "%s\n\t%s\n", f->synopsis, f->what);
	return print(&b, err);
}

/* ---- --check and --explain ------------------------------------------------
 */

/* 0, 1 where examples failed, -1. */
static int check_feed(const struct job *job, const char *name, struct buf *out,
		      struct err *err)
{
	struct feed feed;
	struct map map;
	size_t n = 0, failed = 0;
	int rc;

	if (cmd_map_load(&feed, job, name, err) < 0)
		return -1;
	rc = map_compile(&map, &feed, job->opt.profiles, err);
	if (rc == 0) {
		if (opt.explain)
			map_explain(&map, out);
		else
			rc = map_examples(&map, out, &n, &failed, err);
		map_release(&map);
	}
	if (rc == 0 && !opt.explain)
		buf_addf(out, "%s: %zu examples, %zu failed\n", feed.name, n,
			 failed);
	feed_release(&feed);
	return rc < 0 ? -1 : failed != 0;
}

static int check_feeds(const struct job *job, int argc, char **argv,
		       struct err *err)
{
	struct buf out = BUF_INIT(LINE_CEILING);
	int i, rc = 0;

	if (opt.profile)
		rc = check_feed(job, opt.profile, &out, err);
	for (i = 0; i < argc && rc >= 0; i++) {
		int one = check_feed(job, argv[i], &out, err);

		if (one != 0)
			rc = one;
	}
	if (rc < 0) {
		struct err late = ERR_INIT;

		print(&out, &late);
		return -1;
	}
	if (print(&out, err) < 0)
		return -1;
	return rc ? err_set(err, ERR_CONFIG, "examples failed") : 0;
}

static int diff(const struct job *job, int argc, char **argv, struct err *err)
{
	struct buf out = BUF_INIT(LINE_CEILING);
	int rc;

	if (argc != 2 || opt.profile)
		return err_set(err, ERR_USAGE,
			       "--diff wants two feeds, or two sites");
	rc = cmd_map_diff(job, argv[0], argv[1], &out, err);
	if (rc < 0)
		buf_clear(&out);
	return print(&out, err) < 0 ? -1 : rc;
}

/* ---- mapping ----------------------------------------------------------------
 */

/* "to" is the canonical field, "rule" the filter that refused the value. */
static void put_extra(struct buf *b, const struct map_fault *f)
{
	buf_clear(b);
	if (f->entity)
		rec_add_str(b, "entity", span_of(f->entity));
	if (f->to.len)
		rec_add_str(b, "to", f->to);
	if (f->rule.len)
		rec_add_str(b, "rule", f->rule);
}

static int reject_line(struct job *job, struct span line, struct err *why,
		       struct err *err)
{
	struct reject r = {
		.code = "bad-json", .value = line, .why = span_of(why->msg)};

	return job_reject(job, &r, err);
}

/* What one run holds. */
struct state {
	struct job *job;
	struct map map;
	struct stream_in in;
	struct stream_out out;
	struct rec rec;
	struct buf extra;
};

/* Raw records went through, or made nothing. */
static int take_made(void *ctx, size_t n, size_t n_records, struct err *err)
{
	struct state *s = ctx;

	(void)err;
	if (n_records)
		s->job->out += n;
	else
		s->job->skipped += n;
	s->out.records += n_records;
	out_tick(&s->out.out);
	return 0;
}

static int take_refused(void *ctx, struct rec *r, const struct rec_node *row,
			const struct map_fault *f, bool again, struct err *err)
{
	struct state *s = ctx;
	const struct rec_node *src = rec_get(r, row, "src");
	struct reject why = {
		.code = f->code,
		.field = f->column.len ? f->column : f->to,
		.value = f->value,
		.why = f->why,
		.rule = f->rule,
		.record = rec_raw(row),
		.again = again,
	};

	put_extra(&s->extra, f);
	why.extra = buf_span(&s->extra);
	if (src)
		why.src = rec_raw(src);
	return job_reject(s->job, &why, err);
}

/* The run began upstream: its id is in the opening line. */
static void take_run(struct job *job, struct rec *opening)
{
	struct span run =
		rec_text(opening, rec_get(opening, opening->node, "run"));

	if (run.len && run.len < JOB_RUN_MAX) {
		memcpy(job->run, run.p, run.len);
		job->run[run.len] = '\0';
	}
}

/*
 * Take what the end lines so far count as refused.  Where rows were filtered
 * out, one of them may have told of rows refused before it: then nobody knows
 * which groups are whole, also of those that are out.
 */
static int take_rejects(struct state *s, bool end, const struct map_sink *sink,
			struct err *err)
{
	bool blind = s->in.filtered && (s->map.group || s->map.running) &&
		     s->in.n_rejects > s->map.told;

	if (map_push_refused(&s->map, s->in.n_rejects, sink, err) < 0 ||
	    ((end || blind) && map_finish(&s->map, sink, err) < 0))
		return -1;
	if (!blind)
		return 0;
	return err_set(err, ERR_DATA,
		       "rows were filtered out of a stream that tells of "
		       "rejects: which groups and running values lack rows "
		       "cannot be told; filter behind sluice-map");
}

static int map_stream(struct state *s, struct err *err)
{
	const struct map_sink sink = {s, &s->out.out.buf, take_made,
				      take_refused};
	struct progress progress;
	struct err why = ERR_INIT;
	int rc = 0;

	progress_begin(&progress, "records", s->job->opt.quiet);
	while (rc == 0) {
		switch (stream_next(&s->in, &s->rec, &why)) {
		case STREAM_RECORD:
			s->job->in++;
			rc = map_push(&s->map, &s->rec, &sink, err);
			progress_tick(&progress, s->job->in, 0, 0);
			break;
		case STREAM_OPEN:
			take_run(s->job, &s->rec);
			rc = map_check_columns(&s->map, &s->rec, err);
			if (rc == 0)
				rc = take_rejects(s, false, &sink, err);
			map_push_open(&s->map);
			if (rc == 0 && !s->out.framed)
				stream_open_from(&s->out, "map", &s->rec);
			break;
		case STREAM_REJECT:
			s->job->in++;
			rc = reject_line(s->job, s->in.line, &why, err);
			if (rc == 0)
				rc = map_push_lost(&s->map, &sink, err);
			break;
		case STREAM_END:
			progress_end(&progress);
			if (take_rejects(s, true, &sink, err) < 0)
				return -1;
			job_count(s->job, "records", s->out.records);
			if (job_settle(s->job, err) < 0)
				return -1;
			s->out.earlier = s->in.n_rejects;
			return stream_close(&s->out, s->job->rejected, err);
		case STREAM_FATAL:
			*err = why;
			rc = -1;
			break;
		}
	}
	progress_end(&progress);
	return rc;
}

static int map_files(struct job *job, int argc, char **argv, struct err *err)
{
	struct state s = {
		.job = job, .rec = REC_INIT, .extra = BUF_INIT(LINE_CEILING)};
	struct feed feed;
	struct err late = ERR_INIT;
	int rc;

	if (cmd_map_load(&feed, job, opt.profile, err) < 0)
		return -1;
	rc = map_compile(&s.map, &feed, job->opt.profiles, err);
	if (rc == 0 && opt.trace) {
		rc = trace_command(job, &s.map, opt.trace, opt.allow_filtered,
				   argc, argv, err);
		map_release(&s.map);
	} else if (rc == 0) {
		stream_in_init(&s.in, argv, (size_t)argc, opt.allow_filtered);
		stream_out_init(&s.out, STDOUT_FILENO, job->opt.unbuffered);
		rc = map_stream(&s, err);
		/* What is whole goes out also when the rest does not. */
		if (rc < 0)
			out_flush(&s.out.out, &late);
		stream_in_release(&s.in);
		stream_out_release(&s.out);
		map_release(&s.map);
	}
	feed_release(&feed);
	rec_release(&s.rec);
	buf_release(&s.extra);
	return rc;
}

static int run(struct job *job, int argc, char **argv, struct err *err)
{
	enum merge_task task = MERGE_FILES;

	if (opt.filters)
		return list_filters(err);
	if (opt.merge && opt.profile)
		return err_set(err, ERR_USAGE,
			       "--merge reads canonical records, --profile raw "
			       "ones; give one of them");
	if (opt.trace && (!opt.profile || opt.check || opt.explain))
		return err_set(err, ERR_USAGE,
			       "--trace goes with --profile FEED, and neither "
			       "with --check nor --explain");
	if (opt.merge && opt.diff)
		return err_set(err, ERR_USAGE, "--diff is about feeds");
	if (opt.merge && opt.check)
		task = MERGE_CHECK;
	else if (opt.merge && opt.explain)
		task = MERGE_EXPLAIN;
	if (opt.merge)
		return merge_command(job, opt.merge, task, opt.allow_filtered,
				     argc, argv, err);
	if (opt.diff)
		return diff(job, argc, argv, err);
	if (opt.check || opt.explain) {
		if (!opt.profile && !argc)
			return err_set(err, ERR_USAGE,
				       "which feed? give its name");
		return check_feeds(job, argc, argv, err);
	}
	if (!opt.profile)
		return err_set(err, ERR_USAGE,
			       "--profile FEED says how to map; see --help");
	if (!argc && isatty(STDIN_FILENO))
		return err_set(err, ERR_USAGE,
			       "standard input is a terminal; name a file");
	return map_files(job, argc, argv, err);
}

const struct command command = {
	.name = "sluice-map",
	.stage = "map",
	.synopsis = "--profile FEED [FILE...]\n"
		    "       sluice-map --profile FEED --trace KEY [FILE...]\n"
		    "       sluice-map --merge NAME [FILE...]\n"
		    "       sluice-map --check|--explain FEED...\n"
		    "       sluice-map --diff FEED|SITE FEED|SITE\n"
		    "       sluice-map --filters",
	.summary = "Map raw records to canonical ones by a feed's rules.",
	.options = options,
	.reads_stream = false,
	.run = run,
};
