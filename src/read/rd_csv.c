/*
 * rd_csv.c - comma separated values and their relatives
 *
 * Lines come from the input, cells from csv_split, and each cell goes straight
 * into the output as JSON text.  Sets that are ASCII below 0x80 are split as
 * they are and converted cell by cell; others are converted line by line.
 *
 * Spec: RFC 4180 and what csv_split.h says; sluice-formats(7).
 */
#include <stdlib.h>

#include "core/mem.h"
#include "core/rec.h"
#include "core/utf8.h"
#include "read/cell.h"
#include "read/columns.h"
#include "read/csv_detect.h"
#include "read/csv_split.h"
#include "read/reader.h"

#define NOTHING SIZE_MAX

enum row_got { ROW_CELLS, ROW_LONG, ROW_END, ROW_FAIL };

struct csv {
	struct input *in;
	const struct read_conf *conf;
	struct charset cs;
	struct csv_detect detect;
	bool in_place; /* lines are split before they are converted */
	struct cell_table table;
	struct csv_split split;
	char delimiter[READ_DELIMITER_MAX];
	struct buf line; /* converted, where not in place */
	struct columns columns;
	struct buf scratch;

	/* the row being read */
	struct rd_record *r; /* NULL: its cells are gathered */
	uint64_t row;        /* the line it begins on */
	size_t n_cells;
	size_t bad_cell;   /* the first with an undefined byte, or NOTHING */
	uint64_t length;   /* of what a long row has let go, bytes */
	struct buf begins; /* the beginning of a long row */

	/* gathered cells: those of the header, or a first row held back */
	struct buf gathered;
	size_t *end; /* of each cell in `gathered` */
	size_t ends_cap;
	bool held;
};

/* ---- cells ------------------------------------------------------------- */

static void gather_cell(struct csv *c, const char *text, size_t len)
{
	buf_add(&c->gathered, text, len);
	c->end = mem_grow(c->end, c->n_cells, &c->ends_cap, sizeof(*c->end));
	c->end[c->n_cells++] = c->gathered.len;
}

static void put_surplus_name(struct csv *c)
{
	struct buf *b = c->r->out;

	buf_clear(&c->scratch);
	columns_surplus(&c->columns, c->n_cells + 1, &c->scratch);
	buf_adds(b, c->n_cells ? "\",\"" : "{\"");
	buf_add_span(b, buf_span(&c->scratch));
	buf_adds(b, "\":\"");
}

static inline void put_cell(struct csv *c, const char *text, size_t len)
{
	struct buf *b = c->r->out;

	if (c->n_cells < c->columns.n) {
		const struct column *col = &c->columns.col[c->n_cells];
		char *to = buf_reserve(b, col->prefix_len + COLUMN_PAD);

		/* Most names are short: a copy of known size. */
		if (to) {
			memcpy(to, col->prefix, COLUMN_PAD);
			if (col->prefix_len > COLUMN_PAD)
				memcpy(to + COLUMN_PAD,
				       col->prefix + COLUMN_PAD,
				       col->prefix_len - COLUMN_PAD);
			b->len += col->prefix_len;
		}
	} else {
		put_surplus_name(c);
	}
	if (!cell_put(b, &c->table, text, len) && c->bad_cell == NOTHING)
		c->bad_cell = c->n_cells;
	c->n_cells++;
}

static void take_cell(void *text, size_t len, void *ctx)
{
	struct csv *c = ctx;

	if (c->r)
		put_cell(c, text, len);
	else
		gather_cell(c, text, len);
}

/* ---- rows -------------------------------------------------------------- */

static void begin_row(struct csv *c, uint64_t row)
{
	c->row = row;
	c->n_cells = 0;
	c->bad_cell = NOTHING;
	c->length = 0;
	buf_clear(&c->begins);
	buf_clear(&c->gathered);
	if (c->r)
		rd_begin(c->r, row);
}

static struct span as_text(struct csv *c, struct span line)
{
	size_t bad;

	if (c->in_place)
		return line;
	buf_clear(&c->line);
	charset_convert(&c->cs, line, &c->line, &bad);
	return buf_span(&c->line);
}

/* The end of file of DOS, which programs of its time still write. */
static bool is_dos_end(const struct csv *c, struct span text)
{
	return c->in->unended && text.len == 1 && *text.p == 0x1A;
}

static bool is_blank(struct span line)
{
	size_t i;

	for (i = 0; i < line.len; i++)
		if (line.p[i] != '\r' && line.p[i] != '\n')
			return false;
	return true;
}

