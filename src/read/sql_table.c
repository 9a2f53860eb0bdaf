#include "read/sql_table.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/utf8.h"

#define TABLES_MAX  10000
#define COLUMNS_MAX 20000

static void free_table(struct sql_table *t)
{
	sql_columns_release(&t->columns);
	free(t->schema);
	free(t->name);
	free(t);
}

void sql_tables_release(struct sql_tables *t)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		free_table(t->item[i]);
	free(t->item);
	*t = (struct sql_tables){0};
}

static bool same(const char *a, const char *b)
{
	return !a || !b || !strcmp(a, b);
}

struct sql_table *sql_tables_get(struct sql_tables *t, const char *schema,
				 const char *name)
{
	struct sql_table *table;
	size_t i;

	for (i = t->n; i-- > 0;)
		if (!strcmp(t->item[i]->name, name) &&
		    same(t->item[i]->schema, schema))
			return t->item[i];
	if (t->n == TABLES_MAX) {
		/* The oldest goes. */
		free_table(t->item[0]);
		memmove(t->item, t->item + 1, --t->n * sizeof(*t->item));
	}
	table = mem_zalloc(sizeof(*table));
	table->schema = schema ? mem_strdup(schema) : NULL;
	table->name = mem_strdup(name);
	t->item = mem_grow(t->item, t->n, &t->cap, sizeof(*t->item));
	t->item[t->n++] = table;
	return table;
}

/* ---- names ------------------------------------------------------------- */

/* A name as UTF-8 without NUL; free it. */
static char *name_of(struct sql_values *v, const struct sql_token *t)
{
	struct span s = sql_name(v, t);
	struct buf b = BUF_INIT(LINE_CEILING);
	size_t wrong, i;
	char *text;

	buf_clear(&v->out_text);
	if (!v->converted && v->cs->kind != CHARSET_UTF8) {
		charset_convert(v->cs, s, &v->out_text, &wrong);
		s = buf_span(&v->out_text);
	}
	utf8_repair(&b, s);
	for (i = 0; i < b.len; i++)
		if (!b.data[i])
			b.data[i] = '?';
	text = mem_dup(b.len ? b.data : "", b.len);
	buf_release(&b);
	return text;
}

static bool is_name(const struct sql_token *t)
{
	return t->kind == SQL_WORD || t->kind == SQL_NAME ||
	       (t->kind == SQL_STRING && !t->prefix && t->quote != '$');
}

/* a, a.b or a.b.c: the last two are schema and name. */
static enum sql_rc table_name(struct sql_values *v, struct sql_cursor *c,
			      struct sql_token *t, struct sql_tables *tables,
			      struct sql_table **table)
{
	char *schema = NULL, *name;
	enum sql_rc rc = SQL_OK;

	if (!is_name(t))
		return SQL_BAD;
	name = name_of(v, t);
	for (;;) {
		rc = sql_next(v->rules, c, t);
		if (rc != SQL_OK || !sql_is_sign(t, '.'))
			break;
		rc = sql_next(v->rules, c, t);
		if (rc == SQL_OK && sql_is_sign(t, '.')) /* base..table */
			rc = sql_next(v->rules, c, t);
		if (rc != SQL_OK || !is_name(t)) {
			rc = rc == SQL_OK ? SQL_BAD : rc;
			break;
		}
		free(schema);
		schema = name;
		name = name_of(v, t);
	}
	if (rc == SQL_OK)
		*table = sql_tables_get(tables, schema, name);
	free(schema);
	free(name);
	return rc;
}

/* The names between brackets; the opening one is taken. */
static enum sql_rc name_list(struct sql_values *v, struct sql_cursor *c,
			     struct sql_columns *cols)
{
	struct sql_token t;
	char *name;

