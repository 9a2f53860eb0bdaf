/*
 * rd_ods.c - spreadsheets of OpenDocument
 *
 * The document is parsed as it is unpacked, and the parser pauses behind each
 * row that has cells.  Rows and cells may say that they are repeated: blank
 * ones, often a million to the end of the sheet, are only counted.
 *
 * Spec: OpenDocument 1.3 part 3 (OASIS Standard, April 2021), chapter 9;
 * sluice-formats(7).
 */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/num.h"
#include "read/grid.h"
#include "read/ods_value.h"
#include "read/xlsx_value.h"
#include "read/xml_part.h"

#define ODS_ROWS   UINT64_C(1048576)
#define ODS_SHEETS ((size_t)65536)
/* Cells that repeated rows may make of one row. */
#define ODS_REPEATED (UINT64_C(1) << 26)

enum value_type {
	VALUE_NONE,
	VALUE_NUMBER,
	VALUE_DATE,
	VALUE_TIME,
	VALUE_BOOL,
	VALUE_TEXT,
	VALUE_UNKNOWN,
};

struct ods {
	const char *path;
	struct zip_file_set zip;
	uint64_t content;
	struct grid_sheet *sheet;
	size_t n_sheets, sheets_cap;
	char **hidden_style; /* names of styles of hidden tables */
	size_t n_hidden, hidden_cap;
	char *style; /* the table style that is open */
	bool first;  /* the list may end with the first visible sheet */

	struct grid grid;
	struct xml_part x;
	struct grid_row *row;
	struct grid_merges merges;
	bool merges_asked;

	size_t chosen, at;  /* sheets; `at` is the number of those begun */
	unsigned tables;    /* open ones: a cell may have one */
	unsigned skipped;   /* levels inside what is no text of its cell */
	uint64_t number;    /* of the last row */
	uint64_t repeat;    /* times that the row comes again */
	uint64_t row_times; /* of the row that is open */
	bool in_row, in_cell, in_p;
	unsigned cell_level; /* elements that are open inside the cell */

	/* the cell */
	size_t column, times;
	bool covered, formula, error, has_p, blank_last, p_begun;
	enum value_type type;
	struct buf value; /* of the attribute */
	bool has_value;
	struct buf text; /* of the paragraphs */
};

/* ---- the list of sheets ------------------------------------------------ */

static void list_start(void *ctx, const char *name, const char **attr)
{
	struct ods *o = ctx;
	const char *label, *style;
	bool hidden = false;
	size_t i;

	if (!strcmp(name, "style")) {
		free(o->style);
		style = xml_attr_local(attr, "name");
		o->style = style ? mem_strdup(style) : NULL;
	}
	if (!strcmp(name, "table-properties") && o->style) {
		const char *display = xml_attr_local(attr, "display");

		if (display && !strcmp(display, "false")) {
			o->hidden_style = mem_grow(o->hidden_style, o->n_hidden,
						   &o->hidden_cap,
						   sizeof(*o->hidden_style));
			o->hidden_style[o->n_hidden++] = mem_strdup(o->style);
		}
	}
	if (strcmp(name, "table") != 0 || o->tables++)
		return;
	if (o->n_sheets == ODS_SHEETS) {
		xml_part_fail(&o->x, "more than %zu sheets", ODS_SHEETS);
		return;
	}
	label = xml_attr_local(attr, "name");
	style = xml_attr_local(attr, "style-name");
	for (i = 0; style && i < o->n_hidden; i++)
		hidden |= !strcmp(o->hidden_style[i], style);
	o->sheet = mem_grow(o->sheet, o->n_sheets, &o->sheets_cap,
			    sizeof(*o->sheet));
	o->sheet[o->n_sheets++] =
		(struct grid_sheet){mem_strdup(label ? label : ""), hidden};
	if (o->first && !hidden)
		xml_part_pause(&o->x);
}

static void list_end(void *ctx, const char *name)
{
	struct ods *o = ctx;

	if (!strcmp(name, "table") && o->tables)
		o->tables--;
}

static const struct xml_part_ops list_ops = {
	.start = list_start,
	.end = list_end,
};

