/*
 * Stock: Odoo makes, merges and removes these records as it likes, so they
 * are found by what they are about, and amounts of several are summed.  What
 * is read are all records in the places (the part of the identity that is per
 * site) that the stream speaks of; among them are those it says nothing of.
 */
#include <stdlib.h>

#include "core/xid.h"
#include "odoo/reads.h"
#include "report/odoo_side.h"

#define IDENTITY_MAX 4096 /* bytes */

/* What Odoo has somewhere, and the stream has not. */
struct lone {
	json_t *row;    /* one of them */
	struct dec sum; /* of all amounts */
};

struct counts {
	struct odoo_side *o;
	struct odoo_entity *e;
	size_t place; /* the identity field that is per site; or n_fields */
	struct hset index; /* identity to item, or to lone */
	struct lone *lone;
	size_t n_lone, cap_lone;
	struct buf text, identity;
};

#define LONE_BIT (UINT32_C(1) << 31)

static bool is_identity(const struct binding *b, size_t k)
{
	size_t i;

	for (i = 0; i < b->n_identity; i++)
		if (!strcmp(b->identity[i], b->field[k].name))
			return true;
	return false;
}

static struct sip_hash hash_of(struct span s)
{
	struct sip h;

	sip_init(&h);
	sip_add_span(&h, s);
	return sip_end(&h);
}

/* ---- who the records of the stream are ----------------------------------- */

/* False where a record it names is not in Odoo. */
static bool put_identity(struct counts *c, const struct odoo_item *it)
{
	const struct binding *b = c->e->b;
	size_t k;

	buf_clear(&c->identity);
	for (k = 0; k < b->n_fields; k++) {
		if (!is_identity(b, k))
			continue;
		if (!bind_is_relation(&b->field[k]))
			buf_add_span(&c->identity, it->cell[k].want);
		else if (!refs_put_ids(&c->o->refs, &b->field[k],
				       it->cell[k].want, &c->identity))
			return false;
		buf_addc(&c->identity, '|');
	}
	return true;
}

static void index_items(struct counts *c)
{
	size_t i;
	bool fresh;

	for (i = 0; i < c->e->n; i++)
		if (put_identity(c, c->e->item[i]))
			hset_add(&c->index, hash_of(buf_span(&c->identity)),
				 (uint32_t)i, &fresh);
}

static int ask_refs(struct counts *c, struct err *err)
{
	const struct binding *b = c->e->b;
	size_t i, k;

	for (i = 0; i < c->e->n; i++)
		for (k = 0; k < b->n_fields; k++)
			if (bind_is_relation(&b->field[k]))
				refs_want(&c->o->refs, b, &b->field[k],
					  c->e->item[i]->cell[k].want);
	return refs_ask(&c->o->refs, c->o->known, err);
}

/* ---- what Odoo has --------------------------------------------------------
 */

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The ids of all places of the stream, each once. */
static json_t *places_of(struct counts *c)
{
	const struct bind_field *f = &c->e->b->field[c->place];
	int64_t *id = mem_alloc(mem_mul(c->e->n, sizeof(*id)));
	json_t *ids = json_array();
	size_t n = 0, i;

	for (i = 0; i < c->e->n; i++) {
		struct dec d;

		buf_clear(&c->text);
		if (refs_put_ids(&c->o->refs, f,
				 c->e->item[i]->cell[c->place].want,
				 &c->text) &&
		    dec_parse(buf_span(&c->text), &d) == 0)
			id[n++] = (int64_t)d.units;
	}
	if (n)
		qsort(id, n, sizeof(*id), by_number);
	for (i = 0; i < n; i++)
		if (!i || id[i] != id[i - 1])
			json_array_append_new(ids, json_integer(id[i]));
	free(id);
	return ids;
}

static json_t *domain_of(struct counts *c)
{
	const struct binding *b = c->e->b;
	json_t *domain = json_array();
	size_t k;

	if (c->place < b->n_fields)
		json_array_append_new(domain, json_pack("[sso]",
							b->field[c->place].name,
							"in", places_of(c)));
	for (k = 0; k < b->n_empty; k++)
		json_array_append_new(domain,
				      json_pack("[ssb]", b->empty[k], "=", 0));
	return domain;
}

/* Field names to read; identity fields by their own, not by `read`. */
static json_t *names_of(const struct binding *b)
{
	json_t *names = json_array();
	size_t k;

	for (k = 0; k < b->n_fields; k++)
		json_array_append_new(names,
				      json_string(is_identity(b, k)
							  ? b->field[k].name
							  : b->field[k].read));
	return names;
}

