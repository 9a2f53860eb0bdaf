/* The examples a feed carries: raw in, canonical or reject out. */
#include "map/example.h"

#include "core/mem.h"
#include "map/map.h"

static const char *const keys[] = {"raw",    "is",  "reject", "skip",
				   "entity", "key", NULL};

/* One example being run. */
struct trial {
	struct map *m;
	const struct yt_node *n;
	struct buf *report;
	bool failed;
	/* What became of its raw records. */
	struct buf out;
	size_t n_records;
	struct buf codes; /* of the rejects, a line each */
	struct buf first; /* the first of them, for a person */
};

static void complain(struct trial *t, const struct yt_node *at, const char *fmt,
		     ...) __attribute__((format(printf, 3, 4)));

static void complain(struct trial *t, const struct yt_node *at, const char *fmt,
		     ...)
{
	struct err err = ERR_INIT;
	va_list ap;

	va_start(ap, fmt);
	err_vset(&err, ERR_SOME, fmt, ap);
	va_end(ap);
	buf_addf(t->report, "%s:%zu:%zu: %s\n", at->file, at->line, at->column,
		 err.msg);
	t->failed = true;
}

/* Where the format has only text, an unquoted 12 in an example is text too. */
static void put_raw(struct buf *b, const struct yt_node *n, bool typed)
{
	const struct yt_node *c;

	switch (n->type) {
	case YT_SCALAR:
		if (typed || yt_is_null(n))
			yt_put_json(b, n);
		else
			rec_put_str(b, (struct span){n->text, n->len});
		break;
	case YT_LIST:
		rec_put_open(b, '[');
		yt_each (n, c)
			put_raw(b, c, typed);
		rec_put_close(b, ']');
		break;
	case YT_MAP:
		rec_put_open(b, '{');
		yt_each (n, c) {
			rec_put_key(b, span_of(c->key));
			put_raw(b, c, typed);
		}
		rec_put_close(b, '}');
		break;
	}
}

static bool is_typed(const struct map *m)
{
	const struct yt_node *format = yt_get(m->feed->read, "format");

	return format && format->type == YT_SCALAR &&
	       (!strcmp(format->text, "json") ||
		!strcmp(format->text, "jsonl"));
}

static bool scalar_equals(struct rec *r, const struct rec_node *have,
			  const struct yt_node *want)
{
	struct span text = {want->text, want->len};
	struct dec a, b;

	if (yt_is_null(want))
		return !have || have->type == REC_NULL;
	if (!have)
		return false;
	if (yt_is_true(want) || yt_is_false(want))
		return have->type == (yt_is_true(want) ? REC_TRUE : REC_FALSE);
	if (have->type == REC_NUMBER)
		return want->plain && dec_parse(text, &a) == 0 &&
		       dec_parse(rec_text(r, have), &b) == 0 &&
		       dec_cmp(a, b) == 0;
	if (want->plain && dec_parse(text, &a) == 0)
		return false; /* a number wanted, a text found */
	return have->type == REC_STRING && span_eq(rec_text(r, have), text);
}

bool example_equals(struct rec *r, const struct rec_node *have,
		    const struct yt_node *want)
{
	const struct yt_node *c;
	size_t i = 0;

	switch (want->type) {
	case YT_SCALAR:
		return scalar_equals(r, have, want);
	case YT_LIST:
		if (!rec_is(have, REC_ARRAY) || have->count != want->n)
			return false;
		yt_each (want, c)
			if (!example_equals(r, rec_at(r, have, i++), c))
				return false;
		return true;
	case YT_MAP:
		if (!rec_is(have, REC_OBJECT))
			return false;
		yt_each (want, c)
			if (!example_equals(r, rec_get(r, have, c->key), c))
				return false;
		return true;
	}
	return false;
}

static void compare_fields(struct trial *t, struct rec *r,
			   const struct yt_node *want)
{
	const struct rec_node *fields = rec_get(r, r->node, "fields");
	const struct yt_node *c;

	yt_each (want, c) {
		const struct rec_node *have = rec_get(r, fields, c->key);
		struct buf expected = BUF_INIT(LINE_CEILING);

		if (!example_equals(r, have, c)) {
			yt_put_json(&expected, c);
			complain(t, c, "%s is %.*s, expected %s", c->key,
				 SPAN_FMT(have ? rec_raw(have)
					       : SPAN("absent")),
				 buf_str(&expected));
		}
		buf_release(&expected);
	}
}

