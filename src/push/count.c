/*
 * Stock counts and the like: Odoo makes, merges and removes the records as
 * it likes, so they have no external id; who they are is what their identity
 * fields say.  What is written is absolute ("there are 12"), so that a call
 * may be repeated; whether it was carried out is read back every time.
 */
#include <stdlib.h>
#include <string.h>

#include "core/dec.h"
#include "core/xid.h"
#include "odoo/reads.h"
#include "push/cell.h"
#include "push/flight.h"
#include "push/plan.h"
#include "state/xref.h"

struct counts {
	struct push *p;
	const struct binding *b;
	struct arena *arena;
};

static bool is_identity(const struct binding *b, size_t k)
{
	size_t i;

	for (i = 0; i < b->n_identity; i++)
		if (!strcmp(b->identity[i], b->field[k].name))
			return true;
	return false;
}

/* ---- what Odoo has ------------------------------------------------------- */

static int64_t id_of(const struct item_cell *c)
{
	struct dec d;

	return c->ids.len && dec_parse(c->ids, &d) == 0 ? (int64_t)d.units : 0;
}

/* One condition "field in (ids of all items)", if all have one. */
static void add_condition(json_t *domain, const struct binding *b, size_t k,
			  struct item **v, size_t n)
{
	json_t *ids = json_array();
	size_t i;

	for (i = 0; i < n; i++) {
		int64_t id = id_of(&v[i]->cell[k]);

		if (!id) {
			json_decref(ids);
			return;
		}
		json_array_append_new(ids, json_integer(id));
	}
	json_array_append_new(domain,
			      json_pack("[sso]", b->field[k].name, "in", ids));
}

static json_t *build_domain(const struct binding *b, struct item **v, size_t n)
{
	json_t *domain = json_array();
	size_t k;

	for (k = 0; k < b->n_fields; k++)
		if (is_identity(b, k) && bind_is_relation(&b->field[k]))
			add_condition(domain, b, k, v, n);
	for (k = 0; k < b->n_empty; k++)
		json_array_append_new(domain,
				      json_pack("[ssb]", b->empty[k], "=", 0));
	return domain;
}

static json_t *build_names(const struct binding *b)
{
	json_t *names = json_array();
	size_t k;

	for (k = 0; k < b->n_fields; k++)
		json_array_append_new(names, json_string(b->field[k].read));
	return names;
}

/* Whether a record of Odoo's is the one the item means. */
static bool is_same(struct push *p, const struct binding *b,
		    const struct item *it, const json_t *row)
{
	size_t k;

	for (k = 0; k < b->n_fields; k++) {
		const struct bind_field *f = &b->field[k];
		const struct item_cell *c = &it->cell[k];

		if (!is_identity(b, k))
			continue;
		buf_clear(&p->text);
		cell_of_odoo(f, json_object_get(row, f->name), &p->text);
		if (bind_is_relation(f)
			    ? !span_eq(buf_span(&p->text), c->ids)
			    : !cell_equal(f, buf_span(&p->text), c->want))
			return false;
	}
	return true;
}

/* Add a record's values to what is known of the item: amounts are summed. */
static void add_values(struct counts *c, struct item *it, const json_t *row)
{
	struct buf *text = &c->p->text;
	size_t k;

	for (k = 0; k < c->b->n_fields; k++) {
		const struct bind_field *f = &c->b->field[k];
		struct item_cell *cell = &it->cell[k];
		struct dec a, b;

		if (is_identity(c->b, k))
			continue;
		buf_clear(text);
		cell_of_odoo(f, json_object_get(row, f->read), text);
		it->filled = it->filled ||
			     !cell_equal(f, buf_span(text),
					 f->type == BIND_TYPE_FLOAT ? SPAN("0")
								    : SPAN(""));
		if (f->type == BIND_TYPE_FLOAT && cell->known &&
		    dec_parse(cell->had, &a) == 0 &&
		    dec_parse(buf_span(text), &b) == 0 &&
		    dec_add(a, b, &a) == 0) {
			char sum[DEC_TEXT_MAX];

			buf_clear(text);
			buf_add(text, sum, dec_text(dec_strip(a), sum));
		}
		cell->had.p = arena_dup(c->arena, text->data, text->len);
		cell->had.len = text->len;
		cell->known = true;
	}
	if (!it->res_id)
		it->res_id = json_integer_value(json_object_get(row, "id"));
	it->matches++;
}

