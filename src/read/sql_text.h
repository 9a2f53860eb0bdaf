/*
 * sql_text.h - the text of an SQL script, a window at a time, and its tokens
 *
 * A set whose bytes below 0x80 are ASCII is read as it is and its values are
 * converted; any other (UTF-16, Shift_JIS) is converted line by line before.
 *
 * Spec: ISO/IEC 9075-2:2016, section 5; the differences of MySQL 8.4,
 * PostgreSQL 17 and SQL Server 2022 as in their reference manuals.
 */
#ifndef SLUICE_SQL_TEXT_H
#define SLUICE_SQL_TEXT_H

#include "core/buf.h"
#include "read/input.h"
#include "read/read_conf.h"

/* Bytes of a row or of the beginning of a statement; beyond is too long. */
#define SQL_ROW_MAX LINE_CEILING

struct sql_window {
	struct input *in;
	struct charset *cs;
	bool convert;    /* see above */
	struct buf text; /* converted, from `at` on not yet taken */
	size_t at;
	const char *p; /* what lies ahead */
	size_t len;
	bool eof;      /* and there is no more */
	uint64_t line; /* of the first byte ahead, from 1 */
};

/* Make `len` at least `want`, or all there is.  Moves p.  -1 with err. */
int sql_fill(struct sql_window *w, size_t want, struct err *err);
/* Pass over `n` bytes of what lies ahead. */
void sql_take(struct sql_window *w, size_t n);
void sql_window_release(struct sql_window *w);

/* How strings are written in this script. */
struct sql_rules {
	enum read_dialect dialect;
	bool fixed;     /* the dialect was told */
	bool backslash; /* escapes in '...' */
	char delimiter[16];
	size_t delimiter_len;
};

enum sql_rc {
	SQL_OK,
	SQL_MORE, /* the window ends too early */
	SQL_BAD,
};

enum sql_kind {
	SQL_END,       /* of the script */
	SQL_DELIMITER, /* of a statement */
	SQL_WORD,
	SQL_NAME,   /* an identifier in quotes or brackets */
	SQL_STRING, /* '...', "..." of MySQL, $tag$...$tag$ */
	SQL_NUMBER, /* also 0x... */
	SQL_SIGN,   /* any other byte */
};

struct sql_token {
	enum sql_kind kind;
	struct span text; /* all of it */
	struct span body; /* of a name or string: between the quotes */
	char prefix;      /* of a string: N, E, X, B or U; 0 */
	char quote;       /* of a name or string; '$' for dollar quotes */
	bool backslash;   /* a string with escapes */
	bool first;       /* nothing before it on its line */
};

struct sql_cursor {
	const char *p, *end;
	bool eof; /* the script ends at `end` */
	bool first;
};

/* The next token behind blanks and comments.  SQL_BAD: a quote stays open. */
enum sql_rc sql_next(const struct sql_rules *r, struct sql_cursor *c,
		     struct sql_token *t);

bool sql_is(const struct sql_token *t, const char *upper);
bool sql_is_sign(const struct sql_token *t, char c);

#endif