/* Whether the record is of the entity and key that the example asks for. */
static bool is_meant(struct rec *r, const struct yt_node *example)
{
	static const char *const what[] = {"entity", "key"};
	size_t i;

	for (i = 0; i < 2; i++) {
		const struct yt_node *want = yt_get(example, what[i]);
		struct span have = rec_text(r, rec_get(r, r->node, what[i]));

		if (want && !span_is(have, want->text))
			return false;
	}
	return true;
}

/* The n-th record of the output that the example is about. */
static bool find_record(const struct buf *out, const struct yt_node *example,
			size_t n, struct rec *r)
{
	struct span rest = buf_span(out);

	while (rest.len) {
		const char *nl = memchr(rest.p, '\n', rest.len);
		size_t len = nl ? (size_t)(nl - rest.p) : rest.len;
		struct err ignored = ERR_INIT;

		if (rec_parse(r, rest.p, len, &ignored) == 0 &&
		    is_meant(r, example) && !n--)
			return true;
		rest.p += len + 1;
		rest.len -= len + (nl != NULL);
	}
	return false;
}

/* `is` is about one record: the only one, or the only one of its entity and
 * key. */
static void check_one(struct trial *t, struct rec *r)
{
	const struct yt_node *is = yt_get(t->n, "is");

	if (!find_record(&t->out, t->n, 0, r)) {
		complain(t, t->n, "no such record among the %zu made",
			 t->n_records);
		return;
	}
	if (is)
		compare_fields(t, r, is);
	if (find_record(&t->out, t->n, 1, r))
		complain(t, t->n,
			 "%zu records are made, and only the first is looked "
			 "at: 'is' needs a list for all of them, or 'entity' "
			 "and 'key' say which one is meant",
			 t->n_records);
}

static void check_records(struct trial *t)
{
	const struct yt_node *is = yt_get(t->n, "is"), *c;
	struct rec r = REC_INIT;
	size_t i = 0, n = 0;

	if (is && is->type == YT_LIST) {
		while (find_record(&t->out, t->n, n, &r))
			n++;
		if (is->n != n)
			complain(t, is, "%zu records, expected %zu", n, is->n);
		yt_each (is, c)
			if (find_record(&t->out, t->n, i++, &r))
				compare_fields(t, &r, c);
	} else {
		check_one(t, &r);
	}
	rec_release(&r);
}

static bool has_code(const struct trial *t, const char *code)
{
	struct span rest = buf_span(&t->codes);

	while (rest.len) {
		size_t len =
			(size_t)((const char *)memchr(rest.p, '\n', rest.len) -
				 rest.p);

		if (span_is((struct span){rest.p, len}, code))
			return true;
		rest.p += len + 1;
		rest.len -= len + 1;
	}
	return false;
}

static void judge(struct trial *t)
{
	const struct yt_node *reject = yt_get(t->n, "reject");
	bool skip = yt_get(t->n, "skip") != NULL;

	if (t->codes.len) {
		if (!reject || !has_code(t, reject->text))
			complain(t, t->n, "rejected with %s, expected %s",
				 buf_str(&t->first),
				 reject ? reject->text
					: (skip ? "a skip" : "a record"));
	} else if (!t->n_records) {
		if (!skip)
			complain(t, t->n, "skipped: no 'when' is true");
	} else if (reject || skip) {
		complain(t, t->n, "a record was made, expected %s",
			 reject ? "a reject" : "none");
	} else {
		check_records(t);
	}
}

static int take_made(void *ctx, size_t n, size_t n_records, struct err *err)
{
	struct trial *t = ctx;

	(void)n;
	(void)err;
	t->n_records += n_records;
	return 0;
}

static int take_refused(void *ctx, struct rec *r, const struct rec_node *row,
			const struct map_fault *f, bool again, struct err *err)
{
	struct trial *t = ctx;

	(void)r;
	(void)row;
	(void)again;
	(void)err;
	buf_addf(&t->codes, "%s\n", f->code);
	if (!t->first.len)
		buf_addf(&t->first, "%s (%.*s: %.*s)", f->code, SPAN_FMT(f->to),
			 SPAN_FMT(f->why));
	return 0;
}

