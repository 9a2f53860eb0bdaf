#include <string.h>

#include "core/crash.h"
#include "core/xid.h"
#include "push/cell.h"
#include "push/plan.h"
#include "push/push.h"
#include "state/journal.h"

struct span push_item_xid(const struct binding *b, const struct item *it)
{
	const char *known = it->code ? binding_code(b, it->key) : NULL;

	return known ? span_of(known) : it->xid;
}

/* What users call field `f`. */
static struct span canonical_name(const struct bind_field *f)
{
	if (!f->from || f->as || f->holds)
		return span_of(f->name);
	return span_of(f->from + (f->from[0] == '@'));
}

/* A text that names a record as the key or value it was made of. */
static struct span canonical_value(const struct bind_field *f, struct span cell,
				   struct buf *store)
{
	struct span field, base = cell_base(cell, &field);
	struct xid x;

	if (f->by && cell_is_lookup(cell)) {
		cell.p += strlen(f->by) + 2;
		cell.len -= strlen(f->by) + 2;
	} else if (f->kind == BIND_REF && xid_parse(base, store, &x) == 0) {
		return x.key;
	}
	return cell;
}

/* "changes":{"list_price":{"old":"1.5","new":"2"}}, by canonical names. */
static void put_changes(const struct binding *b, const struct item *it,
			struct buf *out)
{
	size_t i;

	rec_put_key(out, SPAN("changes"));
	rec_put_open(out, '{');
	for (i = 0; i < b->n_fields; i++) {
		const struct bind_field *f = &b->field[i];
		const struct item_cell *c = &it->cell[i];
		size_t k;

		if (!(it->columns >> i & 1) || plan_same(f, it, c))
			continue;
		/* Two Odoo fields may show one canonical field. */
		for (k = 0; k < i; k++)
			if ((it->columns >> k & 1) && f->from &&
			    b->field[k].from &&
			    !strcmp(f->from, b->field[k].from))
				break;
		if (k < i)
			continue;
		rec_put_key(out, canonical_name(f));
		rec_put_open(out, '{');
		if (c->known)
			rec_add_str(out, "old", c->had);
		rec_add_str(out, "new",
			    it->read && bind_is_relation(f) ? c->ids : c->want);
		rec_put_close(out, '}');
	}
	rec_put_close(out, '}');
}

const char *push_outcome(const struct item *it, bool existed)
{
	if (it->adopted)
		return "adopted";
	if (it->op == OP_ARCHIVE)
		return "archived";
	return existed ? "updated" : "created";
}

void push_receipt(struct push *p, const struct binding *b, struct item *it,
		  const char *outcome)
{
	struct buf *out = &p->out->out.buf;

	rec_put_open(out, '{');
	rec_add_str(out, "entity", span_of(b->entity));
	rec_add_str(out, "key", it->key);
	rec_add_str(out, "outcome", span_of(outcome));
	rec_add_str(out, "model", span_of(b->model));
	if (it->res_id)
		rec_add_count(out, "id", (uint64_t)it->res_id);
	rec_add_str(out, "xid", push_item_xid(b, it));
	rec_add_count(out, "ms", (uint64_t)(it->ms > 0 ? it->ms : 0));
	if (it->columns && !strcmp(outcome, "updated"))
		put_changes(b, it, out);
	if (it->src.len)
		rec_add_raw(out, "src", it->src);
	rec_put_close(out, '}');
	stream_put_end(p->out);
	it->finished = true;
	p->job->out++;
	p->finished++;
	job_count(p->job, outcome, 1);
	progress_tick(&p->progress, p->finished, p->finished, p->job->in);
	crash_point("receipt");
}

int push_reject(struct push *p, struct item *it, const char *code,
		struct span field, struct span value, const char *why,
		struct err *err)
{
	struct reject r = {.code = code,
			   .field = field,
			   .value = value,
			   .why = span_of(why),
			   .record = it->line,
			   .src = it->src};

	it->finished = true;
	p->finished++;
	if (it->xid.len && spool_failed(p->spool, it->xid, err) < 0)
		return -1;
	return job_reject(p->job, &r, err);
}

int push_reject_ref(struct push *p, const struct bind_field *f, struct item *it,
		    const char *code, struct span text, const char *why,
		    struct err *err)
{
	const struct bind_field *way = cell_way(f, text);
	struct buf store = BUF_INIT(XID_MAX);
	int rc = push_reject(p, it, code, canonical_name(way),
			     canonical_value(way, text, &store), why, err);

	buf_release(&store);
	return rc;
}

int push_reject_field(struct push *p, const struct binding *b, struct item *it,
		      const char *code, int i, const char *why, struct err *err)
{
	if (i < 0)
		return push_reject(p, it, code, SPAN(""), SPAN(""), why, err);
	return push_reject_ref(p, &b->field[i], it, code, it->cell[i].want, why,
			       err);
}

/* The cells to be remembered, as a JSON object. */
static void put_cells(const struct binding *b, const struct item *it,
		      struct buf *out)
{
	size_t i;

	rec_put_open(out, '{');
	if (it->identity.len) {
		rec_put_key(out, SPAN("="));
		rec_put_str(out, it->identity);
	}
	for (i = 0; i < b->n_fields; i++) {
		const struct bind_field *f = &b->field[i];
		const struct item_cell *c = &it->cell[i];
		bool sent = it->columns >> i & 1;

		/* What was held back is not what Odoo accepted. */
		if (sent || (c->set && !it->code &&
			     (!c->known || plan_same(f, it, c)))) {
			rec_put_key(out, span_of(f->name));
			rec_put_str(out, c->want);
		} else if (c->known && !it->read) {
			rec_put_key(out, span_of(f->name));
			rec_put_str(out, c->had);
		}
	}
	rec_put_close(out, '}');
}

int push_commit(struct push *p, const struct binding *b, int64_t batch,
		struct item *const *v, size_t n, struct err *err)
{
	struct xref_put *put = mem_zalloc(mem_mul(n, sizeof(*put)));
	size_t *at = mem_alloc(mem_mul(n, sizeof(*at)));
	struct buf cells = BUF_INIT((size_t)1 << 30);
	size_t i;
	int rc;

	for (i = 0; i < n; i++) {
		/* Right behind another object rec_put_open puts a comma. */
		buf_addc(&cells, '\n');
		at[i] = cells.len;
		put_cells(b, v[i], &cells);
		put[i].cells.len = cells.len - at[i];
	}
	for (i = 0; i < n; i++) {
		put[i].cells.p = cells.data + at[i];
		put[i].xid = v[i]->xid;
		put[i].model = span_of(b->model);
		put[i].res_id = v[i]->res_id;
		put[i].by_id = v[i]->by_id;
		put[i].identity = v[i]->identity;
		if (v[i]->untouched)
			put[i].cells.p = NULL;
		else
			put[i].hash = v[i]->hash;
	}
	rc = journal_close(p->state, batch, put, n, err);
	free(put);
	free(at);
	buf_release(&cells);
	return rc;
}
