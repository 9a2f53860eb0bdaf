#include <stdlib.h>
#include <string.h>

#include "odoo/reads.h"
#include "push/cell.h"
#include "push/flight.h"
#include "push/plan.h"
#include "state/xref.h"

/* Items with more bytes than this in their cells travel by themselves. */
#define LARGE_BYTES ((size_t)256 << 10)

/*
 * How rows of a call name their record: "id" makes it or finds it by its
 * external id; ".id" must be there and never makes one by mistake.
 */
static bool by_xid(const struct item *it)
{
	return !it->res_id;
}

static uint64_t ids_of(const struct binding *b, const struct item *it)
{
	uint64_t bits = 0;
	size_t k;

	for (k = 0; k < b->n_fields; k++)
		if ((it->columns >> k & 1) && it->cell[k].send_ids &&
		    it->cell[k].want.len)
			bits |= (uint64_t)1 << k;
	return bits;
}

static bool has_column(const struct lane *l, size_t k)
{
	return l->columns >> k & 1;
}

/* ---- the call ----------------------------------------------------------- */

static void put_columns(const struct lane *l, struct buf *out)
{
	size_t k;

	/* Behind another argument rec_put_open would put a comma. */
	buf_addc(out, '[');
	rec_put_str(out, l->by_xid ? SPAN("id") : SPAN(".id"));
	for (k = 0; k < l->b->n_fields; k++) {
		const struct bind_field *f = &l->b->field[k];
		struct buf name = BUF_INIT(1024);

		if (!has_column(l, k))
			continue;
		buf_adds(&name, f->name);
		if (bind_is_relation(f))
			buf_adds(&name, l->by_ids >> k & 1 ? "/.id" : "/id");
		rec_put_str(out, buf_span(&name));
		buf_release(&name);
	}
	rec_put_close(out, ']');
}

static struct span sent_cell(const struct lane *l, const struct item_cell *c,
			     size_t k)
{
	if (l->by_ids >> k & 1)
		return c->ids;
	return c->data.len ? c->data : c->want;
}

static void put_row(const struct lane *l, const struct item *it,
		    struct buf *out)
{
	char id[24];
	size_t k;

	rec_put_open(out, '[');
	snprintf(id, sizeof(id), "%lld", (long long)it->res_id);
	rec_put_str(out, l->by_xid ? it->xid : span_of(id));
	for (k = 0; k < l->b->n_fields; k++)
		if (has_column(l, k))
			rec_put_str(out, sent_cell(l, &it->cell[k], k));
	rec_put_close(out, ']');
}

/* ---- outcomes ------------------------------------------------------------
 */

