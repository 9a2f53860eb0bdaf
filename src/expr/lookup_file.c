/* Tables from the files of a profiles folder. */
#include <stdlib.h>

#include "conf/profile.h"
#include "conf/yaml_tree.h"
#include "core/date.h"
#include "core/fs.h"
#include "core/mem.h"
#include "core/utf8.h"
#include "expr/lookup.h"

#define TABLE_CEILING ((size_t)64 << 20)

static int load_csv(struct lookup *t, const char *path, struct err *err);

/* ---- YAML ---------------------------------------------------------------- */

static void value_of(const struct yt_node *c, struct val *v)
{
	struct span text = {c->text, c->len};
	struct dec d;

	if (yt_is_null(c)) {
		val_set(v, VAL_NULL);
	} else if (yt_is_true(c) || yt_is_false(c)) {
		val_set_bool(v, yt_is_true(c));
	} else if (c->plain && dec_parse(text, &d) == 0) {
		val_set(v, VAL_NUMBER);
		v->text = text;
	} else {
		val_set_text(v, text);
	}
}

/* The date of a member, as a day; *day stays where it is not there. */
static int day_of(const struct yt_node *n, const char *key, int64_t *day,
		  struct err *err)
{
	const struct yt_node *c = yt_get(n, key);
	struct date d;

	if (!c)
		return 0;
	if (c->type != YT_SCALAR ||
	    date_parse((struct span){c->text, c->len}, &d) < 0)
		return yt_err(c, err, "%s: a date such as 2024-01-31 expected",
			      key);
	*day = date_to_days(d);
	return 0;
}

static int add(struct lookup *t, const struct yt_node *at, struct span code,
	       const struct val *v, const int64_t valid[2], struct err *err)
{
	if (valid[0] > valid[1])
		return yt_err(at, err, "'until' is before 'from'");
	if (lookup_add_dated(t, code, v, valid[0], valid[1]) == 0)
		return 0;
	return yt_err(at, err, "the code '%.*s' is given twice%s",
		      SPAN_FMT(code),
		      lookup_is_dated(t) ? " for the same time" : "");
}

/* {value: X, aliases: [...], from: DATE, until: DATE} */
static int load_entry(struct lookup *t, struct span code,
		      const struct yt_node *n, struct err *err)
{
	static const char *const known[] = {"value", "aliases", "from", "until",
					    NULL};
	const struct yt_node *value = yt_get(n, "value"), *c;
	const struct yt_node *aliases = yt_get(n, "aliases");
	int64_t valid[2] = {INT64_MIN, INT64_MAX};
	struct val v;

	if (n->type == YT_SCALAR) {
		value_of(n, &v);
		return add(t, n, code, &v, valid, err);
	}
	if (yt_want(n, YT_MAP, "a value, or a map with one,", err) < 0 ||
	    yt_check_keys(n, known, err) < 0)
		return -1;
	if (!value)
		return yt_err(n, err, "'value' is missing");
	if (yt_want(value, YT_SCALAR, "a value", err) < 0 ||
	    day_of(n, "from", &valid[0], err) < 0 ||
	    day_of(n, "until", &valid[1], err) < 0)
		return -1;
	value_of(value, &v);
	if (add(t, n, code, &v, valid, err) < 0)
		return -1;
	if (!aliases)
		return 0;
	if (yt_want(aliases, YT_LIST, "a list of codes", err) < 0)
		return -1;
	yt_each (aliases, c)
		if (yt_want(c, YT_SCALAR, "a code", err) < 0 ||
		    add(t, c, (struct span){c->text, c->len}, &v, valid, err) <
			    0)
			return -1;
	return 0;
}

static int load_codes(struct lookup *t, const struct yt_node *codes,
		      struct err *err)
{
	const struct yt_node *c, *one;

	if (yt_want(codes, YT_MAP, "a map of codes", err) < 0)
		return -1;
	yt_each (codes, c) {
		if (c->type != YT_LIST) {
			if (load_entry(t, span_of(c->key), c, err) < 0)
				return -1;
			continue;
		}
		yt_each (c, one)
			if (load_entry(t, span_of(c->key), one, err) < 0)
				return -1;
	}
	return 0;
}

/* The CSV file that a table's own file names, beside it. */
static int load_beside(struct lookup *t, const struct yt_node *at,
		       const char *path, const char *name, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char *file;
	int rc;

	if (strchr(name, '/'))
		return yt_err(yt_get(at, "file"), err,
			      "the name of a file beside this one expected");
	file = mem_printf("%.*s%s", slash ? (int)(slash - path) + 1 : 0, path,
			  name);
	rc = load_csv(t, file, err);
	free(file);
	return rc;
}

