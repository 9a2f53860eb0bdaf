#include "core/stream.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/num.h"

#define MIXED "streams with and without an opening line do not mix"

static char *only_stdin[] = {(char[]){"-"}};

void stream_in_init(struct stream_in *in, char **files, size_t n_files,
		    bool allow_filtered)
{
	*in = (struct stream_in){.file = files,
				 .n_files = n_files,
				 .fd = -1,
				 .allow_filtered = allow_filtered};
	if (!n_files) {
		in->file = only_stdin;
		in->n_files = 1;
	}
}

static void begin_file(struct stream_in *in)
{
	lines_init(&in->lines, in->fd);
	in->open = true;
	in->started = in->framed = in->ended = false;
	in->records = 0;
}

void stream_in_init_fd(struct stream_in *in, const char *name, int fd,
		       bool allow_filtered)
{
	*in = (struct stream_in){.name = name,
				 .fd = fd,
				 .borrowed = true,
				 .allow_filtered = allow_filtered};
	begin_file(in);
}

static int open_next(struct stream_in *in, struct err *err)
{
	const char *path = in->file[in->next_file++];

	if (!strcmp(path, "-")) {
		in->name = "standard input";
		in->fd = STDIN_FILENO;
	} else {
		in->name = path;
		in->fd = open(path, O_RDONLY | O_CLOEXEC);
		if (in->fd < 0)
			return err_sys(err, "cannot open %s", path);
	}
	begin_file(in);
	return 0;
}

static void close_file(struct stream_in *in)
{
	if (!in->open)
		return;
	lines_release(&in->lines);
	if (in->fd != STDIN_FILENO && !in->borrowed)
		close(in->fd);
	in->open = false;
}

static enum stream_got fatal(struct stream_in *in, struct err *err,
			     const char *what)
{
	err_set(err, ERR_DATA, "%s:%llu: %s", in->name,
		(unsigned long long)in->lines.number, what);
	return STREAM_FATAL;
}

static bool member_count(struct rec *rec, const char *name, uint64_t *out)
{
	const struct rec_node *n = rec_get(rec, rec->node, name);
	int64_t v;

	if (!rec_is(n, REC_NUMBER) ||
	    num_parse(rec_text(rec, n), 0, INT64_MAX, &v) < 0)
		return false;
	*out = (uint64_t)v;
	return true;
}

/* An end line: its count against what was seen. */
static int take_end(struct stream_in *in, struct rec *rec, struct err *err)
{
	uint64_t records, rejects, earlier = 0;

	if (!in->framed || in->ended) {
		fatal(in, err, "an end line without an opening line");
		return -1;
	}
	if (!member_count(rec, "records", &records) ||
	    !member_count(rec, "rejects", &rejects)) {
		fatal(in, err, "an end line without its counts");
		return -1;
	}
	if (records != in->records && !in->allow_filtered)
		return err_set(err, ERR_DATA,
			       "%s: the end line counts %llu records, %llu "
			       "were read (a filter in between? then say "
			       "--allow-filtered)",
			       in->name, (unsigned long long)records,
			       (unsigned long long)in->records);
	in->filtered = records != in->records;
	member_count(rec, "earlier", &earlier);
	in->n_rejects += rejects + earlier;
	in->ended = true;
	return 0;
}

/* A line with the member "sluice": 1 opening, 0 end, -1 error. */
static int take_frame(struct stream_in *in, struct rec *rec, struct err *err)
{
	const struct rec_node *version = rec_get(rec, rec->node, "sluice");
	const char *wrong = NULL;

	if (!span_eq(rec_text(rec, version), SPAN("1")))
		wrong = "a stream of another version; this program reads 1";
	else if (rec_is(rec_get(rec, rec->node, "end"), REC_TRUE))
		return take_end(in, rec, err);
	else if (in->any_unframed)
		wrong = MIXED;
	else if (in->started && !in->ended)
		wrong = "a second opening line before the end line: the first "
			"stream was cut short";
	if (wrong) {
		fatal(in, err, wrong);
		return -1;
	}
	in->any_framed = in->framed = in->started = true;
	in->ended = false;
	in->records = 0;
	return 1;
}

static bool maybe_frame(struct span line)
{
	return line.len > 10 && !memcmp(line.p, "{\"sluice\":", 10);
}

