/*
 * verdict_load.c - what a reply to `load` means, row by row
 *
 * `ids: false` means that nothing was kept, whatever HTTP says.  Then the
 * messages name rows, with three traps:
 *
 * - 19 puts the error of the batch insert in front, blamed on record 0: a
 *   text that another record has too says nothing about record 0;
 * - after about ten errors of the database Odoo stops: rows behind were not
 *   tried;
 * - a row that refers to a bad row of the same call is bad only because of
 *   it.
 *
 * Conflicts and lost database sessions come as row messages as well: the
 * whole call is to be repeated.
 *
 * More ids than rows, of 19: it made the rows together, lost that when it
 * wrote them out, made them one by one, and tells the ids of both.  All rows
 * were kept; which id is whose has to be asked.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/mem.h"
#include "odoo/verdict.h"
#include "odoo/verdict_words.h"

/* One message of type error. */
struct message {
	size_t record; /* n_rows: none named */
	const char *text, *field;
};

struct messages {
	struct message *at;
	size_t n;
};

static size_t record_of(const json_t *m, size_t n_rows)
{
	const json_t *rows = json_object_get(m, "rows");
	const json_t *from = json_object_get(rows, "from");
	const json_t *j = json_object_get(m, "record");

	/* the row of the call; with nested lines a record has several */
	if (json_is_integer(from))
		j = from;
	if (!json_is_integer(j) || json_integer_value(j) < 0 ||
	    (json_int_t)n_rows <= json_integer_value(j))
		return n_rows;
	return (size_t)json_integer_value(j);
}

static const char *text_of(const json_t *m, const char *name)
{
	const char *s = json_string_value(json_object_get(m, name));

	return s ? s : "";
}

static bool is_warning(const json_t *m)
{
	return !strcmp(text_of(m, "type"), "warning");
}

static char *clean(const char *text)
{
	struct buf b = BUF_INIT(LINE_CEILING);
	char *s;

	verdict_clean(&b, span_of(text));
	s = mem_dup(b.data ? b.data : "", b.len);
	buf_release(&b);
	return s;
}

static void name_row(struct load_row *row, enum load_row_state state,
		     const char *text, const char *field)
{
	if (row->why && (row->state == ROW_BAD || state == ROW_SUSPECT))
		return; /* the first certain reason counts */
	free(row->why);
	free(row->field);
	row->state = state;
	row->reject = verdict_reject_code(text);
	row->why = clean(text);
	row->field = field && *field ? mem_strdup(field) : NULL;
}

static void loaded(struct load_verdict *v, const json_t *ids,
		   const json_t *messages)
{
	const json_t *m;
	size_t i;

	if (json_array_size(ids) != v->n_rows) {
		bool more = json_array_size(ids) > v->n_rows;

		v->whole.what = more ? ODOO_UNKNOWN : ODOO_STOP;
		v->whole.code = more ? ERR_AGAIN : ERR_REFUSED;
		snprintf(v->whole.why, sizeof(v->whole.why),
			 "%zu rows were loaded, %zu ids came back", v->n_rows,
			 json_array_size(ids));
		return;
	}
	for (i = 0; i < v->n_rows; i++) {
		v->row[i].state = ROW_LOADED;
		v->row[i].id = json_integer_value(json_array_get(ids, i));
	}
	json_array_foreach (messages, i, m) {
		size_t at = record_of(m, v->n_rows);

		if (at < v->n_rows && !v->row[at].why)
			v->row[at].why = clean(text_of(m, "message"));
	}
}

/* The text of a message on record 0 that another record has too. */
static bool repeated(const struct messages *all, const struct message *m)
{
	size_t i;

	for (i = 0; i < all->n; i++) {
		if (all->at[i].record != m->record &&
		    !strcmp(all->at[i].text, m->text))
			return true;
	}
	return false;
}

static bool is_id_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

/* A word of the text is the external id of another row of the call. */
static bool refers_within(const struct message *m, const struct span *xid,
			  size_t n_rows)
{
	const char *p = m->text;
	size_t i;

	while (xid && *p) {
		struct span word = {p, 0};

		while (is_id_char(word.p[word.len]))
			word.len++;
		p += word.len + !word.len;
		if (word.len && !memchr(word.p, '.', word.len))
			continue;
		for (i = 0; word.len && i < n_rows; i++)
			if (i != m->record && span_eq(xid[i], word))
				return true;
	}
	return false;
}

static void name_rows(struct load_verdict *v, const struct messages *all,
		      const struct span *xid)
{
	size_t i;

	for (i = 0; i < all->n; i++) {
		const struct message *m = &all->at[i];
		bool doubt;

		if (m->record >= v->n_rows)
			continue;
		doubt = v->n_rows > 1 &&
			((m->record == 0 && repeated(all, m)) ||
			 refers_within(m, xid, v->n_rows));
		name_row(&v->row[m->record], doubt ? ROW_SUSPECT : ROW_BAD,
			 m->text, m->field);
	}
}

