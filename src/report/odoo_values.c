#include <stdlib.h>

#include "core/xid.h"
#include "odoo/reads.h"
#include "report/odoo_side.h"

struct span odoo_field_name(const struct bind_field *f)
{
	const struct bind_field *way;

	for (way = f; way; way = way->other)
		if (way->from && strcmp(way->from, BIND_KEY) != 0)
			return span_of(way->from);
	return span_of(f->name);
}

bool odoo_same(const struct odoo_side *o, const struct bind_field *f,
	       struct span want, struct span have)
{
	struct dec ignored;

	if (cell_equal(f, want, have))
		return true;
	if (f->type != BIND_TYPE_FLOAT && f->type != BIND_TYPE_INTEGER)
		return false;
	if (!want.len)
		want = SPAN("0");
	return dec_parse(want, &ignored) == 0 &&
	       dec_parse(have, &ignored) == 0 &&
	       diff_same_number(o->opt->tolerances, odoo_field_name(f), want,
				have);
}

/* ---- in the words of the stream ------------------------------------------ */

static const char *pair_from(const struct bind_pair *pair, size_t n,
			     struct span to)
{
	const char *found = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!span_is(to, pair[i].to))
			continue;
		if (found)
			return NULL; /* two codes mean this: say neither */
		found = pair[i].from;
	}
	return found;
}

/* The key behind an external id, where it is one of the field's entities. */
static bool put_key(const struct bind_field *f, struct span xid,
		    struct buf *out)
{
	struct buf store = BUF_INIT(XID_MAX);
	const char *code = NULL;
	bool found = false;
	struct xid x;

	if (xid_parse(xid, &store, &x) == 0) {
		const struct bind_field *way;

		for (way = f; way && !found; way = way->other)
			found = way->ref && !way->through &&
				span_is(x.entity, way->ref);
		if (found)
			buf_add_span(out, x.key);
	}
	if (!found && f->target && !f->target_is_self)
		code = pair_from(f->target->code, f->target->n_codes, xid);
	if (!found && !code)
		code = pair_from(f->table, f->n_table, xid);
	if (code)
		buf_adds(out, code);
	buf_release(&store);
	return found || code;
}

static int put_record(struct odoo_side *o, const struct bind_field *f,
		      const json_t *value, int64_t id, struct buf *out,
		      struct err *err)
{
	const char *name = json_string_value(json_array_get(value, 1));
	struct buf xid = BUF_INIT(XID_MAX);
	int rc = f->relation ? known_xid(o->known, f->relation, id, &xid, err)
			     : 0;

	if (rc == 0 && !(xid.len && put_key(f, buf_span(&xid), out))) {
		if (name)
			buf_adds(out, name);
		else if (xid.len)
			buf_add_span(out, buf_span(&xid));
		else
			buf_addf(out, "%lld", (long long)id);
	}
	buf_release(&xid);
	return rc;
}

/* The value by which the stream names records: a country's code. */
static int put_by(struct odoo_side *o, const struct bind_field *f, int64_t id,
		  struct buf *out, struct err *err)
{
	json_t *names = json_pack("[s]", f->by), *row = NULL;
	int rc = reads_values(o->session, f->relation, &id, 1, names, NULL,
			      &row, err);
	const char *value = json_string_value(json_object_get(row, f->by));

	if (rc == 0 && value)
		buf_adds(out, value);
	json_decref(row);
	json_decref(names);
	return rc == 0 && value ? 0 : -1;
}

static int put_records(struct odoo_side *o, const struct bind_field *f,
		       const json_t *value, struct buf *out, struct err *err)
{
	const json_t *id;
	size_t i;

	if (json_is_array(value) && f->type == BIND_TYPE_MANY2MANY) {
		json_array_foreach (value, i, id) {
			buf_adds(out, i ? "," : "");
			if (put_record(o, f, NULL, json_integer_value(id), out,
				       err) < 0)
				return -1;
		}
		return 0;
	}
	id = json_is_array(value) ? json_array_get(value, 0) : value;
	if (f->by && f->relation)
		return put_by(o, f, json_integer_value(id), out, err);
	return put_record(o, f, value, json_integer_value(id), out, err);
}

bool odoo_put_words(struct odoo_side *o, const struct bind_field *f,
		    const json_t *value, struct span cell, struct buf *out,
		    struct err *err)
{
	const char *word;

	if (!cell.len)
		return false;
	if (bind_is_relation(f)) {
		/* what cannot be asked is shown as its number */
		if (put_records(o, f, value, out, err) < 0)
			buf_add_span(out, cell);
		return true;
	}
	word = pair_from(f->table, f->n_table, cell);
	if (word)
		buf_adds(out, word);
	else if (f->type == BIND_TYPE_BOOLEAN)
		buf_adds(out, span_is(cell, "1") ? "true" : "false");
	else
		buf_add_span(out, cell);
	return true;
}

/* ---- a record ------------------------------------------------------------ */

/* 1 where the field holds what is wanted. */
static bool holds(struct odoo_side *o, const struct bind_field *f,
		  const struct odoo_cell *c, struct span have)
{
	struct buf ids;
	bool same;

	if (!bind_is_relation(f))
		return odoo_same(o, f, c->want, have);
	ids = (struct buf)BUF_INIT(64 * 1024);
	same = refs_put_ids(&o->refs, f, c->want, &ids) &&
	       span_eq(buf_span(&ids), have);
	buf_release(&ids);
	return same;
}

static void report_field(struct odoo_side *o, struct odoo_entity *e,
			 const struct odoo_item *it, size_t k, struct span have,
			 struct err *err)
{
	const struct bind_field *f = &e->b->field[k];
	struct difference d = odoo_base(e, it, DIFF_VALUE);
	struct buf words = BUF_INIT(LINE_CEILING);

	d.field = it->cell[k].field;
	d.where = span_of(f->name);
	d.here = it->cell[k].words;
	if (odoo_put_words(o, f, json_object_get(it->row, f->read), have,
			   &words, err))
		d.there = (struct span){buf_str(&words), words.len};
	report_put(o->report, &d);
	buf_release(&words);
}

int odoo_compare_values(struct odoo_side *o, struct odoo_entity *e,
			struct odoo_item *it, struct err *err)
{
	struct buf have = BUF_INIT(LINE_CEILING);
	size_t k;

	for (k = 0; k < e->b->n_fields && !it->present; k++) {
		const struct bind_field *f = &e->b->field[k];

		if (!it->cell[k].set)
			continue;
		buf_clear(&have);
		cell_of_odoo(f, json_object_get(it->row, f->read), &have);
		if (!holds(o, f, &it->cell[k], buf_span(&have)))
			report_field(o, e, it, k, buf_span(&have), err);
	}
	buf_release(&have);
	return 0;
}