static int check_raw(const struct yt_node *raw, struct err *err)
{
	const struct yt_node *c;

	if (raw->type == YT_MAP)
		return 0;
	if (yt_want(raw, YT_LIST, "raw", err) < 0)
		return -1;
	if (!raw->n)
		return yt_err(raw, err, "'raw' has no rows");
	yt_each (raw, c)
		if (yt_want(c, YT_MAP, "a row", err) < 0)
			return -1;
	return 0;
}

static int check_example(const struct yt_node *n, struct err *err)
{
	const struct yt_node *raw = yt_get(n, "raw"), *is = yt_get(n, "is");
	const char *text = NULL;
	bool skip = true;
	const struct yt_node *c;

	if (yt_check_keys(n, keys, err) < 0)
		return -1;
	if (!raw)
		return yt_err(n, err, "'raw' is missing");
	if (check_raw(raw, err) < 0 || yt_text(n, "reject", &text, err) < 0 ||
	    yt_text(n, "entity", &text, err) < 0 ||
	    yt_text(n, "key", &text, err) < 0 ||
	    yt_bool(n, "skip", &skip, err) < 0)
		return -1;
	if ((is != NULL) + (yt_get(n, "reject") != NULL) +
		    (yt_get(n, "skip") != NULL) !=
	    1)
		return yt_err(n, err,
			      "an example has 'is', 'reject' or 'skip: true'");
	if (!skip)
		return yt_err(yt_get(n, "skip"), err, "skip can only be true");
	if (!is || is->type == YT_MAP)
		return 0;
	if (yt_want(is, YT_LIST, "is", err) < 0)
		return -1;
	yt_each (is, c)
		if (yt_want(c, YT_MAP, "a record's fields", err) < 0)
			return -1;
	return 0;
}

static int push_row(struct trial *t, const struct yt_node *raw, struct rec *r,
		    struct buf *line, const struct map_sink *sink,
		    struct err *err)
{
	buf_clear(line);
	rec_put_open(line, '{');
	rec_put_key(line, SPAN("raw"));
	put_raw(line, raw, is_typed(t->m));
	rec_put_close(line, '}');
	if (rec_parse(r, line->data, line->len, err) < 0)
		return yt_err(t->n, err, "the raw record cannot be read");
	return map_push(t->m, r, sink, err);
}

static int run_example(struct trial *t, struct err *err)
{
	const struct map_sink sink = {t, &t->out, take_made, take_refused};
	const struct yt_node *raw = yt_get(t->n, "raw"), *c;
	struct buf line = BUF_INIT(LINE_CEILING);
	struct rec r = REC_INIT;
	int rc = check_example(t->n, err);

	map_restart(t->m);
	if (rc == 0 && raw->type == YT_MAP)
		rc = push_row(t, raw, &r, &line, &sink, err);
	else if (rc == 0)
		yt_each (raw, c)
			if (rc == 0)
				rc = push_row(t, c, &r, &line, &sink, err);
	if (rc == 0)
		rc = map_finish(t->m, &sink, err);
	if (rc == 0)
		judge(t);
	map_restart(t->m);
	rec_release(&r);
	buf_release(&line);
	return rc;
}

int map_examples(struct map *m, struct buf *out, size_t *n, size_t *failed,
		 struct err *err)
{
	const struct yt_node *c;
	int rc = 0;

	*n = *failed = 0;
	if (!m->feed->examples)
		return 0;
	yt_each (m->feed->examples, c) {
		struct trial t = {.m = m,
				  .n = c,
				  .report = out,
				  .out = BUF_INIT(2 * LINE_CEILING),
				  .codes = BUF_INIT(LINE_CEILING),
				  .first = BUF_INIT(ERR_MSG_MAX)};

		rc = run_example(&t, err);
		buf_release(&t.out);
		buf_release(&t.codes);
		buf_release(&t.first);
		if (rc < 0)
			return -1;
		++*n;
		*failed += t.failed;
	}
	return 0;
}
