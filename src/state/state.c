#include "state/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/crash.h"
#include "core/fs.h"
#include "core/mem.h"

#define STATE_VERSION 2
#define BUSY_MS       5000

struct state {
	sqlite3 *db;
	char *path;
	sqlite3_stmt *stmt[STMT_MAX];
	int lock_fd;
	bool writable;
};

static const char schema[] =
#include "state/schema.h"
	;

/* From version 1: the table of held records is new. */
#define HELD_COLUMNS                                                      \
	"(id INTEGER PRIMARY KEY, xid TEXT NOT NULL UNIQUE, entity TEXT " \
	"NOT NULL, key TEXT NOT NULL, line TEXT NOT NULL, since TEXT "    \
	"NOT NULL, tries INTEGER NOT NULL, waits_for TEXT NOT NULL)"

static const char from_1[] = "CREATE TABLE held " HELD_COLUMNS ";"
			     "PRAGMA user_version = 2";
/* A file of version 1 that is only read gets the table beside it. */
static const char beside_1[] = "CREATE TEMP TABLE held " HELD_COLUMNS;

/* A file about another server that is only read: what it says of records is
 * hidden, what waits is not. */
static const char hide[] =
	"CREATE TEMP TABLE xref (xid TEXT PRIMARY KEY, n INTEGER, model TEXT, "
	"res_id INTEGER, by_id INTEGER, hash BLOB);"
	"CREATE TEMP TABLE accepted (xid TEXT PRIMARY KEY, cells TEXT)";

static const char *const sql[STMT_MAX] = {
	[STMT_XREF_FIND] =
		"SELECT n, res_id, by_id, hash FROM xref WHERE xid = ?1",
	[STMT_XREF_CELLS] = "SELECT cells FROM accepted WHERE xid = ?1",
	[STMT_XREF_BY_ID] =
		"SELECT xid FROM xref WHERE model = ?1 AND res_id = ?2",
	[STMT_XREF_PUT] =
		"INSERT INTO xref (xid, n, model, res_id, by_id, hash) VALUES "
		"(?1, (SELECT coalesce(max(n), 0) + 1 FROM xref), ?2, ?3, ?4, "
		"?5) ON CONFLICT (xid) DO UPDATE SET model = ?2, res_id = ?3, "
		"by_id = ?4, hash = ?5",
	[STMT_CELLS_PUT] = "INSERT INTO accepted (xid, cells) VALUES (?1, ?2) "
			   "ON CONFLICT (xid) DO UPDATE SET cells = ?2",
	[STMT_XREF_DIRTY] = "UPDATE xref SET hash = NULL WHERE xid = ?1",
	[STMT_XREF_DROP] = "DELETE FROM xref WHERE xid = ?1",
	[STMT_CELLS_DROP] = "DELETE FROM accepted WHERE xid = ?1",
	[STMT_XREF_MAX] = "SELECT coalesce(max(n), 0) FROM xref",
	[STMT_BATCH_OPEN] = "INSERT INTO batch (run, entity, model, op, "
			    "columns, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[STMT_BATCH_CLOSE] = "DELETE FROM batch WHERE id = ?1",
	[STMT_INTENT_PUT] =
		"INSERT INTO intent (batch, xid, hash) VALUES (?1, ?2, ?3)",
	[STMT_INTENT_DROP] = "DELETE FROM intent WHERE batch = ?1",
	[STMT_HELD_COUNT] = "SELECT count(*) FROM held",
	[STMT_HELD_WALK] = "SELECT xid, entity, key, line, since, tries, "
			   "waits_for FROM held ORDER BY id",
	[STMT_HELD_PUT] =
		"INSERT INTO held (xid, entity, key, line, since, tries, "
		"waits_for) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6) ON CONFLICT "
		"(xid) DO UPDATE SET line = ?4, since = ?5, tries = tries + 1, "
		"waits_for = ?6",
	[STMT_HELD_DROP] = "DELETE FROM held WHERE xid = ?1",
};