/* table: {case: ignore, zeros: ignore, file: NAME.csv} and codes: {...} */
static int load_ruled(struct lookup *t, const struct yt_node *root,
		      const char *path, struct err *err)
{
	static const char *const known[] = {"table", "codes", NULL};
	static const char *const rules[] = {"case", "zeros", "file", NULL};
	static const char *const words[] = {"keep", "ignore", NULL};
	const struct yt_node *table = yt_get(root, "table");
	const struct yt_node *codes = yt_get(root, "codes");
	const char *file = NULL;
	int ignore_case = 0, ignore_zeros = 0;

	if (yt_check_keys(root, known, err) < 0 ||
	    yt_check_keys(table, rules, err) < 0 ||
	    yt_word(table, "case", words, &ignore_case, err) < 0 ||
	    yt_word(table, "zeros", words, &ignore_zeros, err) < 0 ||
	    yt_text(table, "file", &file, err) < 0)
		return -1;
	if (!file == !codes)
		return yt_err(table, err,
			      "either 'codes' or 'file' says what is in it");
	lookup_set_rules(t, (struct lookup_rules){ignore_case != 0,
						  ignore_zeros != 0});
	return codes ? load_codes(t, codes, err)
		     : load_beside(t, table, path, file, err);
}

static int load_yaml(struct lookup *t, const char *path, struct err *err)
{
	struct yt_node *root = yt_load(path, err);
	const struct yt_node *c, *table;
	int rc = -1;

	if (!root)
		return -1;
	table = yt_get(root, "table");
	if (yt_want(root, YT_MAP, "a table", err) < 0)
		goto out;
	if (table && table->type == YT_MAP) {
		rc = load_ruled(t, root, path, err);
		goto out;
	}
	yt_each (root, c) {
		struct val v;

		if (yt_want(c, YT_SCALAR, "a value", err) < 0)
			goto out;
		value_of(c, &v);
		lookup_add(t, span_of(c->key), &v); /* yt refuses doubles */
	}
	rc = 0;
out:
	yt_free(root);
	return rc;
}

/* ---- CSV ----------------------------------------------------------------- */

/* A table in CSV while it is read: RFC 4180, small enough to do here. */
struct csv_table {
	const char *p, *end, *path;
	char delimiter;
	size_t row; /* from 1 */
	/* Columns of these, from 1; 0 where there is none such. */
	size_t aliases_at, from_at, until_at;
	struct buf cell;
	struct err *err;
};

/* Read one cell into c->cell, up to what ends it. */
static int csv_cell(struct csv_table *c)
{
	buf_clear(&c->cell);
	if (c->p == c->end || *c->p != '"') {
		while (c->p < c->end && *c->p != c->delimiter && *c->p != '\n')
			buf_addc(&c->cell, *c->p++);
		if (c->cell.len && c->cell.data[c->cell.len - 1] == '\r')
			c->cell.len--;
		return 0;
	}
	for (c->p++; c->p < c->end; c->p++) {
		if (*c->p == '"' && (c->p + 1 == c->end || c->p[1] != '"'))
			break;
		c->p += *c->p == '"'; /* a doubled quote stands for one */
		buf_addc(&c->cell, *c->p);
	}
	if (c->p < c->end)
		c->p++;
	else
		return err_set(c->err, ERR_CONFIG,
			       "%s: row %zu: a quote is not closed", c->path,
			       c->row);
	if (c->p < c->end && *c->p == '\r')
		c->p++;
	if (c->p < c->end && *c->p != c->delimiter && *c->p != '\n')
		return err_set(c->err, ERR_CONFIG,
			       "%s: row %zu: text behind a closing quote",
			       c->path, c->row);
	return 0;
}

/* What one row says. */
struct csv_entry {
	struct buf code, value, aliases;
	int64_t valid[2];
	size_t n; /* cells */
};

static void note_header(struct csv_table *c, size_t column)
{
	struct span name = span_trim(buf_span(&c->cell));

	if (column < 3)
		return;
	if (span_is(name, "aliases"))
		c->aliases_at = column;
	else if (span_is(name, "valid_from"))
		c->from_at = column;
	else if (span_is(name, "valid_until"))
		c->until_at = column;
}

static int note_day(const struct csv_table *c, int64_t *day)
{
	struct span text = span_trim(buf_span(&c->cell));
	struct date d;

	if (!text.len)
		return 0;
	if (date_parse(text, &d) < 0)
		return err_set(c->err, ERR_CONFIG,
			       "%s: row %zu: a date such as 2024-01-31 "
			       "expected, not '%.*s'",
			       c->path, c->row, SPAN_FMT(text));
	*day = date_to_days(d);
	return 0;
}

static int note_cell(struct csv_table *c, struct csv_entry *e)
{
	size_t column = ++e->n;

	if (c->row == 1)
		note_header(c, column);
	else if (column == 1)
		buf_add_span(&e->code, buf_span(&c->cell));
	else if (column == 2)
		buf_add_span(&e->value, buf_span(&c->cell));
	else if (column == c->aliases_at)
		buf_add_span(&e->aliases, buf_span(&c->cell));
	else if (column == c->from_at)
		return note_day(c, &e->valid[0]);
	else if (column == c->until_at)
		return note_day(c, &e->valid[1]);
	return 0;
}

