#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/sig.h"
#include "core/xid.h"
#include "odoo/reads.h"
#include "push/cell.h"
#include "push/order.h"
#include "push/plan.h"
#include "push/push.h"
#include "push/words.h"
#include "state/xref.h"

/* ---- chunks ------------------------------------------------------------ */

static struct span keep(struct arena *arena, struct span s)
{
	return (struct span){arena_dup(arena, s.p ? s.p : "", s.len), s.len};
}

/* What the cell is the digest of. */
static const struct rec_node *binary_value(const struct bind_field *f,
					   struct rec *r,
					   const struct rec_node *fields)
{
	return !strcmp(f->from, BIND_KEY) ? rec_get(r, r->node, "key")
					  : rec_get(r, fields, f->from);
}

/* The cells of an item; a value that cannot be bound rejects it. */
static int make_cells(struct push *p, const struct binding *b,
		      struct arena *arena, struct rec *r, struct item *it,
		      struct err *err)
{
	const struct rec_node *fields = rec_get(r, r->node, "fields");
	struct span site = rec_text(r, rec_get(r, r->node, "site"));
	size_t k;
	int rc = 0;

	it->cell = arena_alloc(arena, mem_mul(b->n_fields, sizeof(*it->cell)));
	memset(it->cell, 0, b->n_fields * sizeof(*it->cell));
	for (k = 0; k < b->n_fields && rc == 0 && !it->finished; k++) {
		struct item_cell *c = &it->cell[k];
		struct err why = ERR_INIT;
		const char *code = "";
		enum cell_got got;

		buf_clear(&p->text);
		got = cell_make(&b->field[k], r, fields, site, &p->text, &code,
				&why);
		if (got == CELL_BAD) {
			rc = push_reject_field(p, b, it, code, (int)k, why.msg,
					       err);
			break;
		}
		c->set = got == CELL_SET;
		c->by_default = got == CELL_DEFAULT;
		c->want.p = arena_dup(arena, p->text.data, p->text.len);
		c->want.len = p->text.len;
		if (b->field[k].type == BIND_TYPE_BINARY && c->want.len)
			c->data = keep(arena,
				       rec_text(r, binary_value(&b->field[k], r,
								fields)));
	}
	return rc;
}

/* Archiving sends one column, whatever else the record says. */
static int make_archive(struct push *p, const struct binding *b,
			struct item *it, struct err *err)
{
	int active = binding_index(b, "active");
	size_t k;

	if (active < 0)
		return push_reject(p, it, "unsupported-op", SPAN("op"),
				   SPAN("archive"),
				   "Odoo cannot archive this kind of record",
				   err);
	for (k = 0; k < b->n_fields; k++)
		it->cell[k].set = it->cell[k].by_default = false;
	it->cell[active].set = true;
	it->cell[active].want = SPAN("0");
	return 0;
}

static int read_op(struct rec *r)
{
	struct span word = rec_text(r, rec_get(r, r->node, "op"));

	return span_is(word, "create")    ? OP_CREATE
	       : span_is(word, "update")  ? OP_UPDATE
	       : span_is(word, "archive") ? OP_ARCHIVE
					  : OP_UPSERT;
}

static int add_item(struct push *p, const struct binding *b, struct chunk *c,
		    struct rec *r, const struct spool_rec *s, struct err *err)
{
	struct span line = keep(&c->arena, s->line);
	struct item *it;

	if (rec_parse(r, line.p, line.len, err) < 0)
		return -1;
	it = arena_alloc(&c->arena, sizeof(*it));
	memset(it, 0, sizeof(*it));
	c->item = mem_grow(c->item, c->n, &c->cap, sizeof(*c->item));
	c->item[c->n++] = it;
	c->bytes += line.len;
	it->xid = keep(&c->arena, s->xid);
	it->key = keep(&c->arena, rec_text(r, rec_get(r, r->node, "key")));
	it->since = keep(&c->arena, s->since);
	it->released = s->released;
	it->seq = s->seq;
	it->last_pass = p->last_pass;
	if (p->last_pass)
		it->outcome = keep(&c->arena, s->outcome);
	it->made = span_is(it->outcome, "created");
	it->op = (enum item_op)read_op(r);
	push_item_fill(p, b, r, line, it);
	if (make_cells(p, b, &c->arena, r, it, err) < 0)
		return -1;
	if (it->op == OP_ARCHIVE && !it->finished)
		return make_archive(p, b, it, err);
	return 0;
}