char *state_path(const char *target)
{
	const char *dir = getenv("SLUICE_STATE");
	const char *xdg = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");

	if (dir && *dir)
		return mem_printf("%s/%s.db", dir, target);
	if (geteuid() == 0)
		return mem_printf("/var/lib/sluice/%s.db", target);
	if (xdg && *xdg)
		return mem_printf("%s/sluice/%s.db", xdg, target);
	return mem_printf("%s/.local/state/sluice/%s.db", home ? home : "",
			  target);
}

int state_fail(struct state *st, struct err *err, const char *what)
{
	int rc = sqlite3_errcode(st->db) & 0xff;
	enum err_code code = rc == SQLITE_BUSY || rc == SQLITE_LOCKED
				     ? ERR_AGAIN
			     : rc == SQLITE_CANTOPEN ? ERR_CREATE
						     : ERR_IO;

	bool damaged = rc == SQLITE_NOTADB || rc == SQLITE_CORRUPT;

	return err_set(err, code, "state %s: %s: %s%s", st->path, what,
		       sqlite3_errmsg(st->db),
		       damaged ? " (move it away: what Odoo holds is read "
				 "back; records that wait in it are lost)"
			       : "");
}

static int run_sql(struct state *st, const char *text, const char *what,
		   struct err *err)
{
	if (sqlite3_exec(st->db, text, NULL, NULL, NULL) != SQLITE_OK)
		return state_fail(st, err, what);
	return 0;
}

static int read_version(struct state *st, int *version, struct err *err)
{
	sqlite3_stmt *s = NULL;
	int rc = -1;

	if (sqlite3_prepare_v2(st->db, "PRAGMA user_version", -1, &s, NULL) ==
		    SQLITE_OK &&
	    sqlite3_step(s) == SQLITE_ROW) {
		*version = sqlite3_column_int(s, 0);
		rc = 0;
	} else {
		state_fail(st, err, "cannot be read");
	}
	sqlite3_finalize(s);
	return rc;
}

/* Make the tables of a new file, or those an older one lacks. */
static int migrate(struct state *st, const char *path, struct err *err)
{
	int version = 0;

	if (read_version(st, &version, err) < 0)
		return -1;
	if (version > STATE_VERSION)
		return err_set(err, ERR_DATA,
			       "%s was written by a newer version of sluice",
			       path);
	if (version == STATE_VERSION)
		return 0;
	if (version == 1 && !st->writable)
		return run_sql(st, beside_1, "cannot be read", err);
	if (run_sql(st, "BEGIN IMMEDIATE", "cannot be written", err) < 0)
		return -1;
	if (run_sql(st, version == 1 ? from_1 : schema,
		    "cannot make the tables", err) < 0) {
		state_rollback(st);
		return -1;
	}
	return state_commit(st, err);
}

