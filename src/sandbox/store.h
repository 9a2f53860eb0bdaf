/*
 * store.h - the SQLite database behind the models
 *
 * One table a model, made from the tables of fields.  Arguments of a
 * statement are a JSON array: text, integers, reals, booleans as 0 and 1,
 * null and false as NULL, lists and objects as JSON text (for json_each).
 *
 * Everything is called by one thread at a time.  Statements are kept.
 */
#ifndef SLUICE_SANDBOX_STORE_H
#define SLUICE_SANDBOX_STORE_H

#include <jansson.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "sandbox/fail.h"

struct store_slot;

/* jansson counts references in what it only looks at: its `const` is weak. */
static inline json_t *loosen(const json_t *v)
{
	return (json_t *)(uintptr_t)v;
}

struct store {
	sqlite3 *db;
	int release;
	struct store_slot *slots; /* kept statements */
	size_t n_slots, cap_slots;
};

/*
 * Open `path` (NULL: memory), make the tables that are missing.  *fresh says
 * whether there was no data.  ERR_AGAIN where another process has it,
 * ERR_USAGE where the data is of another release.
 */
int store_open(struct store *s, const char *path, int release, bool *fresh,
	       struct err *err);
void store_close(struct store *s);

/*
 * A statement with its arguments bound, ready to step; store_done() when
 * through.  NULL with `f` filled (an SQL error: a bug, or a full disk).
 */
sqlite3_stmt *store_query(struct store *s, const char *sql, const json_t *args,
			  struct fail *f);
/* 1 a row, 0 none left, -1 with `f`. */
int store_step(struct store *s, sqlite3_stmt *st, struct fail *f);
void store_done(struct store *s, sqlite3_stmt *st);

/* Run to the end. */
int store_run(struct store *s, const char *sql, const json_t *args,
	      struct fail *f);
/* The first column of the first row; `missing` where there is none. */
int store_int(struct store *s, const char *sql, const json_t *args,
	      json_int_t missing, json_int_t *out, struct fail *f);
/* The same as text; free it; NULL where there is none or NULL. */
int store_text(struct store *s, const char *sql, const json_t *args, char **out,
	       struct fail *f);

/* Facts about the data, such as keys. */
char *store_fact(struct store *s, const char *name);
int store_set_fact(struct store *s, const char *name, const char *value,
		   struct fail *f);

#endif