static int choose(struct ods *o, const char *wanted, struct err *err)
{
	int64_t chosen;
	int rc;

	o->first = !wanted;
	if (xml_part_open(&o->x, &o->zip, o->content, &list_ops, o, err) < 0)
		return -1;
	rc = xml_part_run(&o->x, err);
	xml_part_close(&o->x);
	o->tables = 0;
	if (rc < 0)
		return -1;
	chosen = grid_choose(o->sheet, o->n_sheets, wanted, o->path, err);
	o->chosen = (size_t)chosen;
	return chosen < 0 ? -1 : 0;
}

/* ---- cells ------------------------------------------------------------- */

static const struct {
	const char *name;
	enum value_type type;
} types[] = {
	{"float", VALUE_NUMBER},    {"percentage", VALUE_NUMBER},
	{"currency", VALUE_NUMBER}, {"date", VALUE_DATE},
	{"time", VALUE_TIME},       {"boolean", VALUE_BOOL},
	{"string", VALUE_TEXT},     {"void", VALUE_NONE},
};

static enum value_type find_type(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (!strcmp(types[i].name, name))
			return types[i].type;
	return VALUE_UNKNOWN;
}

static uint64_t times_of(const char *value)
{
	int64_t n;

	if (!value || num_parse(span_of(value), 1, UINT32_MAX, &n) < 0)
		return 1;
	return (uint64_t)n;
}

/* A cell that spans columns counts for all of them in a header. */
static void note_span(struct ods *o, uint64_t columns, uint64_t rows)
{
	struct grid_merge m;

	if (columns + rows < 3 || o->merges_asked ||
	    o->merges.n == GRID_MERGES_MAX || o->column >= GRID_COLUMNS)
		return;
	if (columns > GRID_COLUMNS - o->column)
		columns = GRID_COLUMNS - o->column;
	m.top = o->number;
	m.bottom = o->number + rows - 1;
	m.left = (uint32_t)o->column;
	m.right = (uint32_t)(o->column + columns - 1);
	o->merges.list = mem_grow(o->merges.list, o->merges.n, &o->merges.cap,
				  sizeof(m));
	o->merges.list[o->merges.n++] = m;
}

static void begin_cell(struct ods *o, const char **attr, bool covered)
{
	uint64_t columns = 1, rows = 1;

	o->in_cell = true;
	o->covered = covered;
	o->cell_level = 0;
	o->times = 1;
	o->formula = o->error = o->has_p = o->has_value = o->in_p = false;
	o->type = VALUE_NONE;
	buf_clear(&o->value);
	buf_clear(&o->text);
	for (; *attr; attr += 2) {
		const char *name = xml_local(*attr), *value = attr[1];

		if (!strcmp(name, "value-type") &&
		    strncmp(*attr, "calcext:", 8) != 0) {
			o->type = find_type(value);
		} else if (!strcmp(name, "value-type")) {
			o->error = !strcmp(value, "error");
		} else if (!strcmp(name, "value") ||
			   !strcmp(name, "date-value") ||
			   !strcmp(name, "time-value") ||
			   !strcmp(name, "boolean-value") ||
			   !strcmp(name, "string-value")) {
			o->has_value = true;
			buf_adds(&o->value, value);
		} else if (!strcmp(name, "number-columns-repeated")) {
			o->times = (size_t)times_of(value);
		} else if (!strcmp(name, "number-columns-spanned")) {
			columns = times_of(value);
		} else if (!strcmp(name, "number-rows-spanned")) {
			rows = times_of(value);
		} else if (!strcmp(name, "formula")) {
			o->formula = true;
		}
	}
	note_span(o, columns, rows);
}

/* What programs show where a formula fails; older ones say it only so. */
static bool is_error(const struct ods *o)
{
	struct span s = buf_span(&o->text);

	if (o->error)
		return true;
	if (!o->formula || !s.len || o->type == VALUE_TEXT)
		return false;
	if (s.len > 4 && !memcmp(s.p, "Err:", 4))
		return true;
	return s.p[0] == '#' && (s.p[s.len - 1] == '!' ||
				 s.p[s.len - 1] == '?' || span_is(s, "#N/A"));
}

