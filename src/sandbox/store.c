/*
 * store.c - see store.h
 */
#include "sandbox/store.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "sandbox/like.h"
#include "sandbox/model.h"

struct store_slot {
	char *sql;
	sqlite3_stmt *st;
	bool busy;
};

#define SLOTS_MAX   256
#define SQL_CEILING ((size_t)16 << 20)

static int sql_fail(struct store *s, const char *sql, struct fail *f)
{
	if (sqlite3_extended_errcode(s->db) == SQLITE_CONSTRAINT_UNIQUE)
		return fail_set(f, FAIL_DB, FAIL_VALIDATION,
				"The operation cannot be completed: duplicate "
				"key value violates unique constraint (%s)",
				sqlite3_errmsg(s->db));
	return fail_set(f, FAIL_OTHER, "psycopg2.OperationalError", "%s: %s",
			sqlite3_errmsg(s->db), sql);
}

static void bind(sqlite3_stmt *st, int i, const json_t *v)
{
	char *text;

	switch (json_typeof(v)) {
	case JSON_STRING:
		sqlite3_bind_text(st, i, json_string_value(v),
				  (int)json_string_length(v), SQLITE_TRANSIENT);
		return;
	case JSON_INTEGER:
		sqlite3_bind_int64(st, i, json_integer_value(v));
		return;
	case JSON_REAL:
		sqlite3_bind_double(st, i, json_real_value(v));
		return;
	case JSON_TRUE:
		sqlite3_bind_int(st, i, 1);
		return;
	case JSON_FALSE:
	case JSON_NULL:
		sqlite3_bind_null(st, i);
		return;
	case JSON_ARRAY:
	case JSON_OBJECT:
		text = json_dumps(v, JSON_COMPACT);
		sqlite3_bind_text(st, i, text ? text : "[]", -1,
				  SQLITE_TRANSIENT);
		free(text);
		return;
	}
}

static struct store_slot *slot_new(struct store *s, const char *sql)
{
	struct store_slot *slot;
	sqlite3_stmt *st = NULL;
	size_t i;

	if (sqlite3_prepare_v2(s->db, sql, -1, &st, NULL) != SQLITE_OK)
		return NULL;
	for (i = 0; s->n_slots >= SLOTS_MAX && i < s->n_slots; i++) {
		slot = &s->slots[i];
		if (slot->busy)
			continue;
		sqlite3_finalize(slot->st);
		free(slot->sql);
		*slot = s->slots[--s->n_slots];
		break;
	}
	s->slots = mem_grow(s->slots, s->n_slots, &s->cap_slots,
			    sizeof(*s->slots));
	slot = &s->slots[s->n_slots++];
	slot->sql = mem_strdup(sql);
	slot->st = st;
	slot->busy = false;
	return slot;
}

sqlite3_stmt *store_query(struct store *s, const char *sql, const json_t *args,
			  struct fail *f)
{
	struct store_slot *slot = NULL;
	size_t i;

	for (i = s->n_slots; i-- > 0;) {
		if (s->slots[i].busy || strcmp(s->slots[i].sql, sql) != 0)
			continue;
		slot = &s->slots[i];
		break;
	}
	if (!slot)
		slot = slot_new(s, sql);
	if (!slot) {
		sql_fail(s, sql, f);
		return NULL;
	}
	slot->busy = true;
	for (i = 0; i < json_array_size(args); i++)
		bind(slot->st, (int)i + 1, json_array_get(args, i));
	return slot->st;
}

int store_step(struct store *s, sqlite3_stmt *st, struct fail *f)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	return sql_fail(s, sqlite3_sql(st), f);
}

void store_done(struct store *s, sqlite3_stmt *st)
{
	size_t i;

	if (!st)
		return;
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	for (i = 0; i < s->n_slots; i++)
		if (s->slots[i].st == st)
			s->slots[i].busy = false;
}

int store_run(struct store *s, const char *sql, const json_t *args,
	      struct fail *f)
{
	sqlite3_stmt *st = store_query(s, sql, args, f);
	int rc;

	if (!st)
		return -1;
	do {
		rc = store_step(s, st, f);
	} while (rc > 0);
	store_done(s, st);
	return rc;
}

int store_int(struct store *s, const char *sql, const json_t *args,
	      json_int_t missing, json_int_t *out, struct fail *f)
{
	sqlite3_stmt *st = store_query(s, sql, args, f);
	int rc;

	*out = missing;
	if (!st)
		return -1;
	rc = store_step(s, st, f);
	if (rc > 0 && sqlite3_column_type(st, 0) != SQLITE_NULL)
		*out = sqlite3_column_int64(st, 0);
	store_done(s, st);
	return rc < 0 ? -1 : 0;
}

int store_text(struct store *s, const char *sql, const json_t *args, char **out,
	       struct fail *f)
{
	sqlite3_stmt *st = store_query(s, sql, args, f);
	const char *text;
	int rc;

	*out = NULL;
	if (!st)
		return -1;
	rc = store_step(s, st, f);
	if (rc > 0 && (text = (const char *)sqlite3_column_text(st, 0)))
		*out = mem_strdup(text);
	store_done(s, st);
	return rc < 0 ? -1 : 0;
}

char *store_fact(struct store *s, const char *name)
{
	struct fail f = FAIL_INIT;
	json_t *args = json_pack("[s]", name);
	char *out = NULL;

	store_text(s, "SELECT value FROM facts WHERE name=?1", args, &out, &f);
	json_decref(args);
	fail_clear(&f);
	return out;
}

