/*
 * rd_xlsx.c - workbooks of Office Open XML
 *
 * The sheet is parsed as it is unpacked, and the parser pauses behind each row
 * that has cells.  What rows become is grid.h's.
 *
 * Spec: ECMA-376-1:2016, 18.3 (worksheets); sluice-formats(7).
 */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/num.h"
#include "read/grid.h"
#include "read/ole.h"
#include "read/xlsx_book.h"
#include "read/xlsx_text.h"

enum cell_type {
	CELL_NUMBER,
	CELL_SHARED,
	CELL_TEXT,
	CELL_INLINE,
	CELL_BOOL,
	CELL_ERROR,
	CELL_DATE,
	CELL_UNKNOWN,
};

struct xlsx {
	struct xlsx_book book;
	struct grid grid;
	const char *part; /* of the sheet */
	struct xml_part x;
	struct err *err;

	struct grid_row *row; /* being filled */
	uint64_t number;      /* of the last row */
	bool in_data, in_row, in_cell, in_value, in_inline, numbered;

	/* the cell */
	size_t column, next_column;
	enum cell_type type;
	size_t style;
	bool has_value, has_formula, has_inline, bad_place;
	size_t at; /* where its text begins in the row's */
	struct buf value;
	struct xlsx_text text;
};

/* ---- references -------------------------------------------------------- */

/*
 * "BC12": the column from 0 and the row; behind it, or NULL where there is no
 * column.  A row that is missing is 0.
 */
static const char *read_reference(const char *s, size_t *column, uint64_t *row)
{
	size_t c = 0;

	for (; *s == '$'; s++)
		;
	for (; (*s | 0x20) >= 'a' && (*s | 0x20) <= 'z'; s++) {
		c = c * 26 + (size_t)((*s | 0x20) - 'a' + 1);
		if (c > GRID_COLUMNS)
			return NULL;
	}
	if (!c)
		return NULL;
	for (; *s == '$'; s++)
		;
	*column = c - 1;
	for (*row = 0; *s >= '0' && *s <= '9' && *row < UINT32_MAX; s++)
		*row = *row * 10 + (uint64_t)(*s - '0');
	return s;
}

/* ---- cells ------------------------------------------------------------- */

static const struct {
	const char *name;
	enum cell_type type;
} types[] = {
	{"n", CELL_NUMBER},         {"s", CELL_SHARED}, {"str", CELL_TEXT},
	{"inlineStr", CELL_INLINE}, {"b", CELL_BOOL},   {"e", CELL_ERROR},
	{"d", CELL_DATE},
};

static enum cell_type find_type(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (!strcmp(types[i].name, name))
			return types[i].type;
	return CELL_UNKNOWN;
}

static void begin_cell(struct xlsx *x, const char **attr)
{
	uint64_t row;

	x->in_cell = true;
	x->has_value = x->has_formula = x->has_inline = x->bad_place = false;
	x->type = CELL_NUMBER;
	x->style = 0;
	x->column = x->next_column;
	x->at = x->row->text.len;
	buf_clear(&x->value);
	for (; *attr; attr += 2) {
		if (attr[0][1])
			continue;
		switch (attr[0][0]) {
		case 'r':
			x->bad_place =
				!read_reference(attr[1], &x->column, &row);
			if (x->bad_place)
				break;
			/* Rows without a number have it in their cells. */
			if (!x->numbered && row) {
				x->row->row = x->number = row;
				x->numbered = true;
			}
			break;
		case 's':
			x->style = strtoul(attr[1], NULL, 10);
			break;
		case 't':
			x->type = find_type(attr[1]);
			break;
		default:
			break;
		}
	}
	x->bad_place |= x->column >= GRID_COLUMNS;
	x->next_column = x->column + 1;
}

static void take_shared(struct xlsx *x, struct span value)
{
	struct grid_row *r = x->row;
	int64_t i;

	if (num_parse(value, 0, INT64_MAX, &i) < 0 ||
	    (uint64_t)i >= x->book.strings.n) {
		grid_row_bad(r, x->column, "bad-cell", x->at,
			     "has a text that is not in the workbook");
		return;
	}
	if (texts_get(&x->book.strings, (uint64_t)i, &r->text, x->err) < 0) {
		x->x.failed = true;
		XML_StopParser(x->x.parser, XML_FALSE);
		return;
	}
	grid_row_add(r, x->column, GRID_TEXT, NULL, x->at);
}

