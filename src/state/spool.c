#include "state/spool.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "core/mem.h"

#define REF_MISSING 0
#define REF_FAILED  (-1)

enum {
	SQL_PUT,
	SQL_FIND,
	SQL_LEVEL,
	SQL_WAITED,
	SQL_NOTE,
	SQL_NAME,
	SQL_DEFER,
	SQL_DEFERRED,
	SQL_FORGET,
	SQL_DEFER_NONE,
	SQL_WALK,
	SQL_REF_GET,
	SQL_REF_PUT,
	SQL_MAX,
};

#define COLUMNS "seq, xid, line, level, since, released, note, outcome"

static const char *const sql[SQL_MAX] = {
	[SQL_PUT] = "INSERT INTO rec (entity, xid, line) VALUES (?1, ?2, ?3) "
		    "ON CONFLICT (xid) DO NOTHING",
	[SQL_FIND] = "SELECT seq FROM rec WHERE xid = ?1",
	[SQL_LEVEL] = "UPDATE rec SET level = ?2 WHERE seq = ?1",
	[SQL_WAITED] =
		"UPDATE rec SET since = ?2, released = ?3 WHERE xid = ?1",
	[SQL_NOTE] = "UPDATE rec SET note = ?2 WHERE seq = ?1",
	[SQL_NAME] = "SELECT xid FROM rec WHERE seq = ?1",
	[SQL_DEFER] = "UPDATE rec SET outcome = ?2 WHERE seq = ?1",
	[SQL_DEFERRED] = "SELECT " COLUMNS " FROM rec WHERE entity = ?1 AND "
			 "outcome IS NOT NULL ORDER BY seq",
	[SQL_DEFER_NONE] = "UPDATE rec SET outcome = NULL WHERE outcome IS NOT "
			   "NULL",
	[SQL_FORGET] = "DELETE FROM ref WHERE res_id = 0",
	[SQL_WALK] = "SELECT " COLUMNS " FROM rec WHERE entity = ?1 "
		     "ORDER BY level, seq",
	[SQL_REF_GET] = "SELECT res_id FROM ref WHERE xid = ?1",
	[SQL_REF_PUT] = "INSERT INTO ref (xid, res_id) VALUES (?1, ?2) "
			"ON CONFLICT (xid) DO UPDATE SET res_id = ?2",
};

static const char schema[] =
	"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
	"PRAGMA cache_size=-8000; PRAGMA locking_mode=EXCLUSIVE;"
	"CREATE TABLE rec (seq INTEGER PRIMARY KEY, entity INTEGER NOT NULL,"
	" level INTEGER NOT NULL DEFAULT 0, xid TEXT NOT NULL UNIQUE,"
	" line TEXT NOT NULL, since TEXT, released INTEGER NOT NULL DEFAULT 0,"
	" note TEXT, outcome TEXT);"
	"CREATE INDEX rec_turn ON rec (entity, level, seq);"
	"CREATE TABLE ref (xid TEXT PRIMARY KEY, res_id INTEGER NOT NULL)"
	" WITHOUT ROWID;"
	"BEGIN;";

struct spool {
	sqlite3 *db;
	sqlite3_stmt *stmt[SQL_MAX];
	sqlite3_stmt *walk; /* the one of stmt under way */
	uint64_t *count;    /* by entity */
	size_t n_counts;
};

static int fail(struct spool *sp, struct err *err)
{
	return err_set(err, ERR_IO, "the temporary file: %s",
		       sqlite3_errmsg(sp->db));
}

struct spool *spool_new(struct err *err)
{
	struct spool *sp = mem_zalloc(sizeof(*sp));
	size_t i;

	/* No name: a file of its own that is unlinked at once. */
	if (sqlite3_open_v2("", &sp->db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				    SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK ||
	    sqlite3_exec(sp->db, schema, NULL, NULL, NULL) != SQLITE_OK)
		goto bad;
	for (i = 0; i < SQL_MAX; i++)
		if (sqlite3_prepare_v2(sp->db, sql[i], -1, &sp->stmt[i],
				       NULL) != SQLITE_OK)
			goto bad;
	return sp;
bad:
	fail(sp, err);
	spool_free(sp);
	return NULL;
}

void spool_free(struct spool *sp)
{
	size_t i;

	if (!sp)
		return;
	for (i = 0; i < SQL_MAX; i++)
		sqlite3_finalize(sp->stmt[i]);
	sqlite3_close(sp->db);
	free(sp->count);
	free(sp);
}

static void bind_span(sqlite3_stmt *s, int at, struct span text)
{
	sqlite3_bind_text(s, at, text.p ? text.p : "", (int)text.len,
			  SQLITE_STATIC);
}

static int step_done(struct spool *sp, sqlite3_stmt *s, struct err *err)
{
	int rc = sqlite3_step(s);

	sqlite3_reset(s);
	return rc == SQLITE_DONE ? 0 : fail(sp, err);
}

int spool_put(struct spool *sp, unsigned entity, struct span xid,
	      struct span line, struct err *err)
{
	sqlite3_stmt *s = sp->stmt[SQL_PUT];

