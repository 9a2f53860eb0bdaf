/*
 * survey.h - what the columns of raw records hold: a data quality report
 *
 * One pass, memory bounded: a column's values are counted by kind and by date
 * pattern, few different ones are kept as a list of codes, and whether all
 * differ (a key) is followed for few columns.  Nested records are looked at by
 * path: PO1[].PO107.
 *
 * The report has one fact a line, in the order of the columns, and no times:
 * that of next month can be compared with it by diff.
 */
#ifndef SLUICE_SURVEY_H
#define SLUICE_SURVEY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/dec.h"
#include "core/hspill.h"
#include "core/rec.h"

#define SURVEY_COLUMNS_MAX ((size_t)20000)
#define SURVEY_CODES_MAX   24 /* different values that are listed */
#define SURVEY_CODE_LEN    40 /* bytes a listed value may have */
#define SURVEY_KEYS_MAX    8  /* columns followed beyond the first rows */
#define SURVEY_KEYS_ROWS   1000

enum survey_kind {
	SURVEY_INTEGER,
	SURVEY_DECIMAL_POINT, /* 1234.50 or 1,234.50 */
	SURVEY_DECIMAL_COMMA, /* 1234,50 or 1.234,50 */
	SURVEY_DATE,          /* by one of the patterns, integers among them */
	SURVEY_TEXT,
	SURVEY_KINDS,
};

struct survey_code {
	char text[SURVEY_CODE_LEN];
	size_t len;
	uint64_t n;
};

#define SURVEY_DATES 14

struct survey_column {
	char *name;
	size_t name_len;
	uint64_t values; /* not empty */
	uint64_t empty;  /* "" and null, also blanks only */
	uint64_t padded; /* blanks in front or behind */
	uint64_t zeros;  /* integers with a zero in front */
	uint64_t kind[SURVEY_KINDS];
	uint64_t date[SURVEY_DATES]; /* values that pattern reads */
	size_t width_min, width_max; /* characters */
	size_t bytes_max;
	struct dec min, max; /* of numbers */
	bool has_number;
	unsigned decimals; /* most behind the point */
	struct survey_code code[SURVEY_CODES_MAX];
	size_t n_codes;
	bool many;      /* values beyond those of `code` */
	bool unique;    /* so far, and followed */
	bool given_up;  /* not followed to the end: too many candidates */
	bool nested;    /* a path, no name of a member of `raw` */
	bool listed;    /* below a list: several values in a record */
	uint64_t twice; /* row of the first value that was there before */
	struct hspill seen;
};

struct survey {
	struct survey_column *column;
	size_t n, cap;
	uint32_t *slot; /* of the names, by hash; 0: empty, else index + 1 */
	size_t n_slots;
	uint64_t records;
	bool narrowed; /* the columns followed were chosen */
	uint64_t lost; /* values of columns beyond SURVEY_COLUMNS_MAX */
	struct buf path;
	bool deep;   /* the path at hand is of several names */
	size_t hint; /* the column that probably comes next */
};

void survey_init(struct survey *s);
void survey_release(struct survey *s);

/*
 * Look at the record whose `raw` is `n` of `r`; `row` is for messages.  -1
 * with ERR_IO, ERR_CREATE: no room for the keys.
 */
int survey_take(struct survey *s, struct rec *r, const struct rec_node *n,
		uint64_t row, struct err *err);

/* A column that is there, whether it has values or not. */
void survey_name(struct survey *s, struct span name);

/* The strptime format that reads every value of `c`, or NULL. */
const char *survey_date(const struct survey_column *c);
/* Whether every value is of these kinds; `c` has values. */
bool survey_is_number(const struct survey_column *c);
/* The character before decimals: '.', ',', or '\0' where there are none. */
char survey_point(const struct survey_column *c);
/* Whether it may be a key: there in every record, all values different. */
bool survey_is_key(const struct survey *s, const struct survey_column *c);

/* Append the report; `prefix` stands before each line ("# "). */
void survey_put(const struct survey *s, const char *prefix, struct buf *b);

#endif
