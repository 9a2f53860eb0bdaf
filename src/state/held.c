#include "state/held.h"

#include "core/crash.h"

static void bind_span(sqlite3_stmt *s, int at, struct span text)
{
	sqlite3_bind_text(s, at, text.p ? text.p : "", (int)text.len,
			  SQLITE_STATIC);
}

int held_count(struct state *st, int64_t *n, struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, STMT_HELD_COUNT);
	int rc = s ? sqlite3_step(s) : SQLITE_ERROR;

	*n = rc == SQLITE_ROW ? sqlite3_column_int64(s, 0) : 0;
	if (rc != SQLITE_ROW)
		state_fail(st, err, "cannot be read");
	sqlite3_reset(s);
	return rc == SQLITE_ROW ? 0 : -1;
}

int held_first(struct state *st, struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, STMT_HELD_WALK);

	if (!s)
		return state_fail(st, err, "cannot be read");
	sqlite3_reset(s);
	return 0;
}

static struct span column(sqlite3_stmt *s, int at)
{
	const char *p = (const char *)sqlite3_column_text(s, at);

	return (struct span){p, (size_t)sqlite3_column_bytes(s, at)};
}

int held_next(struct state *st, struct held *out, struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, STMT_HELD_WALK);
	int rc = sqlite3_step(s);

	if (rc == SQLITE_DONE) {
		sqlite3_reset(s);
		return 0;
	}
	if (rc != SQLITE_ROW) {
		state_fail(st, err, "cannot be read");
		sqlite3_reset(s);
		return -1;
	}
	out->xid = column(s, 0);
	out->entity = column(s, 1);
	out->key = column(s, 2);
	out->line = column(s, 3);
	out->since = column(s, 4);
	out->tries = sqlite3_column_int64(s, 5);
	out->waits_for = column(s, 6);
	return 1;
}

void held_stop(struct state *st)
{
	sqlite3_reset(state_stmt(st, STMT_HELD_WALK));
}

static int put_one(struct state *st, const struct held *h, struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, STMT_HELD_PUT);

	bind_span(s, 1, h->xid);
	bind_span(s, 2, h->entity);
	bind_span(s, 3, h->key);
	bind_span(s, 4, h->line);
	bind_span(s, 5, h->since);
	bind_span(s, 6, h->waits_for);
	return state_step(st, s, err);
}

int held_put(struct state *st, const struct held *v, size_t n, struct err *err)
{
	size_t i;

	crash_point("before records are held");
	if (state_begin(st, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (put_one(st, &v[i], err) < 0) {
			state_rollback(st);
			return -1;
		}
	if (state_commit(st, err) < 0)
		return -1;
	crash_point("records held");
	return 0;
}

int held_drop_one(struct state *st, struct span xid, struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, STMT_HELD_DROP);

	bind_span(s, 1, xid);
	return state_step(st, s, err);
}

int held_drop(struct state *st, const struct span *xid, size_t n,
	      struct err *err)
{
	size_t i;

	crash_point("before held records are let go");
	if (state_begin(st, err) < 0)
		return -1;
	for (i = 0; i < n; i++)
		if (held_drop_one(st, xid[i], err) < 0) {
			state_rollback(st);
			return -1;
		}
	if (state_commit(st, err) < 0)
		return -1;
	crash_point("held records let go");
	return 0;
}
