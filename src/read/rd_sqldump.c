/*
 * rd_sqldump.c - the rows that a dump of a database inserts
 *
 * INSERT and REPLACE with any number of rows, and COPY ... FROM stdin.  Other
 * statements are passed over, but for CREATE TABLE, which names columns.
 *
 * Spec: see sql_text.h.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "core/rec.h"
#include "read/reader.h"
#include "read/sql_skip.h"
#include "read/sql_table.h"

enum where {
	AT_STATEMENT,
	AT_ROW,   /* behind VALUES or a comma */
	AT_COMMA, /* behind a row */
	IN_COPY,
};

struct sqldump {
	struct input *in;
	struct charset cs, utf8;
	struct sql_script script;
	struct sql_values values;
	struct sql_tables tables;
	struct sql_head head;
	const struct sql_columns *columns; /* of the statement */
	const char *only;                  /* table; NULL: all */
	bool seen;                         /* it was there */
	bool wanted;                       /* the statement's table is */
	enum where where;
};

static void sqldump_close(void *state)
{
	struct sqldump *s = state;

	if (!s)
		return;
	sql_window_release(&s->script.window);
	sql_values_release(&s->values);
	sql_tables_release(&s->tables);
	sql_columns_release(&s->head.listed);
	buf_release(&s->head.list);
	charset_release(&s->cs);
	free(s);
}

static void *sqldump_open(struct input *in, const struct read_conf *conf,
			  struct err *err)
{
	struct sqldump *s = mem_zalloc(sizeof(*s));
	struct sql_window *w = &s->script.window;

	s->in = in;
	s->cs.conv = (iconv_t)-1;
	s->only = conf->record;
	sql_values_init(&s->values);
	s->head.list = (struct buf)BUF_INIT(2 * LINE_CEILING);
	w->text = (struct buf)BUF_INIT(16 * LINE_CEILING);
	w->line = 1;
	w->in = in;
	w->cs = &s->cs;
	if (rd_charset(&s->cs, in, conf->encoding, err) < 0 ||
	    charset_open(&s->utf8, "UTF-8", SPAN(""), err) < 0)
		goto fail;
	in->lf_only = true;
	w->convert = !s->cs.ascii;
	s->values.cs = &s->cs;
	s->values.converted = w->convert;
	s->values.rules = &s->script.rules;
	if (sql_script_begin(&s->script, conf->dialect, err) < 0)
		goto fail;
	return s;
fail:
	sqldump_close(s);
	return NULL;
}

static struct charset *shown(struct sqldump *s)
{
	return s->script.window.convert ? &s->utf8 : &s->cs;
}

/* Fill err: the file ends where more must come. */
static enum rd_status fail_cut(struct sqldump *s, const char *what,
			       struct err *err)
{
	err_set(err, ERR_DATA, "%s:%llu: the file ends within %s", s->in->path,
		(unsigned long long)s->script.window.line, what);
	return RD_FATAL;
}

/* ---- rejects ----------------------------------------------------------- */

static enum rd_status reject(struct sqldump *s, struct rd_record *r,
			     const char *code, const char *why,
			     struct span bytes)
{
	rd_reject(r, code, bytes, shown(s));
	buf_adds(&r->why, why);
	return RD_REJECT;
}

/* One whose values say what is wrong; `bytes` is the row. */
static enum rd_status reject_row(struct sqldump *s, struct rd_record *r,
				 struct span bytes)
{
	const struct sql_values *v = &s->values;
	const struct sql_columns *c = s->columns;

	rd_reject(r, v->code, bytes, shown(s));
	buf_addf(&r->why, "value %zu of the row: %s", v->column + 1, v->why);
	if (!s->script.window.convert)
		r->byte = s->in->offset + s->in->at + v->at;
	if (v->column < c->n) {
		size_t from = v->column ? c->end[v->column - 1] : 0;

		/* "NAME": */
		buf_add(&r->field, c->keys.data + from + 1,
			c->end[v->column] - from - 3);
	}
	return RD_REJECT;
}

static void put_place(struct sqldump *s, struct rd_record *r)
{
	const struct sql_table *t = s->head.table;

	buf_clear(&r->place);
	if (t->schema)
		rec_add_str(&r->place, "schema", span_of(t->schema));
	rec_add_str(&r->place, "table", span_of(t->name));
}

static bool is_wanted(struct sqldump *s)
{
	const struct sql_table *t = s->head.table;
	size_t n = t->schema ? strlen(t->schema) : 0;

	if (!s->only)
		return true;
	if (!strcmp(s->only, t->name) ||
	    (t->schema && !strncmp(s->only, t->schema, n) &&
	     s->only[n] == '.' && !strcmp(s->only + n + 1, t->name)))
		s->seen = true;
	else
		return false;
	return true;
}

