#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/sig.h"
#include "odoo/reads.h"
#include "push/plan.h"
#include "push/push.h"
#include "push/send.h"
#include "state/journal.h"

#define CALL_BYTES ((size_t)4 << 20)

/* How rows of a call name their record. */
enum naming {
	NAMING_XID, /* "id": made, or found by its external id */
	NAMING_ID,  /* ".id": must be there; never makes one by mistake */
};

/* Items that travel together: the same columns, named the same way. */
struct lane {
	struct push *p;
	const struct binding *b;
	struct item **v;
	size_t n;
	enum naming naming;
	uint64_t columns, by_ids; /* bits of fields; those sent as ids */
};

static enum naming naming_of(const struct item *it)
{
	return it->res_id ? NAMING_ID : NAMING_XID;
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
	rec_put_str(out, l->naming == NAMING_ID ? SPAN(".id") : SPAN("id"));
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

static void put_row(const struct lane *l, const struct item *it,
		    struct buf *out)
{
	char id[24];
	size_t k;

	rec_put_open(out, '[');
	snprintf(id, sizeof(id), "%lld", (long long)it->res_id);
	rec_put_str(out, l->naming == NAMING_ID ? span_of(id) : it->xid);
	for (k = 0; k < l->b->n_fields; k++)
		if (has_column(l, k))
			rec_put_str(out, l->by_ids >> k & 1 ? it->cell[k].ids
							    : it->cell[k].want);
	rec_put_close(out, ']');
}

static void build_call(const struct lane *l, const uint32_t *row, size_t n,
		       struct call *c)
{
	struct buf *out;
	size_t i;

	call_init(c, l->b->model, "load", CALL_WRITE);
	out = call_arg_open(c, "fields");
	put_columns(l, out);
	call_arg_close(c);
	out = call_arg_open(c, "data");
	buf_addc(out, '[');
	for (i = 0; i < n; i++)
		put_row(l, l->v[row[i]], out);
	rec_put_close(out, ']');
	call_arg_close(c);
	call_context(c, l->b->context);
}

/* ---- journal ------------------------------------------------------------- */

int send_intend(struct push *p, const struct binding *b, const char *op,
		struct span columns, struct item **v, const uint32_t *row,
		size_t n, int64_t *batch, struct err *err)
{
	struct journal_head head = {p->job->run, b->entity, b->model, op,
				    columns};
	struct journal_intent *intent = mem_alloc(mem_mul(n, sizeof(*intent)));
	size_t i;
	int rc;

	for (i = 0; i < n; i++) {
		intent[i].xid = v[row[i]]->xid;
		intent[i].hash = v[row[i]]->hash;
	}
	rc = journal_open(p->state, &head, intent, n, batch, err);
	free(intent);
	return rc;
}

int send_wait(struct push *p, unsigned tries, const struct verdict *v,
	      struct err *err)
{
	int64_t wait;

	if (sig_stop())
		return err_set(err, ERR_AGAIN, "stopped by a signal");
	wait = session_backoff(p->session, tries, v, err);
	if (wait < 0)
		return -1;
	log_debug("waiting %lld ms: %s", (long long)wait, v->why);
	clock_sleep_ms(wait);
	return sig_stop() ? err_set(err, ERR_AGAIN, "stopped by a signal") : 0;
}

/* ---- outcomes --------------------------------------------------------------
 */

/* Commit what these items came to, then say it. */
static int accept(struct lane *l, int64_t batch, struct item **v, size_t n,
		  struct err *err)
{
	size_t i;

