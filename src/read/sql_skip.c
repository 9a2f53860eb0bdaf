#include "read/sql_skip.h"

/* ---- dialects ---------------------------------------------------------- */

static void set_dialect(struct sql_rules *r, enum read_dialect d)
{
	r->dialect = d;
	r->backslash = d == READ_MYSQL;
}

static bool has(struct span s, const char *word)
{
	return s.len && memmem(s.p, s.len, word, strlen(word));
}

static bool has_one(struct span s, const char *const *words)
{
	for (; *words; words++)
		if (has(s, *words))
			return true;
	return false;
}

int sql_script_begin(struct sql_script *x, int dialect, struct err *err)
{
	static const char *const mysql[] = {
		"MySQL dump", "MariaDB dump", "phpMyAdmin", "/*!40", "INTO `",
		"TABLE `",    "TABLES `",     "EXISTS `",   NULL};
	static const char *const postgres[] = {
		"PostgreSQL database", "pg_catalog.", "FROM stdin", NULL};
	static const char *const mssql[] = {"[dbo]",  "SET ANSI_NULLS",
					    "USE [",  "\nGO\r\n",
					    "\nGO\n", "INSERT [",
					    NULL};
	struct span s;

	x->first = true;
	x->rules.delimiter[0] = ';';
	x->rules.delimiter_len = 1;
	if (sql_fill(&x->window, SQL_WINDOW, err) < 0)
		return -1;
	s = (struct span){x->window.p, x->window.len};
	x->rules.fixed = true;
	if (dialect != READ_UNSET) {
		set_dialect(&x->rules, (enum read_dialect)dialect);
	} else if (has_one(s, postgres)) {
		set_dialect(&x->rules, READ_POSTGRESQL);
	} else if (has_one(s, mssql)) {
		set_dialect(&x->rules, READ_MSSQL);
	} else if (has_one(s, mysql)) {
		set_dialect(&x->rules, READ_MYSQL);
	} else {
		set_dialect(&x->rules, READ_POSTGRESQL);
		x->rules.fixed = false;
	}
	return 0;
}

void sql_script_look(struct sql_script *x)
{
	size_t i, n = x->window.len < 200 ? x->window.len : 200;

	for (i = 0; !x->rules.fixed && i < n; i++) {
		char c = x->window.p[i];

		if (c == '(' || c == '\'' || c == '"')
			return;
		if (c != '`' && c != '[')
			continue;
		set_dialect(&x->rules, c == '`' ? READ_MYSQL : READ_MSSQL);
		x->rules.fixed = true;
	}
}

/* ---- cursors ----------------------------------------------------------- */

int sql_script_cursor(struct sql_script *x, size_t want, struct sql_cursor *c,
		      struct err *err)
{
	struct sql_window *w = &x->window;

	if (sql_fill(w, want, err) < 0)
		return -1;
	*c = (struct sql_cursor){w->p, w->p + w->len, w->eof, x->first};
	return 0;
}

void sql_script_take(struct sql_script *x, const struct sql_cursor *c)
{
	x->first = c->first;
	sql_take(&x->window, (size_t)(c->p - x->window.p));
}

static enum sql_rc too_much(const struct sql_script *x, struct err *err)
{
	err_set(err, ERR_DATA,
		"%s:%llu: a literal or comment of more than %zu bytes outside "
		"of rows",
		x->window.in->path, (unsigned long long)x->window.line,
		SQL_ROW_MAX);
	return SQL_MORE;
}

enum sql_rc sql_peek(struct sql_script *x, struct sql_token *t, struct err *err)
{
	size_t want = SQL_WINDOW;
	struct sql_cursor c;

