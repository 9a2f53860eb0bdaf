/*
 * The records of an entity, from what is there to receipts and rejects.
 */
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/sig.h"
#include "core/xid.h"
#include "push/cell.h"
#include "push/fit.h"
#include "push/order.h"
#include "push/plan.h"
#include "push/push.h"
#include "push/words.h"

/* The items of `v` that are open and for which `want` says yes, to `to`. */
typedef bool item_test(const struct item *it);

static size_t select_items(struct item **v, size_t n, item_test *want,
			   struct item **to)
{
	size_t n_to = 0, i;

	for (i = 0; i < n; i++)
		if (!v[i]->finished && want(v[i]))
			to[n_to++] = v[i];
	return n_to;
}

static bool is_open(const struct item *it)
{
	return !it->finished;
}

static bool is_missing(const struct item *it)
{
	return !it->res_id && !it->code;
}

static bool is_unread(const struct item *it)
{
	return it->res_id && !it->code && it->reread;
}
int push_defer(struct push *p, struct item *it, const char *outcome,
	       struct err *err)
{
	it->finished = true;
	p->n_deferred++;
	return spool_defer(p->spool, it->seq, span_of(outcome), err);
}

/* ---- what to do --------------------------------------------------------- */

/* No news: what the state vouches for, and the record has no say in. */
static bool is_news(const struct item *it)
{
	return !it->untouched || it->reread || it->since.len;
}

static int settle_nothing(struct push *p, const struct binding *b,
			  struct item **v, size_t n, struct err *err)
{
	struct item **news = mem_alloc(mem_mul(n, sizeof(struct item *)));
	size_t n_news = select_items(v, n, is_news, news), i;
	int rc = 0;

	if (n_news && !p->opt.dry_run)
		rc = push_commit(p, b, 0, news, n_news, err);
	free(news);
	if (rc < 0)
		return -1;
	for (i = 0; i < n; i++)
		push_receipt(p, b, v[i], push_rest_outcome(v[i]));
	return 0;
}

/* A dry run: who names this record need not take it for one to be made. */
static int note_place(struct push *p, const struct item *it, struct err *err)
{
	if (!it->res_id || !it->xid.len)
		return 0;
	return spool_ref_put(p->spool, it->xid, it->res_id, err);
}

static int carry_out(struct push *p, const struct binding *b,
		     struct arena *arena, struct item **v, size_t n,
		     struct err *err)
{
	struct item **same = mem_alloc(mem_mul(n, sizeof(struct item *)));
	struct item **send = mem_alloc(mem_mul(n, sizeof(struct item *)));
	size_t n_same = 0, n_send = 0, i;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		/* One that is there goes once, when all is known. */
		if (v[i]->later && v[i]->res_id) {
			rc = push_defer(p, v[i], v[i]->adopted ? "adopted" : "",
					err);
			continue;
		}
		switch (plan_item(b, v[i], p->opt.full)) {
		case PLAN_NOTHING:
			v[i]->untouched = v[i]->op == OP_CREATE &&
					  !v[i]->code && !v[i]->made;
			plan_left(b, v[i]);
			same[n_same++] = v[i];
			break;
		case PLAN_UPDATE:
			plan_left(b, v[i]);
			send[n_send++] = v[i];
			break;
		case PLAN_CREATE:
			send[n_send++] = v[i];
			break;
		case PLAN_MISSING:
			rc = push_reject(p, v[i], "not-found", SPAN("key"),
					 v[i]->key,
					 "there is no such record in Odoo",
					 err);
			break;
		}
	}
	if (rc == 0)
		rc = words_name_old(p, b, arena, send, n_send, err);
	if (rc == 0)
		rc = settle_nothing(p, b, same, n_same, err);
	for (i = 0; i < n && rc == 0 && p->opt.dry_run; i++)
		rc = note_place(p, v[i], err);
	for (i = 0; i < n_send && rc == 0 && p->opt.dry_run; i++)
		push_receipt(p, b, send[i],
			     push_outcome(send[i], send[i]->res_id != 0));
	if (rc == 0 && !p->opt.dry_run && n_send)
		rc = push_send(p, b, send, n_send, err);
	free(same);
	free(send);
	return rc;
}

/* A code stands for a record of Odoo's own, which has to be there. */
static int settle_codes(struct push *p, const struct binding *b,
			struct item **v, size_t n, struct err *err)
{
	size_t i;

