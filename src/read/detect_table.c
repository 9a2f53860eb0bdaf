/*
 * The head of the table: lines before it, and rows that name its columns.
 *
 * Lines before it have far fewer cells with something in them.  A header has
 * words above columns of numbers, dates and times; where no column has such,
 * its cells do not come again below.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "read/detect.h"

#define HEAD_ROWS    100 /* kept, to look for the header in */
#define HEAD_COLUMNS 256 /* looked at */
#define HEADER_MAX   5   /* rows of a header */

struct head_cell {
	struct span text;
	enum detect_kind kind;
};

struct head_row {
	size_t line, cells, filled;
	size_t n; /* cells kept */
	struct head_cell *cell;
};

struct table {
	struct arena arena;
	struct head_row row[HEAD_ROWS];
	size_t rows; /* of which the first HEAD_ROWS are kept */
	struct head_cell now[HEAD_COLUMNS];
	size_t filled;
	size_t column[HEAD_COLUMNS][DETECT_IS_KINDS]; /* cells of each kind */
	size_t filled_of[HEAD_COLUMNS + 1];           /* rows by filled cells */
};

static void keep_cell(void *ctx, struct span text, bool quoted, size_t at)
{
	struct table *t = ctx;
	enum detect_kind kind = detect_kind_of(text);

	(void)quoted;
	if (at == 0)
		t->filled = 0;
	t->filled += kind != DETECT_IS_EMPTY;
	if (at >= HEAD_COLUMNS)
		return;
	t->column[at][kind]++;
	if (t->rows < HEAD_ROWS)
		t->now[at] = (struct head_cell){
			arena_span(&t->arena, span_trim(text)), kind};
}

static void keep_row(void *ctx, size_t line, size_t lines, size_t cells)
{
	struct table *t = ctx;
	size_t n = cells < HEAD_COLUMNS ? cells : HEAD_COLUMNS;
	struct head_row *r;

	(void)lines;
	t->filled_of[t->filled < HEAD_COLUMNS ? t->filled : HEAD_COLUMNS]++;
	if (t->rows++ >= HEAD_ROWS)
		return;
	r = &t->row[t->rows - 1];
	*r = (struct head_row){line, cells, t->filled, n, NULL};
	r->cell = arena_alloc(&t->arena, n * sizeof(*r->cell) + 1);
	memcpy(r->cell, t->now, n * sizeof(*r->cell));
}

static bool is_typed(enum detect_kind kind)
{
	return kind == DETECT_IS_NUMBER || kind == DETECT_IS_DATE ||
	       kind == DETECT_IS_TIME;
}

static size_t kept(const struct table *t)
{
	return t->rows < HEAD_ROWS ? t->rows : HEAD_ROWS;
}

/* Filled cells that half of the rows have, or more. */
static size_t usual_fill(const struct table *t)
{
	size_t n = 0, i = HEAD_COLUMNS + 1;

	while (i-- > 0) {
		n += t->filled_of[i];
		if (n * 2 >= t->rows)
			return i;
	}
	return 0;
}

/* The first row that is not before the table. */
static size_t find_start(const struct table *t, size_t columns)
{
	size_t fill = usual_fill(t), least = fill / 3, i;

	if (columns < 2)
		return 0;
	if (least < 1)
		least = 1;
	for (i = 0; i < kept(t) && i * 2 <= t->rows; i++) {
		const struct head_row *r = &t->row[i];

		if (r->cells * 2 > columns && (r->filled > least || fill <= 1))
			return i;
	}
	return 0;
}

/* The kind that most cells of a column have below row `from`, if it is one
 * that a name has not; else DETECT_IS_TEXT. */
static enum detect_kind column_kind(const struct table *t, size_t column,
				    size_t from)
{
	size_t n[DETECT_IS_KINDS], all = 0, i, best = DETECT_IS_NUMBER;

	memcpy(n, t->column[column], sizeof(n));
	for (i = 0; i < from && i < kept(t); i++)
		if (column < t->row[i].n)
			n[t->row[i].cell[column].kind]--;
	for (i = DETECT_IS_NUMBER; i < DETECT_IS_KINDS; i++) {
		all += n[i];
		if (is_typed((enum detect_kind)i) && n[i] > n[best])
			best = i;
	}
	return n[best] && n[best] * 10 >= all * 8 ? (enum detect_kind)best
						  : DETECT_IS_TEXT;
}

/* Whether this cell's text comes again in its column below. */
static bool comes_again(const struct table *t, size_t row, size_t column)
{
	struct span text = t->row[row].cell[column].text;
	size_t i;

	for (i = row + 1; i < kept(t); i++)
		if (column < t->row[i].n &&
		    span_eq(text, t->row[i].cell[column].text))
			return true;
	return false;
}

/* What a row's cells say of its being a header. */
struct votes {
	size_t words;  /* text above a column of another kind */
	size_t values; /* of the column's own kind */
	size_t typed;  /* columns of another kind than text */
	size_t again;  /* text that comes again below */
	size_t filled, numbers, odd;
};