	for (;;) {
		enum sql_rc rc = sql_next(v->rules, c, &t);

		if (rc != SQL_OK)
			return rc;
		if (sql_is_sign(&t, ')') && !cols->n)
			return SQL_OK; /* INSERT INTO t () VALUES () */
		if (!is_name(&t) || cols->n == COLUMNS_MAX)
			return SQL_BAD;
		name = name_of(v, &t);
		sql_columns_add(cols, span_of(name));
		free(name);
		rc = sql_next(v->rules, c, &t);
		if (rc != SQL_OK)
			return rc;
		if (sql_is_sign(&t, ')'))
			return SQL_OK;
		if (!sql_is_sign(&t, ','))
			return SQL_BAD;
	}
}

/* The list of a statement; of the same as before nothing is to be done. */
static enum sql_rc listed(struct sql_values *v, struct sql_cursor *c,
			  struct sql_head *head)
{
	const char *from = c->p;
	size_t same = head->list.len;
	enum sql_rc rc;

	if (same && (size_t)(c->end - from) > same &&
	    !memcmp(from, head->list.data, same)) {
		c->p += same;
		head->has_list = true;
		return SQL_OK;
	}
	buf_clear(&head->list);
	sql_columns_clear(&head->listed);
	rc = name_list(v, c, &head->listed);
	head->has_list = rc == SQL_OK && head->listed.n;
	if (head->has_list)
		buf_add(&head->list, from, (size_t)(c->p - from));
	return rc;
}

/* ---- INSERT ------------------------------------------------------------ */

static bool is_one(const struct sql_token *t, const char *const *words)
{
	size_t i;

	for (i = 0; words[i]; i++)
		if (sql_is(t, words[i]))
			return true;
	return false;
}

enum sql_rc sql_insert(struct sql_values *v, struct sql_cursor *c,
		       struct sql_tables *tables, struct sql_head *head)
{
	static const char *const before[] = {
		"INTO",    "IGNORE",   "LOW_PRIORITY", "HIGH_PRIORITY",
		"DELAYED", "OR",       "ABORT",        "FAIL",
		"REPLACE", "ROLLBACK", "ONLY",         NULL};
	struct sql_token t;
	enum sql_rc rc;

	head->values = head->has_list = false;
	do {
		rc = sql_next(v->rules, c, &t);
	} while (rc == SQL_OK && is_one(&t, before));
	if (rc == SQL_OK)
		rc = table_name(v, c, &t, tables, &head->table);
	if (rc == SQL_OK && sql_is_sign(&t, '(')) {
		rc = listed(v, c, head);
		if (rc == SQL_OK)
			rc = sql_next(v->rules, c, &t);
	}
	/* OVERRIDING SYSTEM VALUE of PostgreSQL, AS alias of both. */
	while (rc == SQL_OK && t.kind == SQL_WORD &&
	       (sql_is(&t, "OVERRIDING") || sql_is(&t, "SYSTEM") ||
		sql_is(&t, "USER") || sql_is(&t, "VALUE"))) {
		struct sql_cursor ahead = *c;
		struct sql_token bracket;

		/* VALUE of MySQL is VALUES. */
		if (sql_is(&t, "VALUE")) {
			rc = sql_next(v->rules, &ahead, &bracket);
			if (rc == SQL_OK && sql_is_sign(&bracket, '(')) {
				head->values = true;
				return SQL_OK;
			}
			if (rc != SQL_OK)
				return rc;
		}
		rc = sql_next(v->rules, c, &t);
	}
	head->values = rc == SQL_OK && sql_is(&t, "VALUES");
	return rc == SQL_OK && !head->values ? SQL_BAD : rc;
}

/* ---- COPY -------------------------------------------------------------- */

enum sql_rc sql_copy(struct sql_values *v, struct sql_cursor *c,
		     struct sql_tables *tables, struct sql_head *head)
{
	static const char *const other[] = {"CSV",  "BINARY", "DELIMITER",
					    "NULL", "HEADER", "ENCODING",
					    NULL};
	struct sql_token t;
	enum sql_rc rc = sql_next(v->rules, c, &t);