int store_set_fact(struct store *s, const char *name, const char *value,
		   struct fail *f)
{
	json_t *args = json_pack("[ss]", name, value);
	int rc = store_run(s,
			   "INSERT INTO facts(name,value) VALUES(?1,?2) "
			   "ON CONFLICT(name) DO UPDATE SET value=?2",
			   args, f);

	json_decref(args);
	return rc;
}

/* --- the tables --- */

static const char *affinity(const struct field *f)
{
	if (f->type == FT_FLOAT || f->type == FT_MONETARY)
		return "REAL";
	if (field_is_number(f) || f->type == FT_MANY2ONE ||
	    f->type == FT_BOOLEAN)
		return "INTEGER";
	return "TEXT";
}

static void model_schema(struct buf *b, const struct model *m, int release)
{
	const struct field *f;
	size_t i;

	buf_adds(b, "CREATE TABLE IF NOT EXISTS ");
	model_table(b, m);
	buf_adds(b, "(id INTEGER PRIMARY KEY AUTOINCREMENT");
	for (i = 1; (f = field_at(m, release, i)); i++)
		if (field_is_column(f))
			buf_addf(b, ",\"%s\" %s", f->name, affinity(f));
	buf_adds(b, ");");
	for (i = 0; (f = field_at(m, release, i)); i++) {
		if (f->type == FT_MANY2ONE && field_is_column(f) &&
		    strcmp(f->name, "create_uid") != 0 &&
		    strcmp(f->name, "write_uid") != 0) {
			buf_adds(b, "CREATE INDEX IF NOT EXISTS ix_");
			model_table(b, m);
			buf_addf(b, "_%s ON ", f->name);
			model_table(b, m);
			buf_addf(b, "(\"%s\");", f->name);
		} else if (f->type == FT_MANY2MANY && !f->via) {
			buf_adds(b, "CREATE TABLE IF NOT EXISTS ");
			field_pairs(b, m, f);
			buf_adds(b, "(a INTEGER,b INTEGER,PRIMARY KEY(a,b)) "
				    "WITHOUT ROWID;");
		}
	}
}

static int exec(struct store *s, const char *sql, struct err *err)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	if (rc == SQLITE_OK)
		return 0;
	return err_set(err,
		       rc == SQLITE_BUSY || rc == SQLITE_LOCKED ? ERR_AGAIN
								: ERR_IO,
		       "the data: %s", sqlite3_errmsg(s->db));
}

static const char more_schema[] =
	"CREATE UNIQUE INDEX IF NOT EXISTS ix_xid "
	"ON ir_model_data(module,name);"
	"CREATE INDEX IF NOT EXISTS ix_xid_back ON ir_model_data(model,res_id);"
	"CREATE INDEX IF NOT EXISTS ix_code ON product_product(default_code);"
	"CREATE INDEX IF NOT EXISTS ix_ean ON product_product(barcode);";

static int make_tables(struct store *s, struct err *err)
{
	struct buf b = BUF_INIT(SQL_CEILING);
	const struct model *m;
	size_t i;
	int rc;

	for (i = 0; (m = model_at(s->release, i)); i++)
		model_schema(&b, m, s->release);
	buf_adds(&b, more_schema);
	rc = exec(s, buf_str(&b), err);
	buf_release(&b);
	return rc;
}

static int check_release(struct store *s, bool *fresh, struct err *err)
{
	struct fail f = FAIL_INIT;
	char *release = store_fact(s, "release"), now[12];
	int rc = 0;

	snprintf(now, sizeof(now), "%d", s->release);
	*fresh = !release;
	if (release && strcmp(release, now) != 0)
		rc = err_set(err, ERR_USAGE,
			     "the data is of release %s, not %s", release, now);
	else if (!release && store_set_fact(s, "release", now, &f) < 0)
		rc = err_set(err, ERR_IO, "%s", f.message);
	fail_clear(&f);
	free(release);
	return rc;
}

int store_open(struct store *s, const char *path, int release, bool *fresh,
	       struct err *err)
{
	int rc;

	*s = (struct store){.release = release};
	rc = sqlite3_open_v2(path ? path : ":memory:", &s->db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				     SQLITE_OPEN_NOMUTEX,
			     NULL);
	if (rc != SQLITE_OK)
		return err_set(err, ERR_CREATE, "cannot open %s: %s",
			       path ? path : "memory",
			       s->db ? sqlite3_errmsg(s->db) : "no memory");
	like_register(s->db);
	/* One process only; a crash of it loses nothing committed. */
	if (exec(s,
		 "PRAGMA locking_mode=EXCLUSIVE;PRAGMA journal_mode=WAL;"
		 "PRAGMA synchronous=NORMAL;PRAGMA temp_store=MEMORY;"
		 "BEGIN IMMEDIATE;"
		 "CREATE TABLE IF NOT EXISTS facts"
		 "(name TEXT PRIMARY KEY,value TEXT);",
		 err) < 0 ||
	    check_release(s, fresh, err) < 0 || make_tables(s, err) < 0 ||
	    exec(s, "COMMIT", err) < 0)
		return -1;
	return 0;
}

void store_close(struct store *s)
{
	size_t i;

	for (i = 0; i < s->n_slots; i++) {
		sqlite3_finalize(s->slots[i].st);
		free(s->slots[i].sql);
	}
	free(s->slots);
	if (s->db)
		sqlite3_close(s->db);
	*s = (struct store){.db = NULL};
}
