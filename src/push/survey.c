#include <stdlib.h>

#include "odoo/reads.h"
#include "push/push.h"

/* Whether a record in Odoo could be found by natural key; as reads_any_with. */
static int any_keyed(struct push *p, const struct binding *b, struct err *err)
{
	const char **field = mem_alloc(mem_mul(b->n_adopt, sizeof(*field)));
	size_t n = 0, i;
	int rc;

	/* A key may lack a relation, but nothing else. */
	for (i = 0; i < b->n_adopt; i++)
		if (!bind_is_relation(&b->field[binding_index(b, b->adopt[i])]))
			field[n++] = b->adopt[i];
	rc = reads_any_with(p->session, b->model, field, n, err);
	free(field);
	return rc;
}

int push_survey(struct push *p, struct push_entity *e, unsigned number,
		struct err *err)
{
	const struct binding *b = e->binding;
	int xids = 1, keys = 1;

	e->no_xids = e->no_keys = false;
	if (p->opt.broke_off || b->n_identity ||
	    spool_count(p->spool, number) <= READS_CHUNK)
		return 0;
	xids = reads_any_xid(p->session, b->model, err);
	if (xids >= 0 && b->n_adopt)
		keys = any_keyed(p, b, err);
	e->no_xids = xids == 0;
	e->no_keys = keys == 0;
	return xids < 0 || keys < 0 ? -1 : 0;
}
