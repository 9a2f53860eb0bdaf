/*
 * opt.h - an option table to a parser and to --help
 *
 * Options may stand between operands; "--" ends them; "--name=value" and
 * "--name value" are the same.  A misspelt option suggests the right one.
 */
#ifndef SLUICE_OPT_H
#define SLUICE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

enum opt_kind {
	OPT_FLAG,  /* bool: given or not */
	OPT_TEXT,  /* const char *, borrowed from argv */
	OPT_COUNT, /* int64_t, at least 0 */
	OPT_LIST,  /* struct opt_list: may be given several times */
};

struct opt_list {
	const char **item; /* borrowed from argv */
	size_t n, cap;
};

struct opt {
	const char *name; /* without dashes; NULL ends the table */
	char letter;      /* 0: no short form */
	enum opt_kind kind;
	void *to;
	const char *arg; /* name of the value in --help; NULL for a flag */
	const char *help;
};

/*
 * Parse argv[1..], moving the operands to the front of argv[1..] in order.
 * `a` and `b` are searched in turn; `b` may be NULL.  *n_operands is set.
 * -1 with ERR_USAGE.
 */
int opt_parse(int argc, char **argv, const struct opt *a, const struct opt *b,
	      size_t *n_operands, struct err *err);

/* Append a line or two for each option of the table. */
void opt_help(struct buf *out, const struct opt *table);

void opt_list_release(struct opt_list *l);

#endif