	for (;;) {
		enum sql_rc rc;

		if (sql_script_cursor(x, want, &c, err) < 0)
			return SQL_MORE;
		rc = sql_next(&x->rules, &c, t);
		if (rc == SQL_OK) {
			size_t n = (size_t)(c.p - x->window.p) - t->text.len;

			sql_take(&x->window, n);
			x->first = t->first;
			return SQL_OK;
		}
		if (rc == SQL_BAD)
			return SQL_BAD;
		if (x->window.len > SQL_ROW_MAX)
			return too_much(x, err);
		want = 2 * x->window.len;
	}
}

void sql_take_token(struct sql_script *x, const struct sql_token *t)
{
	sql_take(&x->window, t->text.len);
	x->first = false;
}

bool sql_at_end(const struct sql_script *x)
{
	return x->window.eof && !x->window.len;
}

enum sql_rc sql_row_end(const struct sql_rules *r, struct sql_cursor *c)
{
	struct sql_token t;
	size_t depth = 0;

	do {
		enum sql_rc rc = sql_next(r, c, &t);

		if (rc != SQL_OK)
			return rc;
		if (t.kind == SQL_END)
			return SQL_BAD;
		depth += sql_is_sign(&t, '(');
		depth -= sql_is_sign(&t, ')');
	} while (depth);
	return SQL_OK;
}

/* ---- what is too long for a window ------------------------------------- */

/* Where in a row the skipping is. */
struct skipping {
	size_t depth;
	char quote; /* that is open, or 0 */
	bool backslash, escaped;
	char before; /* the byte before */
};

/* One byte; true where the row ends behind it. */
static bool skip_byte(const struct sql_rules *r, struct skipping *k, char c)
{
	char before = k->before;

	k->before = c;
	if (k->escaped) {
		k->escaped = false;
		return false;
	}
	if (k->quote) {
		/* A doubled quote closes and opens again. */
		if (k->backslash && c == '\\')
			k->escaped = true;
		else if (c == k->quote)
			k->quote = 0;
		return false;
	}
	if (c == '\'' || (c == '"' && r->dialect == READ_MYSQL)) {
		k->quote = c;
		k->backslash = r->backslash || (before | 32) == 'e';
	}
	k->depth += c == '(';
	k->depth -= c == ')';
	return c == ')' && !k->depth;
}

enum sql_rc sql_skip_row(struct sql_script *x, struct err *err)
{
	struct sql_window *w = &x->window;
	struct skipping k = {.depth = 0};
	size_t i;

	for (;;) {
		if (sql_fill(w, SQL_WINDOW, err) < 0)
			return SQL_MORE;
		if (!w->len)
			return SQL_BAD;
		for (i = 0; i < w->len; i++) {
			if (skip_byte(&x->rules, &k, w->p[i])) {
				sql_take(w, i + 1);
				x->first = false;
				return SQL_OK;
			}
		}
		sql_take(w, w->len);
	}
}

/* ---- statements -------------------------------------------------------- */

/* What is known of the statement that is passed over. */
struct passing {
	size_t words; /* so far */
	bool body;    /* of a procedure; decided by the first words */
	size_t depth; /* BEGIN and CASE that are open */
	bool was_end; /* the word before was END */
};

/* SET standard_conforming_strings = off, SET sql_mode = '...'. */
static void note_setting(struct sql_script *x, const struct sql_token *t)
{
	if (sql_is(t, "STANDARD_CONFORMING_STRINGS")) {
		x->conforming = true;
	} else if (x->conforming && (sql_is(t, "OFF") || sql_is(t, "ON"))) {
		x->rules.backslash = sql_is(t, "OFF");
		x->conforming = false;
	} else if (t->kind == SQL_STRING && x->rules.dialect == READ_MYSQL &&
		   has(t->body, "NO_BACKSLASH_ESCAPES")) {
		x->rules.backslash = false;
	}
}

static bool is_routine(const struct sql_token *t)
{
	return sql_is(t, "PROCEDURE") || sql_is(t, "PROC") ||
	       sql_is(t, "FUNCTION") || sql_is(t, "TRIGGER") ||
	       sql_is(t, "EVENT") || sql_is(t, "PACKAGE");
}