static void take_number(struct xlsx *x, struct span value)
{
	struct grid_row *r = x->row;
	struct xlsx_format f = {XLSX_NUMBER, false};
	const char *wrong;

	if (x->style < x->book.n_styles)
		f = x->book.style[x->style];
	if (f.kind == XLSX_NUMBER) {
		if (xlsx_put_number(&r->text, value))
			grid_row_add(r, x->column, GRID_TEXT, NULL, x->at);
		else
			grid_row_bad(r, x->column, "bad-cell", x->at,
				     "is '%.*s', no number",
				     value.len > 40 ? 40 : (int)value.len,
				     value.p);
		return;
	}
	wrong = xlsx_put_date(&r->text, value, f, x->book.since_1904);
	if (wrong)
		grid_row_bad(r, x->column, "bad-date", x->at,
			     "(%.*s as a date) %s",
			     value.len > 40 ? 40 : (int)value.len, value.p,
			     wrong);
	else
		grid_row_add(r, x->column, GRID_TEXT, NULL, x->at);
}

static void take_value(struct xlsx *x)
{
	struct grid_row *r = x->row;
	struct span value = buf_span(&x->value), trimmed = span_trim(value);

	if (x->type != CELL_TEXT && x->type != CELL_INLINE && !trimmed.len) {
		if (x->has_formula)
			grid_row_bad(r, x->column, "no-value", x->at,
				     "is a formula whose value is not stored; "
				     "a spreadsheet program that saves the "
				     "workbook stores it");
		return;
	}
	switch (x->type) {
	case CELL_NUMBER:
		take_number(x, trimmed);
		break;
	case CELL_SHARED:
		take_shared(x, trimmed);
		break;
	case CELL_TEXT:
	case CELL_INLINE:
		xlsx_put_text(&r->text, value);
		grid_row_add(r, x->column, GRID_TEXT, NULL, x->at);
		break;
	case CELL_BOOL:
		if (span_is(trimmed, "1") || span_is(trimmed, "true"))
			grid_row_add(r, x->column, GRID_TRUE, NULL, x->at);
		else if (span_is(trimmed, "0") || span_is(trimmed, "false"))
			grid_row_add(r, x->column, GRID_FALSE, NULL, x->at);
		else
			grid_row_bad(r, x->column, "bad-cell", x->at,
				     "is neither true nor false");
		break;
	case CELL_ERROR:
		grid_row_bad(r, x->column, "cell-error", x->at, "is %.*s",
			     trimmed.len > 40 ? 40 : (int)trimmed.len,
			     trimmed.p);
		break;
	case CELL_DATE:
		if (xlsx_is_iso(trimmed)) {
			buf_add_span(&r->text, trimmed);
			grid_row_add(r, x->column, GRID_TEXT, NULL, x->at);
			break;
		}
		grid_row_bad(r, x->column, "bad-date", x->at,
			     "is '%.*s', no date",
			     trimmed.len > 40 ? 40 : (int)trimmed.len,
			     trimmed.p);
		break;
	case CELL_UNKNOWN:
		grid_row_bad(r, x->column, "bad-cell", x->at,
			     "is of a type that is not known");
		break;
	}
}

static void end_cell(struct xlsx *x)
{
	struct grid_row *r = x->row;

	x->in_cell = x->in_value = x->in_inline = false;
	if (x->bad_place) {
		if (x->has_value || x->has_formula || x->has_inline)
			grid_row_bad(r, GRID_COLUMNS - 1, "bad-cell", x->at,
				     "or one beside it has no place in a "
				     "sheet of %zu columns",
				     GRID_COLUMNS);
		return;
	}
	if (x->value.over) {
		r->text.over = true;
		return;
	}
	if (x->has_inline)
		grid_row_add(r, x->column, GRID_TEXT, NULL, x->at);
	else if (x->has_value || x->has_formula)
		take_value(x);
}

/* ---- elements ---------------------------------------------------------- */

