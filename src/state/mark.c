#include "state/mark.h"

#include <stdlib.h>

#include "core/mem.h"

int mark_find(struct state *st, const char *model, struct buf *out,
	      struct err *err)
{
	char *name = mem_printf("written:%s", model);
	sqlite3_stmt *s = NULL;
	int rc = 0;

	/* A file that has no such table yet has no marks. */
	if (sqlite3_prepare_v2(state_db(st),
			       "SELECT value FROM meta WHERE name = ?1", -1, &s,
			       NULL) != SQLITE_OK) {
		free(name);
		return 0;
	}
	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	switch (sqlite3_step(s)) {
	case SQLITE_ROW:
		buf_add(out, (const char *)sqlite3_column_text(s, 0),
			(size_t)sqlite3_column_bytes(s, 0));
		rc = 1;
		break;
	case SQLITE_DONE:
		break;
	default:
		rc = state_fail(st, err, "cannot be read");
	}
	sqlite3_finalize(s);
	free(name);
	return rc;
}

int mark_put(struct state *st, const char *model, struct span at,
	     struct err *err)
{
	char *name = mem_printf("written:%s", model);
	sqlite3_stmt *s = NULL;
	int rc = 0;

	if (sqlite3_prepare_v2(state_db(st),
			       "INSERT OR REPLACE INTO meta VALUES (?1, ?2)",
			       -1, &s, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC) != SQLITE_OK ||
	    sqlite3_bind_text(s, 2, at.p, (int)at.len, SQLITE_STATIC) !=
		    SQLITE_OK ||
	    sqlite3_step(s) != SQLITE_DONE)
		rc = state_fail(st, err, "cannot be written");
	sqlite3_finalize(s);
	free(name);
	return rc;
}