/* Nothing there: amounts are zero, the rest is empty. */
static void forget(const struct binding *b, struct item *it)
{
	size_t k;

	it->res_id = 0;
	it->matches = 0;
	it->filled = false;
	it->read = true;
	for (k = 0; k < b->n_fields; k++)
		it->cell[k].known = false;
}

static void fill_gaps(const struct binding *b, struct item *it)
{
	size_t k;

	for (k = 0; k < b->n_fields; k++) {
		if (it->cell[k].known)
			continue;
		it->cell[k].had = b->field[k].type == BIND_TYPE_FLOAT
					  ? SPAN("0")
					  : SPAN("");
		it->cell[k].known = true;
	}
}

/* Items by the id of their first relation, to find those a record may be. */
struct entry {
	int64_t id;
	struct item *it;
};

static int by_id(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

/* The first relation of the identity; n_fields where there is none. */
static size_t first_relation(const struct binding *b)
{
	size_t k = 0;

	while (k < b->n_fields &&
	       !(is_identity(b, k) && bind_is_relation(&b->field[k])))
		k++;
	return k;
}

static size_t first_entry(const struct entry *e, size_t n, int64_t id)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (e[mid].id < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Give each record of Odoo's to the items it is. */
static void share_out(struct counts *c, struct item **v, size_t n,
		      const json_t *rows)
{
	struct entry *e = mem_alloc(mem_mul(n, sizeof(*e)));
	size_t k = first_relation(c->b), i, at;
	const json_t *row;

	for (i = 0; i < n; i++)
		e[i] = (struct entry){
			k < c->b->n_fields ? id_of(&v[i]->cell[k]) : 0, v[i]};
	qsort(e, n, sizeof(*e), by_id);
	json_array_foreach (rows, at, row) {
		int64_t id = 0;

		if (k < c->b->n_fields)
			id = json_integer_value(json_array_get(
				json_object_get(row, c->b->field[k].name), 0));
		for (i = first_entry(e, n, id); i < n && e[i].id == id; i++)
			if (is_same(c->p, c->b, e[i].it, row))
				add_values(c, e[i].it, row);
	}
	free(e);
}

static int read_counts(struct counts *c, struct item **v, size_t n,
		       struct err *err)
{
	json_t *domain = build_domain(c->b, v, n);
	json_t *names = build_names(c->b);
	json_t *rows = reads_search(c->p->session, c->b->model, domain, names,
				    c->b->context, err);
	size_t i;

	json_decref(domain);
	json_decref(names);
	if (!rows)
		return -1;
	for (i = 0; i < n; i++)
		forget(c->b, v[i]);
	share_out(c, v, n, rows);
	for (i = 0; i < n; i++)
		fill_gaps(c->b, v[i]);
	json_decref(rows);
	return 0;
}

/* ---- sending --------------------------------------------------------------
 */

static bool has_column(const struct lane *l, size_t k)
{
	return is_identity(l->b, k) || (l->columns >> k & 1);
}

static void put_columns(const struct lane *l, struct buf *out)
{
	size_t k;

	/* Behind another argument rec_put_open would put a comma. */
	buf_addc(out, '[');
	for (k = 0; k < l->b->n_fields; k++) {
		const struct bind_field *f = &l->b->field[k];
		struct buf name = BUF_INIT(1024);

		if (!has_column(l, k))
			continue;
		buf_adds(&name, f->name);
		if (bind_is_relation(f))
			buf_adds(&name, "/.id");
		rec_put_str(out, buf_span(&name));
		buf_release(&name);
	}
	rec_put_close(out, ']');
}

static void put_row(const struct lane *l, const struct item *it,
		    struct buf *out)
{
	size_t k;

	rec_put_open(out, '[');
	for (k = 0; k < l->b->n_fields; k++)
		if (has_column(l, k))
			rec_put_str(out, bind_is_relation(&l->b->field[k])
						 ? it->cell[k].ids
						 : it->cell[k].want);
	rec_put_close(out, ']');
}

/* Whether Odoo holds what was sent. */
static bool holds(const struct counts *c, const struct item *it)
{
	size_t k;

	for (k = 0; k < c->b->n_fields; k++)
		if ((it->columns >> k & 1) &&
		    !plan_same(&c->b->field[k], it, &it->cell[k]))
			return false;
	return true;
}

static int accept(struct flight *f, struct item **v, size_t n, struct err *err)
{
	struct counts *c = f->lane->context;
	int64_t batch = f->batch;
	size_t i, k;

	f->batch = 0;
	if (push_commit(c->p, c->b, batch, v, n, err) < 0)
		return -1;
	for (i = 0; i < n; i++) {
		/* It was read back; the receipt says what it was. */
		for (k = 0; k < c->b->n_fields; k++)
			v[i]->cell[k].had = v[i]->cell[k].before;
		push_receipt(c->p, c->b, v[i],
			     v[i]->fresh ? "created" : "updated");
	}
	return 0;
}

/* Odoo said yes and holds something else. */
static int reject_unheld(struct counts *c, struct item *it, struct err *err)
{
	struct buf why = BUF_INIT(ERR_MSG_MAX);
	size_t k = 0;
	int rc;

	while (k + 1 < c->b->n_fields &&
	       (!(it->columns >> k & 1) ||
		plan_same(&c->b->field[k], it, &it->cell[k])))
		k++;
	buf_addf(&why, "Odoo accepted %.*s and holds %.*s",
		 SPAN_FMT(it->cell[k].want), SPAN_FMT(it->cell[k].had));
	rc = push_reject_field(c->p, c->b, it, "not-applied", (int)k,
			       buf_str(&why), err);
	buf_release(&why);
	return rc;
}

/*
 * Read back what a call did.  `sure`: Odoo said it was carried out, so that
 * what does not hold is rejected; else it is left for another try.
 */
static int settle(struct flight *f, bool sure, size_t *n_done, struct err *err)
{
	struct counts *c = f->lane->context;
	struct item **v = mem_alloc(mem_mul(f->n, sizeof(struct item *)));
	struct item **done = mem_alloc(mem_mul(f->n, sizeof(struct item *)));
	size_t i;
	int rc;

	*n_done = 0;
	for (i = 0; i < f->n; i++) {
		v[i] = f->lane->v[f->row[i]];
		v[i]->ms = f->ms;
	}
	rc = read_counts(c, v, f->n, err);
	for (i = 0; i < f->n && rc == 0; i++)
		if (holds(c, v[i])) {
			f->out[i] = BATCH_DONE;
			done[(*n_done)++] = v[i];
		}
	if (rc == 0 && (*n_done || sure))
		rc = accept(f, done, *n_done, err);
	for (i = 0; i < f->n && rc == 0 && sure; i++)
		if (f->out[i] != BATCH_DONE) {
			f->out[i] = BATCH_BAD;
			rc = reject_unheld(c, v[i], err);
		}
	free(v);
	free(done);
	return rc;
}

static int settle_kept(struct flight *f, const struct load_verdict *verdict,
		       struct err *err)
{
	size_t n_done;

	(void)verdict; /* ids of quants say nothing: Odoo merges them */
	return settle(f, true, &n_done, err);
}

static int settle_lost(struct flight *f, size_t *n_done, struct err *err)
{
	return settle(f, false, n_done, err);
}

static int reject_row(struct lane *l, struct item *it, const struct load_row *r,
		      struct err *err)
{
	int field = r->field ? binding_index(l->b, r->field) : -1;

	return push_reject_field(l->p, l->b, it, r->reject, field,
				 r->why ? r->why : "Odoo refused the count",
				 err);
}

static const struct lane_ops count_ops = {
	.put_columns = put_columns,
	.put_row = put_row,
	.kept = settle_kept,
	.ask = settle_lost,
	.refused = reject_row,
};

/* ---- the whole
 * --------------------------------------------------------------- */

/* Who the item is in Odoo, as one text: "=stock_balance/12/8/". */
static void put_identity(const struct counts *c, struct item *it)
{
	struct buf *text = &c->p->text;
	size_t k;

	buf_clear(text);
	buf_addf(text, "=%s", c->b->entity);
	for (k = 0; k < c->b->n_fields; k++)
		if (is_identity(c->b, k)) {
			buf_addc(text, '/');
			buf_add_span(text, bind_is_relation(&c->b->field[k])
						   ? it->cell[k].ids
						   : it->cell[k].want);
		}
	it->identity.p = arena_dup(c->arena, text->data, text->len);
	it->identity.len = text->len;
}

/* Whether the record `xid` is that identity as the state knows it. */
static int still_is(struct push *p, struct span xid, struct span identity,
		    struct err *err)
{
	struct buf cells = BUF_INIT(2 * LINE_CEILING);
	struct rec r = REC_INIT;
	int rc = xref_cells(p->state, xid, &cells, err);

	if (rc > 0 && rec_parse(&r, cells.data, cells.len, err) < 0)
		rc = -1;
	if (rc > 0)
		rc = span_eq(rec_text(&r, rec_get(&r, r.node, "=")), identity);
	rec_release(&r);
	buf_release(&cells);
	return rc;
}

/*
 * Whether a record of this stream that did not change, and so is not among
 * those worked on here, is the same one in Odoo.
 */
static int is_held(struct push *p, const struct item *it, struct err *err)
{
	struct buf holder = BUF_INIT(2 * XID_MAX);
	struct xref x = {0};
	int64_t seq;
	int rc = xref_cells(p->state, it->identity, &holder, err);

	if (rc > 0)
		rc = !span_eq(buf_span(&holder), it->xid);
	if (rc > 0)
		rc = xref_find(p->state, buf_span(&holder), &x, err);
	if (rc > 0)
		rc = push_seen(p, x.n);
	if (rc > 0) {
		rc = spool_find(p->spool, buf_span(&holder), &seq, err);
		rc = rc < 0 ? rc : !rc;
	}
	if (rc > 0)
		rc = still_is(p, buf_span(&holder), it->identity, err);
	buf_release(&holder);
	return rc;
}

/* Two keys of one stream must not mean the same record. */
static int claim(struct counts *c, struct item *it, struct err *err)
{
	int64_t other = 0;
	enum spool_ref got;
	int held = 0;

	put_identity(c, it);
	got = spool_ref(c->p->spool, it->identity, &other, err);
	if (got != SPOOL_REF_FOUND && got != SPOOL_REF_ERROR)
		held = is_held(c->p, it, err);
	if (got == SPOOL_REF_ERROR || held < 0)
		return -1;
	if (got == SPOOL_REF_FOUND || held)
		return push_reject(c->p, it, "duplicate", SPAN("key"), it->key,
				   "another record of this stream means the "
				   "same one in Odoo",
				   err);
	return spool_ref_put(c->p->spool, it->identity, 1, err);
}

static int reject_several(struct counts *c, struct item *it, struct err *err)
{
	struct buf why = BUF_INIT(ERR_MSG_MAX);
	int rc;

	buf_addf(&why,
		 "Odoo keeps this in %u records, among them %s %lld: merge "
		 "them there, or count it there once",
		 it->matches, c->b->model, (long long)it->res_id);
	rc = push_reject(c->p, it, "ambiguous", SPAN("key"), it->key,
			 buf_str(&why), err);
	buf_release(&why);
	return rc;
}

/* Which values differ; several records of which the sum is wrong: whose? */
static int decide(struct counts *c, struct item *it, struct err *err)
{
	size_t k;

	it->columns = 0;
	it->fresh = !it->matches;
	if (it->fresh && it->op == OP_UPDATE)
		return push_reject(c->p, it, "not-found", SPAN("key"), it->key,
				   "there is no such record in Odoo", err);
	for (k = 0; k < c->b->n_fields; k++) {
		it->cell[k].before = it->cell[k].had;
		if (!is_identity(c->b, k) && it->cell[k].set &&
		    c->b->field[k].owner == OWNER_LEGACY &&
		    !plan_same(&c->b->field[k], it, &it->cell[k]))
			it->columns |= (uint64_t)1 << k;
	}
	plan_left(c->b, it);
	if (it->op == OP_CREATE && !it->fresh) {
		it->columns = 0;
		it->untouched = true;
	}
	/*
	 * Records that hold nothing are left over where Odoo was interrupted:
	 * it counts on one of them.  With one beside them that holds something
	 * it may count on the wrong one.
	 */
	if (!it->columns || it->matches < 2 || !it->filled)
		return 0;
	return reject_several(c, it, err);
}

/* Rows of one lane have the same columns. */
static int send_all(struct counts *c, struct item **v, size_t n,
		    struct err *err)
{
	struct push_entity *e = push_entity_of(c->p, c->b);
	struct lane *lane = NULL;
	size_t n_lanes = 0, cap = 0, from, i;
	int rc = 0;

	for (from = 0; from < n; from = i) {
		for (i = from; i < n && v[i]->columns == v[from]->columns; i++)
			v[i]->fresh = !v[i]->matches;
		lane = mem_grow(lane, n_lanes, &cap, sizeof(*lane));
		/* Without ids `load` creates, also where Odoo then finds a
		 * record. */
		lane[n_lanes++] = (struct lane){.ops = &count_ops,
						.p = c->p,
						.b = c->b,
						.v = v + from,
						.n = i - from,
						.op = "count",
						.right = "create",
						.size = &e->create,
						.columns = v[from]->columns,
						.context = c};
	}
	if (n_lanes)
		rc = flights_run(c->p, lane, n_lanes, err);
	free(lane);
	return rc;
}

/* What was not to be touched was not accepted. */
static int commit_same(struct counts *c, struct item **v, size_t n,
		       struct err *err)
{
	struct item **ours = mem_alloc(mem_mul(n + 1, sizeof(struct item *)));
	size_t n_ours = 0, i;
	int rc = 0;

	for (i = 0; i < n; i++)
		if (!v[i]->untouched)
			ours[n_ours++] = v[i];
	if (n_ours)
		rc = push_commit(c->p, c->b, 0, ours, n_ours, err);
	free(ours);
	return rc;
}

static int carry_out(struct counts *c, struct item **v, size_t n,
		     struct err *err)
{
	struct item **same = mem_alloc(mem_mul(n, sizeof(struct item *)));
	struct item **send = mem_alloc(mem_mul(n, sizeof(struct item *)));
	size_t n_same = 0, n_send = 0, i;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		rc = decide(c, v[i], err);
		if (!v[i]->finished)
			*(v[i]->columns ? &send[n_send++] : &same[n_same++]) =
				v[i];
	}
	if (rc == 0 && !c->p->opt.dry_run)
		rc = commit_same(c, same, n_same, err);
	for (i = 0; i < n_same && rc == 0; i++)
		push_receipt(c->p, c->b, same[i], push_rest_outcome(same[i]));
	for (i = 0; i < n_send && rc == 0 && c->p->opt.dry_run; i++)
		push_receipt(c->p, c->b, send[i],
			     send[i]->fresh ? "created" : "updated");
	if (rc == 0 && !c->p->opt.dry_run)
		rc = send_all(c, send, n_send, err);
	free(same);
	free(send);
	return rc;
}

int push_counts(struct push *p, const struct binding *b, struct arena *arena,
		struct item **v, size_t n, struct err *err)
{
	struct counts c = {p, b, arena};
	struct item **open = mem_alloc(mem_mul(n, sizeof(struct item *)));
	size_t n_open = 0, i;
	int rc;

	for (i = 0; i < n; i++)
		v[i]->res_id = 0; /* all references are to be resolved */
	rc = push_resolve(p, b, arena, v, n, err);
	for (i = 0; i < n && rc == 0; i++) {
		if (!v[i]->finished)
			rc = claim(&c, v[i], err);
		if (!v[i]->finished)
			open[n_open++] = v[i];
	}
	if (rc == 0 && n_open)
		rc = read_counts(&c, open, n_open, err);
	if (rc == 0)
		rc = carry_out(&c, open, n_open, err);
	free(open);
	return rc;
}
