/*
 * cmd_extract_look.h - records looked at instead of written: --profile-data
 * and --probe
 *
 * --profile-data prints the report of read/survey.h; --probe finds the format
 * first and prints the draft of a feed (read/draft.h).
 */
#ifndef SLUICE_CMD_EXTRACT_LOOK_H
#define SLUICE_CMD_EXTRACT_LOOK_H

#include "read/reader.h"
#include "read/survey.h"

struct look {
	bool probe;
	struct survey survey;
	struct rec rec;
	const char *file;   /* its base name, owned by the input */
	struct buf why;     /* why it is of this format */
	struct buf read;    /* settings, lines of YAML */
	struct buf columns; /* names of the first header, as JSON */
	const char *format;
};

void look_init(struct look *l, bool probe);
void look_release(struct look *l);

/*
 * Find the format of `in` and set it in `conf`, unless it was given.  -1 with
 * ERR_DATA, or as reading fails.
 */
int look_format(struct look *l, struct input *in, struct read_conf *conf,
		struct err *err);

/*
 * The settings the reader found, and those that were given; `columns` is the
 * header as a JSON array, or empty.
 */
void look_settings(struct look *l, const struct reader_ops *ops, void *state,
		   const struct read_conf *conf, struct span columns);

/* Look at a record: its line.  -1 as survey_take. */
int look_record(struct look *l, struct span line, uint64_t row,
		struct err *err);

/* Append the report or the feed. */
void look_put(struct look *l, uint64_t rejected, struct buf *b);

#endif
