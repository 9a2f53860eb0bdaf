/* The examples a merge carries: records in, one record or a reject out. */
#include "map/example.h"
#include "map/merge.h"

static const char *const keys[] = {"records", "is",   "key",    "op",
				   "from",    "skip", "reject", NULL};
static const char *const record_keys[] = {"source", "key",    "op",
					  "site",   "fields", NULL};

/* One example being run. */
struct trial {
	const struct merge *m;
	const struct yt_node *n;
	struct buf *report;
	size_t made; /* records so far */
	bool failed;
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

/* ---- what goes in ----------------------------------------------------------
 */

static int check_record(const struct merge *m, const struct yt_node *n,
			struct err *err)
{
	const char *source = NULL, *text = NULL;
	const struct yt_node *fields;

	if (yt_check_keys(n, record_keys, err) < 0 ||
	    yt_text_required(n, "source", &source, err) < 0 ||
	    yt_text_required(n, "key", &text, err) < 0 ||
	    yt_text(n, "op", &text, err) < 0 ||
	    yt_text(n, "site", &text, err) < 0)
		return -1;
	fields = yt_get(n, "fields");
	if (fields && yt_want(fields, YT_MAP, "fields", err) < 0)
		return -1;
	if (merge_source(m, span_of(source)) < 0)
		return yt_err(yt_get(n, "source"), err,
			      "'%s' is not one of the sources", source);
	return 0;
}

static int check_example(const struct merge *m, const struct yt_node *n,
			 struct err *err)
{
	const struct yt_node *records, *c;
	const char *text = NULL;
	bool skip = true;

	if (yt_check_keys(n, keys, err) < 0)
		return -1;
	records = yt_get(n, "records");
	if (!records)
		return yt_err(n, err, "'records' is missing");
	if (yt_want(records, YT_LIST, "records", err) < 0 ||
	    yt_text(n, "reject", &text, err) < 0 ||
	    yt_text(n, "key", &text, err) < 0 ||
	    yt_text(n, "op", &text, err) < 0 ||
	    yt_bool(n, "skip", &skip, err) < 0)
		return -1;
	if ((yt_get(n, "is") != NULL) + (yt_get(n, "reject") != NULL) +
		    (yt_get(n, "skip") != NULL) !=
	    1)
		return yt_err(n, err,
			      "an example has 'is', 'reject' or 'skip: true'");
	if (!skip)
		return yt_err(yt_get(n, "skip"), err, "skip can only be true");
	if (yt_get(n, "is") && yt_want(yt_get(n, "is"), YT_MAP, "is", err) < 0)
		return -1;
	if (yt_get(n, "from") &&
	    yt_want(yt_get(n, "from"), YT_MAP, "from", err) < 0)
		return -1;
	yt_each (records, c)
		if (check_record(m, c, err) < 0)
			return -1;
	return 0;
}

static void put_text(struct buf *b, const char *name, const struct yt_node *n)
{
	if (n)
		rec_add_str(b, name, (struct span){n->text, n->len});
}

static void put_record(struct trial *t, const struct yt_node *n, size_t row,
		       struct buf *b)
{
	const struct yt_node *fields = yt_get(n, "fields");

	buf_clear(b);
	rec_put_open(b, '{');
	rec_add_str(b, "entity", span_of(t->m->entity));
	put_text(b, "key", yt_get(n, "key"));
	put_text(b, "op", yt_get(n, "op"));
	put_text(b, "site", yt_get(n, "site"));
	rec_put_key(b, SPAN("fields"));
	if (fields)
		yt_put_json(b, fields);
	else
		rec_put_raw(b, SPAN("{}"));
	rec_put_key(b, SPAN("src"));
	rec_put_open(b, '{');
	put_text(b, "feed", yt_get(n, "source"));
	rec_add_count(b, "row", row);
	rec_put_close(b, '}');
	rec_put_close(b, '}');
}

/* ---- what comes out --------------------------------------------------------
 */

/* The source a field came from, by src. */
static struct span came_from(struct rec *r, const char *field)
{
	const struct rec_node *src = rec_get(r, r->node, "src");
	const struct rec_node *fields = rec_get(r, src, "fields");
	const struct rec_node *one = fields ? rec_get(r, fields, field) : NULL;

