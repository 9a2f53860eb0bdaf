#include "report/known.h"

#include <stdlib.h>

#include "core/mem.h"
#include "odoo/reads.h"
#include "state/xref.h"

/* Those Odoo is to be asked for, and their places. */
struct asked {
	struct span *xid;
	int64_t *id;
	size_t *at, n;
};

/* What the state says: who it is, or where it may be. */
static int look_here(const struct known *k, const struct span *xid, int64_t *id,
		     size_t n, struct asked *a, struct err *err)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct xref x = {.res_id = 0};

		id[i] = 0;
		if (k->state && xref_find(k->state, xid[i], &x, err) < 0)
			return -1;
		if (x.by_id) {
			id[i] = x.res_id;
			continue;
		}
		a->xid[a->n] = xid[i];
		a->id[a->n] = x.res_id;
		a->at[a->n++] = i;
	}
	return 0;
}

int known_ids(const struct known *k, const char *model, const struct span *xid,
	      int64_t *id, size_t n, struct err *err)
{
	struct asked a = {mem_alloc(mem_mul(n, sizeof(struct span))),
			  mem_alloc(mem_mul(n, sizeof(int64_t))),
			  mem_alloc(mem_mul(n, sizeof(size_t))), 0};
	int rc = look_here(k, xid, id, n, &a, err);
	size_t i;

	if (rc == 0 && a.n)
		rc = reads_ids(k->session, model, a.xid, a.id, a.n, err);
	for (i = 0; i < a.n && rc == 0; i++)
		id[a.at[i]] = a.id[i];
	free(a.xid);
	free(a.id);
	free(a.at);
	return rc;
}

int known_xid(const struct known *k, const char *model, int64_t id,
	      struct buf *out, struct err *err)
{
	char *xid = NULL;
	int rc = 0;

	if (k->state)
		rc = xref_by_id(k->state, span_of(model), id, out, err);
	if (rc > 0)
		return 0;
	if (rc == 0)
		rc = reads_xids(k->session, model, &id, 1, &xid, err);
	if (rc == 0 && xid)
		buf_adds(out, xid);
	free(xid);
	return rc;
}
