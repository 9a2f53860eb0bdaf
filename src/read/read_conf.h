/*
 * read_conf.h - how a file is to be read: section `read` of a feed, options
 *
 * A feed's settings come first; an option of the command line replaces the
 * feed's.  What is not set is NULL or READ_UNSET and left to the reader's
 * default.  A setting of another format is refused.
 *
 * To add one: a member of struct read_conf, a row of the table in read_conf.c,
 * an option in cmd_extract.c, both manuals.  An option is called skip-bytes
 * where a feed has skip_bytes.
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

/* As in the lists of words in read_conf.c. */
enum read_framing {
	READ_FIXED,
	READ_RDW,
	READ_RDW_NET,
	READ_RDW_LE,
	READ_RDW_NET_LE,
	READ_VB,
	READ_LINES,
};
enum read_occurs { READ_OCCURS_MAX, READ_OCCURS_ACTUAL };
enum read_floats { READ_FLOATS_IBM, READ_FLOATS_IEEE };
enum read_invalid { READ_INVALID_REJECT, READ_INVALID_NULL };
enum read_dialect { READ_MYSQL, READ_POSTGRESQL, READ_MSSQL };
enum read_hidden { READ_HIDDEN_KEEP, READ_HIDDEN_SKIP };

/* Settings there may be; where each was set. */
#define READ_SETTINGS_MAX 64

struct read_place {
	bool given;
	const struct yt_node *at; /* NULL: the command line */
	const char *value;        /* as it was given */
};

/* Texts are borrowed from the feed's tree or from argv. */
struct read_conf {
	const char *format;   /* NULL: csv */
	const char *encoding; /* NULL: UTF-8 */
	const char *member;   /* of an archive: a pattern as of a shell */
	bool checksum;        /* is beside the file, and must agree */
	const char *done;     /* suffix of the marker that must be there */
	int header;           /* rows, 0 none; READ_UNSET: 1 */
	int64_t skip;
	int ragged; /* 0 reject, 1 keep; READ_UNSET: reject */
	const char **column;
	size_t n_columns;
	struct read_trailer trailer;

	/* csv */
	struct span delimiter; /* len 0: a comma, or what sep= says */
	char delimiter_text[READ_DELIMITER_MAX]; /* where it had an escape */
	int quote; /* a byte; READ_NONE, READ_UNSET */
	int escape;
	bool detect;

	/* files that describe others; read_conf_file finds them */
	const char *layout, *copybook;

	/* cobol; enums above, or READ_UNSET */
	int framing, occurs, floats, invalid;
	int64_t skip_bytes, drop_bytes;
	const struct yt_node *types; /* item: condition; NULL: none */

	int dialect; /* sqldump; enum above, or READ_UNSET */

	const char *ack;    /* x12, edifact: file of the answer */
	const char *sheet;  /* spreadsheets: a name or a number from 1 */
	int hidden;         /* enum read_hidden: rows; READ_UNSET: keep */
	const char *record; /* xml, json: the path of a record */

	/* historian: columns, the form and zone of times, the length of a
	 * window ("1h"), good qualities between commas, the decimal point */
	const char *time, *tag, *value, *quality, *time_format, *zone, *window;
	const char *good;
	int decimal;
	const char *by; /* the column windows are taken by; NULL: tag */
	const struct yt_node *groups; /* or `table: NAME` or `tags: MAP` */

	/* odoo: which one, what of it; fields are names between commas, domain
	 * JSON */
	const char *target, *targets, *model, *fields, *domain;
	bool archived;

	/* where the feed is, for read_conf_file; NULL without one */
	const char *profiles, *feed_path;
	struct read_place place[READ_SETTINGS_MAX];
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
 * Set `name` ("skip-bytes") from the command line; value NULL leaves it as it
 * is.  -1 with ERR_USAGE.
 */
int read_conf_option(struct read_conf *c, const char *name, const char *value,
		     const char *const *formats, struct err *err);

/*
 * Whether every setting there is belongs to the format; after the last one.
 * -1 with ERR_CONFIG or ERR_USAGE.
 */
int read_conf_check(const struct read_conf *c, struct err *err);

/* Whether setting `name` ("skip") was set. */
bool read_conf_given(const struct read_conf *c, const char *name);

/*
 * Setting `name` ("record") has a value that will not do: at its place in the
 * feed, or as an option.  -1 with ERR_CONFIG or ERR_USAGE.
 */
int read_conf_wrong(const struct read_conf *c, const char *name,
		    struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Append the settings that were given, but for the format and `detect`, as
 * lines of a feed's section `read`, two blanks in front.
 */
void read_conf_put(const struct read_conf *c, struct buf *b);

/*
 * The path of the file that setting `name` ("copybook") names by `value`: as
 * it stands for one of the command line, beside the feed's profiles for one of
 * a feed (profile_file), and where neither has it, VALUE.yaml in `folder` of
 * the profiles; folder NULL: not looked for there.  Free it.  NULL with
 * ERR_CONFIG.
 */
char *read_conf_file(const struct read_conf *c, const char *name,
		     const char *value, const char *folder, struct err *err);

#endif