/* ---- rows of INSERT ---------------------------------------------------- */

static bool finish(struct rd_record *r, const struct sql_columns *c, size_t n)
{
	r->cells = n;
	r->columns = c->n ? c->n : n;
	return rd_end(r);
}

/* A row beyond the limit: its beginning is shown, the rest passed over. */
static enum rd_status too_long(struct sqldump *s, struct rd_record *r,
			       struct err *err)
{
	struct sql_window *w = &s->script.window;
	struct span beginning = {w->p, w->len < RD_SHOWN ? w->len : RD_SHOWN};

	reject(s, r, "too-long", "a row of more than 16 MiB", beginning);
	s->where = AT_COMMA;
	switch (sql_skip_row(&s->script, err)) {
	case SQL_OK:
		return RD_REJECT;
	case SQL_BAD:
		return fail_cut(s, "a row", err);
	case SQL_MORE:
		break;
	}
	return RD_FATAL;
}

/* A row that made no sense; the next one begins behind its bracket. */
static enum rd_status pass_bad(struct sqldump *s, struct rd_record *r,
			       struct err *err)
{
	struct sql_cursor c;
	size_t want = s->script.window.len;

	for (;;) {
		enum sql_rc rc;

		if (sql_script_cursor(&s->script, want, &c, err) < 0)
			return RD_FATAL;
		rc = sql_row_end(&s->script.rules, &c);
		if (rc == SQL_BAD)
			return fail_cut(s, "a row", err);
		if (rc == SQL_OK)
			break;
		if (s->script.window.len > SQL_ROW_MAX)
			return too_long(s, r, err);
		want = 2 * s->script.window.len;
	}
	reject_row(s, r,
		   (struct span){s->script.window.p,
				 (size_t)(c.p - s->script.window.p)});
	sql_script_take(&s->script, &c);
	s->where = AT_COMMA;
	return RD_REJECT;
}

/* The row whose bracket is the next byte. */
static enum rd_status read_row(struct sqldump *s, struct rd_record *r,
			       struct err *err)
{
	struct sql_window *w = &s->script.window;
	size_t want = SQL_WINDOW, n;
	struct sql_cursor c;

	for (;;) {
		enum sql_rc rc;

		if (sql_script_cursor(&s->script, want, &c, err) < 0)
			return RD_FATAL;
		rd_begin(r, w->line);
		rc = sql_row(&s->values, &c, s->columns, r->out, &n);
		if (rc == SQL_OK)
			break;
		rd_take_back(r);
		if (rc == SQL_BAD && !strcmp(s->values.code, "cut"))
			return fail_cut(s, "a row", err);
		if (rc == SQL_BAD)
			return pass_bad(s, r, err);
		if (w->len > SQL_ROW_MAX)
			return too_long(s, r, err);
		want = 2 * w->len;
	}
	buf_addc(r->out, '}');
	if (!finish(r, s->columns, n))
		return too_long(s, r, err);
	sql_script_take(&s->script, &c);
	s->where = AT_COMMA;
	return RD_RECORD;
}

/* ---- rows of COPY ------------------------------------------------------ */

static enum rd_status copy_too_long(struct sqldump *s, struct rd_record *r,
				    struct err *err)
{
	struct sql_window *w = &s->script.window;

	reject(s, r, "too-long", "a row of more than 16 MiB",
	       (struct span){w->p, RD_SHOWN});
	for (;;) {
		const char *lf = memchr(w->p, '\n', w->len);

		sql_take(w, lf ? (size_t)(lf + 1 - w->p) : w->len);
		if (lf)
			return RD_REJECT;
		if (sql_fill(w, SQL_WINDOW, err) < 0)
			return RD_FATAL;
		if (!w->len)
			return fail_cut(s, "the data of COPY", err);
	}
}

/* The line ahead, without its end; its bytes with it go to *whole. */
static enum rd_status copy_line(struct sqldump *s, struct rd_record *r,
				struct span *line, size_t *whole,
				struct err *err)
{
	struct sql_window *w = &s->script.window;
	size_t want = SQL_WINDOW;
	const char *lf;

	for (;;) {
		if (sql_fill(w, want, err) < 0)
			return RD_FATAL;
		lf = w->len ? memchr(w->p, '\n', w->len) : NULL;
		if (lf || w->eof)
			break;
		if (w->len > SQL_ROW_MAX) {
			rd_begin(r, w->line);
			return copy_too_long(s, r, err);
		}
		want = 2 * w->len;
	}
	*line = (struct span){w->p, lf ? (size_t)(lf - w->p) : w->len};
	*whole = line->len + (lf != NULL);
	if (line->len && line->p[line->len - 1] == '\r')
		line->len--;
	if (!lf && !span_is(*line, "\\."))
		return fail_cut(s, "the data of COPY, which end with \\.", err);
	return RD_RECORD;
}

