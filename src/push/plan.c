#include "push/plan.h"

#include "push/cell.h"

bool plan_same(const struct bind_field *f, const struct item *it,
	       const struct item_cell *c)
{
	if (!c->known)
		return false;
	if (bind_is_relation(f) && it->read)
		return (c->resolved || !c->want.len) && span_eq(c->ids, c->had);
	return cell_equal(f, c->want, c->had);
}

static bool goes_at_creation(const struct bind_field *f,
			     const struct item_cell *c)
{
	return f->owner != OWNER_ODOO && (c->set || c->by_default) &&
	       c->want.len;
}

static bool goes_to_existing(const struct bind_field *f, const struct item *it,
			     const struct item_cell *c, bool full)
{
	if (f->owner != OWNER_LEGACY || !c->set)
		return false;
	if (f->required && !c->want.len)
		return false; /* cannot be cleared */
	return full || !plan_same(f, it, c);
}

enum plan plan_item(const struct binding *b, struct item *it, bool full)
{
	size_t i;

	it->columns = 0;
	if (!it->res_id && (it->op == OP_UPDATE || it->op == OP_ARCHIVE))
		return PLAN_MISSING;
	if (it->res_id && ((it->op == OP_CREATE && !it->made) || it->code))
		return PLAN_NOTHING;
	for (i = 0; i < b->n_fields; i++) {
		const struct bind_field *f = &b->field[i];
		const struct item_cell *c = &it->cell[i];

		/* Its turn comes, or the others had theirs. */
		if (((it->later | it->kept) >> i & 1) ||
		    (it->made && !f->deferred))
			continue;
		if (it->res_id ? goes_to_existing(f, it, c, full)
			       : goes_at_creation(f, c))
			it->columns |= (uint64_t)1 << i;
	}
	if (!it->res_id)
		return PLAN_CREATE;
	return it->columns ? PLAN_UPDATE : PLAN_NOTHING;
}

/* Whether Odoo is known to hold something else than the record says. */
static bool differs(const struct bind_field *f, const struct item *it,
		    const struct item_cell *c)
{
	if (!c->set || !c->known)
		return false;
	/* What was not resolved cannot be compared with ids. */
	if (bind_is_relation(f) && it->read && c->want.len && !c->resolved)
		return false;
	return !plan_same(f, it, c);
}

void plan_left(const struct binding *b, struct item *it)
{
	size_t k;

	it->left = it->kept & ~it->quiet;
	if (!it->res_id || it->code)
		return;
	for (k = 0; k < b->n_fields; k++) {
		const struct bind_field *f = &b->field[k];

		if ((it->op == OP_CREATE || f->owner != OWNER_LEGACY) &&
		    differs(f, it, &it->cell[k]))
			it->left |= (uint64_t)1 << k;
	}
	if (it->left)
		it->why_left = it->kept & ~it->quiet ? "conflict"
			       : it->op == OP_CREATE ? "exists"
						     : "owner";
}