static void identity_of_row(struct counts *c, const json_t *row)
{
	const struct binding *b = c->e->b;
	size_t k;

	buf_clear(&c->identity);
	for (k = 0; k < b->n_fields; k++) {
		if (!is_identity(b, k))
			continue;
		cell_of_odoo(&b->field[k],
			     json_object_get(row, b->field[k].name),
			     &c->identity);
		buf_addc(&c->identity, '|');
	}
}

static void add_text(struct dec *sum, struct span text)
{
	struct dec d, to;

	if (dec_parse(text, &d) == 0 && dec_add(*sum, d, &to) == 0)
		*sum = to;
}

/* Sum amounts into the item's cells, keep the rest. */
static void add_to_item(struct counts *c, struct odoo_item *it,
			const json_t *row)
{
	const struct binding *b = c->e->b;
	size_t k;

	for (k = 0; k < b->n_fields; k++) {
		struct odoo_cell *cell = &it->cell[k];
		struct dec sum = dec_of(0);
		char text[DEC_TEXT_MAX];

		if (is_identity(b, k))
			continue;
		buf_clear(&c->text);
		cell_of_odoo(&b->field[k],
			     json_object_get(row, b->field[k].read), &c->text);
		if (b->field[k].type == BIND_TYPE_FLOAT && it->met) {
			add_text(&sum, cell->have);
			add_text(&sum, buf_span(&c->text));
			buf_clear(&c->text);
			buf_add(&c->text, text, dec_text(dec_strip(sum), text));
		}
		cell->have.p =
			arena_dup(&c->e->arena, c->text.data, c->text.len);
		cell->have.len = c->text.len;
	}
	it->met = true;
}

static void add_to_lone(struct counts *c, struct lone *l, const json_t *row)
{
	const struct binding *b = c->e->b;
	size_t k;

	for (k = 0; k < b->n_fields; k++) {
		if (is_identity(b, k) || b->field[k].type != BIND_TYPE_FLOAT)
			continue;
		buf_clear(&c->text);
		cell_of_odoo(&b->field[k],
			     json_object_get(row, b->field[k].read), &c->text);
		add_text(&l->sum, buf_span(&c->text));
	}
}

static void take_row(struct counts *c, json_t *row)
{
	uint32_t *at;
	bool fresh;

	identity_of_row(c, row);
	at = hset_add(&c->index, hash_of(buf_span(&c->identity)),
		      (uint32_t)c->n_lone | LONE_BIT, &fresh);
	if (!(*at & LONE_BIT)) {
		add_to_item(c, c->e->item[*at], row);
		return;
	}
	if (fresh) {
		c->lone = mem_grow(c->lone, c->n_lone, &c->cap_lone,
				   sizeof(*c->lone));
		c->lone[c->n_lone++] = (struct lone){.row = json_incref(row)};
	}
	add_to_lone(c, &c->lone[*at & ~LONE_BIT], row);
}

static int read_odoo(struct counts *c, struct err *err)
{
	json_t *domain = domain_of(c), *names = names_of(c->e->b);
	struct reads_pages pages;
	bool more = true;
	int rc = 0;

	reads_pages_init(&pages, c->o->session, c->e->b->model, domain, names,
			 c->e->b->context);
	while (rc == 0 && more) {
		json_t *page = reads_pages_next(&pages, err), *row;
		size_t i;

		rc = page ? 0 : -1;
		more = json_array_size(page) > 0;
		json_array_foreach (page, i, row)
			take_row(c, row);
		json_decref(page);
	}
	reads_pages_release(&pages);
	json_decref(domain);
	json_decref(names);
	return rc;
}

/* ---- telling --------------------------------------------------------------
 */

static void tell_item(struct counts *c, const struct odoo_item *it)
{
	const struct binding *b = c->e->b;
	size_t k;

	for (k = 0; k < b->n_fields; k++) {
		const struct bind_field *f = &b->field[k];
		struct span have = it->cell[k].have;
		struct difference d = odoo_base(c->e, it, DIFF_VALUE);

		if (is_identity(b, k) || !it->cell[k].set)
			continue;
		if (!it->met)
			have = f->type == BIND_TYPE_FLOAT ? SPAN("0")
							  : SPAN("");
		if (odoo_same(c->o, f, it->cell[k].want, have))
			continue;
		if (!it->met) {
			d.kind = DIFF_MISSING;
			report_put(c->o->report, &d);
			return;
		}
		d.field = it->cell[k].field;
		d.where = span_of(f->read);
		d.here = it->cell[k].words;
		d.there = have;
		report_put(c->o->report, &d);
	}
}