static enum rd_status read_copy(struct sqldump *s, struct rd_record *r,
				struct err *err)
{
	struct sql_window *w = &s->script.window;

	for (;;) {
		struct span line = SPAN("");
		size_t whole = 0, n;
		enum rd_status st = copy_line(s, r, &line, &whole, err);
		bool ok;

		if (st == RD_REJECT && !s->wanted) {
			rd_take_back(r);
			continue;
		}
		if (st != RD_RECORD)
			return st;
		if (span_is(line, "\\.")) {
			sql_take(w, whole);
			s->where = AT_STATEMENT;
			return RD_END;
		}
		if (!s->wanted) {
			sql_take(w, whole);
			continue;
		}
		rd_begin(r, w->line);
		ok = sql_copy_row(&s->values, line, s->columns, r->out, &n) ==
		     SQL_OK;
		buf_addc(r->out, '}');
		if (!ok)
			st = reject_row(s, r, line);
		else if (!finish(r, s->columns, n))
			st = reject(s, r, "too-long",
				    "a row of more than 16 MiB", line);
		sql_take(w, whole);
		return st;
	}
}

/* ---- statements -------------------------------------------------------- */

/* RD_END: go on; else what next returns. */
static enum rd_status skip(struct sqldump *s, bool body, struct err *err)
{
	s->where = AT_STATEMENT;
	switch (sql_skip_statement(&s->script, body, err)) {
	case SQL_OK:
		return RD_END;
	case SQL_BAD:
		return fail_cut(s, "a quote or a comment", err);
	case SQL_MORE:
		break;
	}
	return RD_FATAL;
}

typedef enum sql_rc parse_head(struct sql_values *v, struct sql_cursor *c,
			       struct sql_tables *tables,
			       struct sql_head *head);

/* The head of a statement, from its first word on. -1, or whether it is one */
static int take_head(struct sqldump *s, parse_head *parse, struct err *err)
{
	struct sql_script *x = &s->script;
	struct sql_cursor c;
	struct sql_token t;
	size_t want = SQL_WINDOW;

	for (;;) {
		enum sql_rc rc;

		if (sql_script_cursor(x, want, &c, err) < 0)
			return -1;
		rc = sql_next(&x->rules, &c, &t);
		if (rc == SQL_OK)
			rc = parse(&s->values, &c, &s->tables, &s->head);
		if (rc == SQL_OK) {
			sql_script_take(x, &c);
			return 1;
		}
		if (rc == SQL_BAD || x->window.len > SQL_ROW_MAX)
			return 0;
		want = 2 * x->window.len;
	}
}

static void use_columns(struct sqldump *s)
{
	s->columns =
		s->head.has_list ? &s->head.listed : &s->head.table->columns;
	s->wanted = is_wanted(s);
}

/* An INSERT whose rows are not there as literals. */
static enum rd_status no_values(struct sqldump *s, struct rd_record *r,
				struct err *err)
{
	struct sql_window *w = &s->script.window;
	struct span line = {w->p, w->len < RD_SHOWN ? w->len : RD_SHOWN};
	const char *lf = line.len ? memchr(line.p, '\n', line.len) : NULL;
	enum rd_status st;

	if (lf)
		line.len = (size_t)(lf - line.p);
	buf_clear(&r->place);
	rd_begin(r, w->line);
	reject(s, r, "not-literal",
	       "an INSERT without VALUES, whose rows are not in the file",
	       line);
	st = skip(s, false, err);
	return st == RD_FATAL ? st : RD_REJECT;
}

static enum rd_status begin_insert(struct sqldump *s, struct rd_record *r,
				   struct err *err)
{
	int rc;

	s->head.table = NULL;
	rc = take_head(s, sql_insert, err);
	if (rc < 0)
		return RD_FATAL;
	if (rc == 0)
		return s->only && s->head.table && !is_wanted(s)
			       ? skip(s, false, err)
			       : no_values(s, r, err);
	use_columns(s);
	if (!s->wanted)
		return skip(s, false, err);
	put_place(s, r);
	s->where = AT_ROW;
	return RD_END;
}

static enum rd_status begin_copy(struct sqldump *s, struct rd_record *r,
				 struct err *err)
{
	uint64_t line = s->script.window.line;
	int rc = take_head(s, sql_copy, err);

	if (rc <= 0)
		return rc < 0 ? RD_FATAL : skip(s, false, err);
	use_columns(s);
	if (s->head.from_file)
		return RD_END;
	if (s->head.format) {
		err_set(err, ERR_DATA, "%s:%llu: %s, which is not read",
			s->in->path, (unsigned long long)line, s->head.format);
		return RD_FATAL;
	}
	if (sql_skip_line(&s->script, err) < 0)
		return RD_FATAL;
	put_place(s, r);
	s->where = IN_COPY;
	return RD_END;
}