static struct votes vote(const struct table *t, size_t row)
{
	const struct head_row *r = &t->row[row];
	struct votes v = {0};
	size_t i;

	for (i = 0; i < r->n; i++) {
		enum detect_kind kind = r->cell[i].kind;
		enum detect_kind below = column_kind(t, i, row + 1);

		v.typed += below != DETECT_IS_TEXT;
		if (kind == DETECT_IS_EMPTY)
			continue;
		v.filled++;
		v.numbers += is_typed(kind);
		v.odd += r->cell[i].text.len > 120;
		if (below == DETECT_IS_TEXT)
			v.again += comes_again(t, row, i);
		else if (kind == below)
			v.values++;
		else if (!is_typed(kind))
			v.words++;
	}
	return v;
}

/* Numbers that are years, each one more than the last: names of columns. */
static bool are_years(const struct head_row *r)
{
	size_t i, n = 0;
	long last = 0;

	for (i = 0; i < r->n; i++) {
		const struct head_cell *c = &r->cell[i];
		char text[5] = {0};
		long year;

		if (!is_typed(c->kind))
			continue;
		if (c->text.len != 4)
			return false;
		memcpy(text, c->text.p, 4);
		year = strtol(text, NULL, 10);
		if (year < 1900 || year > 2100 || (n && year != last + 1))
			return false;
		last = year;
		n++;
	}
	return n >= 2 && n < r->n;
}

static bool is_header(struct detect *d, const struct table *t, size_t row)
{
	struct votes v = vote(t, row);
	char *why = d->why[DETECT_HEADER];

	if (are_years(&t->row[row])) {
		snprintf(why, DETECT_WHY_MAX, "the numbers in it are years");
		return true;
	}
	if (v.words + v.values) {
		if (v.words > v.values * 2)
			snprintf(why, DETECT_WHY_MAX,
				 "words above %zu of %zu columns of numbers, "
				 "dates or times",
				 v.words, v.typed);
		else
			snprintf(why, DETECT_WHY_MAX,
				 "the first row has values in %zu of %zu "
				 "columns of numbers, dates or times",
				 v.values, v.typed);
		return v.words > v.values * 2;
	}
	if (v.numbers) {
		snprintf(why, DETECT_WHY_MAX,
			 "the first row has %zu numbers, dates or times",
			 v.numbers);
		return false;
	}
	if (v.filled && (v.again * 2 > v.filled || v.odd)) {
		snprintf(why, DETECT_WHY_MAX,
			 "%zu of %zu cells of the first row come again below",
			 v.again, v.filled);
		return false;
	}
	snprintf(why, DETECT_WHY_MAX,
		 "no cell of the first row is a number, a date or a time");
	return true;
}

static bool is_same(const struct head_row *a, const struct head_row *b)
{
	size_t i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (!span_eq(a->cell[i].text, b->cell[i].text))
			return false;
	return true;
}

/* How many rows the header that begins at `start` has. */
static int header_rows(struct detect *d, const struct table *t, size_t start)
{
	size_t row = start + 1;

	if (!is_header(d, t, start))
		return 0;
	for (; row < kept(t) && row - start < HEADER_MAX; row++) {
		struct votes v;

		if (is_same(&t->row[start], &t->row[row]))
			continue;
		v = vote(t, row);
		if (v.typed < 2 || v.words < 2 || v.numbers ||
		    row + 1 >= t->rows)
			break;
	}
	if (row - start > 1) {
		size_t len = strlen(d->why[DETECT_HEADER]);

		snprintf(d->why[DETECT_HEADER] + len, DETECT_WHY_MAX - len,
			 ", %zu rows of them", row - start);
	}
	return (int)(row - start);
}

static void choose(struct detect *d, const struct table *t)
{
	size_t start = 0;

	if (!d->given[DETECT_SKIP]) {
		start = find_start(t, d->columns);
		d->skip = start ? (int64_t)t->row[start].line : 0;
		if (d->skip)
			snprintf(d->why[DETECT_SKIP], DETECT_WHY_MAX,
				 "lines with hardly a cell, before the first "
				 "of %zu",
				 t->row[start].cells);
	}
	if (d->given[DETECT_HEADER])
		return;
	if (t->rows) {
		d->header = header_rows(d, t, start);
		return;
	}
	d->header = 1;
	snprintf(d->why[DETECT_HEADER], DETECT_WHY_MAX, "there are no rows");
}

int detect_table(struct detect *d, const struct detect_lines *l,
		 const struct csv_dialect *dialect, struct err *err)
{
	struct table *t = mem_zalloc(sizeof(*t));
	struct detect_sink sink = {
		.cell = keep_cell, .row = keep_row, .ctx = t};
	int rc = detect_split(l, dialect, &sink, err);

	if (rc == 0)
		choose(d, t);
	arena_release(&t->arena);
	free(t);
	return rc;
}