/* BEGIN ... END inside a body, as far as words tell. */
static void note_block(struct passing *p, const struct sql_token *t)
{
	bool loop = sql_is(t, "IF") || sql_is(t, "LOOP") ||
		    sql_is(t, "WHILE") || sql_is(t, "REPEAT");
	bool ended = p->was_end;

	/* END IF ends what no BEGIN began. */
	if (ended && !loop && p->depth)
		p->depth--;
	p->was_end = sql_is(t, "END");
	if (sql_is(t, "BEGIN") || (sql_is(t, "CASE") && !ended))
		p->depth++;
}

/* Whether the statement ends before `t` (-1), behind it (1), or not (0). */
static int ends(struct sql_script *x, struct passing *p,
		const struct sql_token *t, bool maybe_body)
{
	bool mssql = x->rules.dialect == READ_MSSQL;

	if (t->kind == SQL_END)
		return 1;
	if (t->kind == SQL_DELIMITER) {
		if (p->body && p->was_end && p->depth) {
			p->depth--;
			p->was_end = false;
		}
		if (p->body && (p->depth || mssql) &&
		    x->rules.delimiter[0] == ';')
			return 0;
		x->delimited = true;
		return 1;
	}
	if (mssql && t->first && sql_is(t, "GO"))
		return 1;
	if (p->words && mssql && !p->body && t->first && sql_is(t, "INSERT"))
		return -1;
	if (t->kind == SQL_WORD && maybe_body && p->words < 8 && is_routine(t))
		p->body = true;
	if (p->body && t->kind == SQL_WORD)
		note_block(p, t);
	note_setting(x, t);
	p->words++;
	return 0;
}

enum sql_rc sql_skip_statement(struct sql_script *x, bool body, struct err *err)
{
	struct passing p = {.words = 0};
	size_t want = SQL_WINDOW;

	x->conforming = false;
	for (;;) {
		struct sql_cursor c, before;
		struct sql_token t;
		enum sql_rc rc;
		int end = 0;

		if (sql_script_cursor(x, want, &c, err) < 0)
			return SQL_MORE;
		do {
			before = c;
			rc = sql_next(&x->rules, &c, &t);
			if (rc == SQL_OK)
				end = ends(x, &p, &t, body);
		} while (rc == SQL_OK && !end);
		if (rc == SQL_OK && end > 0)
			before = c;
		want = before.p == x->window.p ? 2 * x->window.len : SQL_WINDOW;
		if (rc == SQL_MORE && before.p == x->window.p &&
		    x->window.len > SQL_ROW_MAX)
			return too_much(x, err);
		sql_script_take(x, &before);
		if (rc == SQL_BAD)
			return SQL_BAD;
		if (end)
			return SQL_OK;
	}
}

int sql_skip_line(struct sql_script *x, struct err *err)
{
	struct sql_window *w = &x->window;

	for (;;) {
		const char *lf;

		if (sql_fill(w, SQL_WINDOW, err) < 0)
			return -1;
		lf = w->len ? memchr(w->p, '\n', w->len) : NULL;
		if (lf || !w->len) {
			sql_take(w, lf ? (size_t)(lf + 1 - w->p) : 0);
			x->first = true;
			return 0;
		}
		sql_take(w, w->len);
	}
}

int sql_command(struct sql_script *x, struct err *err)
{
	struct span word = {x->window.p, 0};
	const char *end = x->window.p + x->window.len;

	if (*word.p != '\\') {
		word.p += strlen("DELIMITER");
		while (word.p < end && (*word.p == ' ' || *word.p == '\t'))
			word.p++;
		while (word.p + word.len < end &&
		       !span_is_space(word.p[word.len]))
			word.len++;
		if (word.len && word.len < sizeof(x->rules.delimiter)) {
			memcpy(x->rules.delimiter, word.p, word.len);
			x->rules.delimiter_len = word.len;
		}
	}
	return sql_skip_line(x, err);
}