/* STREAM_END stands for "go on": the end of a segment says nothing yet. */
static enum stream_got take_line(struct stream_in *in, struct rec *rec,
				 struct err *err)
{
	int rc = rec_parse(rec, in->line.p, in->line.len, err);

	if (rc == 0 && maybe_frame(in->line)) {
		rc = take_frame(in, rec, err);
		if (rc < 0)
			return STREAM_FATAL;
		return rc ? STREAM_OPEN : STREAM_END;
	}
	if (in->ended)
		return fatal(in, err, "a record behind the end line");
	if (!in->started && in->any_framed)
		return fatal(in, err, MIXED);
	if (!in->started)
		in->any_unframed = true;
	in->started = true;
	in->records++;
	in->n_read++;
	if (rc == 0)
		return STREAM_RECORD;
	err_wrap(err, "%s:%llu", in->name,
		 (unsigned long long)in->lines.number);
	return STREAM_REJECT;
}

static enum stream_got take_long(struct stream_in *in, struct err *err)
{
	in->line = (struct span){"", 0};
	if (in->ended)
		return fatal(in, err, "a record behind the end line");
	if (!in->started && !in->any_framed)
		in->any_unframed = true;
	in->started = true;
	in->records++;
	in->n_read++;
	err_set(err, ERR_DATA, "%s:%llu: a line of more than %zu bytes",
		in->name, (unsigned long long)in->lines.number, LINE_CEILING);
	return STREAM_REJECT;
}

enum stream_got stream_next(struct stream_in *in, struct rec *rec,
			    struct err *err)
{
	for (;;) {
		enum stream_got got;

		if (!in->open) {
			if (in->next_file == in->n_files)
				return STREAM_END;
			if (open_next(in, err) < 0)
				return STREAM_FATAL;
		}
		switch (lines_next(&in->lines, &in->line, err)) {
		case LINES_LINE:
			got = take_line(in, rec, err);
			if (got != STREAM_END)
				return got;
			break;
		case LINES_LONG:
			return take_long(in, err);
		case LINES_CUT:
			return fatal(in, err,
				     "the last line has no end: the stream "
				     "was cut short");
		case LINES_END:
			if (in->framed && !in->ended)
				return fatal(in, err,
					     "no end line: the stream was cut "
					     "short");
			close_file(in);
			break;
		case LINES_FAIL:
			err_wrap(err, "%s", in->name);
			return STREAM_FATAL;
		}
	}
}

void stream_in_release(struct stream_in *in)
{
	close_file(in);
}

void stream_out_init(struct stream_out *s, int fd, bool unbuffered)
{
	out_init(&s->out, fd, unbuffered);
	s->framed = false;
	s->records = 0;
}

void stream_open(struct stream_out *s, const char *stage, const char *run,
		 struct span members)
{
	struct buf *b = &s->out.buf;

	s->framed = true;
	rec_put_open(b, '{');
	rec_add_count(b, "sluice", 1);
	rec_add_str(b, "stage", span_of(stage));
	rec_add_str(b, "run", span_of(run));
	if (members.len)
		rec_put_raw(b, members);
	rec_put_close(b, '}');
	buf_addc(b, '\n');
	out_tick(&s->out);
}

void stream_open_from(struct stream_out *s, const char *stage, struct rec *from)
{
	struct buf *b = &s->out.buf;
	const struct rec_node *m;

	s->framed = true;
	rec_put_open(b, '{');
	rec_each (from, from->node, m) {
		rec_put_key_raw(b, (struct span){m->key, m->key_len});
		if (span_eq(rec_key(from, m), SPAN("stage")))
			rec_put_str(b, span_of(stage));
		else
			rec_put_node(b, from, m);
	}
	rec_put_close(b, '}');
	buf_addc(b, '\n');
	out_tick(&s->out);
}

int stream_close(struct stream_out *s, uint64_t rejects, struct err *err)
{
	struct buf *b = &s->out.buf;

	if (s->framed) {
		rec_put_open(b, '{');
		rec_add_count(b, "sluice", 1);
		rec_add_bool(b, "end", true);
		rec_add_count(b, "records", s->records);
		rec_add_count(b, "rejects", rejects);
		if (s->earlier)
			rec_add_count(b, "earlier", s->earlier);
		rec_put_close(b, '}');
		buf_addc(b, '\n');
	}
	return out_flush(&s->out, err);
}

void stream_out_release(struct stream_out *s)
{
	out_release(&s->out);
}