/* Let go of a row's bytes once they are too many, but for the beginning. */
static void let_go(struct csv *c)
{
	struct span row = input_marked(c->in);

	if (!c->length) {
		struct span head = row;

		if (head.len > RD_SHOWN)
			head.len = RD_SHOWN;
		buf_add_span(&c->begins, head);
	}
	c->length += row.len;
	input_mark(c->in);
}

static enum row_got fail_open(struct csv *c, struct err *err)
{
	err_set(err, ERR_DATA,
		"%s:%llu: the record that begins here has a quote that is "
		"never closed",
		c->in->path, (unsigned long long)c->row);
	return ROW_FAIL;
}

/* The row whose first line is `line`, and what more lines it takes. */
static enum row_got take_lines(struct csv *c, struct span line,
			       enum input_got got, struct err *err)
{
	bool is_long = false;
	int step = CSV_MORE;

	while (step == CSV_MORE) {
		if (got == INPUT_FAIL)
			return ROW_FAIL;
		if (got == INPUT_END) {
			step = csv_split_end(&c->split, err);
			if (step == CSV_OPEN)
				return fail_open(c, err);
			break;
		}
		if (is_long || got == INPUT_PIECE ||
		    input_marked(c->in).len > LINE_CEILING) {
			is_long = true;
			csv_split_discard(&c->split);
		}
		line = as_text(c, line);
		step = csv_split_feed(&c->split, line.p, line.len, err);
		if (is_long)
			let_go(c);
		if (step == CSV_MORE)
			got = input_line(c->in, &line, err);
	}
	if (step < 0)
		return ROW_FAIL;
	return is_long ? ROW_LONG : ROW_CELLS;
}

static enum row_got read_row(struct csv *c, struct err *err)
{
	for (;;) {
		struct span line;
		enum input_got got;

		input_mark(c->in);
		got = input_line(c->in, &line, err);
		if (got == INPUT_END)
			return ROW_END;
		if (got == INPUT_FAIL)
			return ROW_FAIL;
		if (got == INPUT_LINE && line.len <= 8) {
			struct span text = as_text(c, line);

			if (is_blank(text) || is_dos_end(c, text))
				continue;
		}
		begin_row(c, c->in->line + (got == INPUT_PIECE));
		return take_lines(c, line, got, err);
	}
}

/* ---- the head of the file ---------------------------------------------- */

static void choose_dialect(struct csv *c, struct csv_dialect *d)
{
	const struct read_conf *conf = c->conf;

	d->quote = conf->quote == READ_UNSET ? '"' : conf->quote;
	d->escape = conf->escape >= 0 ? conf->escape : -1;
	d->doubled = conf->escape != READ_NONE;
	d->one_line = c->detect.found.one_line;
	if (conf->delimiter.len)
		d->delimiter = conf->delimiter;
	else if (!d->delimiter.len)
		d->delimiter = SPAN(",");
}

/*
 * A first line "sep=X", as spreadsheets write and read it.  It is never data;
 * its X counts where no delimiter is set.
 */
static int take_sep(struct csv *c, struct csv_dialect *d, struct err *err)
{
	struct span line, text;
	size_t bad;

	input_mark(c->in);
	switch (input_line(c->in, &line, err)) {
	case INPUT_FAIL:
		return -1;
	case INPUT_END:
		return 0;
	case INPUT_PIECE:
		input_back(c->in);
		return 0;
	case INPUT_LINE:
		break;
	}
	buf_clear(&c->line);
	if (line.len <= 64)
		charset_convert(&c->cs, line, &c->line, &bad);
	text = buf_span(&c->line);
	while (text.len && strchr("\r\n", text.p[text.len - 1]))
		text.len--;
	if (text.len < 5 || text.len > 8 || memcmp(text.p, "sep=", 4) != 0) {
		input_back(c->in);
		return 0;
	}
	buf_clear(&c->begins);
	buf_add(&c->begins, text.p + 4, text.len - 4);
	d->delimiter = buf_span(&c->begins);
	return 0;
}

static int skip_lines(struct csv *c, struct err *err)
{
	int64_t left = c->conf->skip;

	while (left > 0) {
		struct span line;

		input_mark(c->in);
		switch (input_line(c->in, &line, err)) {
		case INPUT_FAIL:
			return -1;
		case INPUT_END:
			return 0;
		case INPUT_LINE:
			left--;
			break;
		case INPUT_PIECE:
			break;
		}
	}
	return 0;
}

/* ---- the names of the columns ------------------------------------------ */