/* ---- what is there ------------------------------------------------------ */

/* From the JSON object the state keeps to `had`. */
static int fill_had(struct push *p, const struct binding *b,
		    struct arena *arena, struct item *it, struct err *err)
{
	struct buf text = BUF_INIT(2 * LINE_CEILING);
	struct rec r = REC_INIT;
	size_t k;
	int rc = xref_cells(p->state, it->xid, &text, err);

	if (rc > 0 && rec_parse(&r, text.data, text.len, err) < 0)
		rc = -1;
	for (k = 0; rc > 0 && k < b->n_fields; k++) {
		const struct rec_node *n =
			rec_get(&r, r.node, b->field[k].name);

		if (!n)
			continue;
		it->cell[k].had = keep(arena, rec_text(&r, n));
		it->cell[k].known = true;
	}
	rec_release(&r);
	buf_release(&text);
	return rc;
}

/* Whether one of the records says something of field `k`, or sends it. */
static bool is_asked(struct item *const *v, size_t n, size_t k)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i]->cell[k].set || (v[i]->columns >> k & 1))
			return true;
	return false;
}

/* With no name at all Odoo would read every field. */
static json_t *read_names(const struct binding *b, const bool *asked)
{
	json_t *names = json_pack("[s]", "id");
	size_t k;

	for (k = 0; k < b->n_fields; k++)
		if (asked[k])
			json_array_append_new(names,
					      json_string(b->field[k].read));
	return names;
}

static int read_some(struct push *p, const struct binding *b,
		     struct arena *arena, struct item **v, size_t n,
		     struct err *err)
{
	int64_t *id = mem_alloc(mem_mul(n, sizeof(*id)));
	json_t **row = mem_zalloc(mem_mul(n, sizeof(json_t *)));
	bool *asked = mem_zalloc(b->n_fields + 1);
	json_t *names;
	size_t i, k;
	int rc = 0;

	for (k = 0; k < b->n_fields; k++)
		asked[k] = is_asked(v, n, k);
	names = read_names(b, asked);
	for (i = 0; i < n; i++)
		id[i] = v[i]->res_id;
	if (n)
		rc = reads_cells(p->session, b->model, id, n, names, b->context,
				 row, err);
	for (i = 0; i < n && rc == 0; i++) {
		if (!row[i]) {
			v[i]->res_id = 0;
			v[i]->by_id = false;
			continue;
		}
		v[i]->read = true;
		for (k = 0; k < b->n_fields; k++) {
			const struct bind_field *f = &b->field[k];

			if (!asked[k])
				continue;
			buf_clear(&p->text);
			cell_of_odoo(f, json_object_get(row[i], f->read),
				     &p->text);
			v[i]->cell[k].had = keep(arena, buf_span(&p->text));
			v[i]->cell[k].known = true;
		}
	}
	for (i = 0; i < n; i++)
		json_decref(row[i]);
	json_decref(names);
	free(asked);
	free(row);
	free(id);
	return rc;
}

/* Whether the record speaks of a picture or a document. */
static bool is_heavy(const struct binding *b, const struct item *it)
{
	size_t k;

	for (k = 0; k < b->n_fields; k++)
		if (b->field[k].type == BIND_TYPE_BINARY && it->cell[k].set)
			return true;
	return false;
}

int push_read(struct push *p, const struct binding *b, struct arena *arena,
	      struct item **v, size_t n, struct err *err)
{
	size_t from, to;

