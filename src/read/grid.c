#include "read/grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/num.h"
#include "core/rec.h"

/* A merged cell as wide as this is a title over the whole sheet. */
#define GRID_TITLE 1024

/* ---- rows -------------------------------------------------------------- */

void grid_row_begin(struct grid_row *r, uint64_t row)
{
	r->row = row;
	r->hidden = false;
	r->sorted = true;
	r->n = 0;
	buf_clear(&r->text);
}

void grid_row_add(struct grid_row *r, size_t column, enum grid_kind kind,
		  const char *code, size_t at)
{
	if (kind == GRID_TEXT && r->text.len == at)
		return;
	if (r->n && r->cell[r->n - 1].column >= column)
		r->sorted = false;
	r->cell = mem_grow(r->cell, r->n, &r->cap, sizeof(*r->cell));
	r->cell[r->n++] = (struct grid_cell){.column = (uint32_t)column,
					     .kind = kind,
					     .code = code,
					     .at = at,
					     .len = r->text.len - at};
}

void grid_row_bad(struct grid_row *r, size_t column, const char *code,
		  size_t at, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->text.len = at;
	buf_adds(&r->text, text);
	grid_row_add(r, column, GRID_BAD, code, at);
}

static struct span cell_text(const struct grid_row *r,
			     const struct grid_cell *c)
{
	switch (c->kind) {
	case GRID_TRUE:
		return SPAN("true");
	case GRID_FALSE:
		return SPAN("false");
	case GRID_TEXT:
	case GRID_BAD:
		break;
	}
	return (struct span){r->text.data + c->at, c->len};
}