	head->has_list = head->from_file = false;
	head->format = NULL;
	if (rc == SQL_OK)
		rc = table_name(v, c, &t, tables, &head->table);
	if (rc == SQL_OK && sql_is_sign(&t, '(')) {
		rc = listed(v, c, head);
		if (rc == SQL_OK)
			rc = sql_next(v->rules, c, &t);
	}
	if (rc != SQL_OK || !sql_is(&t, "FROM"))
		return rc == SQL_OK ? SQL_BAD : rc;
	rc = sql_next(v->rules, c, &t);
	head->from_file = !sql_is(&t, "STDIN");
	while (rc == SQL_OK && t.kind != SQL_DELIMITER) {
		if (t.kind == SQL_END)
			return SQL_BAD;
		if (is_one(&t, other))
			head->format = "COPY with options";
		rc = sql_next(v->rules, c, &t);
	}
	return rc;
}

/* ---- CREATE TABLE ------------------------------------------------------ */

/* To the comma or bracket that ends a column's definition. */
static enum sql_rc skip_definition(struct sql_values *v, struct sql_cursor *c,
				   struct sql_token *t)
{
	size_t depth = 0;

	for (;;) {
		enum sql_rc rc = sql_next(v->rules, c, t);

		if (rc != SQL_OK)
			return rc;
		if (t->kind == SQL_END || t->kind == SQL_DELIMITER)
			return SQL_BAD;
		if (!depth && (sql_is_sign(t, ',') || sql_is_sign(t, ')')))
			return SQL_OK;
		depth += sql_is_sign(t, '(');
		depth -= sql_is_sign(t, ')');
	}
}

static enum sql_rc definitions(struct sql_values *v, struct sql_cursor *c,
			       struct sql_columns *cols)
{
	/* Definitions that are no columns'. */
	static const char *const other[] = {"PRIMARY",  "KEY",        "INDEX",
					    "UNIQUE",   "CONSTRAINT", "FOREIGN",
					    "CHECK",    "SPATIAL",    "LIKE",
					    "FULLTEXT", "EXCLUDE",    "PERIOD",
					    NULL};
	struct sql_token t;
	char *name;

	for (;;) {
		enum sql_rc rc = sql_next(v->rules, c, &t);

		if (rc != SQL_OK)
			return rc;
		if (!is_name(&t))
			return SQL_BAD;
		if (!is_one(&t, other) && cols->n < COLUMNS_MAX) {
			name = name_of(v, &t);
			sql_columns_add(cols, span_of(name));
			free(name);
		}
		rc = skip_definition(v, c, &t);
		if (rc != SQL_OK || sql_is_sign(&t, ')'))
			return rc;
	}
}

enum sql_rc sql_create(struct sql_values *v, struct sql_cursor *c,
		       struct sql_tables *tables, bool *is)
{
	static const char *const before[] = {"TEMP",    "TEMPORARY", "UNLOGGED",
					     "GLOBAL",  "LOCAL",     "OR",
					     "REPLACE", NULL};
	static const char *const exists[] = {"IF", "NOT", "EXISTS", NULL};
	struct sql_table *table = NULL;
	struct sql_token t;
	enum sql_rc rc;

	*is = false;
	do {
		rc = sql_next(v->rules, c, &t);
	} while (rc == SQL_OK && is_one(&t, before));
	if (rc != SQL_OK || !sql_is(&t, "TABLE"))
		return rc;
	do {
		rc = sql_next(v->rules, c, &t);
	} while (rc == SQL_OK && is_one(&t, exists));
	if (rc == SQL_OK)
		rc = table_name(v, c, &t, tables, &table);
	if (rc != SQL_OK)
		return rc;
	*is = true;
	/* CREATE TABLE ... LIKE, AS, PARTITION OF name no columns. */
	if (!sql_is_sign(&t, '('))
		return SQL_OK;
	sql_columns_clear(&table->columns);
	rc = definitions(v, c, &table->columns);
	if (rc != SQL_OK)
		sql_columns_clear(&table->columns);
	return rc;
}
