#include "report/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contract/envelope.h"
#include "core/fs.h"
#include "core/hset.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/stream.h"

/* A stream that can be read twice. */
struct side {
	const char *name;
	int fd;
	bool own;   /* fd is ours to close */
	off_t from; /* where it begins */
	uint64_t n; /* records */
	uint64_t repeated;
};

#define OFFSET_MASK ((UINT64_C(1) << 61) - 1)

/* What is kept of a record of the first stream. */
struct kept {
	uint64_t content;
	uint64_t offset : 61; /* in the file */
	uint64_t met : 1;     /* the second stream has it */
	uint64_t differs : 1;
};

/* A record of both that says different things. */
struct pair {
	uint32_t first;  /* in kept */
	uint64_t second; /* offset */
};

struct compare {
	struct job *job;
	const struct streams_options *opt;
	struct report *report;
	struct side here, there;
	struct hset keys;
	struct kept *kept;
	size_t n_kept, cap_kept;
	struct pair *pair;
	size_t n_pairs, cap_pairs;
	uint64_t *extra; /* offsets in the second file */
	size_t n_extra, cap_extra;
	struct check check;
	struct rec rec;
};

/* ---- sides ------------------------------------------------------------ */

static int spill(struct side *s, struct err *err)
{
	static char block[256 * 1024];
	int to = fs_temp(err);
	ssize_t n = 0;
	int rc = to < 0 ? -1 : 0;

	while (rc == 0 && (n = read(s->fd, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		rc = n < 0 ? err_sys(err, "cannot read %s", s->name)
			   : fs_write_all(to, block, (size_t)n, err);
	}
	if (s->own)
		close(s->fd);
	s->fd = to;
	s->own = to >= 0;
	s->from = 0;
	if (rc == 0 && lseek(to, 0, SEEK_SET) < 0)
		rc = err_sys(err, "cannot rewind what was read of %s", s->name);
	return rc;
}

static int open_side(struct side *s, const char *path, struct err *err)
{
	struct stat st;

	*s = (struct side){.name = path, .fd = STDIN_FILENO};
	if (!strcmp(path, "-")) {
		s->name = "standard input";
	} else {
		s->fd = open(path, O_RDONLY | O_CLOEXEC);
		if (s->fd < 0)
			return err_sys(err, "cannot open %s", path);
		s->own = true;
	}
	if (fstat(s->fd, &st) < 0)
		return err_sys(err, "cannot read %s", s->name);
	s->from = S_ISREG(st.st_mode) ? lseek(s->fd, 0, SEEK_CUR) : -1;
	return s->from < 0 ? spill(s, err) : 0;
}

static void close_side(struct side *s)
{
	if (s->own)
		close(s->fd);
	s->own = false;
}

/* The line at `offset`, read again, parsed into `rec`. */
static int reread(const struct side *s, uint64_t offset, struct buf *line,
		  struct rec *rec, struct err *err)
{
	off_t at = s->from + (off_t)offset;
	size_t step = 4096;
	char *nl = NULL;

	buf_clear(line);
	while (!nl) {
		char *to = buf_reserve(line, step);
		ssize_t n;

		if (!to)
			return err_set(err, ERR_DATA, "%s: a line has grown",
				       s->name);
		n = pread(s->fd, to, step, at + (off_t)line->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(err, "cannot read %s again", s->name);
		if (!n)
			return err_set(err, ERR_DATA,
				       "%s: the file became shorter", s->name);
		nl = memchr(to, '\n', (size_t)n);
		line->len =
			nl ? (size_t)(nl - line->data) : line->len + (size_t)n;
		step *= 2;
	}
	return rec_parse(rec, line->data, line->len, err);
}

/* ---- reading ---------------------------------------------------------- */

static struct sip_hash key_hash(const struct envelope *e)
{
	struct sip h;

	sip_init(&h);
	sip_add_span(&h, e->entity);
	sip_add_span(&h, e->site);
	sip_add_span(&h, e->key);
	return sip_end(&h);
}

/* Of the bytes: those of records that say the same may differ. */
static uint64_t content_hash(const struct envelope *e)
{
	struct sip h;
	unsigned char op = (unsigned char)e->op;

	sip_init(&h);
	sip_add(&h, &op, 1);
	if (e->fields)
		sip_add_span(&h, rec_raw(e->fields));
	return sip_end(&h).lo;
}

static int reject(struct compare *c, const struct stream_in *in,
		  const char *why, struct err *err)
{
	struct buf words = BUF_INIT(2 * ERR_MSG_MAX);
	struct reject r = {.code = "bad-record"};
	int rc;

	buf_addf(&words, "%s, line %llu: %s", in->name,
		 (unsigned long long)in->lines.number, why);
	r.why = buf_span(&words);
	rc = job_reject(c->job, &r, err);
	buf_release(&words);
	return rc;
}

typedef int (*on_record)(struct compare *c, struct side *s,
			 const struct envelope *e, uint64_t offset,
			 struct err *err);

static int take(struct compare *c, struct side *s, const struct stream_in *in,
		on_record on, struct err *err)
{
	struct envelope e;

	c->job->in++;
	s->n++;
	check_begin(&c->check, &c->rec);
	if (!envelope_read(&e, &c->check))
		return reject(c, in, "no canonical record", err);
	c->job->out++;
	if (!streams_wants(c->opt->entities, e.entity))
		return 0;
	return on(c, s, &e, in->lines.offset, err);
}

static int read_side(struct compare *c, struct side *s, on_record on,
		     struct err *err)
{
	struct stream_in in;
	int rc = 0, done = 0;

	stream_in_init_fd(&in, s->name, s->fd, c->opt->allow_filtered);
	while (rc == 0 && !done) {
		switch (stream_next(&in, &c->rec, err)) {
		case STREAM_OPEN:
			break;
		case STREAM_RECORD:
			rc = take(c, s, &in, on, err);
			break;
		case STREAM_REJECT:
			c->job->in++;
			rc = reject(c, &in, err->msg, err);
			break;
		case STREAM_END:
			done = 1;
			break;
		case STREAM_FATAL:
			rc = -1;
			break;
		}
	}
	stream_in_release(&in);
	if (rc == 0 && s->repeated)
		log_warn("%s: %llu keys came again; the last record counts",
			 s->name, (unsigned long long)s->repeated);
	return rc;
}

static int keep_first(struct compare *c, struct side *s,
		      const struct envelope *e, uint64_t offset,
		      struct err *err)
{
	struct kept k = {.content = content_hash(e),
			 .offset = offset & OFFSET_MASK};
	bool fresh;
	uint32_t *at;

	if (c->n_kept == HSET_NONE - 1)
		return err_set(err, ERR_DATA, "%s: too many records", s->name);
	at = hset_add(&c->keys, key_hash(e), (uint32_t)c->n_kept, &fresh);
	if (!fresh) {
		s->repeated++;
		c->kept[*at] = k;
		return 0;
	}
	c->kept = mem_grow(c->kept, c->n_kept, &c->cap_kept, sizeof(*c->kept));
	c->kept[c->n_kept++] = k;
	return 0;
}

static int meet_second(struct compare *c, struct side *s,
		       const struct envelope *e, uint64_t offset,
		       struct err *err)
{
	uint32_t *at = hset_find(&c->keys, key_hash(e));
	struct kept *k;

	(void)err;
	if (!at) {
		c->extra = mem_grow(c->extra, c->n_extra, &c->cap_extra,
				    sizeof(*c->extra));
		c->extra[c->n_extra++] = offset;
		return 0;
	}
	k = &c->kept[*at];
	if (k->met)
		s->repeated++;
	k->met = true;
	k->differs = k->content != content_hash(e);
	if (k->differs) {
		c->pair = mem_grow(c->pair, c->n_pairs, &c->cap_pairs,
				   sizeof(*c->pair));
		c->pair[c->n_pairs++] = (struct pair){*at, offset};
	}
	return 0;
}

/* ---- telling ---------------------------------------------------------- */

/* In the order of the first file; of one record, the last that came. */
static int by_first(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->second < y->second) - (x->second > y->second);
}

static struct difference base_of(const struct envelope *e)
{
	struct difference d = {
		.entity = e->entity, .key = e->key, .site = e->site};

	if (e->src)
		d.src = rec_raw(e->src);
	return d;
}

static int tell_whole(struct compare *c, const struct side *s, uint64_t offset,
		      enum diff_kind kind, struct buf *line, struct err *err)
{
	struct envelope e;
	struct difference d;

	if (reread(s, offset, line, &c->rec, err) < 0)
		return -1;
	check_begin(&c->check, &c->rec);
	envelope_read(&e, &c->check);
	d = base_of(&e);
	d.kind = kind;
	report_put(c->report, &d);
	return 0;
}

static void tell_op(struct diff *d, const struct envelope *a,
		    const struct envelope *b)
{
	struct difference one = d->base;

	if (a->op == b->op)
		return;
	one.kind = DIFF_VALUE;
	one.field = SPAN("op");
	one.here = span_of(envelope_op_word(a->op));
	one.there = span_of(envelope_op_word(b->op));
	report_put(d->report, &one);
}

static int tell_pair(struct compare *c, const struct pair *p, struct diff *d,
		     struct buf *line, struct err *err)
{
	struct envelope a, b;

	if (reread(&c->here, c->kept[p->first].offset, &line[0], d->here, err) <
		    0 ||
	    reread(&c->there, p->second, &line[1], d->there, err) < 0)
		return -1;
	check_begin(&c->check, d->here);
	envelope_read(&a, &c->check);
	check_begin(&c->check, d->there);
	envelope_read(&b, &c->check);
	d->base = base_of(&a);
	tell_op(d, &a, &b);
	diff_fields(d, a.fields, b.fields);
	return 0;
}

static int tell(struct compare *c, struct err *err)
{
	struct rec there = REC_INIT;
	struct diff d = {.tolerances = c->opt->tolerances,
			 .report = c->report,
			 .here = &c->rec,
			 .there = &there,
			 .field = BUF_INIT(LINE_CEILING),
			 .plain = BUF_INIT(LINE_CEILING)};
	struct buf line[2] = {BUF_INIT(LINE_CEILING * 2),
			      BUF_INIT(LINE_CEILING * 2)};
	size_t i, p = 0;
	int rc = 0;

	if (c->n_pairs)
		qsort(c->pair, c->n_pairs, sizeof(*c->pair), by_first);
	for (i = 0; i < c->n_kept && rc == 0; i++) {
		if (!c->kept[i].met)
			rc = tell_whole(c, &c->here, c->kept[i].offset,
					DIFF_MISSING, &line[0], err);
		else if (c->kept[i].differs && p < c->n_pairs)
			rc = tell_pair(c, &c->pair[p], &d, line, err);
		while (p < c->n_pairs && c->pair[p].first == i)
			p++;
	}
	for (i = 0; i < c->n_extra && rc == 0; i++)
		rc = tell_whole(c, &c->there, c->extra[i], DIFF_EXTRA, &line[0],
				err);
	buf_release(&line[0]);
	buf_release(&line[1]);
	buf_release(&d.field);
	buf_release(&d.plain);
	rec_release(&there);
	return rc;
}

bool streams_wants(const struct opt_list *entities, struct span entity)
{
	size_t i;

	for (i = 0; i < entities->n; i++)
		if (span_is(entity, entities->item[i]))
			return true;
	return !entities->n;
}

int streams_compare(struct job *job, const struct streams_options *opt,
		    const char *here, const char *there, struct report *report,
		    struct err *err)
{
	struct compare c = {.job = job,
			    .opt = opt,
			    .report = report,
			    .here = {.fd = -1},
			    .there = {.fd = -1},
			    .rec = REC_INIT};
	int rc = -1;

	check_init(&c.check);
	if (open_side(&c.here, here, err) == 0 &&
	    open_side(&c.there, there, err) == 0 &&
	    read_side(&c, &c.here, keep_first, err) == 0 &&
	    read_side(&c, &c.there, meet_second, err) == 0)
		rc = tell(&c, err);
	job_count(job, "here", c.here.n);
	job_count(job, "there", c.there.n);
	close_side(&c.here);
	close_side(&c.there);
	hset_release(&c.keys);
	free(c.kept);
	free(c.pair);
	free(c.extra);
	check_release(&c.check);
	rec_release(&c.rec);
	return rc;
}