/* The key and site behind one record of an identity; a name where none. */
static int put_part(struct counts *c, size_t k, const json_t *value,
		    struct buf *key, struct buf *site, struct err *err)
{
	const struct bind_field *f = &c->e->b->field[k];
	int64_t id = json_integer_value(json_array_get(value, 0));
	const char *name = json_string_value(json_array_get(value, 1));
	struct buf store = BUF_INIT(XID_MAX), xid = BUF_INIT(XID_MAX);
	struct xid x;
	int rc;

	if (!id)
		return 0;
	rc = known_xid(c->o->known, f->relation, id, &xid, err);
	if (rc == 0 && xid_parse(buf_span(&xid), &store, &x) == 0) {
		buf_add_span(key, x.key);
		if (k == c->place)
			buf_add_span(site, x.site);
	} else if (rc == 0) {
		buf_adds(key, name ? name : "?");
	}
	buf_release(&xid);
	buf_release(&store);
	return rc;
}

/* Append a part to the key; one that begins with the last part replaces it. */
static void join(struct buf *key, size_t *last, struct span part)
{
	size_t len = key->len - *last;

	if (!part.len)
		return;
	if (key->len && part.len > len && part.p[len] == '/' &&
	    !memcmp(key->data + *last, part.p, len)) {
		key->len = *last;
	} else {
		if (key->len)
			buf_addc(key, '/');
		*last = key->len;
	}
	buf_add_span(key, part);
}

/* The place comes first, as in the keys of stock balances. */
static int put_lone_key(struct counts *c, const struct lone *l, struct buf *key,
			struct buf *site, struct err *err)
{
	const struct binding *b = c->e->b;
	size_t k, last = 0;
	int pass, rc = 0;

	for (pass = 0; pass < 2; pass++)
		for (k = 0; k < b->n_fields && rc == 0; k++) {
			struct buf part = BUF_INIT(IDENTITY_MAX);

			if (!is_identity(b, k) ||
			    (k == c->place) != (pass == 0) ||
			    !bind_is_relation(&b->field[k]))
				continue;
			rc = put_part(c, k,
				      json_object_get(l->row, b->field[k].name),
				      &part, site, err);
			join(key, &last, buf_span(&part));
			buf_release(&part);
		}
	return rc;
}

static int tell_lone(struct counts *c, const struct lone *l, struct err *err)
{
	struct buf key = BUF_INIT(IDENTITY_MAX), site = BUF_INIT(IDENTITY_MAX);
	struct difference d = {.kind = DIFF_EXTRA,
			       .entity = span_of(c->e->name)};
	int rc = 0;

	if (l->sum.units) {
		rc = put_lone_key(c, l, &key, &site, err);
		d.key = buf_span(&key);
		d.site = buf_span(&site);
		if (rc == 0)
			report_put(c->o->report, &d);
	}
	buf_release(&key);
	buf_release(&site);
	return rc;
}

static size_t find_place(const struct binding *b)
{
	size_t k;

	for (k = 0; k < b->n_fields; k++)
		if (is_identity(b, k) && b->field[k].target &&
		    b->field[k].target->per_site)
			break;
	return k;
}

int odoo_compare_counts(struct odoo_side *o, struct odoo_entity *e,
			struct err *err)
{
	struct counts c = {.o = o,
			   .e = e,
			   .place = find_place(e->b),
			   .text = BUF_INIT(LINE_CEILING),
			   .identity = BUF_INIT(IDENTITY_MAX)};
	size_t i;
	int rc;

	rc = ask_refs(&c, err);
	if (rc == 0) {
		index_items(&c);
		rc = read_odoo(&c, err);
	}
	for (i = 0; i < e->n && rc == 0; i++)
		tell_item(&c, e->item[i]);
	for (i = 0; i < c.n_lone; i++) {
		if (rc == 0 && o->framed && !o->opt->no_extra &&
		    c.place < e->b->n_fields)
			rc = tell_lone(&c, &c.lone[i], err);
		json_decref(c.lone[i].row);
	}
	free(c.lone);
	hset_release(&c.index);
	buf_release(&c.text);
	buf_release(&c.identity);
	return rc;
}
