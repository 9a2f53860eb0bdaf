/*
 * read_conf.h - how a file is to be read: section `read` of a feed, options
 *
 * A feed's settings come first; an option of the command line replaces the
 * feed's.  What is not set is NULL or -1 and left to the reader's default.
 *
 * Format: DESIGN sections 3 and 4, sluice-formats(7).
 */
#ifndef SLUICE_READ_CONF_H
#define SLUICE_READ_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/yaml_tree.h"

#define READ_DELIMITER_MAX 16
#define READ_HEADER_MAX    100

/*
 * A trailer row: what it says must agree with the rows before it.  Columns are
 * expressions of the feed's language.
 */
struct read_trailer_sum {
	const char *column;  /* summed over the rows */
	const char *trailer; /* column of the trailer row with the sum */
	const struct yt_node *at;
};

struct read_trailer {
	const struct yt_node *when; /* the condition; NULL: no trailer */
	const char *count; /* column with the number of rows, or NULL */
	struct read_trailer_sum *sum;
	size_t n_sums;
};

/* Texts are borrowed from the feed's tree or from argv. */
struct read_conf {
	const char *format;    /* NULL: csv */
	const char *encoding;  /* NULL: UTF-8 */
	struct span delimiter; /* len 0: a comma, or what sep= says */
	int quote;             /* a byte; READ_NONE, READ_UNSET */
	int escape;
	int header; /* rows, 0 none; READ_UNSET: 1 */
	int64_t skip;
	int ragged; /* 0 reject, 1 keep; READ_UNSET: reject */
	const char **column;
	size_t n_columns;
	struct read_trailer trailer;
	char delimiter_text[READ_DELIMITER_MAX]; /* where it had an escape */
};

#define READ_NONE  (-1)
#define READ_UNSET (-2)

void read_conf_init(struct read_conf *c);
void read_conf_release(struct read_conf *c);

/*
 * Take the section `read` of a feed, which must outlive `c`; NULL is an empty
 * one.  `formats` are the names of formats, NULL-terminated.  -1 with
 * ERR_CONFIG at file:line:column.
 */
int read_conf_load(struct read_conf *c, const struct yt_node *read,
		   const char *const *formats, struct err *err);

/*
 * Set `name` ("delimiter") from the command line; value NULL leaves it as it
 * is.  -1 with ERR_USAGE.
 */
int read_conf_option(struct read_conf *c, const char *name, const char *value,
		     const char *const *formats, struct err *err);

#endif
