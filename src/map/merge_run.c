/*
 * A stream merged in bounded memory.  Records are sorted by a hash of their
 * identity, so that those of one thing come together; what becomes of them is
 * sorted by the number of the first record it is made of.  Where the match is
 * by fields, a sort in between finds records that come out with one key.
 */
#include <stdlib.h>

#include "core/extsort.h"
#include "core/mem.h"
#include "core/sip.h"
#include "map/merge.h"

#define SORT_LIMIT ((size_t)12 << 20)

/* In front of a record that waits for those of its identity. */
struct waiting {
	uint64_t seq;
	unsigned source;
};

/* In front of an item that waits for its turn; texts and line follow. */
struct ready {
	uint64_t seq; /* of the first record it is made of */
	uint32_t kind, n_in, code;
	uint32_t field, value, why, extra; /* bytes */
};

static const char *const codes[] = {"bad-date",       "bad-json",
				    "bad-number",     "duplicate",
				    "op-conflict",    "merge-incomplete",
				    "missing-source", "too-long",
				    "wrong-type"};
#define N_CODES (sizeof(codes) / sizeof(codes[0]))

struct merge_run {
	const struct merge *m;
	struct extsort *by_identity; /* until all is gathered */
	struct extsort *by_key;      /* where the match is by fields */
	struct extsort *by_turn;
	struct merge_group *group;
	uint64_t seq, unmatched;
	bool gathered;

	struct sip_hash identity;           /* of the group at hand */
	uint64_t first;                     /* its first record's number */
	uint64_t member[MERGE_SOURCES_MAX]; /* ... and each source's */
	struct rec rec;                     /* for pointers to a record */
	struct buf line, item, why, extra;
};

struct merge_run *merge_run_new(const struct merge *m)
{
	struct merge_run *r = mem_zalloc(sizeof(*r));

	r->m = m;
	r->by_identity = extsort_new(SORT_LIMIT);
	r->by_turn = extsort_new(SORT_LIMIT);
	if (m->n_match)
		r->by_key = extsort_new(SORT_LIMIT);
	r->group = merge_group_new(m);
	r->line.ceiling = r->why.ceiling = r->extra.ceiling = LINE_CEILING;
	r->item.ceiling = LINE_CEILING * 4;
	return r;
}

void merge_run_free(struct merge_run *r)
{
	if (!r)
		return;
	extsort_free(r->by_identity);
	extsort_free(r->by_key);
	extsort_free(r->by_turn);
	merge_group_free(r->group);
	rec_release(&r->rec);
	buf_release(&r->line);
	buf_release(&r->item);
	buf_release(&r->why);
	buf_release(&r->extra);
	free(r);
}

void merge_run_doubt(struct merge_run *r, struct span feed)
{
	int source = merge_source(r->m, feed);
	unsigned i;

	for (i = 0; i < r->m->n_sources; i++)
		if (source < 0 || (unsigned)source == i)
			merge_group_doubt(r->group, i);
}

uint64_t merge_run_unmatched(const struct merge_run *r)
{
	return r->unmatched;
}

/* ---- items that wait for their turn ----------------------------------------
 */

static void number_key(uint64_t seq, unsigned char key[8])
{
	int i;

	for (i = 7; i >= 0; i--, seq >>= 8)
		key[i] = (unsigned char)seq;
}

static uint32_t code_number(const char *code)
{
	uint32_t i = 0;

	while (i + 1 < N_CODES && strcmp(codes[i], code) != 0)
		i++;
	return i;
}

static void make_item(struct merge_run *r, const struct merge_item *it,
		      uint64_t seq)
{
	const struct merge_fault *f = &it->fault;
	struct ready head = {
		.seq = seq,
		.kind = it->kind,
		.n_in = (uint32_t)it->n_in,
		.code = f->code ? code_number(f->code) : 0,
		.field = (uint32_t)f->field.len,
		.value = (uint32_t)f->value.len,
		.why = (uint32_t)f->why.len,
		.extra = (uint32_t)f->extra.len,
	};

	buf_clear(&r->item);
	buf_add(&r->item, &head, sizeof(head));
	buf_add_span(&r->item, f->field);
	buf_add_span(&r->item, f->value);
	buf_add_span(&r->item, f->why);
	buf_add_span(&r->item, f->extra);
	buf_add_span(&r->item, it->line);
}