/* A class of errors that is no row's fault, in front of the words. */
static bool whole_by_class(struct load_verdict *v, const char *text)
{
	enum odoo_verdict what;
	enum err_code code;
	struct span class;

	if (!verdict_class(span_of(text), &class) ||
	    !verdict_of_class(class, &what, &code) ||
	    (what != ODOO_RETRY && what != ODOO_DIVIDE))
		return false;
	verdict_say(&v->whole, what, code, text);
	if (what == ODOO_RETRY)
		return true;
	v->whole.reject = "odoo-too-large";
	if (v->n_rows == 1) {
		v->whole.what = ODOO_REJECT;
		name_row(&v->row[0], ROW_BAD, text, NULL);
		v->row[0].reject = v->whole.reject;
	}
	return true;
}

/* Messages that speak about the call, not about rows: true when judged. */
static bool judge_whole(struct load_verdict *v, const struct messages *all)
{
	size_t i;

	for (i = 0; i < all->n; i++) {
		const char *text = all->at[i].text;

		if (verdict_transient(text)) {
			verdict_say(&v->whole, ODOO_RETRY, ERR_AGAIN, text);
			return true;
		}
		if (whole_by_class(v, text))
			return true;
		if (verdict_no_rights(text)) {
			verdict_say(&v->whole, ODOO_STOP, ERR_PERM, text);
			return true;
		}
	}
	return false;
}

static void refused(struct load_verdict *v, const struct messages *all,
		    const struct span *xid)
{
	bool certain = false;
	size_t i;

	if (judge_whole(v, all))
		return;
	name_rows(v, all, xid);
	/* a message without a row, and one row only: it is that row's */
	if (v->n_rows == 1 && v->row[0].state != ROW_BAD)
		name_row(&v->row[0], ROW_BAD,
			 all->n ? all->at[0].text : "Odoo gave no reason",
			 NULL);
	for (i = 0; i < v->n_rows; i++)
		certain = certain || v->row[i].state == ROW_BAD;
	v->whole.what = certain ? ODOO_REJECT : ODOO_DIVIDE;
	v->whole.code = ERR_REFUSED;
	snprintf(v->whole.why, sizeof(v->whole.why), "%zu of %zu rows named",
		 all->n, v->n_rows);
}

static void judge(struct load_verdict *v, const json_t *result,
		  const struct span *xid)
{
	const json_t *ids = json_object_get(result, "ids");
	const json_t *list = json_object_get(result, "messages");
	struct messages all = {.n = 0};
	const json_t *m;
	size_t i;

	if (!ids) {
		v->whole.what = ODOO_STOP;
		v->whole.code = ERR_REFUSED;
		snprintf(v->whole.why, sizeof(v->whole.why),
			 "the answer to load has no ids");
		return;
	}
	if (json_is_array(ids)) {
		loaded(v, ids, list);
		return;
	}
	all.at = mem_alloc(mem_mul(json_array_size(list) + 1, sizeof(*all.at)));
	json_array_foreach (list, i, m) {
		if (is_warning(m)) {
			if (!json_object_get(m, "record"))
				v->interrupted = true;
			continue;
		}
		all.at[all.n++] = (struct message){
			.record = record_of(m, v->n_rows),
			.text = text_of(m, "message"),
			.field = text_of(m, "field"),
		};
	}
	refused(v, &all, xid);
	free(all.at);
}

void verdict_load(struct load_verdict *v, const struct reply *r,
		  const struct span *xid, size_t n_rows)
{
	size_t i;

	*v = (struct load_verdict){.n_rows = n_rows};
	v->row = mem_zalloc(mem_mul(n_rows, sizeof(*v->row)));
	for (i = 0; i < n_rows; i++)
		v->row[i].state = ROW_AGAIN;
	verdict_reply(&v->whole, r);
	if (v->whole.what == ODOO_DONE) {
		judge(v, r->result, xid);
		return;
	}
	/* an exception out of load: which row, one-row calls will tell */
	if (v->whole.what != ODOO_REJECT && v->whole.what != ODOO_DIVIDE)
		return;
	if (n_rows > 1) {
		v->whole.what = ODOO_DIVIDE;
		return;
	}
	v->whole.what = ODOO_REJECT;
	if (n_rows) {
		name_row(&v->row[0], ROW_BAD, v->whole.why, NULL);
		v->row[0].reject = v->whole.reject;
	}
}

void load_verdict_release(struct load_verdict *v)
{
	size_t i;

	for (i = 0; i < v->n_rows; i++) {
		free(v->row[i].why);
		free(v->row[i].field);
	}
	free(v->row);
	*v = (struct load_verdict){.n_rows = 0};
}