static void begin_row(struct xlsx *x, const char **attr)
{
	const char *number = xml_attr(attr, "r");
	const char *hidden = xml_attr(attr, "hidden");
	int64_t n;

	x->in_row = true;
	x->next_column = 0;
	x->numbered =
		number && num_parse(span_of(number), 1, UINT32_MAX, &n) == 0;
	x->number = x->numbered ? (uint64_t)n : x->number + 1;
	grid_row_begin(x->row, x->number);
	x->row->hidden =
		hidden && (!strcmp(hidden, "1") || !strcmp(hidden, "true"));
}

static void sheet_start(void *ctx, const char *name, const char **attr)
{
	struct xlsx *x = ctx;

	if (x->in_inline) {
		xlsx_text_start(&x->text, name, attr);
	} else if (x->in_cell) {
		if (!strcmp(name, "v"))
			x->in_value = x->has_value = true;
		else if (!strcmp(name, "f"))
			x->has_formula = true;
		else if (!strcmp(name, "is"))
			x->in_inline = x->has_inline = true;
	} else if (x->in_row) {
		if (!strcmp(name, "c"))
			begin_cell(x, attr);
	} else if (x->in_data) {
		if (!strcmp(name, "row"))
			begin_row(x, attr);
	} else if (!strcmp(name, "sheetData")) {
		x->in_data = true;
	}
}

static void sheet_end(void *ctx, const char *name)
{
	struct xlsx *x = ctx;

	if (x->in_inline && strcmp(name, "is") != 0) {
		xlsx_text_end(&x->text, name, &x->row->text);
	} else if (x->in_inline) {
		x->in_inline = false;
	} else if (x->in_cell) {
		if (!strcmp(name, "v"))
			x->in_value = false;
		else if (!strcmp(name, "c"))
			end_cell(x);
	} else if (x->in_row && !strcmp(name, "row")) {
		x->in_row = false;
		if (x->row->n || x->row->text.over)
			xml_part_pause(&x->x);
	} else if (x->in_data && !x->in_row && !strcmp(name, "sheetData")) {
		x->in_data = false;
	}
}

static void sheet_text(void *ctx, const char *s, size_t len)
{
	struct xlsx *x = ctx;

	if (x->in_value)
		buf_add(&x->value, s, len);
	else if (x->in_inline)
		xlsx_text_add(&x->text, s, len);
}

static const struct xml_part_ops sheet_ops = {
	.start = sheet_start,
	.end = sheet_end,
	.text = sheet_text,
};

static int next_row(void *ctx, struct grid_row *row, struct err *err)
{
	struct xlsx *x = ctx;

	x->row = row;
	x->err = err;
	return xml_part_run(&x->x, err);
}

/* ---- merged cells, which stand behind the rows ------------------------- */

struct merging {
	struct xml_part x;
	struct grid_merges *list;
	uint64_t top, bottom;
};

static void merge_start(void *ctx, const char *name, const char **attr)
{
	struct merging *m = ctx;
	struct grid_merge one;
	size_t left, right;
	const char *ref;

	if (strcmp(name, "mergeCell") != 0)
		return;
	ref = xml_attr(attr, "ref");
	if (ref)
		ref = read_reference(ref, &left, &one.top);
	if (!ref || *ref != ':' ||
	    !read_reference(ref + 1, &right, &one.bottom) || left > right ||
	    one.top > m->bottom || one.bottom < m->top)
		return;
	if (m->list->n == GRID_MERGES_MAX) {
		xml_part_fail(&m->x, "more than %zu merged cells in the header",
			      GRID_MERGES_MAX);
		return;
	}
	one.left = (uint32_t)left;
	one.right = (uint32_t)right;
	m->list->list =
		mem_grow(m->list->list, m->list->n, &m->list->cap, sizeof(one));
	m->list->list[m->list->n++] = one;
}

static void merge_end(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
}

static const struct xml_part_ops merge_ops = {
	.start = merge_start,
	.end = merge_end,
};

static int read_merges(void *ctx, uint64_t top, uint64_t bottom,
		       struct grid_merges *list, struct err *err)
{
	struct xlsx *x = ctx;
	struct merging m = {.list = list, .top = top, .bottom = bottom};
	int rc;