static enum rd_status create(struct sqldump *s, struct err *err)
{
	struct sql_script *x = &s->script;
	struct sql_cursor c;
	struct sql_token t;
	size_t want = SQL_WINDOW;
	bool is = false;

	for (;;) {
		enum sql_rc rc;

		if (sql_script_cursor(x, want, &c, err) < 0)
			return RD_FATAL;
		rc = sql_next(&x->rules, &c, &t);
		if (rc == SQL_OK)
			rc = sql_create(&s->values, &c, &s->tables, &is);
		if (rc != SQL_MORE || x->window.len > SQL_ROW_MAX)
			break;
		want = 2 * x->window.len;
	}
	/* From its first word on: what bodies look like is told by it. */
	return skip(s, !is, err);
}

static enum rd_status statement(struct sqldump *s, struct rd_record *r,
				struct err *err)
{
	struct sql_script *x = &s->script;
	struct sql_token t;

	switch (sql_peek(x, &t, err)) {
	case SQL_OK:
		break;
	case SQL_BAD:
		return fail_cut(s, "a quote or a comment", err);
	case SQL_MORE:
		return RD_FATAL;
	}
	if (t.kind == SQL_END) {
		if (!s->only || s->seen)
			return RD_END;
		err_set(err, ERR_DATA, "%s: there is no table %s in it",
			s->in->path, s->only);
		return RD_FATAL;
	}
	s->where = AT_STATEMENT;
	sql_script_look(x);
	if (sql_is(&t, "INSERT") || sql_is(&t, "REPLACE"))
		return begin_insert(s, r, err);
	if (sql_is(&t, "COPY"))
		return begin_copy(s, r, err);
	if (sql_is(&t, "CREATE"))
		return create(s, err);
	if (sql_is_sign(&t, '\\') ||
	    (sql_is(&t, "DELIMITER") && x->rules.dialect == READ_MYSQL))
		return sql_command(x, err) < 0 ? RD_FATAL : RD_END;
	return skip(s, sql_is(&t, "ALTER"), err);
}

/* Behind VALUES or a comma: to the bracket of the next row. */
static enum rd_status to_row(struct sqldump *s, struct rd_record *r,
			     struct err *err)
{
	struct sql_token t;

	for (;;) {
		switch (sql_peek(&s->script, &t, err)) {
		case SQL_OK:
			break;
		case SQL_BAD:
			return fail_cut(s, "a quote or a comment", err);
		case SQL_MORE:
			return RD_FATAL;
		}
		if (t.kind == SQL_END)
			return fail_cut(s, "an INSERT", err);
		if (sql_is_sign(&t, '('))
			return read_row(s, r, err);
		if (!sql_is(&t, "ROW"))
			return no_values(s, r, err);
		sql_take_token(&s->script, &t);
	}
}

/* Behind a row. */
static enum rd_status behind_row(struct sqldump *s, struct err *err)
{
	struct sql_script *x = &s->script;
	struct sql_token t;

	switch (sql_peek(x, &t, err)) {
	case SQL_OK:
		break;
	case SQL_BAD:
		return fail_cut(s, "a quote or a comment", err);
	case SQL_MORE:
		return RD_FATAL;
	}
	s->where = AT_STATEMENT;
	if (sql_is_sign(&t, ',')) {
		sql_take_token(x, &t);
		s->where = AT_ROW;
		return RD_END;
	}
	/* SQL Server needs no delimiter, nor does a script without any. */
	if (t.kind == SQL_END && x->delimited && x->rules.dialect != READ_MSSQL)
		return fail_cut(s, "an INSERT, which has no end", err);
	if (t.kind == SQL_END || (t.first && x->rules.dialect == READ_MSSQL))
		return RD_END;
	return skip(s, false, err);
}

static enum rd_status sqldump_next(void *state, struct rd_record *r,
				   struct err *err)
{
	struct sqldump *s = state;
	enum rd_status st;

	for (;;) {
		switch (s->where) {
		case AT_STATEMENT:
			st = statement(s, r, err);
			if (st == RD_END && s->where == AT_STATEMENT &&
			    sql_at_end(&s->script))
				return RD_END;
			break;
		case AT_ROW:
			st = to_row(s, r, err);
			break;
		case AT_COMMA:
			st = behind_row(s, err);
			break;
		case IN_COPY:
			st = read_copy(s, r, err);
			break;
		}
		if (st != RD_END)
			return st;
	}
}

const struct reader_ops rd_sqldump = {
	.name = "sqldump",
	.open = sqldump_open,
	.next = sqldump_next,
	.close = sqldump_close,
};