	/* An answer has a ceiling: heavy records are read one by one. */
	for (from = 0; from < n; from = to) {
		to = from + 1;
		if (!is_heavy(b, v[from]))
			while (to < n && !is_heavy(b, v[to]))
				to++;
		if (read_some(p, b, arena, v + from, to - from, err) < 0)
			return -1;
	}
	return 0;
}

/* Items the state does not vouch for: where are they in Odoo? */
static int look_up(struct push *p, const struct binding *b, struct item **v,
		   size_t n, struct err *err)
{
	const struct push_entity *e = push_entity_of(p, b);
	struct span *xid = mem_alloc(mem_mul(n, sizeof(*xid)));
	int64_t *id = mem_alloc(mem_mul(n, sizeof(*id)));
	struct item **open = mem_alloc(mem_mul(n, sizeof(struct item *)));
	size_t n_open = 0, i;
	int rc = 0;

	for (i = 0; i < n; i++) {
		if (v[i]->by_id)
			continue;
		if (e->no_xids && !v[i]->in_state && !v[i]->code)
			continue;
		xid[n_open] = push_item_xid(b, v[i]);
		id[n_open] = v[i]->res_id;
		open[n_open++] = v[i];
	}
	if (n_open)
		rc = reads_ids(p->session, b->model, xid, id, n_open, err);
	for (i = 0; i < n_open && rc == 0; i++)
		open[i]->res_id = id[i];
	free(xid);
	free(id);
	free(open);
	return rc;
}

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

/*
 * We archived the record when the legacy system did not have it any more, and
 * it has it again.
 */
static void revive(const struct binding *b, struct item *it)
{
	int active = binding_index(b, "active");
	struct item_cell *c = active < 0 ? NULL : &it->cell[active];

	if (!c || it->op != OP_UPSERT || c->set || !c->known ||
	    !span_is(c->had, "0"))
		return;
	c->set = true;
	c->want = SPAN("1");
}

/*
 * What the state knows of an item.  `reread` stays set where Odoo has to be
 * asked.
 */
static int consult_state(struct push *p, const struct binding *b,
			 struct arena *arena, struct item *it, struct err *err)
{
	struct xref x = {0};
	size_t k;
	int rc = xref_find(p->state, it->xid, &x, err);

	it->reread = true;
	if (rc <= 0)
		return rc;
	it->in_state = true;
	it->res_id = x.res_id;
	it->by_id = x.by_id;
	rc = fill_had(p, b, arena, it, err);
	if (rc <= 0)
		return rc;
	revive(b, it);
	/* What the first pass made is known, if not all there. */
	it->reread =
		(!x.clean || p->opt.verify || push_stale(p, x.n)) && !it->made;
	for (k = 0; k < b->n_fields && it->reread; k++) {
		/* What was under way when a run broke off may hold by now. */
		it->cell[k].accepted = it->cell[k].had;
		it->cell[k].was_accepted = it->cell[k].known && x.clean;
		it->cell[k].known = false;
	}
	return 0;
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
	int rc = look_up(p, b, v, n, err);

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
			rc = consult_state(p, b, &c->arena, c->item[i], err);
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

static void clear_chunk(struct chunk *c)
{
	arena_clear(&c->arena);
	c->n = c->bytes = 0;
}

int push_learn(struct push *p, struct push_entity *e, struct err *err)
{
	const json_t *fields;

	if (e->learned)
		return 0;
	fields = session_fields(p->session, e->binding->model, err);
	if (!fields || binding_learn(e->binding, fields, err) < 0)
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
			clear_chunk(&c);
			if (rc == 0)
				rc = push_since_note(p, e, false, err);
			if (rc == 0 && sig_stop())
				rc = err_set(err, ERR_AGAIN,
					     "stopped by a signal");
		}
		level = s.level;
		if (rc == 0)
			rc = add_item(p, b, &c, &r, &s, err);
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

/* ---- entities in order --------------------------------------------------- */

struct edges {
	struct order_edge *v;
	size_t n, cap;
};

static void add_entity_edge(struct push *p, const char *first, unsigned then,
			    struct edges *e)
{
	size_t i;

