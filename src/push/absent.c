/*
 * Records that a full snapshot does not have any more: those the state knows
 * of an entity of the stream (and of a site of it, where the entity is per
 * site) and the stream did not name.  Each becomes a record of the run that
 * says "archive".
 */
#include <stdlib.h>

#include "core/log.h"
#include "core/xid.h"
#include "push/push.h"
#include "state/xref.h"

static struct sip_hash site_hash(const struct binding *b, struct span site)
{
	struct sip s;

	sip_init(&s);
	sip_add_span(&s, span_of(b->entity));
	sip_add_span(&s, site);
	return sip_end(&s);
}

void push_absent_site(struct push *p, const struct binding *b, struct span site)
{
	bool fresh;

	if (p->opt.snapshot && b->per_site)
		hset_add(&p->sites, site_hash(b, site), 0, &fresh);
}

/* The record that says so, with the feed of the stream as its source. */
static void put_record(const struct push *p, const struct xid *x,
		       struct buf *out)
{
	buf_clear(out);
	rec_put_open(out, '{');
	rec_add_str(out, "entity", x->entity);
	rec_add_str(out, "key", x->key);
	rec_add_str(out, "op", SPAN("archive"));
	if (x->site.len)
		rec_add_str(out, "site", x->site);
	rec_put_key(out, SPAN("src"));
	rec_put_open(out, '{');
	if (p->feed.len)
		rec_add_str(out, "feed", buf_span(&p->feed));
	rec_add_bool(out, "absent", true);
	rec_put_close(out, '}');
	rec_put_close(out, '}');
}

struct absent {
	struct push *p;
	const struct binding *b;
	unsigned number;
	struct buf line, store;
	struct rec rec;
};

/* Take one record of the state; 0, or -1 with err. */
static int take(struct absent *a, struct span xid, struct err *err)
{
	struct push *p = a->p;
	struct item it = {.op = OP_ARCHIVE};
	struct xref known = {0};
	struct xid x;
	int64_t seq;
	int rc;

	buf_clear(&a->store);
	if (xid_parse(xid, &a->store, &x) < 0 ||
	    (a->b->per_site && !hset_find(&p->sites, site_hash(a->b, x.site))))
		return 0;
	rc = xref_find(p->state, xid, &known, err);
	if (rc <= 0 || push_seen(p, known.n))
		return rc < 0 ? -1 : 0;
	rc = spool_find(p->spool, xid, &seq, err);
	if (rc)
		return rc < 0 ? -1 : 0;
	put_record(p, &x, &a->line);
	if (rec_parse(&a->rec, a->line.data, a->line.len, err) < 0)
		return -1;
	it.xid = xid;
	it.key = x.key;
	push_item_fill(p, a->b, &a->rec, buf_span(&a->line), &it);
	/* Archived already, as far as the state can tell. */
	if (it.code || (known.clean && !push_stale(p, known.n) &&
			!memcmp(known.hash, it.hash, sizeof(known.hash))))
		return 0;
	rc = spool_put(p->spool, a->number, xid, it.line, err);
	/* Not of the stream, and no record that waited. */
	if (rc > 0)
		rc = spool_waited(p->spool, xid, SPAN(""), true, err);
	return rc < 0 ? -1 : 0;
}

static int take_all(struct absent *a, struct err *err)
{
	char *prefix = mem_printf(XID_MODULE ".%s.", a->b->entity);
	struct xref_walk w;
	struct span xid;
	int rc = xref_walk(a->p->state, prefix, &w, err);

	while (rc >= 0 && (rc = xref_walk_next(&w, &xid, err)) > 0)
		if (take(a, xid, err) < 0)
			rc = -1;
	xref_walk_end(&w);
	free(prefix);
	return rc;
}

int push_absent(struct push *p, struct err *err)
{
	size_t n = p->n_entities, i;

	for (i = 0; i < n; i++) {
		struct push_entity *e = &p->entity[i];
		struct absent a = {.p = p,
				   .b = e->binding,
				   .number = (unsigned)i,
				   .line = BUF_INIT(LINE_CEILING),
				   .store = BUF_INIT(XID_MAX),
				   .rec = REC_INIT};
		int rc;

		if (!e->binding || !e->in_stream)
			continue;
		if (push_learn(p, e, err) < 0)
			return -1;
		if (e->binding->n_identity ||
		    binding_index(e->binding, "active") < 0) {
			log_info("%s: Odoo cannot archive such records; those "
				 "the snapshot does not have stay",
				 e->name);
			continue;
		}
		rc = take_all(&a, err);
		buf_release(&a.line);
		buf_release(&a.store);
		rec_release(&a.rec);
		if (rc < 0)
			return -1;
	}
	return 0;
}