static void bad_value(struct ods *o, const char *code, size_t at,
		      const char *what)
{
	grid_row_bad(o->row, o->column, code, at, "is '%.*s', no %s",
		     o->value.len > 40 ? 40 : (int)o->value.len,
		     o->value.len ? o->value.data : "", what);
}

static void take_value(struct ods *o, size_t at)
{
	struct grid_row *r = o->row;
	struct span value = buf_span(&o->value);
	bool good = true;

	switch (o->type) {
	case VALUE_NUMBER:
		good = xlsx_put_number(&r->text, value);
		if (!good)
			bad_value(o, "bad-cell", at, "number");
		break;
	case VALUE_DATE:
		good = ods_put_date(&r->text, span_trim(value));
		if (!good)
			bad_value(o, "bad-date", at, "date");
		break;
	case VALUE_TIME:
		good = ods_put_duration(&r->text, span_trim(value));
		if (!good)
			bad_value(o, "bad-date", at, "time");
		break;
	case VALUE_BOOL:
		good = false;
		if (span_is(value, "true"))
			grid_row_add(r, o->column, GRID_TRUE, NULL, at);
		else if (span_is(value, "false"))
			grid_row_add(r, o->column, GRID_FALSE, NULL, at);
		else
			bad_value(o, "bad-cell", at, "boolean");
		break;
	case VALUE_NONE:
	case VALUE_TEXT:
		buf_add_span(&r->text,
			     o->has_value ? value : buf_span(&o->text));
		break;
	case VALUE_UNKNOWN:
		good = false;
		grid_row_bad(r, o->column, "bad-cell", at,
			     "is of a type that is not known");
		break;
	}
	if (good)
		grid_row_add(r, o->column, GRID_TEXT, NULL, at);
}

static void take_cell(struct ods *o)
{
	struct grid_row *r = o->row;
	size_t at = r->text.len;

	if (o->text.over || o->value.over) {
		r->text.over = true;
		return;
	}
	if (is_error(o))
		grid_row_bad(r, o->column, "cell-error", at, "is %.*s",
			     o->text.len > 40 ? 40 : (int)o->text.len,
			     o->text.len ? o->text.data : "");
	else if (o->formula && o->type == VALUE_NONE && !o->has_p)
		grid_row_bad(r, o->column, "no-value", at,
			     "is a formula whose value is not stored; a "
			     "spreadsheet program that saves the document "
			     "stores it");
	else
		take_value(o, at);
}

static void end_cell(struct ods *o)
{
	struct grid_row *r = o->row;
	size_t n = r->n, i;

	o->in_cell = false;
	if (!o->covered && o->column < GRID_COLUMNS)
		take_cell(o);
	if (!o->covered && o->column + o->times > GRID_COLUMNS &&
	    (o->has_value || o->has_p || o->formula)) {
		grid_row_bad(r, GRID_COLUMNS - 1, "bad-cell", r->text.len,
			     "or one beside it has no place in a sheet of %zu "
			     "columns",
			     GRID_COLUMNS);
	} else if (r->n > n) {
		struct grid_cell c = r->cell[n];

		for (i = 1; i < o->times; i++) {
			c.column++;
			r->cell = mem_grow(r->cell, r->n, &r->cap,
					   sizeof(*r->cell));
			r->cell[r->n++] = c;
		}
	}
	o->column += o->times;
	if (o->column > GRID_COLUMNS * 2)
		o->column = GRID_COLUMNS * 2;
}

/* ---- text of a cell ---------------------------------------------------- */

static void add_text(struct ods *o, const char *s, size_t len)
{
	size_t i, from = 0;

	/* Runs of white space are one blank, none where a paragraph begins. */
	for (i = 0; i < len; i++) {
		bool blank = s[i] == ' ' || s[i] == '\n' || s[i] == '\t' ||
			     s[i] == '\r';

		if (!blank) {
			o->blank_last = false;
			continue;
		}
		buf_add(&o->text, s + from, i - from);
		if (!o->blank_last)
			buf_addc(&o->text, ' ');
		o->blank_last = true;
		from = i + 1;
	}
	buf_add(&o->text, s + from, len - from);
	o->p_begun |= !o->blank_last;
}