static int csv_add(const struct csv_table *c, struct lookup *t,
		   struct span code, const struct csv_entry *e)
{
	struct val v;

	val_set_text(&v, buf_span(&e->value));
	if (lookup_add_dated(t, code, &v, e->valid[0], e->valid[1]) == 0)
		return 0;
	return err_set(c->err, ERR_CONFIG,
		       "%s: row %zu: the code '%.*s' is given twice%s", c->path,
		       c->row, SPAN_FMT(code),
		       lookup_is_dated(t) ? " for the same time" : "");
}

/* The code and its aliases, which '|' separates. */
static int csv_entry_into(const struct csv_table *c, struct lookup *t,
			  const struct csv_entry *e)
{
	struct span rest = buf_span(&e->aliases);

	if (e->n == 1 && !e->code.len)
		return 0; /* an empty line */
	if (e->n < 2)
		return err_set(c->err, ERR_CONFIG,
			       "%s: row %zu: code and value expected", c->path,
			       c->row);
	if (e->valid[0] > e->valid[1])
		return err_set(c->err, ERR_CONFIG,
			       "%s: row %zu: valid_until is before valid_from",
			       c->path, c->row);
	if (csv_add(c, t, buf_span(&e->code), e) < 0)
		return -1;
	while (rest.len) {
		const char *bar = memchr(rest.p, '|', rest.len);
		size_t n = bar ? (size_t)(bar - rest.p) : rest.len;
		struct span alias = span_trim((struct span){rest.p, n});

		if (alias.len && csv_add(c, t, alias, e) < 0)
			return -1;
		n += bar != NULL;
		rest.p += n;
		rest.len -= n;
	}
	return 0;
}

/* A row into the table; the header is only looked at. */
static int csv_row(struct csv_table *c, struct lookup *t)
{
	struct csv_entry e = {
		.code = BUF_INIT(64 * 1024),
		.value = BUF_INIT(64 * 1024),
		.aliases = BUF_INIT(64 * 1024),
		.valid = {INT64_MIN, INT64_MAX},
	};
	int rc;

	c->row++;
	do {
		rc = csv_cell(c);
		if (rc == 0)
			rc = note_cell(c, &e);
	} while (rc == 0 && c->p < c->end && *c->p++ != '\n');
	if (rc == 0 && c->row > 1)
		rc = csv_entry_into(c, t, &e);
	buf_release(&e.code);
	buf_release(&e.value);
	buf_release(&e.aliases);
	return rc;
}

static int load_csv(struct lookup *t, const char *path, struct err *err)
{
	struct buf text = BUF_INIT(TABLE_CEILING);
	struct csv_table c = {
		.path = path, .cell = BUF_INIT(64 * 1024), .err = err};
	int rc = fs_read_file(path, &text, err);

	if (rc < 0)
		err->code = ERR_CONFIG;
	else if (utf8_check(buf_str(&text), text.len) < text.len ||
		 memchr(text.data, '\0', text.len))
		rc = err_set(err, ERR_CONFIG, "%s: not UTF-8 text", path);
	if (rc == 0) {
		c.p = buf_str(&text);
		c.end = c.p + text.len;
		if (text.len >= 3 && !memcmp(c.p, "\xEF\xBB\xBF", 3))
			c.p += 3;
		/* The header tells what separates the columns. */
		c.delimiter = c.p[strcspn(c.p, ",;\t\n")];
		if (!c.delimiter || c.delimiter == '\n')
			c.delimiter = ',';
		while (rc == 0 && c.p < c.end)
			rc = csv_row(&c, t);
	}
	buf_release(&text);
	buf_release(&c.cell);
	return rc;
}

struct lookup *lookup_load(const char *profiles, const char *profile_path,
			   const char *name, bool *found, struct err *err)
{
	static const char *const kinds[] = {"yaml", "csv"};
	struct lookup *t = NULL;
	char *path = NULL;
	size_t i;
	int rc;

	*found = false;
	for (i = 0; i < 2 && !path; i++) {
		char *relative = mem_printf("tables/%s.%s", name, kinds[i]);
		struct err why = ERR_INIT;

		path = profile_file(profiles, profile_path, relative, &why);
		if (!path && i == 0)
			*err = why;
		free(relative);
	}
	if (!path)
		return NULL;
	*found = true;
	t = lookup_new(name);
	rc = i == 1 ? load_yaml(t, path, err) : load_csv(t, path, err);
	lookup_set_path(t, path);
	if (rc == 0)
		return t;
	lookup_free(t);
	return NULL;
}
