/*
 * csv_detect.h - the settings of a CSV file that are not given, from its
 * beginning
 *
 * First the encoding, then, in text, the rest.  What is given stays.
 */
#ifndef SLUICE_CSV_DETECT_H
#define SLUICE_CSV_DETECT_H

#include "read/charset.h"
#include "read/detect.h"
#include "read/input.h"
#include "read/read_conf.h"

/* All zero at first.  Owns nothing. */
struct csv_detect {
	struct detect found;
	struct read_conf conf; /* as given, with what was found */
};

/* Take `conf` and find the encoding. */
int csv_detect_encoding(struct csv_detect *c, struct input *in,
			const struct read_conf *conf, struct err *err);

/*
 * Find the rest, from what lies ahead behind the lines that are to be skipped,
 * and say what and why.  `delimiter` is that of a sep= line, or empty.
 */
int csv_detect_dialect(struct csv_detect *c, struct input *in,
		       struct charset *cs, struct span delimiter,
		       struct err *err);

/* What was found, as reader_ops.found. */
void csv_detect_put(const struct csv_detect *c, struct buf *b);

#endif
