/*
 * Records of the spool to items with cells, a handful at a time.
 */
#include <string.h>

#include "push/cell.h"
#include "push/push.h"

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
			c->data = arena_span(
				arena, rec_text(r, binary_value(&b->field[k], r,
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

int chunk_add(struct push *p, const struct binding *b, struct chunk *c,
	      struct rec *r, const struct spool_rec *s, struct err *err)
{
	struct span line = arena_span(&c->arena, s->line);
	struct item *it;

	if (rec_parse(r, line.p, line.len, err) < 0)
		return -1;
	it = arena_alloc(&c->arena, sizeof(*it));
	memset(it, 0, sizeof(*it));
	c->item = mem_grow(c->item, c->n, &c->cap, sizeof(*c->item));
	c->item[c->n++] = it;
	c->bytes += line.len;
	it->xid = arena_span(&c->arena, s->xid);
	it->key =
		arena_span(&c->arena, rec_text(r, rec_get(r, r->node, "key")));
	it->since = arena_span(&c->arena, s->since);
	it->released = s->released;
	it->seq = s->seq;
	it->last_pass = p->last_pass;
	if (p->last_pass)
		it->outcome = arena_span(&c->arena, s->outcome);
	it->made = span_is(it->outcome, "created");
	it->op = (enum item_op)read_op(r);
	push_item_fill(p, b, r, line, it);
	if (make_cells(p, b, &c->arena, r, it, err) < 0)
		return -1;
	if (it->op == OP_ARCHIVE && !it->finished)
		return make_archive(p, b, it, err);
	return 0;
}
void chunk_clear(struct chunk *c)
{
	arena_clear(&c->arena);
	c->n = c->bytes = 0;
}