static void begin_p(struct ods *o)
{
	if (o->has_p)
		buf_addc(&o->text, '\n');
	o->has_p = o->in_p = true;
	o->blank_last = true;
	o->p_begun = false;
}

static void end_p(struct ods *o)
{
	if (o->blank_last && o->p_begun)
		o->text.len--;
	o->in_p = false;
}

static void begin_inside(struct ods *o, const char *name, const char **attr)
{
	static const char *const none[] = {
		"annotation", "custom-shape", "frame", "g",         "note",
		"object",     "ruby-text",    "table", "detective",
	};
	uint64_t i;

	o->cell_level++;
	if (o->skipped) {
		o->skipped++;
		return;
	}
	for (i = 0; i < sizeof(none) / sizeof(*none); i++) {
		if (!strcmp(none[i], name)) {
			o->skipped = 1;
			return;
		}
	}
	if (!strcmp(name, "p") && o->cell_level == 1) {
		begin_p(o);
	} else if (o->in_p && !strcmp(name, "s")) {
		for (i = times_of(xml_attr_local(attr, "c"));
		     i > 0 && !o->text.over; i--)
			buf_addc(&o->text, ' ');
		o->blank_last = false;
		o->p_begun = true;
	} else if (o->in_p &&
		   (!strcmp(name, "tab") || !strcmp(name, "line-break"))) {
		buf_addc(&o->text, *name == 't' ? '\t' : '\n');
		o->blank_last = false;
		o->p_begun = true;
	}
}

static void end_inside(struct ods *o, const char *name)
{
	o->cell_level--;
	if (o->skipped)
		o->skipped--;
	else if (o->in_p && !o->cell_level && !strcmp(name, "p"))
		end_p(o);
}

/* ---- rows -------------------------------------------------------------- */

static void begin_row(struct ods *o, const char **attr)
{
	const char *shown = xml_attr_local(attr, "visibility");

	o->in_row = true;
	o->column = 0;
	o->row_times = times_of(xml_attr_local(attr, "number-rows-repeated"));
	o->number++;
	grid_row_begin(o->row, o->number);
	o->row->hidden = shown && strcmp(shown, "visible") != 0;
}

static void end_row(struct ods *o)
{
	o->in_row = false;
	if (!o->row->n && !o->row->text.over) {
		o->number += o->row_times - 1;
		return;
	}
	o->repeat = o->row_times - 1;
	if (o->number + o->repeat > ODS_ROWS ||
	    o->row_times * o->row->n > ODS_REPEATED)
		xml_part_fail(&o->x,
			      "row %llu is repeated %llu times, more than "
			      "a sheet has room for",
			      (unsigned long long)o->number,
			      (unsigned long long)o->row_times);
	else
		xml_part_pause(&o->x);
}

static bool is_chosen(const struct ods *o)
{
	return o->tables == 1 && o->at == o->chosen + 1;
}

static void sheet_start(void *ctx, const char *name, const char **attr)
{
	struct ods *o = ctx;

	if (o->in_cell) {
		begin_inside(o, name, attr);
	} else if (!strcmp(name, "table")) {
		o->at += !o->tables++;
	} else if (!is_chosen(o)) {
		return;
	} else if (o->in_row) {
		if (!strcmp(name, "table-cell"))
			begin_cell(o, attr, false);
		else if (!strcmp(name, "covered-table-cell"))
			begin_cell(o, attr, true);
	} else if (!strcmp(name, "table-row")) {
		begin_row(o, attr);
	}
}

static void sheet_end(void *ctx, const char *name)
{
	struct ods *o = ctx;

	if (o->in_cell && o->cell_level)
		end_inside(o, name);
	else if (o->in_cell)
		end_cell(o);
	else if (o->in_row && !strcmp(name, "table-row"))
		end_row(o);
	else if (!strcmp(name, "table") && o->tables)
		o->tables--;
}

static void sheet_text(void *ctx, const char *s, size_t len)
{
	struct ods *o = ctx;

	if (o->in_p && !o->skipped)
		add_text(o, s, len);
}

static const struct xml_part_ops sheet_ops = {
	.start = sheet_start,
	.end = sheet_end,
	.text = sheet_text,
};