	if (push_commit(l->p, l->b, batch, v, n, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		push_receipt(l->p, l->b, v[i],
			     push_outcome(v[i], l->naming == NAMING_ID));
	return 0;
}

static int accept_all(struct lane *l, int64_t batch, const uint32_t *row,
		      size_t n, const struct load_verdict *verdict, int64_t ms,
		      enum batch_row *out, struct err *err)
{
	struct item **v = mem_alloc(mem_mul(n, sizeof(struct item *)));
	size_t i;
	int rc;

	for (i = 0; i < n; i++) {
		v[i] = l->v[row[i]];
		v[i]->res_id = verdict->row[i].id;
		v[i]->ms = ms;
		out[i] = BATCH_DONE;
	}
	rc = accept(l, batch, v, n, err);
	free(v);
	return rc;
}

/* Odoo does not know the database id: the record was removed there. */
static bool is_gone(const struct lane *l, const struct load_row *r)
{
	return l->naming == NAMING_ID && r->field && !strcmp(r->field, ".id");
}

/* The right is missing for all records of this kind: ends the run. */
static int check_right(struct lane *l, const char *code, struct err *err)
{
	return push_check_right(l->p, l->b, code,
				l->naming == NAMING_ID ? "write" : "create",
				err);
}

static int reject_row(struct lane *l, struct item *it, const struct load_row *r,
		      struct err *err)
{
	int field = r->field ? binding_index(l->b, r->field) : -1;

	if (is_gone(l, r)) {
		it->res_id = 0;
		it->by_id = false;
		return 0;
	}
	if (check_right(l, r->reject, err) < 0)
		return -1;
	return push_reject_field(l->p, l->b, it, r->reject, field,
				 r->why ? r->why : "Odoo refused the record",
				 err);
}

static int sort_rows(struct lane *l, const uint32_t *row, size_t n,
		     const struct load_verdict *verdict, enum batch_row *out,
		     struct err *err)
{
	size_t i;

	for (i = 0; i < n; i++) {
		switch (verdict->row[i].state) {
		case ROW_LOADED:
		case ROW_AGAIN:
			break;
		case ROW_SUSPECT:
			out[i] = BATCH_SUSPECT;
			break;
		case ROW_BAD:
			out[i] = BATCH_BAD;
			if (reject_row(l, l->v[row[i]], &verdict->row[i], err) <
			    0)
				return -1;
			break;
		}
	}
	return 0;
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
static int look_again(struct lane *l, struct arena *arena, const uint32_t *row,
		      size_t n, struct item **copy, struct err *err)
{
	struct span *xid = mem_alloc(mem_mul(n, sizeof(*xid)));
	int64_t *id = mem_zalloc(mem_mul(n, sizeof(*id)));
	size_t i;
	int rc = 0;

	for (i = 0; i < n; i++) {
		copy[i] = copy_item(l, arena, l->v[row[i]]);
		xid[i] = copy[i]->xid;
	}
	if (l->naming == NAMING_XID)
		rc = reads_ids(l->p->session, l->b->model, xid, id, n, err);
	for (i = 0; i < n && rc == 0 && l->naming == NAMING_XID; i++)
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
static int read_back(struct lane *l, int64_t batch, const uint32_t *row,
		     size_t n, enum batch_row *out, size_t *n_done,
		     struct err *err)
{
	struct item **copy = mem_alloc(mem_mul(n, sizeof(struct item *)));
	struct item **done = mem_alloc(mem_mul(n, sizeof(struct item *)));
	struct arena arena = ARENA_INIT;
	size_t i;
	int rc = look_again(l, &arena, row, n, copy, err);

	*n_done = 0;
	for (i = 0; i < n && rc == 0; i++)
		if (holds(l, copy[i])) {
			out[i] = BATCH_DONE;
			done[*n_done] = l->v[row[i]];
			done[(*n_done)++]->res_id = copy[i]->res_id;
		}
	if (rc == 0)
		rc = accept(l, batch, done, *n_done, err);
	arena_release(&arena);
	free(copy);
	free(done);
	return rc;
}

/* ---- one call, to the end of its story
 * --------------------------------------- */

/*
 * Rights are missing: for all records of this kind, which ends the run, or for
 * some, which halving finds.
 */
static int refuse(struct lane *l, const uint32_t *row, size_t n,
		  const struct verdict *v, enum batch_row *out, struct err *err)
{
	if (check_right(l, v->reject, err) < 0)
		return -1;
	if (n > 1)
		return 0;
	out[0] = BATCH_BAD;
	return push_reject_field(l->p, l->b, l->v[row[0]], v->reject, -1,
				 v->why, err);
}

struct attempt {
	int64_t batch, ms;
	struct load_verdict verdict;
};

static int try_once(struct lane *l, const uint32_t *row, size_t n,
		    struct attempt *a, struct err *err)
{
	struct buf columns = BUF_INIT(64 * 1024);
	struct span *xid = mem_alloc(mem_mul(n, sizeof(*xid)));
	struct reply reply = REPLY_INIT;
	struct call call;
	size_t i;
	int rc;

	for (i = 0; i < n; i++)
		xid[i] = l->v[row[i]]->xid;
	put_columns(l, &columns);
	rc = send_intend(l->p, l->b,
			 l->naming == NAMING_ID ? "update" : "create",
			 buf_span(&columns), l->v, row, n, &a->batch, err);
	if (rc == 0) {
		build_call(l, row, n, &call);
		session_try(l->p->session, &call, &reply);
		call_release(&call);
		a->ms = reply.took_ms;
		verdict_load(&a->verdict, &reply,
			     l->naming == NAMING_XID ? xid : NULL, n);
	}
	reply_release(&reply);
	buf_release(&columns);
	free(xid);
	return rc;
}

/* What to do about a verdict.  1: again after a wait, 0: through, -1. */
static int judge(struct lane *l, const uint32_t *row, size_t n,
		 struct attempt *a, enum batch_row *out, struct err *err)
{
	const struct verdict *v = &a->verdict.whole;
	size_t n_done = 0;

	switch (v->what) {
	case ODOO_DONE:
		batch_size_took(&l->p->size, n, a->ms);
		return accept_all(l, a->batch, row, n, &a->verdict, a->ms, out,
				  err);
	case ODOO_UNKNOWN:
		batch_size_pressure(&l->p->size);
		if (read_back(l, a->batch, row, n, out, &n_done, err) < 0)
			return -1;
		return n_done == 0;
	case ODOO_REJECT:
	case ODOO_DIVIDE:
	case ODOO_RETRY:
	case ODOO_STOP:
		break;
	}
	/* Nothing was kept. */
	if (journal_close(l->p->state, a->batch, NULL, 0, err) < 0)
		return -1;
	if (v->what == ODOO_RETRY) {
		batch_size_pressure(&l->p->size);
		return 1;
	}
	if (v->what == ODOO_STOP) {
		if (v->reject && !strcmp(v->reject, "odoo-access"))
			return refuse(l, row, n, v, out, err);
		return verdict_err(v, err);
	}
	if (v->what == ODOO_DIVIDE && n == 1)
		return refuse(l, row, n, v, out, err);
	return sort_rows(l, row, n, &a->verdict, out, err);
}

static int send_rows(void *context, const uint32_t *row, size_t n,
		     enum batch_row *out, struct err *err)
{
	struct lane *l = context;
	unsigned tries = 0;
	int rc;

	do {
		struct attempt a = {0};

		rc = try_once(l, row, n, &a, err);
		if (rc == 0)
			rc = judge(l, row, n, &a, out, err);
		if (rc > 0 &&
		    send_wait(l->p, ++tries, &a.verdict.whole, err) < 0)
			rc = -1;
		load_verdict_release(&a.verdict);
	} while (rc > 0);
	return rc;
}

/* ---- lanes
 * --------------------------------------------------------------------- */

struct place {
	struct item *it;
	enum naming naming;
	uint64_t by_ids;
	size_t at;
};

static int by_lane(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->naming != y->naming)
		return x->naming < y->naming ? -1 : 1;
	if (x->it->columns != y->it->columns)
		return x->it->columns < y->it->columns ? -1 : 1;
	if (x->by_ids != y->by_ids)
		return x->by_ids < y->by_ids ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static bool same_lane(const struct place *a, const struct place *b)
{
	return a->naming == b->naming && a->it->columns == b->it->columns &&
	       a->by_ids == b->by_ids;
}

/* One lane in calls of a bearable size. */
static int send_lane(struct lane *l, struct err *err)
{
	struct item **all = l->v;
	size_t n_all = l->n, from = 0;
	int rc = 0;

	while (from < n_all && rc == 0) {
		size_t bytes = 0, n = 0;

		while (from + n < n_all && n < l->p->size.rows &&
		       (!n || bytes < CALL_BYTES))
			bytes += all[from + n++]->line.len;
		l->v = all + from;
		l->n = n;
		rc = batch_run(n, send_rows, l, err);
		from += n;
		if (rc == 0 && sig_stop())
			rc = err_set(err, ERR_AGAIN, "stopped by a signal");
	}
	return rc;
}

int push_send(struct push *p, const struct binding *b, struct item **v,
	      size_t n, struct err *err)
{
	struct place *place = mem_alloc(mem_mul(n, sizeof(*place)));
	struct item **sorted = mem_alloc(mem_mul(n, sizeof(struct item *)));
	size_t i, from;
	int rc = 0;

	for (i = 0; i < n; i++)
		place[i] = (struct place){v[i], naming_of(v[i]),
					  ids_of(b, v[i]), i};
	if (n)
		qsort(place, n, sizeof(*place), by_lane);
	for (i = 0; i < n; i++)
		sorted[i] = place[i].it;
	for (from = 0; from < n && rc == 0; from = i) {
		struct lane l = {.p = p, .b = b, .v = sorted + from};

		for (i = from; i < n && same_lane(&place[from], &place[i]); i++)
			;
		l.n = i - from;
		l.naming = place[from].naming;
		l.columns = place[from].it->columns;
		l.by_ids = place[from].by_ids;
		rc = send_lane(&l, err);
	}
	free(place);
	free(sorted);
	return rc;
}
