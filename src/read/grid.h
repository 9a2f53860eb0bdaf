/*
 * grid.h - the rows of a spreadsheet to raw records, for any kind of workbook
 *
 * A source gives the rows of one sheet, top down, with the cells that are not
 * empty.  The grid passes over what stands above the header, makes names of
 * the header (merged cells count for all their columns), and writes the rows.
 * A cell is a text, true or false; a column without a value is "".
 *
 * Rows count from 1 as the sheet does, columns from 0.
 */
#ifndef SLUICE_GRID_H
#define SLUICE_GRID_H

#include "read/columns.h"
#include "read/reader.h"

#define GRID_COLUMNS ((size_t)16384)

enum grid_kind {
	GRID_TEXT,
	GRID_TRUE,
	GRID_FALSE,
	GRID_BAD, /* rejects its row: the text says what the cell is */
};

struct grid_cell {
	uint32_t column;
	enum grid_kind kind;
	const char *code; /* GRID_BAD: of the reject; a literal */
	size_t at, len;   /* of its text in the row's */
};

struct grid_row {
	uint64_t row;
	bool hidden;
	bool sorted; /* cells are in the order of their columns */
	struct grid_cell *cell;
	size_t n, cap;
	struct buf text; /* UTF-8 without U+0000; `over`: too long */
};

void grid_row_begin(struct grid_row *r, uint64_t row);
/* Add a cell whose text is what was added to `text` from `at` on. */
void grid_row_add(struct grid_row *r, size_t column, enum grid_kind kind,
		  const char *code, size_t at);
/* A bad cell; what stood in `text` from `at` on goes. */
void grid_row_bad(struct grid_row *r, size_t column, const char *code,
		  size_t at, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* First and last row and column of cells that count as one. */
struct grid_merge {
	uint64_t top, bottom;
	uint32_t left, right;
};

struct grid_merges {
	struct grid_merge *list;
	size_t n, cap;
};

#define GRID_MERGES_MAX ((size_t)20000)

struct grid_source {
	const char *sheet; /* its name, borrowed */
	/* The next row.  1, 0 at the end, -1. */
	int (*next)(void *ctx, struct grid_row *row, struct err *err);
	/*
	 * Merged cells that touch the rows `top` to `bottom`, which were read;
	 * NULL: there are none.  Asked once and only where it matters.
	 */
	int (*merges)(void *ctx, uint64_t top, uint64_t bottom,
		      struct grid_merges *m, struct err *err);
	void *ctx;
};

struct grid {
	struct input *in;
	const struct read_conf *conf;
	struct grid_source source;
	struct columns columns;
	bool free_width; /* no header: a row is as wide as it is */
	struct charset cs;
	struct grid_row row;
	bool held, done;
	struct buf scratch;
};

/*
 * Read up to the first row of data.  Both are borrowed until grid_close,
 * which takes a grid that failed to open, too.
 */
int grid_open(struct grid *g, struct input *in, const struct read_conf *conf,
	      const struct grid_source *source, struct err *err);
enum rd_status grid_next(struct grid *g, struct rd_record *r, struct err *err);
void grid_columns(const struct grid *g, struct buf *b);
void grid_close(struct grid *g);

/* Append "AB" for column 27. */
void grid_column_name(struct buf *b, size_t column);

/*
 * Choose one of `n` sheets: the one called `wanted`, else the one with this
 * number from 1, else (NULL) the first that is not hidden.  The index, or -1
 * with ERR_DATA, which names those there are.
 */
struct grid_sheet {
	char *name;
	bool hidden;
};
int64_t grid_choose(const struct grid_sheet *sheet, size_t n,
		    const char *wanted, const char *path, struct err *err);

#endif