	if (rec_is(one, REC_ARRAY))
		return rec_raw(one);
	return rec_text(r, rec_get(r, one ? one : src, "feed"));
}

static void compare_text(struct trial *t, struct rec *r, const char *name)
{
	const struct yt_node *want = yt_get(t->n, name);
	struct span have = rec_text(r, rec_get(r, r->node, name));

	if (want && !span_is(have, want->text))
		complain(t, want, "%s is %.*s, expected %s", name,
			 SPAN_FMT(have), want->text);
}

static void compare_record(struct trial *t, struct rec *r)
{
	const struct yt_node *is = yt_get(t->n, "is"), *c;
	const struct yt_node *from = yt_get(t->n, "from");
	const struct rec_node *fields = rec_get(r, r->node, "fields");

	compare_text(t, r, "key");
	compare_text(t, r, "op");
	yt_each (is, c) {
		const struct rec_node *have = rec_get(r, fields, c->key);
		struct buf want = BUF_INIT(LINE_CEILING);

		yt_put_json(&want, c);
		if (!example_equals(r, have, c))
			complain(t, c, "%s is %.*s, expected %s", c->key,
				 SPAN_FMT(have ? rec_raw(have)
					       : SPAN("absent")),
				 buf_str(&want));
		buf_release(&want);
	}
	if (!from)
		return;
	yt_each (from, c)
		if (c->type != YT_SCALAR ||
		    !span_is(came_from(r, c->key), c->text))
			complain(t, c, "%s is from %.*s, expected %s", c->key,
				 SPAN_FMT(came_from(r, c->key)),
				 c->type == YT_SCALAR ? c->text : "one source");
}

static void judge_item(struct trial *t, const struct merge_item *it,
		       bool *rejected)
{
	const struct yt_node *reject = yt_get(t->n, "reject");
	const struct yt_node *skip = yt_get(t->n, "skip");
	struct rec r = REC_INIT;
	struct err err = ERR_INIT;

	switch (it->kind) {
	case MERGE_ITEM_RECORD:
		t->made++;
		if (skip)
			complain(t, t->n, "a record was made, expected a skip");
		else if (!reject &&
			 rec_parse(&r, it->line.p, it->line.len, &err) == 0 &&
			 t->made == 1)
			compare_record(t, &r);
		break;
	case MERGE_ITEM_REJECT:
		*rejected |= reject && !strcmp(it->fault.code, reject->text);
		if (!reject)
			complain(t, t->n, "rejected with %s (%.*s)",
				 it->fault.code, SPAN_FMT(it->fault.why));
		break;
	case MERGE_ITEM_SKIP:
		if (!skip)
			complain(t, t->n,
				 "skipped: a source that is required "
				 "is missing");
		break;
	}
	rec_release(&r);
}

static int run_items(struct trial *t, struct merge_run *run, struct err *err)
{
	const struct yt_node *reject = yt_get(t->n, "reject");
	struct merge_item it;
	bool rejected = false;
	int rc;

	while ((rc = merge_run_next(run, &it, err)) > 0)
		judge_item(t, &it, &rejected);
	if (rc < 0)
		return -1;
	if (reject && !rejected && !t->failed)
		complain(t, reject, "nothing was rejected with %s",
			 reject->text);
	if (yt_get(t->n, "is") && t->made != 1 && !t->failed)
		complain(t, t->n, "%zu records were made, expected one",
			 t->made);
	return 0;
}

static int run_example(struct trial *t, struct err *err)
{
	struct merge_run *run = merge_run_new(t->m);
	struct buf line = BUF_INIT(LINE_CEILING);
	struct rec r = REC_INIT;
	const struct yt_node *c;
	struct merge_fault f;
	size_t row = 0;
	int rc = check_example(t->m, t->n, err);

	if (rc == 0)
		yt_each (yt_get(t->n, "records"), c) {
			put_record(t, c, ++row, &line);
			if (rec_parse(&r, line.data, line.len, err) < 0) {
				rc = yt_err(c, err,
					    "the record cannot be read");
				break;
			}
			rc = merge_run_add(run, &r, buf_span(&line), &f, err);
			if (rc < 0)
				break;
			if (!rc) {
				struct buf why = BUF_INIT(LINE_CEILING);

				buf_add_span(&why, f.why);
				rc = yt_err(c, err, "%s", buf_str(&why));
				buf_release(&why);
				break;
			}
			rc = 0;
		}
	if (rc == 0)
		rc = run_items(t, run, err);
	rec_release(&r);
	buf_release(&line);
	merge_run_free(run);
	return rc;
}

int merge_examples(const struct merge *m, struct buf *out, size_t *n,
		   size_t *failed, struct err *err)
{
	const struct yt_node *c;

	*n = *failed = 0;
	if (!m->examples)
		return 0;
	yt_each (m->examples, c) {
		struct trial t = {.m = m, .n = c, .report = out};

		if (run_example(&t, err) < 0)
			return -1;
		++*n;
		*failed += t.failed;
	}
	return 0;
}