/* The lock: a file of its own, never removed. */
static int take_lock(struct state *st, const char *path, struct err *err)
{
	char *name = mem_printf("%s.lock", path);
	int rc = -1;

	st->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (st->lock_fd < 0) {
		err_sys(err, "cannot open %s", name);
		if (err->code == ERR_IO)
			err->code = ERR_CREATE;
	} else if (flock(st->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			err_set(err, ERR_AGAIN,
				"%s is held by another run: try again later",
				name);
		else
			err_sys(err, "cannot lock %s", name);
	} else {
		rc = 0;
	}
	free(name);
	return rc;
}

/* SQLite makes files with the umask; this one is nobody else's business. */
static int make_private(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct stat info;

	if (fd < 0) {
		err_sys(err, "cannot open %s", path);
		if (err->code == ERR_IO)
			err->code = ERR_CREATE;
		return -1;
	}
	if (fstat(fd, &info) == 0 && (info.st_mode & 077) &&
	    fchmod(fd, 0600) < 0) {
		err_sys(err, "cannot make %s private", path);
		close(fd);
		return -1;
	}
	close(fd);
	return 0;
}

/*
 * The name under which a file is opened for reading.  SQLite leaves "-wal" and
 * "-shm" beside a file that it may only read; where no writer is at work, it
 * is told that there will be none.
 */
static char *read_name(const char *path)
{
	struct buf uri = BUF_INIT(PATH_CEILING * 4);
	char *log = mem_printf("%s-wal", path), *name;
	const char *p;

	if (fs_is_file(log)) {
		free(log);
		return mem_strdup(path);
	}
	buf_adds(&uri, "file:");
	for (p = path; *p; p++)
		if (strchr("?#%", *p))
			buf_addf(&uri, "%%%02X", (unsigned char)*p);
		else
			buf_addc(&uri, *p);
	buf_adds(&uri, "?immutable=1");
	name = mem_strdup(buf_str(&uri));
	buf_release(&uri);
	free(log);
	return name;
}

static int open_file(struct state *st, const char *path, int flags,
		     struct err *err)
{
	char *name = flags & SQLITE_OPEN_READONLY ? read_name(path)
						  : mem_strdup(path);
	int rc;

	/* A name given for writing is a path, whatever it looks like. */
	if (strcmp(name, path) != 0)
		flags |= SQLITE_OPEN_URI;
	rc = sqlite3_open_v2(name, &st->db, flags, NULL);

	free(name);
	if (rc != SQLITE_OK)
		return err_set(err, ERR_CREATE, "cannot open %s: %s", path,
			       st->db ? sqlite3_errmsg(st->db) : "no memory");
	return 0;
}

/* A new file, or a state: not what another program keeps. */
static int check_ours(struct state *st, const char *path, struct err *err)
{
	sqlite3_stmt *s = NULL;
	int version = 0, rc = 0;

	if (read_version(st, &version, err) < 0)
		return -1;
	if (version)
		return 0;
	if (sqlite3_prepare_v2(st->db, "SELECT 1 FROM sqlite_master LIMIT 1",
			       -1, &s, NULL) != SQLITE_OK)
		rc = state_fail(st, err, "cannot be read");
	else if (sqlite3_step(s) == SQLITE_ROW)
		rc = err_set(err, ERR_IO,
			     "%s is a database of another program, no state of "
			     "sluice",
			     path);
	sqlite3_finalize(s);
	return rc;
}

static int open_db(struct state *st, const char *path, struct err *err)
{
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;

	if (st->writable)
		flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	else if (fs_is_file(path))
		flags |= SQLITE_OPEN_READONLY;
	else {
		path = ":memory:";
		flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
	}
	if (open_file(st, path, flags, err) < 0)
		return -1;
	sqlite3_busy_timeout(st->db, BUSY_MS);
	if (check_ours(st, path, err) < 0)
		return -1;
	if (st->writable && (run_sql(st, "PRAGMA journal_mode=WAL",
				     "no write-ahead log", err) < 0 ||
			     run_sql(st, "PRAGMA synchronous=FULL",
				     "cannot be set up", err) < 0))
		return -1;
	if (run_sql(st, "PRAGMA cache_size=-12000", "cannot be set up", err) <
	    0)
		return -1;
	return migrate(st, path, err);
}

struct state *state_open(const char *path, enum state_mode mode,
			 struct err *err)
{
	struct state *st = mem_zalloc(sizeof(*st));
	char *dir = NULL;

	st->lock_fd = -1;
	st->path = mem_strdup(path);
	st->writable = mode == STATE_WRITE;
	if (st->writable) {
		dir = fs_dir(path);
		if (fs_mkdirs(dir, 0700, err) < 0 ||
		    take_lock(st, path, err) < 0 || make_private(path, err) < 0)
			goto fail;
	}
	if (open_db(st, path, err) < 0)
		goto fail;
	free(dir);
	return st;
fail:
	free(dir);
	state_close(st);
	return NULL;
}

void state_close(struct state *st)
{
	size_t i;

	if (!st)
		return;
	for (i = 0; i < STMT_MAX; i++)
		sqlite3_finalize(st->stmt[i]);
	sqlite3_close(st->db);
	if (st->lock_fd >= 0)
		close(st->lock_fd);
	free(st->path);
	free(st);
}

bool state_writable(const struct state *st)
{
	return st->writable;
}

/* ---- the server a state is about -------------------------------------- */

/* 1 the same server or none was noted, 0 another, -1. */
static int same_server(struct state *st, struct span server, struct err *err)
{
	sqlite3_stmt *s = NULL;
	int rc = 1;

	/* A file that has no such table yet was never bound. */
	if (sqlite3_prepare_v2(st->db,
			       "SELECT value = ?1 FROM meta WHERE name = "
			       "'server'",
			       -1, &s, NULL) != SQLITE_OK)
		return 1;
	sqlite3_bind_text(s, 1, server.p, (int)server.len, SQLITE_STATIC);
	switch (sqlite3_step(s)) {
	case SQLITE_ROW:
		rc = sqlite3_column_int(s, 0);
		break;
	case SQLITE_DONE:
		break;
	default:
		rc = state_fail(st, err, "cannot be read");
	}
	sqlite3_finalize(s);
	return rc;
}

static int note_server(struct state *st, struct span server, struct err *err)
{
	sqlite3_stmt *s = NULL;
	int rc = 0;

	if (sqlite3_prepare_v2(st->db,
			       "INSERT OR REPLACE INTO meta VALUES "
			       "('server', ?1)",
			       -1, &s, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(s, 1, server.p, (int)server.len, SQLITE_STATIC) !=
		    SQLITE_OK ||
	    sqlite3_step(s) != SQLITE_DONE)
		rc = state_fail(st, err, "cannot be written");
	sqlite3_finalize(s);
	return rc;
}

int state_bind(struct state *st, struct span server, struct err *err)
{
	int same = same_server(st, server, err);

	if (same < 0)
		return -1;
	if (!st->writable) {
		if (same)
			return 0;
		return run_sql(st, hide, "cannot be read", err) < 0 ? -1 : 1;
	}
	if (state_begin(st, err) < 0)
		return -1;
	if (run_sql(st,
		    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, "
		    "value TEXT NOT NULL) WITHOUT ROWID",
		    "cannot be written", err) < 0 ||
	    (!same && run_sql(st,
			      "DELETE FROM intent; DELETE FROM batch; "
			      "DELETE FROM accepted; DELETE FROM xref; "
			      "DELETE FROM meta",
			      "cannot be cleared", err) < 0) ||
	    note_server(st, server, err) < 0) {
		state_rollback(st);
		return -1;
	}
	crash_point("server noted");
	return state_commit(st, err) < 0 ? -1 : !same;
}

sqlite3 *state_db(struct state *st)
{
	return st->db;
}

sqlite3_stmt *state_stmt(struct state *st, enum state_stmt which)
{
	if (!st->stmt[which])
		sqlite3_prepare_v3(st->db, sql[which], -1,
				   SQLITE_PREPARE_PERSISTENT, &st->stmt[which],
				   NULL);
	return st->stmt[which];
}

int state_begin(struct state *st, struct err *err)
{
	return run_sql(st, "BEGIN IMMEDIATE", "cannot be written", err);
}

int state_commit(struct state *st, struct err *err)
{
	if (run_sql(st, "COMMIT", "cannot be written", err) < 0) {
		state_rollback(st);
		return -1;
	}
	return 0;
}

void state_rollback(struct state *st)
{
	if (!sqlite3_get_autocommit(st->db))
		sqlite3_exec(st->db, "ROLLBACK", NULL, NULL, NULL);
}

int state_step(struct state *st, sqlite3_stmt *s, struct err *err)
{
	int rc = s ? sqlite3_step(s) : SQLITE_ERROR;

	if (rc != SQLITE_DONE) {
		state_fail(st, err, "cannot be written");
		if (s)
			sqlite3_reset(s);
		return -1;
	}
	sqlite3_reset(s);
	return 0;
}
