/*
 * fit_xids.c - whether the records are there that bindings name themselves
 */
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/xid.h"
#include "odoo/reads.h"
#include "push/fit.h"

struct named {
	const struct binding *b;
	const struct bind_field *f;
	bool in_table;
};

struct names {
	struct named *v;
	struct span *xid;
	size_t n, cap, cap_xid;
};

static void add_name(struct names *all, const struct binding *b,
		     const struct bind_field *f, const char *xid, bool in_table)
{
	/* without a module it is whatever Odoo takes it for */
	if (!strchr(xid, '.'))
		return;
	all->xid = mem_grow(all->xid, all->n, &all->cap_xid, sizeof(*all->xid));
	all->v = mem_grow(all->v, all->n, &all->cap, sizeof(*all->v));
	all->xid[all->n] = span_of(xid);
	all->v[all->n++] = (struct named){b, f, in_table};
}

static void add_field(struct names *all, const struct binding *b,
		      const struct bind_field *f)
{
	size_t i;

	if (f->owner == OWNER_ODOO || !f->relation)
		return;
	if (f->kind == BIND_XID)
		add_name(all, b, f, f->text, false);
	for (i = 0; i < f->n_table; i++)
		add_name(all, b, f, f->table[i].to, true);
	if (f->other)
		add_field(all, b, f->other);
}

/* Of a record that a push makes. */
static bool is_own(struct span xid)
{
	static const char prefix[] = XID_MODULE ".";

	return xid.len > sizeof(prefix) - 1 &&
	       !memcmp(xid.p, prefix, sizeof(prefix) - 1);
}

static int judge(const struct named *v, struct span xid, const char *model,
		 struct err *err)
{
	const struct bind_field *f = v->f;
	struct err why = ERR_INIT;

	if (model && !strcmp(model, f->relation))
		return 0;
	if (model)
		err_set(&why, ERR_CONFIG,
			"%s: the server's %s.%s leads to %s, and '%.*s' is a "
			"record of %s",
			f->where, v->b->model, f->name, f->relation,
			SPAN_FMT(xid), model);
	else
		err_set(&why, ERR_CONFIG,
			"%s: %s.%s: the server has no record '%.*s', which %s",
			f->where, v->b->model, f->name, SPAN_FMT(xid),
			v->in_table ? "the table names" : "the binding says");
	if (!model && is_own(xid)) {
		log_warn("%s: it has to be pushed before", why.msg);
		return 0;
	}
	if (v->in_table) {
		log_warn("%s: such records will be rejected", why.msg);
		return 0;
	}
	*err = why;
	return -1;
}

int fit_xids(struct session *s, const struct binding *const *b, size_t n,
	     struct err *err)
{
	struct names all = {.n = 0};
	char **model;
	size_t i, k;
	int rc = 0;

	for (i = 0; i < n; i++)
		for (k = 0; k < b[i]->n_fields; k++)
			add_field(&all, b[i], &b[i]->field[k]);
	model = mem_zalloc(mem_mul(all.n + 1, sizeof(*model)));
	if (all.n)
		rc = reads_models(s, all.xid, all.n, model, err);
	for (i = 0; i < all.n && rc == 0; i++)
		rc = judge(&all.v[i], all.xid[i], model[i], err);
	for (i = 0; i < all.n; i++)
		free(model[i]);
	free(model);
	free(all.v);
	free(all.xid);
	return rc;
}