static int put_item(struct merge_run *r, const struct merge_item *it,
		    uint64_t seq, struct err *err)
{
	unsigned char key[8];

	make_item(r, it, seq);
	number_key(seq, key);
	return extsort_add(r->by_turn, (struct span){(const char *)key, 8},
			   buf_span(&r->item), err);
}

static struct span cut(struct span *rest, size_t len)
{
	struct span s = {rest->p, len};

	rest->p += len;
	rest->len -= len;
	return s;
}

static void read_item(struct span payload, struct merge_item *it, uint64_t *seq)
{
	struct ready head;

	memcpy(&head, payload.p, sizeof(head));
	cut(&payload, sizeof(head));
	*seq = head.seq;
	it->kind = (enum merge_item_kind)head.kind;
	it->n_in = head.n_in;
	it->fault.code = codes[head.code];
	it->fault.field = cut(&payload, head.field);
	it->fault.value = cut(&payload, head.value);
	it->fault.why = cut(&payload, head.why);
	it->fault.extra = cut(&payload, head.extra);
	it->line = payload;
}

/* ---- taking records --------------------------------------------------------
 */

/* What identifies a record of the stream. */
struct envelope_at {
	const struct rec_node *key, *site, *fields;
	int source;
};

static bool bad(struct merge_fault *f, const char *code, const char *field,
		struct span value, struct span why)
{
	*f = (struct merge_fault){.code = code,
				  .field = span_of(field),
				  .value = value,
				  .why = why};
	return false;
}

static bool check_op(struct rec *rec, const struct rec_node *fields,
		     struct merge_fault *f)
{
	static const char *const ops[] = {"upsert",  "create", "update",
					  "archive", "cancel", NULL};
	const struct rec_node *op = rec_get(rec, rec->node, "op");
	struct span word = op ? rec_text(rec, op) : SPAN("upsert");
	size_t i = 0;

	while (ops[i] && !span_is(word, ops[i]))
		i++;
	if (!ops[i] || (op && op->type != REC_STRING))
		return bad(f, "bad-record", "op", word,
			   SPAN("op is upsert, create, update, archive or "
				"cancel"));
	if (fields ? fields->type != REC_OBJECT : i < 3)
		return bad(f, "bad-record", "fields", SPAN(""),
			   SPAN("a record has an object 'fields'"));
	return true;
}

static bool open_record(struct merge_run *r, struct rec *rec,
			struct envelope_at *e, struct merge_fault *f)
{
	const struct rec_node *src = rec_get(rec, rec->node, "src");
	struct span feed = SPAN("");

	e->key = rec_get(rec, rec->node, "key");
	e->site = rec_get(rec, rec->node, "site");
	e->fields = rec_get(rec, rec->node, "fields");
	if (!rec_is(e->key, REC_STRING) || !e->key->len)
		return bad(f, "bad-record", "key", rec_text(rec, e->key),
			   SPAN("a key is a text"));
	if (e->site && e->site->type != REC_STRING && e->site->type != REC_NULL)
		return bad(f, "bad-record", "site", rec_text(rec, e->site),
			   SPAN("a site is a text"));
	if (!check_op(rec, e->fields, f))
		return false;
	if (rec_is(src, REC_OBJECT))
		feed = rec_text(rec, rec_get(rec, src, "feed"));
	e->source = merge_source(r->m, feed);
	if (e->source >= 0)
		return true;
	buf_clear(&r->why);
	if (feed.len)
		buf_addf(&r->why, "'%.*s' is not one of the sources of %s",
			 SPAN_FMT(feed), r->m->name);
	else
		buf_adds(&r->why, "src does not say of which feed it is");
	return bad(f, "unknown-source", "src", feed, buf_span(&r->why));
}

static void add_text(struct sip *h, struct rec *rec, const struct rec_node *n)
{
	sip_add_span(h, rec_is(n, REC_STRING) ? rec_text(rec, n) : SPAN(""));
}

/* By the fields that must be the same; false where one has no value. */
static bool matched(const struct merge_run *r, struct sip *h, struct rec *rec,
		    const struct rec_node *fields)
{
	size_t i;

	for (i = 0; i < r->m->n_match; i++) {
		const struct rec_node *n =
			fields ? rec_get(rec, fields, r->m->match[i]) : NULL;
		struct span text;

		if (!n || n->type == REC_NULL)
			return false;
		text = rec_text(rec, n);
		if (n->type == REC_STRING && !span_trim(text).len)
			return false;
		sip_add_span(h, text);
	}
	return true;
}

