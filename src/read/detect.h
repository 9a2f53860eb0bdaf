/*
 * detect.h - what an unknown file of separated values seems to be
 *
 * From its first part: encoding, delimiter, quote, escape, lines before the
 * header, rows of the header.  Each has a reason in words, for a person to
 * judge.  What is given is not looked for; it holds for the rest of the search.
 *
 * A dialect is good where it splits most lines into the same number of cells,
 * two or more, where quotes stand at the ends of cells and not in them, and
 * where cells look like numbers, dates and words.
 */
#ifndef SLUICE_DETECT_H
#define SLUICE_DETECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/span.h"
#include "read/charset.h"
#include "read/csv_split.h"

#define DETECT_WHY_MAX 160

/* How much is looked at: bytes of the file, lines, bytes of text. */
#define DETECT_BYTES ((size_t)1 << 20)
#define DETECT_LINES 2000
#define DETECT_TEXT  ((size_t)512 * 1024)

enum detect_what {
	DETECT_ENCODING,
	DETECT_DELIMITER,
	DETECT_QUOTE,
	DETECT_ESCAPE,
	DETECT_SKIP,
	DETECT_HEADER,
	DETECT_WHATS, /* how many there are */
};

struct detect {
	bool given[DETECT_WHATS]; /* by the caller, before */
	char encoding[CHARSET_NAME_MAX];
	char delimiter[17]; /* NUL-terminated */
	int quote;          /* a byte, or -1: none */
	int escape;         /* a byte, or -1: none but a doubled quote */
	bool doubled;       /* a doubled quote stands for one */
	bool one_line;      /* rows never go on in the next line */
	int64_t skip;       /* lines before the header */
	int header;         /* rows */
	size_t columns;     /* cells that most lines have */
	char why[DETECT_WHATS][DETECT_WHY_MAX]; /* "" where given */
};

/*
 * The encoding of a file that begins with `head` and has no byte order mark;
 * `whole`: that is all of it.
 */
void detect_encoding(struct detect *d, struct span head, bool whole);

/*
 * The rest, from the first part of the file as UTF-8 text.  -1 with ERR_OS.
 */
int detect_dialect(struct detect *d, struct span text, bool whole,
		   struct err *err);

/* ---- its parts ---------------------------------------------------------- */

enum detect_kind {
	DETECT_IS_EMPTY,
	DETECT_IS_NUMBER, /* also with a currency or a percent sign */
	DETECT_IS_DATE,
	DETECT_IS_TIME, /* also behind a date */
	DETECT_IS_TEXT,
	DETECT_IS_ODD,   /* text with what is a delimiter elsewhere */
	DETECT_IS_KINDS, /* how many there are */
};

enum detect_kind detect_kind_of(struct span cell);

/* The lines looked at, with their line ends. */
struct detect_lines {
	struct span *line;
	size_t n, cap;
};

/* Where detect_split puts what it finds. */
struct detect_sink {
	/* A cell and its position in its row, from 0. */
	void (*cell)(void *ctx, struct span text, bool quoted, size_t at);
	/* A row is over: its first line, how many it took, its cells. */
	void (*row)(void *ctx, size_t line, size_t lines, size_t cells);
	void *ctx;
	struct csv_split split;
	size_t cells; /* of the row so far */
	size_t open;  /* lines of a quote that was not closed */
};

/* Split `lines` as `dialect` says. */
int detect_split(const struct detect_lines *lines,
		 const struct csv_dialect *dialect, struct detect_sink *sink,
		 struct err *err);

/* Lines before the header, and its rows. */
int detect_table(struct detect *d, const struct detect_lines *lines,
		 const struct csv_dialect *dialect, struct err *err);

/* A delimiter or a quote to be read in a sentence: ';', tab, none. */
void detect_name(struct span delimiter, char *to, size_t room);

#endif