/* Join the gathered cells to the names there are, a blank between. */
static int join_names(struct csv *c, struct buf **names, size_t *n, size_t *cap,
		      struct err *err)
{
	size_t i, from = 0, bad;

	if (c->n_cells > COLUMNS_MAX)
		return err_set(err, ERR_DATA,
			       "%s:%llu: %zu columns; at most %zu are read",
			       c->in->path, (unsigned long long)c->row,
			       c->n_cells, COLUMNS_MAX);
	for (i = 0; i < c->n_cells; i++) {
		struct span cell = {c->gathered.data + from, c->end[i] - from};
		struct buf *b;

		from = c->end[i];
		if (i == *n) {
			*names = mem_grow(*names, *n, cap, sizeof(**names));
			(*names)[(*n)++] =
				(struct buf)BUF_INIT(4 * LINE_CEILING);
		}
		b = &(*names)[i];
		if (cell.len && b->len)
			buf_addc(b, ' ');
		if (c->in_place)
			charset_convert(&c->cs, cell, b, &bad);
		else
			buf_add_span(b, cell);
		if (utf8_check(b->data, b->len) != b->len ||
		    (b->len && memchr(b->data, '\0', b->len)))
			return err_set(err, ERR_DATA,
				       "%s:%llu: column %zu of the header has "
				       "a byte that is not %s",
				       c->in->path, (unsigned long long)c->row,
				       i + 1, c->cs.name);
	}
	return 0;
}

static int name_columns(struct csv *c, const struct buf *names, size_t n,
			struct err *err)
{
	const struct read_conf *conf = c->conf;
	struct span *list;
	size_t i;
	int rc;

	if (conf->n_columns)
		n = conf->n_columns;
	list = mem_alloc(mem_mul(n + 1, sizeof(*list)));
	for (i = 0; i < n; i++) {
		if (conf->n_columns)
			list[i] = span_of(conf->column[i]);
		else if (names)
			list[i] = buf_span(&names[i]);
		else
			list[i] = SPAN("");
	}
	rc = columns_set(&c->columns, list, n, err);
	if (rc < 0)
		err_wrap(err, "%s", c->in->path);
	free(list);
	return rc;
}

/* Read the header rows; a file may end before they do. */
static int read_header(struct csv *c, int rows, struct err *err)
{
	struct buf *names = NULL;
	size_t n = 0, cap = 0, i;
	int rc = 0;

	while (rows-- > 0 && rc == 0) {
		switch (read_row(c, err)) {
		case ROW_CELLS:
			rc = join_names(c, &names, &n, &cap, err);
			break;
		case ROW_LONG:
			rc = err_set(err, ERR_DATA,
				     "%s:%llu: a header of more than %zu bytes",
				     c->in->path, (unsigned long long)c->row,
				     LINE_CEILING);
			break;
		case ROW_END:
			rows = 0;
			break;
		case ROW_FAIL:
			rc = -1;
			break;
		}
	}
	if (rc == 0)
		rc = name_columns(c, names, n, err);
	for (i = 0; i < n; i++)
		buf_release(&names[i]);
	free(names);
	return rc;
}

/* Without a header the first row tells how many columns there are. */
static int hold_first_row(struct csv *c, struct err *err)
{
	enum row_got got;

	/* A row too long says nothing of columns: it is rejected in turn. */
	got = read_row(c, err);
	if (got == ROW_FAIL)
		return -1;
	if (got == ROW_END)
		return name_columns(c, NULL, 0, err);
	c->held = true;
	return name_columns(c, NULL, got == ROW_CELLS ? c->n_cells : 0, err);
}

static int read_dialect(struct csv *c, struct csv_dialect *d, struct err *err)
{
	size_t i;

	if (c->conf->detect) {
		if (csv_detect_encoding(&c->detect, c->in, c->conf, err) < 0)
			return -1;
		c->conf = &c->detect.conf;
	}
	if (rd_charset(&c->cs, c->in, c->conf->encoding, err) < 0 ||
	    take_sep(c, d, err) < 0 || skip_lines(c, err) < 0)
		return -1;
	if (c->conf->detect && (csv_detect_dialect(&c->detect, c->in, &c->cs,
						   d->delimiter, err) < 0 ||
				skip_lines(c, err) < 0))
		return -1;
	choose_dialect(c, d);
	c->in_place = c->cs.ascii;
	for (i = 0; i < d->delimiter.len; i++)
		if ((d->delimiter.p[i] & 0x80) && c->cs.kind != CHARSET_UTF8)
			c->in_place = false;
	return 0;
}