	for (i = 0; i < n; i++) {
		char *why;
		int rc;

		if (!v[i]->code || v[i]->finished)
			continue;
		if (v[i]->op == OP_ARCHIVE) {
			if (push_reject(p, v[i], "unsupported-op", SPAN("op"),
					SPAN("archive"),
					"the record is Odoo's own and stays as "
					"it is",
					err) < 0)
				return -1;
			continue;
		}
		if (v[i]->res_id) {
			v[i]->adopted = !v[i]->in_state;
			continue;
		}
		why = mem_printf("Odoo has no record %s",
				 binding_code(b, v[i]->key));
		rc = push_reject(p, v[i], "missing-reference", SPAN("key"),
				 v[i]->key, why, err);
		free(why);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static bool is_reread(const struct item *it)
{
	return it->reread;
}

/* From items with cells to receipts and rejects; `v` is work space too. */
static int work_items(struct push *p, const struct binding *b,
		      struct arena *arena, struct item **all, size_t n_all,
		      struct err *err)
{
	struct item **v = mem_alloc(mem_mul(n_all, sizeof(struct item *)));
	size_t n = select_items(all, n_all, is_reread, v);
	int rc = push_look_up(p, b, v, n, err);

	if (rc == 0)
		rc = settle_codes(p, b, all, n_all, err);
	n = select_items(all, n_all, is_unread, v);
	if (rc == 0)
		rc = push_read(p, b, arena, v, n, err);
	n = select_items(all, n_all, is_open, v);
	if (rc == 0)
		rc = push_resolve(p, b, arena, v, n, err);
	n = select_items(all, n_all, is_missing, v);
	if (rc == 0 && b->n_adopt && n) {
		rc = push_adopt(p, b, arena, v, n, err);
		n = select_items(all, n_all, is_open, v);
		/* Those taken over may have relations to compare now. */
		if (rc == 0)
			rc = push_resolve(p, b, arena, v, n, err);
	}
	n = select_items(all, n_all, is_open, v);
	if (rc == 0)
		rc = push_conflicts(p, b, arena, v, n, err);
	n = select_items(all, n_all, is_open, v);
	if (rc == 0)
		rc = carry_out(p, b, arena, v, n, err);
	free(v);
	return rc;
}

static int work_chunk(struct push *p, const struct binding *b, struct chunk *c,
		      struct err *err)
{
	struct item **v = mem_alloc(mem_mul(c->n, sizeof(struct item *)));
	size_t n, i;
	int rc = 0;

	for (i = 0; i < c->n && rc == 0; i++)
		if (!c->item[i]->finished)
			rc = push_consult_state(p, b, &c->arena, c->item[i],
						err);
	n = select_items(c->item, c->n, is_open, v);
	if (rc == 0 && n)
		rc = b->n_identity ? push_counts(p, b, &c->arena, v, n, err)
				   : work_items(p, b, &c->arena, v, n, err);
	/* Gone from Odoo although the state had them: look again. */
	n = select_items(c->item, c->n, is_open, v);
	for (i = 0; i < n; i++)
		v[i]->reread = true;
	if (rc == 0 && n)
		rc = work_items(p, b, &c->arena, v, n, err);
	for (i = 0; i < c->n && rc == 0; i++)
		if (!c->item[i]->finished)
			rc = push_reject(p, c->item[i], "odoo-gone",
					 SPAN("key"), c->item[i]->key,
					 "the record vanishes from Odoo while "
					 "it is written",
					 err);
	free(v);
	return rc;
}

int push_learn(struct push *p, struct push_entity *e, struct err *err)
{
	const json_t *fields;

	if (e->learned)
		return 0;
	fields = session_fields(p->session, e->binding->model, err);
	if (!fields)
		binding_blame(e->binding, NULL, err);
	if (!fields || binding_learn(e->binding, fields, err) < 0 ||
	    fit_binding(e->binding, fields, NULL, err) < 0)
		return -1;
	e->learned = true;
	return 0;
}

static bool has_deferred(const struct binding *b)
{
	size_t k;

	for (k = 0; k < b->n_fields; k++)
		if (b->field[k].deferred)
			return true;
	return false;
}

int push_entity_run(struct push *p, unsigned number, struct err *err)
{
	struct push_entity *e = &p->entity[number];
	const struct binding *b = e->binding;
	struct chunk c = {.arena = ARENA_INIT};
	struct rec r = REC_INIT;
	struct spool_rec s;
	uint32_t level = 0;
	int rc = 0;

	if (!b || !spool_count(p->spool, number) ||
	    (p->last_pass && !has_deferred(b)))
		return 0;
	if (push_learn(p, e, err) < 0 || push_survey(p, e, number, err) < 0)
		return -1;
	if (!p->last_pass && push_set_levels(p, b, number, err) < 0)
		return -1;
	if (push_adopt_prepare(p, b, number, err) < 0)
		return -1;
	if (spool_first(p->spool, number, p->last_pass, err) < 0)
		return -1;
	while (rc == 0 && (rc = spool_next(p->spool, &s, err)) > 0) {
		rc = 0;
		/* Parents are settled before their children are looked at. */
		if (c.n && (c.n >= CHUNK_ITEMS || c.bytes >= CHUNK_BYTES ||
			    (s.level != level && !p->last_pass))) {
			rc = work_chunk(p, b, &c, err);
			chunk_clear(&c);
			if (rc == 0)
				rc = push_since_note(p, e, false, err);
			if (rc == 0 && sig_stop())
				rc = err_set(err, ERR_AGAIN,
					     "stopped by a signal");
		}
		level = s.level;
		if (rc == 0)
			rc = chunk_add(p, b, &c, &r, &s, err);
		if (rc == 0 && s.note.len && !c.item[c.n - 1]->finished)
			rc = push_reject(p, c.item[c.n - 1], "reference-cycle",
					 SPAN("key"), c.item[c.n - 1]->key,
					 s.note.p, err);
	}
	if (rc == 0 && c.n)
		rc = work_chunk(p, b, &c, err);
	if (rc == 0)
		rc = push_since_note(p, e, true, err);
	spool_stop(p->spool);
	free(c.item);
	arena_release(&c.arena);
	rec_release(&r);
	return rc;
}