	if (xml_part_open(&m.x, &x->book.zip,
			  (uint64_t)zip_set_find(&x->book.zip, x->part),
			  &merge_ops, &m, err) < 0)
		return -1;
	rc = xml_part_run(&m.x, err);
	xml_part_close(&m.x);
	return rc;
}

/* ---- the reader -------------------------------------------------------- */

static void xlsx_close(void *state)
{
	struct xlsx *x = state;

	if (!x)
		return;
	xml_part_close(&x->x);
	grid_close(&x->grid);
	xlsx_book_close(&x->book);
	buf_release(&x->value);
	xlsx_text_release(&x->text);
	free(x);
}

static int open_sheet(struct xlsx *x, struct input *in,
		      const struct read_conf *conf, struct err *err)
{
	struct grid_source source = {
		.next = next_row, .merges = read_merges, .ctx = x};
	int64_t chosen;

	chosen = grid_choose(x->book.sheet, x->book.n_sheets, conf->sheet,
			     in->path, err);
	if (chosen < 0)
		return -1;
	source.sheet = x->book.sheet[chosen].name;
	x->part = x->book.sheet_part[chosen].part;
	if (!x->part || zip_set_find(&x->book.zip, x->part) < 0)
		return err_set(err, ERR_DATA, "%s: sheet '%s' has no cells",
			       in->path, source.sheet);
	if (xml_part_open(&x->x, &x->book.zip,
			  (uint64_t)zip_set_find(&x->book.zip, x->part),
			  &sheet_ops, x, err) < 0)
		return -1;
	return grid_open(&x->grid, in, conf, &source, err);
}

static int refuse_ole(struct input *in, struct err *err)
{
	int rc = ole_is_encrypted(in, err);

	if (rc < 0)
		return -1;
	if (rc)
		return err_set(err, ERR_DATA,
			       "%s: the workbook is encrypted; nothing can be "
			       "read without its password",
			       in->path);
	return err_set(err, ERR_DATA,
		       "%s: a legacy workbook (xls), which is not read; save "
		       "it as xlsx",
		       in->path);
}

static void *xlsx_open(struct input *in, const struct read_conf *conf,
		       struct err *err)
{
	struct xlsx *x = mem_zalloc(sizeof(*x));
	struct span head;

	texts_init(&x->book.strings);
	x->grid.cs.conv = (iconv_t)-1;
	x->value = (struct buf)BUF_INIT(LINE_CEILING);
	xlsx_text_init(&x->text);
	if (input_peek(in, 8, &head, err) == 0 &&
	    (!ole_is_head(head) || refuse_ole(in, err) == 0) &&
	    xlsx_book_open(&x->book, in, err) == 0 &&
	    open_sheet(x, in, conf, err) == 0)
		return x;
	xlsx_close(x);
	return NULL;
}

static enum rd_status xlsx_next(void *state, struct rd_record *r,
				struct err *err)
{
	struct xlsx *x = state;

	return grid_next(&x->grid, r, err);
}

static void xlsx_columns(void *state, struct buf *b)
{
	const struct xlsx *x = state;

	grid_columns(&x->grid, b);
}

const struct reader_ops rd_xlsx = {
	.name = "xlsx",
	.open = xlsx_open,
	.next = xlsx_next,
	.columns = xlsx_columns,
	.close = xlsx_close,
	.takes_zip = true,
};

/* ---- legacy workbooks ---------------------------------------------------- */

/* BIFF is not read: what the file is is said, so that someone can save it. */
static void *xls_open(struct input *in, const struct read_conf *conf,
		      struct err *err)
{
	struct span head;

	(void)conf;
	if (input_peek(in, 8, &head, err) < 0)
		return NULL;
	if (ole_is_head(head))
		refuse_ole(in, err);
	else
		err_set(err, ERR_DATA, "%s: no legacy workbook%s", in->path,
			zip_is_head(head) ? ": its format is xlsx or ods" : "");
	return NULL;
}

static enum rd_status xls_next(void *state, struct rd_record *r,
			       struct err *err)
{
	(void)state;
	(void)r;
	(void)err;
	return RD_END;
}

static void xls_close(void *state)
{
	(void)state;
}

const struct reader_ops rd_xls = {
	.name = "xls",
	.open = xls_open,
	.next = xls_next,
	.close = xls_close,
	.takes_zip = true,
};