	for (i = 0; i < p->n_entities; i++)
		if (i != then && !strcmp(p->entity[i].name, first)) {
			e->v = mem_grow(e->v, e->n, &e->cap, sizeof(*e->v));
			e->v[e->n++] = (struct order_edge){(uint32_t)i, then};
		}
}

static void add_field_edges(struct push *p, const struct bind_field *f,
			    unsigned then, struct edges *e)
{
	for (; f; f = f->other)
		if (f->ref)
			add_entity_edge(p, f->ref, then, e);
}

/* What has to be before what; without the deferred where they go round. */
static void entity_edges(struct push *p, bool deferred, struct edges *e)
{
	size_t i, k;

	e->n = 0;
	for (i = 0; i < p->n_entities; i++) {
		const struct binding *b = p->entity[i].binding;

		for (k = 0; b && k < b->n_fields; k++)
			if (deferred || !b->field[k].deferred)
				add_field_edges(p, &b->field[k], (unsigned)i,
						e);
		for (k = 0; b && k < b->n_depends; k++)
			add_entity_edge(p, b->depends[k], (unsigned)i, e);
	}
}

/* "location -> warehouse -> location": each needs the next. */
static void tell_circle(const struct push *p, const uint32_t *around,
			size_t start)
{
	struct buf b = BUF_INIT(64 * 1024);
	size_t at = start, left;

	buf_adds(&b, p->entity[start].name);
	for (left = p->n_entities; left; left--) {
		at = around[at];
		buf_addf(&b, " -> %s", p->entity[at].name);
		if (at == start)
			break;
	}
	log_warn("bindings refer to each other in a circle: %s; records go in "
		 "the order they came, unless one of these references is "
		 "deferred",
		 buf_str(&b));
	buf_release(&b);
}

static void order_entities(struct push *p, uint32_t *level)
{
	uint32_t *around = mem_alloc(mem_mul(p->n_entities, sizeof(*around)));
	struct edges e = {NULL, 0, 0};
	size_t n = p->n_entities, i;

	entity_edges(p, true, &e);
	if (order_levels(e.v, e.n, n, level, around)) {
		entity_edges(p, false, &e);
		order_levels(e.v, e.n, n, level, around);
	}
	for (i = 0; i < n; i++)
		if (around[i] != ORDER_NONE) {
			tell_circle(p, around, i);
			break;
		}
	free(e.v);
	free(around);
}

/* All entities, by their levels. */
static int run_entities(struct push *p, const uint32_t *level, struct err *err)
{
	size_t left = p->n_entities, i;
	uint32_t at;
	int rc = 0;

	for (at = 0; rc == 0 && left; at++)
		for (i = 0; i < p->n_entities && rc == 0; i++) {
			if (level[i] != at)
				continue;
			rc = push_entity_run(p, (unsigned)i, err);
			if (rc == 0)
				rc = push_held_settle(p, err);
			left--;
		}
	if (rc == 0 && p->broken.code) {
		*err = p->broken;
		return -1;
	}
	return rc;
}

int push_rest(struct push *p, struct err *err)
{
	uint32_t *level;
	int rc;

	if (push_held_join(p, err) < 0 ||
	    (p->n_deferred && spool_defer_none(p->spool, err) < 0))
		return -1;
	p->n_deferred = 0;
	p->last_pass = false;
	level = mem_alloc(mem_mul(p->n_entities, sizeof(*level)));
	order_entities(p, level);
	rc = run_entities(p, level, err);
	if (rc == 0 && p->n_deferred) {
		p->last_pass = true;
		rc = spool_ask_again(p->spool, err);
		if (rc == 0)
			rc = run_entities(p, level, err);
	}
	free(level);
	return rc;
}