static int next_row(void *ctx, struct grid_row *row, struct err *err)
{
	struct ods *o = ctx;

	if (o->repeat) {
		o->repeat--;
		row->row = ++o->number;
		return 1;
	}
	o->row = row;
	return xml_part_run(&o->x, err);
}

static int give_merges(void *ctx, uint64_t top, uint64_t bottom,
		       struct grid_merges *m, struct err *err)
{
	struct ods *o = ctx;

	(void)top;
	(void)bottom;
	(void)err;
	*m = o->merges;
	o->merges = (struct grid_merges){.list = NULL};
	o->merges_asked = true;
	return 0;
}

/* ---- the reader -------------------------------------------------------- */

static void ods_close(void *state)
{
	struct ods *o = state;
	size_t i;

	if (!o)
		return;
	xml_part_close(&o->x);
	grid_close(&o->grid);
	zip_set_close(&o->zip);
	for (i = 0; i < o->n_sheets; i++)
		free(o->sheet[i].name);
	for (i = 0; i < o->n_hidden; i++)
		free(o->hidden_style[i]);
	free(o->sheet);
	free(o->hidden_style);
	free(o->style);
	free(o->merges.list);
	buf_release(&o->value);
	buf_release(&o->text);
	free(o);
}

static void manifest_start(void *ctx, const char *name, const char **attr)
{
	struct ods *o = ctx;

	(void)attr;
	if (!strcmp(name, "encryption-data"))
		xml_part_fail(&o->x, "the document is encrypted; nothing can "
				     "be read without its password");
}

static void manifest_end(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
}

static const struct xml_part_ops manifest_ops = {
	.start = manifest_start,
	.end = manifest_end,
};

static int check_manifest(struct ods *o, struct err *err)
{
	int64_t i = zip_set_find(&o->zip, "META-INF/manifest.xml");
	int rc;

	if (i < 0)
		return 0;
	if (xml_part_open(&o->x, &o->zip, (uint64_t)i, &manifest_ops, o, err) <
	    0)
		return -1;
	rc = xml_part_run(&o->x, err);
	xml_part_close(&o->x);
	return rc;
}

static int open_sheet(struct ods *o, struct input *in,
		      const struct read_conf *conf, struct err *err)
{
	struct grid_source source = {
		.next = next_row, .merges = give_merges, .ctx = o};
	int64_t content;

	if (zip_set_open(&o->zip, in, err) < 0 || check_manifest(o, err) < 0)
		return -1;
	content = zip_set_find(&o->zip, "content.xml");
	if (content < 0)
		return err_set(err, ERR_DATA,
			       "%s: a zip archive, but no OpenDocument%s",
			       o->path,
			       zip_set_find(&o->zip, "xl/workbook.xml") >= 0
				       ? ": its format is xlsx"
				       : "");
	o->content = (uint64_t)content;
	if (choose(o, conf->sheet, err) < 0 ||
	    xml_part_open(&o->x, &o->zip, o->content, &sheet_ops, o, err) < 0)
		return -1;
	source.sheet = o->sheet[o->chosen].name;
	return grid_open(&o->grid, in, conf, &source, err);
}

static void *ods_open(struct input *in, const struct read_conf *conf,
		      struct err *err)
{
	struct ods *o = mem_zalloc(sizeof(*o));

	o->path = in->path;
	o->grid.cs.conv = (iconv_t)-1;
	o->value = (struct buf)BUF_INIT(LINE_CEILING);
	o->text = (struct buf)BUF_INIT(LINE_CEILING);
	if (open_sheet(o, in, conf, err) == 0)
		return o;
	ods_close(o);
	return NULL;
}

static enum rd_status ods_next(void *state, struct rd_record *r,
			       struct err *err)
{
	struct ods *o = state;

	return grid_next(&o->grid, r, err);
}

static void ods_columns(void *state, struct buf *b)
{
	const struct ods *o = state;

	grid_columns(&o->grid, b);
}

const struct reader_ops rd_ods = {
	.name = "ods",
	.open = ods_open,
	.next = ods_next,
	.columns = ods_columns,
	.close = ods_close,
	.takes_zip = true,
};
