#include "state/xref.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/xid.h"

static void bind_span(sqlite3_stmt *s, int at, struct span text)
{
	sqlite3_bind_text(s, at, text.p ? text.p : "", (int)text.len,
			  SQLITE_STATIC);
}

/* Step a query: 1 a row, 0 none, -1 with err. */
static int step_row(struct state *st, sqlite3_stmt *s, struct err *err)
{
	int rc = s ? sqlite3_step(s) : SQLITE_ERROR;

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	return state_fail(st, err, "cannot be read");
}

static int append_text(sqlite3_stmt *s, struct buf *out)
{
	const unsigned char *p = sqlite3_column_text(s, 0);
	int len = sqlite3_column_bytes(s, 0);

	buf_add(out, p ? (const char *)p : "", (size_t)len);
	return 1;
}

int xref_find(struct state *st, struct span xid, struct xref *out,
	      struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, STMT_XREF_FIND);
	const void *hash;
	int rc;

	bind_span(s, 1, xid);
	rc = step_row(st, s, err);
	if (rc > 0) {
		out->n = sqlite3_column_int64(s, 0);
		out->res_id = sqlite3_column_int64(s, 1);
		out->by_id = sqlite3_column_int(s, 2) != 0;
		hash = sqlite3_column_blob(s, 3);
		out->clean = hash && sqlite3_column_bytes(s, 3) == XREF_HASH;
		if (out->clean)
			memcpy(out->hash, hash, XREF_HASH);
	}
	sqlite3_reset(s);
	return rc;
}

int xref_by_id(struct state *st, struct span model, int64_t res_id,
	       struct buf *out, struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, STMT_XREF_BY_ID);
	int rc;

	bind_span(s, 1, model);
	sqlite3_bind_int64(s, 2, res_id);
	rc = step_row(st, s, err);
	if (rc > 0)
		append_text(s, out);
	sqlite3_reset(s);
	return rc;
}

int xref_cells(struct state *st, struct span xid, struct buf *out,
	       struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, STMT_XREF_CELLS);
	int rc;

	bind_span(s, 1, xid);
	rc = step_row(st, s, err);
	if (rc > 0)
		append_text(s, out);
	sqlite3_reset(s);
	return rc;
}

static int put_cells(struct state *st, struct span xid, struct span cells,
		     struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, STMT_CELLS_PUT);

	bind_span(s, 1, xid);
	bind_span(s, 2, cells);
	return state_step(st, s, err);
}

int xref_put(struct state *st, const struct xref_put *x, struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, STMT_XREF_PUT);

	bind_span(s, 1, x->xid);
	bind_span(s, 2, x->model);
	sqlite3_bind_int64(s, 3, x->res_id);
	sqlite3_bind_int(s, 4, x->by_id);
	if (x->hash)
		sqlite3_bind_blob(s, 5, x->hash, XREF_HASH, SQLITE_STATIC);
	else
		sqlite3_bind_null(s, 5);
	if (state_step(st, s, err) < 0)
		return -1;
	if (x->cells.p && put_cells(st, x->xid, x->cells, err) < 0)
		return -1;
	return x->identity.len ? put_cells(st, x->identity, x->xid, err) : 0;
}

static int run_on(struct state *st, enum state_stmt which, struct span xid,
		  struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, which);

	bind_span(s, 1, xid);
	return state_step(st, s, err);
}

int xref_dirty(struct state *st, struct span xid, struct err *err)
{
	return run_on(st, STMT_XREF_DIRTY, xid, err);
}

int xref_drop(struct state *st, struct span xid, struct err *err)
{
	if (run_on(st, STMT_XREF_DROP, xid, err) < 0)
		return -1;
	return run_on(st, STMT_CELLS_DROP, xid, err);
}

int xref_walk(struct state *st, const char *prefix, struct xref_walk *w,
	      struct err *err)
{
	w->state = st;
	w->stmt = NULL;
	if (sqlite3_prepare_v2(state_db(st),
			       "SELECT xid FROM xref WHERE xid >= ?1 AND "
			       "xid < ?1 || char(0x10FFFF) ORDER BY xid",
			       -1, &w->stmt, NULL) != SQLITE_OK)
		return state_fail(st, err, "cannot be read");
	sqlite3_bind_text(w->stmt, 1, prefix, -1, SQLITE_TRANSIENT);
	return 0;
}

int xref_walk_next(struct xref_walk *w, struct span *xid, struct err *err)
{
	int rc = step_row(w->state, w->stmt, err);

	if (rc > 0)
		*xid = (struct span){(const char *)sqlite3_column_text(w->stmt,
								       0),
				     (size_t)sqlite3_column_bytes(w->stmt, 0)};
	return rc;
}

void xref_walk_end(struct xref_walk *w)
{
	sqlite3_finalize(w->stmt);
	w->stmt = NULL;
}

int xref_count(struct state *st, const char *entity, uint64_t *out,
	       struct err *err)
{
	char *prefix = mem_printf(XID_MODULE ".%s.", entity);
	sqlite3_stmt *s = NULL;
	int rc = -1;

	if (sqlite3_prepare_v2(state_db(st),
			       "SELECT count(*) FROM xref WHERE xid >= ?1 AND "
			       "xid < ?1 || char(0x10FFFF)",
			       -1, &s, NULL) == SQLITE_OK) {
		sqlite3_bind_text(s, 1, prefix, -1, SQLITE_STATIC);
		rc = step_row(st, s, err);
	} else {
		state_fail(st, err, "cannot be read");
	}
	if (rc > 0)
		*out = (uint64_t)sqlite3_column_int64(s, 0);
	sqlite3_finalize(s);
	free(prefix);
	return rc < 0 ? -1 : 0;
}

int xref_max(struct state *st, int64_t *out, struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, STMT_XREF_MAX);
	int rc = step_row(st, s, err);

	if (rc > 0)
		*out = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	return rc < 0 ? -1 : 0;
}