static struct sip_hash identity_of(struct merge_run *r, struct rec *rec,
				   const struct envelope_at *e)
{
	struct sip h;

	sip_init(&h);
	add_text(&h, rec, e->site);
	if (!r->m->n_match) {
		add_text(&h, rec, e->key);
		return sip_end(&h);
	}
	sip_add_span(&h, SPAN("match"));
	if (matched(r, &h, rec, e->fields))
		return sip_end(&h);
	r->unmatched++;
	sip_init(&h);
	sip_add_span(&h, SPAN("alone"));
	sip_add(&h, &r->seq, sizeof(r->seq));
	return sip_end(&h);
}

int merge_run_add(struct merge_run *r, struct rec *rec, struct span line,
		  struct merge_fault *f, struct err *err)
{
	const struct rec_node *entity;
	struct waiting head = {.seq = r->seq++};
	struct envelope_at e;
	struct sip_hash h;

	if (rec->node->type != REC_OBJECT)
		return bad(f, "bad-record", "", SPAN(""),
			   SPAN("a record is an object"));
	entity = rec_get(rec, rec->node, "entity");
	if (!rec_is(entity, REC_STRING))
		return bad(f, "bad-record", "entity", SPAN(""),
			   SPAN("no canonical record: it has no entity"));
	if (!span_is(rec_text(rec, entity), r->m->entity)) {
		const struct merge_item other = {
			.kind = MERGE_ITEM_RECORD, .n_in = 1, .line = line};

		return put_item(r, &other, head.seq, err) < 0 ? -1 : 1;
	}
	if (!open_record(r, rec, &e, f))
		return 0;
	head.source = (unsigned)e.source;
	h = identity_of(r, rec, &e);
	buf_clear(&r->item);
	buf_add(&r->item, &head, sizeof(head));
	buf_add_span(&r->item, line);
	if (extsort_add(r->by_identity,
			(struct span){(const char *)&h, sizeof(h)},
			buf_span(&r->item), err) < 0)
		return -1;
	return 1;
}

/* ---- groups ----------------------------------------------------------------
 */

/* "row 12 of ERP.csv", of the record `line`; its src as JSON in r->extra. */
static void point_to(struct merge_run *r, struct span line)
{
	const struct rec_node *src;
	struct err ignored = ERR_INIT;
	struct span file, row;

	buf_clear(&r->extra);
	if (rec_parse(&r->rec, line.p, line.len, &ignored) < 0)
		return;
	src = rec_get(&r->rec, r->rec.node, "src");
	if (!rec_is(src, REC_OBJECT))
		return;
	rec_add_raw(&r->extra, "first", rec_raw(src));
	file = rec_text(&r->rec, rec_get(&r->rec, src, "file"));
	row = rec_text(&r->rec, rec_get(&r->rec, src, "row"));
	if (row.len)
		buf_addf(&r->why, ": row %.*s of", SPAN_FMT(row));
	if (file.len)
		buf_addf(&r->why, "%s %.*s", row.len ? "" : ": in",
			 SPAN_FMT(file));
}

/* A second record of a source. */
static int refuse_second(struct merge_run *r, unsigned source, uint64_t seq,
			 struct span line, struct err *err)
{
	struct merge_item it = {.kind = MERGE_ITEM_REJECT,
				.n_in = 1,
				.line = line,
				.fault = {.code = "duplicate"}};

	buf_clear(&r->why);
	buf_addf(&r->why, "%s has a record of this identity already",
		 r->m->source[source]);
	point_to(r, merge_group_line(r->group, source));
	it.fault.why = buf_span(&r->why);
	it.fault.extra = buf_span(&r->extra);
	return put_item(r, &it, seq, err);
}

/* Each record of the group is refused for the same reason. */
static int refuse_all(struct merge_run *r, const struct merge_fault *f,
		      struct err *err)
{
	struct merge_item it = {
		.kind = MERGE_ITEM_REJECT, .n_in = 1, .fault = *f};
	unsigned i;

	for (i = 0; i < r->m->n_sources; i++) {
		it.line = merge_group_line(r->group, i);
		if (it.line.len && put_item(r, &it, r->member[i], err) < 0)
			return -1;
	}
	return 0;
}

/* By the identity it comes out with, and its turn. */
static int put_by_key(struct merge_run *r, const struct merge_item *it,
		      struct err *err)
{
	struct sip h;
	struct sip_hash sum;
	char key[sizeof(sum) + 8];
	unsigned char turn[8];

