/*
 * sql_skip.h - where in a script the reader is, and what it passes over
 */
#ifndef SLUICE_SQL_SKIP_H
#define SLUICE_SQL_SKIP_H

#include "read/sql_text.h"

/* Bytes that are looked at first. */
#define SQL_WINDOW ((size_t)65536)

struct sql_script {
	struct sql_window window;
	struct sql_rules rules;
	bool first;      /* nothing but blanks before, on this line */
	bool delimited;  /* a statement ended with its delimiter */
	bool conforming; /* the word standard_conforming_strings was there */
};

/* Find the dialect, READ_UNSET or one that is told. */
int sql_script_begin(struct sql_script *x, int dialect, struct err *err);
/* The quotes of the names in the statement ahead may tell it, too. */
void sql_script_look(struct sql_script *x);

/* A cursor over what lies ahead, `want` bytes or all there are. */
int sql_script_cursor(struct sql_script *x, size_t want, struct sql_cursor *c,
		      struct err *err);
/* Pass over what the cursor has read. */
void sql_script_take(struct sql_script *x, const struct sql_cursor *c);

/*
 * The token ahead; what stands before it is taken, it is not.  SQL_MORE: err
 * is filled.
 */
enum sql_rc sql_peek(struct sql_script *x, struct sql_token *t,
		     struct err *err);
void sql_take_token(struct sql_script *x, const struct sql_token *t);
bool sql_at_end(const struct sql_script *x);

/* The cursor to the bracket that closes the row it is at. */
enum sql_rc sql_row_end(const struct sql_rules *r, struct sql_cursor *c);

/* For all of these SQL_MORE: err is filled; SQL_BAD: the script ends within. */
enum sql_rc sql_skip_row(struct sql_script *x, struct err *err);
/*
 * `body`: it may be a procedure, whose statements are not the script's; its
 * first words tell.
 */
enum sql_rc sql_skip_statement(struct sql_script *x, bool body,
			       struct err *err);
int sql_skip_line(struct sql_script *x, struct err *err);
/* A line for the client: DELIMITER //, \connect. */
int sql_command(struct sql_script *x, struct err *err);

#endif