static int read_head(struct csv *c, struct err *err)
{
	struct csv_dialect d = {.delimiter = {NULL, 0}};
	int rows;

	if (read_dialect(c, &d, err) < 0)
		return -1;
	rows = c->conf->header == READ_UNSET ? 1 : c->conf->header;
	cell_table_init(&c->table, c->in_place ? &c->cs : NULL);
	memcpy(c->delimiter, d.delimiter.p, d.delimiter.len);
	d.delimiter.p = c->delimiter;
	if (csv_split_init(&c->split, &d, false, take_cell, c, err) < 0)
		return -1;
	if (rows)
		return read_header(c, rows, err);
	if (c->conf->n_columns)
		return name_columns(c, NULL, 0, err);
	return hold_first_row(c, err);
}

/* ---- the reader -------------------------------------------------------- */

static void csv_close(void *state)
{
	struct csv *c = state;

	if (!c)
		return;
	csv_split_release(&c->split);
	charset_release(&c->cs);
	columns_release(&c->columns);
	buf_release(&c->line);
	buf_release(&c->scratch);
	buf_release(&c->begins);
	buf_release(&c->gathered);
	free(c->end);
	free(c);
}

static void *csv_open(struct input *in, const struct read_conf *conf,
		      struct err *err)
{
	struct csv *c = mem_zalloc(sizeof(*c));

	c->in = in;
	c->conf = conf;
	c->cs.conv = (iconv_t)-1;
	c->line = (struct buf)BUF_INIT(8 * LINE_CEILING);
	c->scratch = (struct buf)BUF_INIT(4096);
	c->begins = (struct buf)BUF_INIT(RD_SHOWN);
	c->gathered = (struct buf)BUF_INIT(8 * LINE_CEILING);
	if (read_head(c, err) == 0)
		return c;
	csv_close(c);
	return NULL;
}

/* The first row again, now that the columns have names. */
static void put_held(struct csv *c)
{
	size_t n = c->n_cells, i, from = 0;

	c->held = false;
	rd_begin(c->r, c->row);
	c->n_cells = 0;
	for (i = 0; i < n; i++) {
		put_cell(c, c->gathered.data + from, c->end[i] - from);
		from = c->end[i];
	}
}

static enum rd_status reject_long(struct csv *c, struct rd_record *r)
{
	bool gone = c->length > 0;
	struct span raw = gone ? buf_span(&c->begins) : input_marked(c->in);

	rd_reject(r, "too-long", raw, &c->cs);
	r->length = gone ? c->length : raw.len;
	buf_addf(&r->why, "a record of %llu bytes; %zu are the limit",
		 (unsigned long long)r->length, LINE_CEILING);
	return RD_REJECT;
}

static enum rd_status reject_byte(struct csv *c, struct rd_record *r)
{
	struct span raw = input_marked(c->in);
	size_t at = rd_first_bad(&c->cs, raw), cell = c->bad_cell;

	rd_reject_byte(r, raw, at, &c->cs, input_mark_offset(c->in));
	if (cell < c->columns.n)
		buf_adds(&r->field, c->columns.col[cell].name);
	else
		columns_surplus(&c->columns, cell + 1, &r->field);
	return RD_REJECT;
}

static enum rd_status csv_next(void *state, struct rd_record *r,
			       struct err *err)
{
	struct csv *c = state;
	enum row_got got = ROW_CELLS;

	c->r = r;
	if (c->held && c->length)
		got = ROW_LONG;
	else if (c->held)
		put_held(c);
	else
		got = read_row(c, err);
	switch (got) {
	case ROW_END:
		return RD_END;
	case ROW_FAIL:
		return RD_FATAL;
	case ROW_LONG:
		c->held = false;
		return reject_long(c, r);
	case ROW_CELLS:
		break;
	}
	if (c->bad_cell != NOTHING)
		return reject_byte(c, r);
	buf_add(r->out, "\"}", 2);
	r->cells = c->n_cells;
	r->columns = c->columns.n;
	return rd_end(r) ? RD_RECORD : reject_long(c, r);
}

static void csv_columns(void *state, struct buf *b)
{
	const struct csv *c = state;

	columns_put(&c->columns, b);
}

static void csv_found(void *state, struct buf *b)
{
	const struct csv *c = state;

	if (c->conf->detect)
		csv_detect_put(&c->detect, b);
}

struct charset *rd_csv_charset(void *state)
{
	struct csv *c = state;

	return &c->cs;
}

const struct reader_ops rd_csv = {
	.name = "csv",
	.open = csv_open,
	.next = csv_next,
	.columns = csv_columns,
	.found = csv_found,
	.close = csv_close,
};
