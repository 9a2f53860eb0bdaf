/*
 * csv_split.h - lines of CSV to cells
 *
 * libcsv reads what its dialect can say: a delimiter and a quote of one byte,
 * a quote doubled inside quotes.  A small reader of our own reads the rest:
 * delimiters of several bytes, an escape character, no quotes at all.  Both
 * keep the same rules:
 *
 * A cell is quoted when a quote is its first byte; blanks are part of a cell.
 * A quote inside ends the cell where the delimiter or the line end follows;
 * elsewhere it stands for itself.  A quote in a cell that began without one
 * stands for itself.  Line ends inside quotes are part of the cell.
 *
 * Spec: RFC 4180, and libcsv 3.0.3 for what it leaves open.
 */
#ifndef SLUICE_CSV_SPLIT_H
#define SLUICE_CSV_SPLIT_H

#include <csv.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"

struct csv_dialect {
	struct span delimiter; /* 1 byte or more, no line end; borrowed */
	int quote;             /* a byte below 0x80, or -1: none */
	int escape;            /* a byte below 0x80, or -1: none */
	bool doubled;          /* a doubled quote stands for one */
	bool one_line; /* a quote open at the end of its line is text, and the
			  line is a row */
};

/* A cell, complete and without its quotes; text is borrowed. */
typedef void csv_cell_fn(void *text, size_t len, void *ctx);

enum csv_step {
	CSV_MORE, /* the row goes on in the next line */
	CSV_ROW,  /* a row is complete */
	CSV_OPEN, /* csv_split_end: inside quotes */
};

enum csv_state { CSV_BEGIN, CSV_PLAIN, CSV_QUOTED, CSV_QUOTE_SEEN };

struct csv_split {
	struct csv_dialect dialect;
	bool lib; /* libcsv reads this dialect */
	struct csv_parser parser;
	csv_cell_fn *cell;
	void *ctx;
	bool row; /* libcsv reported the end of a row */
	/* our own reader's */
	enum csv_state state;
	bool pending; /* the row has begun */
	bool discard;
	bool quoted;     /* the cell began with a quote; for `cell` to see */
	size_t stray;    /* quotes in quoted cells that stood for themselves */
	struct buf text; /* of the cell being read */
};

/* Cells go to `cell` with `ctx`.  `own` has libcsv left aside. */
int csv_split_init(struct csv_split *s, const struct csv_dialect *d, bool own,
		   csv_cell_fn *cell, void *ctx, struct err *err);
void csv_split_release(struct csv_split *s);

/*
 * Feed a line with its line end (the last one may have none), which is not
 * blank where a row begins.  CSV_ROW or CSV_MORE; -1 with ERR_OS.
 */
int csv_split_feed(struct csv_split *s, const char *p, size_t len,
		   struct err *err);

/* No line follows: CSV_ROW where one was pending, CSV_OPEN, else CSV_MORE. */
int csv_split_end(struct csv_split *s, struct err *err);

/*
 * The row being read is too long: its cells are no longer wanted, only its
 * end is looked for.
 */
void csv_split_discard(struct csv_split *s);

#endif
