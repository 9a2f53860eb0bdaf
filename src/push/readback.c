/*
 * What there is of an item: what the state says Odoo accepted, and what Odoo
 * holds.
 */
#include <stdlib.h>
#include <string.h>

#include "core/xid.h"
#include "odoo/reads.h"
#include "push/cell.h"
#include "push/push.h"
#include "state/xref.h"

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
		it->cell[k].had = arena_span(arena, rec_text(&r, n));
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
			v[i]->cell[k].had =
				arena_span(arena, buf_span(&p->text));
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
int push_look_up(struct push *p, const struct binding *b, struct item **v,
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
int push_consult_state(struct push *p, const struct binding *b,
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