	sqlite3_bind_int(s, 1, (int)entity);
	bind_span(s, 2, xid);
	bind_span(s, 3, line);
	if (step_done(sp, s, err) < 0)
		return -1;
	if (!sqlite3_changes(sp->db))
		return 0;
	if (entity >= sp->n_counts) {
		size_t n = (size_t)entity + 1;

		sp->count =
			mem_realloc(sp->count, mem_mul(n, sizeof(*sp->count)));
		while (sp->n_counts < n)
			sp->count[sp->n_counts++] = 0;
	}
	sp->count[entity]++;
	return 1;
}

uint64_t spool_count(const struct spool *sp, unsigned entity)
{
	return entity < sp->n_counts ? sp->count[entity] : 0;
}

/* A query for one number: 1 found, 0 not, -1. */
static int get_number(struct spool *sp, int which, struct span xid,
		      int64_t *out, struct err *err)
{
	sqlite3_stmt *s = sp->stmt[which];
	int rc;

	bind_span(s, 1, xid);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		*out = sqlite3_column_int64(s, 0);
	sqlite3_reset(s);
	if (rc == SQLITE_ROW)
		return 1;
	return rc == SQLITE_DONE ? 0 : fail(sp, err);
}

int spool_find(struct spool *sp, struct span xid, int64_t *seq, struct err *err)
{
	return get_number(sp, SQL_FIND, xid, seq, err);
}

int spool_level(struct spool *sp, int64_t seq, uint32_t level, struct err *err)
{
	sqlite3_stmt *s = sp->stmt[SQL_LEVEL];

	sqlite3_bind_int64(s, 1, seq);
	sqlite3_bind_int64(s, 2, level);
	return step_done(sp, s, err);
}

int spool_waited(struct spool *sp, struct span xid, struct span since,
		 bool released, struct err *err)
{
	sqlite3_stmt *s = sp->stmt[SQL_WAITED];

	bind_span(s, 1, xid);
	bind_span(s, 2, since);
	sqlite3_bind_int(s, 3, released);
	return step_done(sp, s, err);
}

static struct span column(sqlite3_stmt *s, int at)
{
	const char *p = (const char *)sqlite3_column_text(s, at);

	return (struct span){p, (size_t)sqlite3_column_bytes(s, at)};
}

static int put_text(struct spool *sp, int which, int64_t seq, struct span text,
		    struct err *err)
{
	sqlite3_stmt *s = sp->stmt[which];

	sqlite3_bind_int64(s, 1, seq);
	bind_span(s, 2, text);
	return step_done(sp, s, err);
}

int spool_note(struct spool *sp, int64_t seq, struct span note, struct err *err)
{
	return put_text(sp, SQL_NOTE, seq, note, err);
}

int spool_defer(struct spool *sp, int64_t seq, struct span outcome,
		struct err *err)
{
	return put_text(sp, SQL_DEFER, seq, outcome, err);
}

int spool_defer_none(struct spool *sp, struct err *err)
{
	return step_done(sp, sp->stmt[SQL_DEFER_NONE], err);
}

int spool_name(struct spool *sp, int64_t seq, struct buf *out, struct err *err)
{
	sqlite3_stmt *s = sp->stmt[SQL_NAME];
	int rc;

	sqlite3_bind_int64(s, 1, seq);
	rc = sqlite3_step(s);
	if (rc == SQLITE_ROW)
		buf_add_span(out, column(s, 0));
	sqlite3_reset(s);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? 0 : fail(sp, err);
}

int spool_ask_again(struct spool *sp, struct err *err)
{
	return step_done(sp, sp->stmt[SQL_FORGET], err);
}

int spool_first(struct spool *sp, unsigned entity, bool deferred,
		struct err *err)
{
	sqlite3_stmt *s = sp->stmt[deferred ? SQL_DEFERRED : SQL_WALK];

	sp->walk = s;
	sqlite3_reset(s);
	if (sqlite3_bind_int(s, 1, (int)entity) != SQLITE_OK)
		return fail(sp, err);
	return 0;
}

int spool_next(struct spool *sp, struct spool_rec *out, struct err *err)
{
	sqlite3_stmt *s = sp->walk;
	int rc = sqlite3_step(s);

	if (rc == SQLITE_DONE) {
		sqlite3_reset(s);
		return 0;
	}
	if (rc != SQLITE_ROW)
		return fail(sp, err);
	out->seq = sqlite3_column_int64(s, 0);
	out->xid = column(s, 1);
	out->line = column(s, 2);
	out->level = (uint32_t)sqlite3_column_int64(s, 3);
	out->since = column(s, 4);
	out->released = sqlite3_column_int(s, 5) != 0;
	out->note = column(s, 6);
	out->outcome = column(s, 7);
	return 1;
}

void spool_stop(struct spool *sp)
{
	sqlite3_reset(sp->walk);
}

static int put_ref(struct spool *sp, struct span xid, int64_t res_id,
		   struct err *err)
{
	sqlite3_stmt *s = sp->stmt[SQL_REF_PUT];

	bind_span(s, 1, xid);
	sqlite3_bind_int64(s, 2, res_id);
	return step_done(sp, s, err);
}

int spool_failed(struct spool *sp, struct span xid, struct err *err)
{
	return put_ref(sp, xid, REF_FAILED, err);
}

int spool_ref_put(struct spool *sp, struct span xid, int64_t res_id,
		  struct err *err)
{
	return put_ref(sp, xid, res_id, err);
}

int spool_refs_clear(struct spool *sp, struct err *err)
{
	if (sqlite3_exec(sp->db, "DELETE FROM ref", NULL, NULL, NULL) !=
	    SQLITE_OK)
		return fail(sp, err);
	return 0;
}

enum spool_ref spool_ref(struct spool *sp, struct span xid, int64_t *res_id,
			 struct err *err)
{
	int rc = get_number(sp, SQL_REF_GET, xid, res_id, err);

	if (rc < 0)
		return SPOOL_REF_ERROR;
	if (rc == 0)
		return SPOOL_REF_UNKNOWN;
	if (*res_id == REF_MISSING)
		return SPOOL_REF_MISSING;
	return *res_id == REF_FAILED ? SPOOL_REF_FAILED : SPOOL_REF_FOUND;
}