static int by_column(const void *a, const void *b)
{
	const struct grid_cell *x = a, *y = b;

	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* Cells by column; one that comes twice is bad. */
static void sort_row(struct grid_row *r)
{
	size_t i, n = 0;

	if (r->sorted)
		return;
	qsort(r->cell, r->n, sizeof(*r->cell), by_column);
	for (i = 1; i < r->n; i++) {
		if (r->cell[i].column != r->cell[n].column) {
			r->cell[++n] = r->cell[i];
			continue;
		}
		r->cell[n].kind = GRID_BAD;
		r->cell[n].code = "bad-cell";
		r->cell[n].at = r->text.len;
		buf_adds(&r->text, "is there twice");
		r->cell[n].len = r->text.len - r->cell[n].at;
	}
	r->n = n + 1;
	r->sorted = true;
}

/* The next row that counts; blank ones do where `blank`.  As next(). */
static int read_row(struct grid *g, bool blank, struct err *err)
{
	for (;;) {
		int rc = g->source.next(g->source.ctx, &g->row, err);

		if (rc <= 0)
			return rc;
		if (g->row.row <= (uint64_t)g->conf->skip ||
		    (g->row.hidden && g->conf->hidden == READ_HIDDEN_SKIP))
			continue;
		if (g->row.n || g->row.text.over || blank) {
			sort_row(&g->row);
			return 1;
		}
	}
}

/* ---- where a cell is --------------------------------------------------- */

void grid_column_name(struct buf *b, size_t column)
{
	char name[16];
	size_t at = sizeof(name);

	for (column++; column; column = (column - 1) / 26)
		name[--at] = (char)('A' + (column - 1) % 26);
	buf_add(b, name + at, sizeof(name) - at);
}

static bool is_plain_name(const char *name)
{
	for (; *name; name++) {
		char c = *name;

		if (!(c & 0x80) && c != '_' && !(c >= '0' && c <= '9') &&
		    !((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
			return false;
	}
	return true;
}

static void put_place(const struct grid *g, uint64_t row, size_t column,
		      struct buf *b)
{
	const char *quote = is_plain_name(g->source.sheet) ? "" : "'";

	buf_addf(b, "%s%s%s!", quote, g->source.sheet, quote);
	grid_column_name(b, column);
	buf_addf(b, "%llu", (unsigned long long)row);
}

/* ---- the header -------------------------------------------------------- */

/* The cells of the header rows, each row's in turn. */
struct head_cell {
	uint64_t row;
	uint32_t column;
	size_t at, len;
};

struct head {
	uint64_t top, bottom; /* rows */
	struct head_cell *cell;
	size_t n, cap;
	struct buf text;
	size_t width;
};

static int take_head_row(struct grid *g, struct head *h, struct err *err)
{
	const struct grid_row *r = &g->row;
	size_t i;

	for (i = 0; i < r->n; i++) {
		const struct grid_cell *c = &r->cell[i];
		struct span text = cell_text(r, c);

		if (c->kind == GRID_BAD && !g->conf->n_columns) {
			struct buf where = BUF_INIT(4096);

			put_place(g, r->row, c->column, &where);
			err_set(err, ERR_DATA, "%s: header cell %s %.*s",
				g->in->path, buf_str(&where), SPAN_FMT(text));
			buf_release(&where);
			return -1;
		}
		h->cell = mem_grow(h->cell, h->n, &h->cap, sizeof(*h->cell));
		h->cell[h->n++] = (struct head_cell){r->row, c->column,
						     h->text.len, text.len};
		buf_add_span(&h->text, text);
		if (c->column >= h->width)
			h->width = c->column + (size_t)1;
	}
	if (!r->text.over && !h->text.over)
		return 0;
	return err_set(err, ERR_DATA,
		       "%s:%llu: a header of more than %zu bytes", g->in->path,
		       (unsigned long long)r->row, LINE_CEILING);
}

/* Read the header rows, and the row behind them, which is held. */
static int read_head(struct grid *g, int rows, struct head *h, struct err *err)
{
	int rc = read_row(g, false, err);

	h->top = h->bottom = g->row.row;
	while (rc > 0 && g->row.row < h->top + (uint64_t)rows) {
		h->bottom = g->row.row;
		if (take_head_row(g, h, err) < 0)
			return -1;
		rc = read_row(g, true, err);
	}
	if (rc > 0 && !g->row.n && !g->row.text.over)
		rc = read_row(g, false, err);
	g->held = rc > 0;
	g->done = rc == 0;
	h->bottom = h->top + (uint64_t)rows - 1;
	return rc < 0 ? -1 : 0;
}

/* Whether merged cells may say more of the names than the cells do. */
static bool is_open(const struct grid *g, const struct head *h)
{
	const struct grid_row *r = &g->row;

	if (g->held && r->n && r->cell[r->n - 1].column >= h->width)
		return true;
	return h->n < h->width * (size_t)(h->bottom - h->top + 1);
}

/* Where in the map of the header's cells, which has the index of each plus 1.
 */
static size_t map_at(const struct head *h, uint64_t row, size_t column)
{
	return (size_t)(row - h->top) * GRID_COLUMNS + column;
}

/* A merged cell's text, for all its columns but the first. */
static void spread(struct grid *g, struct head *h, uint32_t *map,
		   const struct grid_merge *m)
{
	size_t i, right = m->right, width = h->width;
	struct head_cell c;
	uint32_t from;

	if (m->top < h->top || m->top > h->bottom || m->left > right ||
	    right >= GRID_COLUMNS)
		return;
	from = map[map_at(h, m->top, m->left)];
	if (!from)
		return;
	if (right - m->left >= GRID_TITLE) {
		if (g->held && g->row.n &&
		    g->row.cell[g->row.n - 1].column >= width)
			width = g->row.cell[g->row.n - 1].column + (size_t)1;
		if (right >= width)
			right = width - 1;
	}
	c = h->cell[from - 1];
	for (i = m->left + (size_t)1; i <= right; i++) {
		if (map[map_at(h, m->top, i)])
			continue;
		c.column = (uint32_t)i;
		h->cell = mem_grow(h->cell, h->n, &h->cap, sizeof(*h->cell));
		h->cell[h->n++] = c;
		map[map_at(h, m->top, i)] = (uint32_t)h->n;
		if (i >= h->width)
			h->width = i + 1;
	}
}

static int spread_merges(struct grid *g, struct head *h, struct err *err)
{
	struct grid_merges m = {.list = NULL};
	uint32_t *map;
	size_t i;
	int rc = 0;

	if (!h->n || !g->source.merges || !is_open(g, h))
		return 0;
	rc = g->source.merges(g->source.ctx, h->top, h->bottom, &m, err);
	map = mem_zalloc((size_t)(h->bottom - h->top + 1) * GRID_COLUMNS *
			 sizeof(*map));
	for (i = 0; i < h->n; i++)
		map[map_at(h, h->cell[i].row, h->cell[i].column)] =
			(uint32_t)(i + 1);
	for (i = 0; rc == 0 && i < m.n; i++)
		spread(g, h, map, &m.list[i]);
	free(map);
	free(m.list);
	return rc;
}

static int by_place(const void *a, const void *b)
{
	const struct head_cell *x = a, *y = b;

	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Name the columns: the texts of each, a blank between. */
static int name_columns(struct grid *g, struct head *h, struct err *err)
{
	const struct read_conf *conf = g->conf;
	size_t n = conf->n_columns ? conf->n_columns : h->width, i, at = 0;
	struct span *name = mem_zalloc(mem_mul(n + 1, sizeof(*name)));
	size_t *end = mem_zalloc(mem_mul(n + 1, sizeof(*end)));
	struct buf text = BUF_INIT(4 * LINE_CEILING);
	int rc;

	if (h->n)
		qsort(h->cell, h->n, sizeof(*h->cell), by_place);
	for (i = 0; i < n && !conf->n_columns; i++) {
		size_t from = text.len;

		for (; at < h->n && h->cell[at].column == i; at++) {
			if (text.len > from)
				buf_addc(&text, ' ');
			buf_add(&text, h->text.data + h->cell[at].at,
				h->cell[at].len);
		}
		end[i] = text.len;
	}
	for (i = 0; i < n; i++) {
		size_t from = i ? end[i - 1] : 0;

		if (conf->n_columns)
			name[i] = span_of(conf->column[i]);
		else if (end[i] > from)
			name[i] =
				(struct span){text.data + from, end[i] - from};
		else
			name[i] = SPAN("");
	}
	rc = text.over
		     ? err_set(err, ERR_DATA, "a header of more than %zu bytes",
			       4 * LINE_CEILING)
		     : columns_set(&g->columns, name, n, err);
	if (rc < 0)
		err_wrap(err, "%s", g->in->path);
	buf_release(&text);
	free(name);
	free(end);
	return rc;
}

/* Without a header the first row tells how many columns there are. */
static int hold_first_row(struct grid *g, struct head *h, struct err *err)
{
	int rc = read_row(g, false, err);

	g->free_width = !g->conf->n_columns;
	g->held = rc > 0;
	g->done = rc == 0;
	if (g->held && g->row.n)
		h->width = g->row.cell[g->row.n - 1].column + (size_t)1;
	return rc < 0 ? -1 : name_columns(g, h, err);
}

int grid_open(struct grid *g, struct input *in, const struct read_conf *conf,
	      const struct grid_source *source, struct err *err)
{
	struct head h = {.text = BUF_INIT(4 * LINE_CEILING)};
	int rows = conf->header == READ_UNSET ? 1 : conf->header, rc;

	*g = (struct grid){.in = in,
			   .conf = conf,
			   .source = *source,
			   .row = {.text = BUF_INIT(LINE_CEILING)},
			   .scratch = BUF_INIT(4 * LINE_CEILING)};
	g->cs.conv = (iconv_t)-1;
	rc = charset_open(&g->cs, "UTF-8", SPAN(""), err);
	if (rc == 0 && !rows) {
		rc = hold_first_row(g, &h, err);
	} else if (rc == 0) {
		rc = read_head(g, rows, &h, err);
		if (rc == 0)
			rc = spread_merges(g, &h, err);
		if (rc == 0)
			rc = name_columns(g, &h, err);
	}
	buf_release(&h.text);
	free(h.cell);
	return rc;
}

/* ---- records ----------------------------------------------------------- */

static enum rd_status reject(struct grid *g, struct rd_record *r,
			     const char *code)
{
	const struct grid_row *row = &g->row;
	struct buf *b = &g->scratch;
	size_t i;

	buf_clear(b);
	for (i = 0; i < row->n && b->len < RD_SHOWN; i++) {
		if (i)
			buf_addc(b, '\t');
		buf_add_span(b, cell_text(row, &row->cell[i]));
	}
	rd_reject(r, code, buf_span(b), &g->cs);
	return RD_REJECT;
}

static enum rd_status reject_long(struct grid *g, struct rd_record *r)
{
	reject(g, r, "too-long");
	buf_addf(&r->why, "row %llu has more than %zu bytes",
		 (unsigned long long)g->row.row, LINE_CEILING);
	return RD_REJECT;
}

static enum rd_status reject_cell(struct grid *g, struct rd_record *r,
				  const struct grid_cell *c)
{
	reject(g, r, c->code);
	if (c->column < g->columns.n)
		buf_adds(&r->field, g->columns.col[c->column].name);
	else
		columns_surplus(&g->columns, c->column + (size_t)1, &r->field);
	buf_adds(&r->why, "cell ");
	put_place(g, g->row.row, c->column, &r->why);
	buf_addc(&r->why, ' ');
	buf_add_span(&r->why, cell_text(&g->row, c));
	return RD_REJECT;
}

static void put_value(struct buf *b, const struct grid_row *row,
		      const struct grid_cell *c)
{
	if (c && c->kind != GRID_TEXT) {
		b->len--; /* the quote that a text has */
		buf_add_span(b, cell_text(row, c));
		return;
	}
	if (c)
		rec_put_escaped(b, cell_text(row, c));
	buf_addc(b, '"');
}

static void put_cells(struct grid *g, struct rd_record *r)
{
	const struct grid_row *row = &g->row;
	struct buf *b = r->out;
	size_t i, at = 0;

	if (!g->columns.n)
		buf_addc(b, '{');
	for (i = 0; i < g->columns.n; i++) {
		const struct column *col = &g->columns.col[i];
		const struct grid_cell *c = NULL;

		if (at < row->n && row->cell[at].column == i)
			c = &row->cell[at++];
		/* The prefix closes the text before. */
		if (i)
			buf_add(b, col->prefix + 1, col->prefix_len - 1);
		else
			buf_add(b, col->prefix, col->prefix_len);
		put_value(b, row, c);
	}
	for (; at < row->n; at++) {
		size_t column = row->cell[at].column;

		buf_clear(&g->scratch);
		columns_surplus(&g->columns, column + 1, &g->scratch);
		rec_put_key(b, buf_span(&g->scratch));
		buf_addc(b, '"');
		put_value(b, row, &row->cell[at]);
		r->cells = column + 1;
	}
	buf_addc(b, '}');
}

enum rd_status grid_next(struct grid *g, struct rd_record *r, struct err *err)
{
	size_t i;

	if (!r->place.len)
		rec_add_str(&r->place, "sheet", span_of(g->source.sheet));
	if (!g->held && !g->done) {
		int rc = read_row(g, false, err);

		if (rc < 0)
			return RD_FATAL;
		g->done = rc == 0;
	}
	g->held = false;
	if (g->done)
		return RD_END;
	rd_begin(r, g->row.row);
	if (g->row.text.over)
		return reject_long(g, r);
	for (i = 0; i < g->row.n; i++)
		if (g->row.cell[i].kind == GRID_BAD)
			return reject_cell(g, r, &g->row.cell[i]);
	r->columns = r->cells = g->columns.n;
	put_cells(g, r);
	if (g->free_width)
		r->cells = r->columns;
	return rd_end(r) ? RD_RECORD : reject_long(g, r);
}

void grid_columns(const struct grid *g, struct buf *b)
{
	columns_put(&g->columns, b);
}

void grid_close(struct grid *g)
{
	columns_release(&g->columns);
	charset_release(&g->cs);
	buf_release(&g->row.text);
	buf_release(&g->scratch);
	free(g->row.cell);
}

int64_t grid_choose(const struct grid_sheet *sheet, size_t n,
		    const char *wanted, const char *path, struct err *err)
{
	struct buf names = BUF_INIT(ERR_MSG_MAX / 2);
	int64_t number;
	size_t i;

	for (i = 0; i < n; i++)
		if (wanted ? !strcmp(sheet[i].name, wanted) : !sheet[i].hidden)
			return (int64_t)i;
	if (wanted && n &&
	    num_parse(span_of(wanted), 1, (int64_t)n, &number) == 0)
		return number - 1;
	for (i = 0; i < n; i++)
		buf_addf(&names, "%s%zu %s", i ? ", " : "", i + 1,
			 sheet[i].name);
	if (wanted)
		err_set(err, ERR_DATA, "%s: no sheet '%s'; there are: %s", path,
			wanted, buf_str(&names));
	else
		err_set(err, ERR_DATA,
			"%s: no sheet that is not hidden; say which one (sheet)"
			"%s%s",
			path, n ? ": " : "", buf_str(&names));
	buf_release(&names);
	return -1;
}
