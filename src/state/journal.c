#include "state/journal.h"

#include <string.h>

#include "core/clock.h"
#include "core/crash.h"
#include "state/held.h"

static void bind_text(sqlite3_stmt *s, int at, struct span text)
{
	sqlite3_bind_text(s, at, text.p ? text.p : "", (int)text.len,
			  SQLITE_STATIC);
}

static int put_intents(struct state *st, const struct journal_head *head,
		       const struct journal_intent *v, size_t n, int64_t *batch,
		       struct err *err)
{
	sqlite3_stmt *s = state_stmt(st, STMT_BATCH_OPEN);
	char at[CLOCK_TEXT_MAX];
	size_t i;

	clock_now(at);
	bind_text(s, 1, span_of(head->run));
	bind_text(s, 2, span_of(head->entity));
	bind_text(s, 3, span_of(head->model));
	bind_text(s, 4, span_of(head->op));
	bind_text(s, 5, head->columns);
	bind_text(s, 6, span_of(at));
	if (state_step(st, s, err) < 0)
		return -1;
	*batch = sqlite3_last_insert_rowid(state_db(st));
	s = state_stmt(st, STMT_INTENT_PUT);
	for (i = 0; i < n; i++) {
		sqlite3_bind_int64(s, 1, *batch);
		bind_text(s, 2, v[i].xid);
		sqlite3_bind_blob(s, 3, v[i].hash, XREF_HASH, SQLITE_STATIC);
		if (state_step(st, s, err) < 0)
			return -1;
	}
	return 0;
}

int journal_open(struct state *st, const struct journal_head *head,
		 const struct journal_intent *v, size_t n, int64_t *batch,
		 struct err *err)
{
	crash_point("before the intent");
	if (state_begin(st, err) < 0)
		return -1;
	if (put_intents(st, head, v, n, batch, err) < 0) {
		state_rollback(st);
		return -1;
	}
	crash_point("intent written");
	if (state_commit(st, err) < 0)
		return -1;
	crash_point("intent committed");
	return 0;
}

static int put_outcome(struct state *st, int64_t batch,
		       const struct xref_put *v, size_t n, struct err *err)
{
	sqlite3_stmt *s;
	size_t i;

	for (i = 0; i < n; i++)
		if (xref_put(st, &v[i], err) < 0 ||
		    (v[i].held && held_drop_one(st, v[i].xid, err) < 0))
			return -1;
	if (!batch)
		return 0;
	s = state_stmt(st, STMT_INTENT_DROP);
	sqlite3_bind_int64(s, 1, batch);
	if (state_step(st, s, err) < 0)
		return -1;
	s = state_stmt(st, STMT_BATCH_CLOSE);
	sqlite3_bind_int64(s, 1, batch);
	return state_step(st, s, err);
}

int journal_close(struct state *st, int64_t batch, const struct xref_put *v,
		  size_t n, struct err *err)
{
	crash_point("before the outcome");
	if (state_begin(st, err) < 0)
		return -1;
	if (put_outcome(st, batch, v, n, err) < 0) {
		state_rollback(st);
		return -1;
	}
	crash_point("outcome written");
	if (state_commit(st, err) < 0)
		return -1;
	crash_point("outcome committed");
	return 0;
}

int journal_recover(struct state *st, size_t *n_open, struct err *err)
{
	sqlite3 *db = state_db(st);
	static const char forget[] = "UPDATE xref SET hash = NULL WHERE xid IN "
				     "(SELECT xid FROM intent)";

	*n_open = 0;
	crash_point("before the recovery");
	if (state_begin(st, err) < 0)
		return -1;
	if (sqlite3_exec(db, forget, NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_exec(db, "DELETE FROM intent", NULL, NULL, NULL) !=
		    SQLITE_OK) {
		state_fail(st, err, "cannot be written");
		state_rollback(st);
		return -1;
	}
	*n_open = (size_t)sqlite3_changes(db);
	if (sqlite3_exec(db, "DELETE FROM batch", NULL, NULL, NULL) !=
	    SQLITE_OK) {
		state_fail(st, err, "cannot be written");
		state_rollback(st);
		return -1;
	}
	crash_point("recovery written");
	if (state_commit(st, err) < 0)
		return -1;
	crash_point("recovered");
	return 0;
}