/* Commit what these items came to, then say it. */
static int accept(struct flight *f, struct item **v, size_t n, struct err *err)
{
	struct lane *l = f->lane;
	int64_t batch = f->batch;
	size_t i;

	f->batch = 0;
	push_entity_of(l->p, l->b)->wrote = true;
	if (push_commit(l->p, l->b, batch, v, n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		push_receipt(l->p, l->b, v[i], push_outcome(v[i], !l->by_xid));
	return 0;
}

static int accept_all(struct flight *f, const struct load_verdict *verdict,
		      struct err *err)
{
	struct item **v = mem_alloc(mem_mul(f->n, sizeof(struct item *)));
	size_t i;
	int rc;

	for (i = 0; i < f->n; i++) {
		v[i] = f->lane->v[f->row[i]];
		v[i]->res_id = verdict->row[i].id;
		v[i]->ms = f->ms;
		f->out[i] = BATCH_DONE;
	}
	rc = accept(f, v, f->n, err);
	free(v);
	return rc;
}

/* Odoo does not know the database id: the record was removed there. */
static bool is_gone(const struct lane *l, const struct load_row *r)
{
	return !l->by_xid && r->field && !strcmp(r->field, ".id");
}

/*
 * Odoo does not have what the state says it has, so somebody removed it there:
 * the next run looks for it and makes it again, or lets this record wait.
 */
static int doubt_refs(struct lane *l, const struct item *it, size_t k,
		      struct err *err)
{
	const struct bind_field *f = &l->b->field[k];
	struct span rest = it->cell[k].want, part, field;

	if (!bind_is_relation(f))
		return 0;
	if (state_begin(l->p->state, err) < 0)
		return -1;
	while (cell_next_part(f, &rest, &part))
		if (!cell_is_lookup(part) &&
		    xref_dirty(l->p->state, cell_base(part, &field), err) < 0) {
			state_rollback(l->p->state);
			return -1;
		}
	return state_commit(l->p->state, err);
}

static int reject_row(struct lane *l, struct item *it, const struct load_row *r,
		      struct err *err)
{
	int field = r->field ? binding_index(l->b, r->field) : -1;

	if (is_gone(l, r)) {
		/* Removed, or archived by somebody: it is looked for again. */
		it->hidden = true;
		it->res_id = 0;
		it->by_id = false;
		return 0;
	}
	if (field >= 0 && r->reject &&
	    !strcmp(r->reject, "odoo-missing-reference") &&
	    doubt_refs(l, it, (size_t)field, err) < 0)
		return -1;
	return push_reject_field(l->p, l->b, it, r->reject, field,
				 r->why ? r->why : "Odoo refused the record",
				 err);
}

/* Whether Odoo holds what the row sent. */
static bool holds(const struct lane *l, const struct item *it)
{
	size_t k;

	for (k = 0; k < l->b->n_fields; k++)
		if (has_column(l, k) &&
		    !plan_same(&l->b->field[k], it, &it->cell[k]))
			return false;
	return it->res_id && it->read;
}

/* A copy to read into, so that what the item knew stays. */
static struct item *copy_item(const struct lane *l, struct arena *arena,
			      const struct item *it)
{
	size_t size = mem_mul(l->b->n_fields, sizeof(*it->cell));
	struct item *copy = arena_alloc(arena, sizeof(*copy));

	*copy = *it;
	copy->cell = arena_alloc(arena, size);
	memcpy(copy->cell, it->cell, size);
	return copy;
}

/* Where the rows of a call are now, and what they hold. */
static int look_again(struct flight *f, struct arena *arena, struct item **copy,
		      struct err *err)
{
	struct lane *l = f->lane;
	size_t n = f->n;
	struct span *xid = mem_alloc(mem_mul(n, sizeof(*xid)));
	int64_t *id = mem_zalloc(mem_mul(n, sizeof(*id)));
	size_t i;
	int rc = 0;

	for (i = 0; i < n; i++) {
		copy[i] = copy_item(l, arena, l->v[f->row[i]]);
		xid[i] = copy[i]->xid;
	}
	if (l->by_xid)
		rc = reads_ids(l->p->session, l->b->model, xid, id, n, err);
	for (i = 0; i < n && rc == 0 && l->by_xid; i++)
		copy[i]->res_id = id[i];
	if (rc == 0)
		rc = push_read(l->p, l->b, arena, copy, n, err);
	free(xid);
	free(id);
	return rc;
}

/*
 * The outcome of a call is not known: ask Odoo.  Rows that are there as sent
 * are done; the others were not kept and are to be sent again.
 */
static int read_back(struct flight *f, size_t *n_done, struct err *err)
{
	struct item **copy = mem_alloc(mem_mul(f->n, sizeof(struct item *)));
	struct item **done = mem_alloc(mem_mul(f->n, sizeof(struct item *)));
	struct arena arena = ARENA_INIT;
	size_t i;
	int rc = look_again(f, &arena, copy, err);

	*n_done = 0;
	for (i = 0; i < f->n && rc == 0; i++)
		if (holds(f->lane, copy[i])) {
			f->out[i] = BATCH_DONE;
			done[*n_done] = f->lane->v[f->row[i]];
			done[(*n_done)++]->res_id = copy[i]->res_id;
		}
	if (rc == 0 && *n_done)
		rc = accept(f, done, *n_done, err);
	arena_release(&arena);
	free(copy);
	free(done);
	return rc;
}

static const struct lane_ops records = {
	.put_columns = put_columns,
	.put_row = put_row,
	.kept = accept_all,
	.ask = read_back,
	.refused = reject_row,
};

/* ---- lanes -----------------------------------------------------------------
 */

struct place {
	struct item *it;
	bool by_xid, large, hidden;
	uint64_t by_ids;
	struct span group;
	size_t at;
};

/*
 * What no two calls in flight may share: records that have it in common go
 * together, so that the next call has others.
 */
static struct span group_of(const struct binding *b, const struct item *it)
{
	size_t k;

	for (k = 0; k < b->n_fields; k++)
		if ((b->field[k].exclusive || b->field[k].target_is_self) &&
		    it->cell[k].want.len)
			return it->cell[k].want;
	return SPAN("");
}

static int by_lane(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->large != y->large)
		return x->large - y->large;
	if (x->hidden != y->hidden)
		return x->hidden - y->hidden;
	if (x->by_xid != y->by_xid)
		return y->by_xid - x->by_xid;
	if (x->it->columns != y->it->columns)
		return x->it->columns < y->it->columns ? -1 : 1;
	if (x->by_ids != y->by_ids)
		return x->by_ids < y->by_ids ? -1 : 1;
	if (!span_eq(x->group, y->group))
		return span_cmp(x->group, y->group);
	return (x->at > y->at) - (x->at < y->at);
}

static bool same_lane(const struct place *a, const struct place *b)
{
	return a->large == b->large && a->hidden == b->hidden &&
	       a->by_xid == b->by_xid && a->it->columns == b->it->columns &&
	       a->by_ids == b->by_ids;
}

static bool is_large(const struct binding *b, const struct item *it)
{
	size_t bytes = 0, k;

	for (k = 0; k < b->n_fields; k++)
		if (it->columns >> k & 1)
			bytes += it->cell[k].want.len + it->cell[k].data.len;
	return bytes > LARGE_BYTES;
}

/*
 * `load` looks for a database id as a search does, so that it does not find
 * archived records without being told.
 */
static bool is_hidden(const struct binding *b, const struct item *it)
{
	int active = binding_index(b, "active");
	const struct item_cell *c = active < 0 ? NULL : &it->cell[active];

	return it->res_id &&
	       (it->hidden || (c && c->known && span_is(c->had, "0")));
}

static struct lane make_lane(struct push *p, const struct binding *b,
			     const struct place *first, struct item **v,
			     size_t n)
{
	struct push_entity *e = push_entity_of(p, b);

	return (struct lane){
		.ops = &records,
		.p = p,
		.b = b,
		.v = v,
		.n = n,
		.op = first->by_xid ? "create" : "update",
		.right = first->by_xid ? "create" : "write",
		.by_xid = first->by_xid,
		.hidden = first->hidden,
		.size = first->by_xid ? &e->create : &e->update,
		.columns = first->it->columns,
		.by_ids = first->by_ids,
	};
}

int push_send(struct push *p, const struct binding *b, struct item **v,
	      size_t n, struct err *err)
{
	struct place *place = mem_alloc(mem_mul(n, sizeof(*place)));
	struct item **sorted = mem_alloc(mem_mul(n, sizeof(struct item *)));
	struct lane *lane = NULL;
	size_t n_lanes = 0, cap = 0, i, from;
	int rc = 0;

	for (i = 0; i < n; i++)
		place[i] = (struct place){v[i],
					  by_xid(v[i]),
					  is_large(b, v[i]),
					  is_hidden(b, v[i]),
					  ids_of(b, v[i]),
					  group_of(b, v[i]),
					  i};
	if (n)
		qsort(place, n, sizeof(*place), by_lane);
	for (i = 0; i < n; i++)
		sorted[i] = place[i].it;
	for (from = 0; from < n; from = i) {
		for (i = from; i < n && same_lane(&place[from], &place[i]); i++)
			;
		lane = mem_grow(lane, n_lanes, &cap, sizeof(*lane));
		lane[n_lanes++] =
			make_lane(p, b, &place[from], sorted + from, i - from);
	}
	if (n_lanes)
		rc = flights_run(p, lane, n_lanes, err);
	free(lane);
	free(place);
	free(sorted);
	return rc;
}