	if (rec_parse(&r->rec, it->line.p, it->line.len, err) < 0)
		return -1;
	sip_init(&h);
	add_text(&h, &r->rec, rec_get(&r->rec, r->rec.node, "site"));
	add_text(&h, &r->rec, rec_get(&r->rec, r->rec.node, "key"));
	sum = sip_end(&h);
	number_key(r->first, turn);
	memcpy(key, &sum, sizeof(sum));
	memcpy(key + sizeof(sum), turn, 8);
	make_item(r, it, r->first);
	return extsort_add(r->by_key, (struct span){key, sizeof(key)},
			   buf_span(&r->item), err);
}

static int end_group(struct merge_run *r, struct err *err)
{
	struct merge_fault f;
	struct merge_item it = {.kind = MERGE_ITEM_RECORD,
				.n_in = merge_group_count(r->group)};
	int rc = 0;

	if (!it.n_in)
		return 0;
	buf_clear(&r->line);
	switch (merge_group_run(r->group, &r->line, &f)) {
	case MERGE_DONE:
		it.line = buf_span(&r->line);
		rc = r->by_key ? put_by_key(r, &it, err)
			       : put_item(r, &it, r->first, err);
		break;
	case MERGE_SKIP:
		it.kind = MERGE_ITEM_SKIP;
		rc = put_item(r, &it, r->first, err);
		break;
	case MERGE_REJECT:
		rc = refuse_all(r, &f, err);
		break;
	}
	merge_group_clear(r->group);
	return rc;
}

static int take_waiting(struct merge_run *r, struct span key,
			struct span payload, struct err *err)
{
	struct sip_hash identity;
	struct waiting head;

	memcpy(&identity, key.p, sizeof(identity));
	memcpy(&head, payload.p, sizeof(head));
	cut(&payload, sizeof(head));
	if (!sip_eq(identity, r->identity)) {
		if (end_group(r, err) < 0)
			return -1;
		r->identity = identity;
	}
	if (!merge_group_count(r->group))
		r->first = head.seq;
	if (!merge_group_add(r->group, head.source, payload))
		return refuse_second(r, head.source, head.seq, payload, err);
	r->member[head.source] = head.seq;
	return 0;
}

/* Of records that come out with one key, only the first goes on. */
static int gather_by_key(struct merge_run *r, struct err *err)
{
	struct span key, payload;
	struct sip_hash last = {0, 0}, sum;
	struct buf first = BUF_INIT(LINE_CEILING);
	bool any = false;
	int rc;

	while ((rc = extsort_next(r->by_key, &key, &payload, err)) > 0) {
		struct merge_item it;
		uint64_t seq;

		memcpy(&sum, key.p, sizeof(sum));
		read_item(payload, &it, &seq);
		if (any && sip_eq(sum, last)) {
			it.kind = MERGE_ITEM_REJECT;
			buf_clear(&r->why);
			buf_adds(&r->why, "another record with other values to "
					  "be matched by has this key");
			point_to(r, buf_span(&first));
			it.fault = (struct merge_fault){
				.code = "duplicate",
				.field = SPAN("key"),
				.why = buf_span(&r->why),
				.extra = buf_span(&r->extra)};
		} else {
			buf_clear(&first);
			buf_add_span(&first, it.line);
		}
		any = true;
		last = sum;
		rc = put_item(r, &it, seq, err);
		if (rc < 0)
			break;
	}
	buf_release(&first);
	return rc;
}

static int gather(struct merge_run *r, struct err *err)
{
	struct span key, payload;
	int rc;

	while ((rc = extsort_next(r->by_identity, &key, &payload, err)) > 0)
		if (take_waiting(r, key, payload, err) < 0)
			return -1;
	if (rc < 0 || end_group(r, err) < 0)
		return -1;
	extsort_free(r->by_identity);
	r->by_identity = NULL;
	r->gathered = true;
	if (!r->by_key)
		return 0;
	rc = gather_by_key(r, err);
	extsort_free(r->by_key);
	r->by_key = NULL;
	return rc;
}

int merge_run_next(struct merge_run *r, struct merge_item *item,
		   struct err *err)
{
	struct span key, payload;
	uint64_t seq;
	int rc;

	if (!r->gathered && gather(r, err) < 0)
		return -1;
	rc = extsort_next(r->by_turn, &key, &payload, err);
	if (rc > 0)
		read_item(payload, item, &seq);
	return rc;
}
