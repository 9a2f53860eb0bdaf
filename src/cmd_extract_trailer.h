/*
 * cmd_extract_trailer.h - the trailer row of a file, held against its rows
 *
 * A last row that counts the rows before it or adds up their amounts tells a
 * whole file from one that was cut between two rows.  It is no record.
 * Conditions and columns are expressions of the feed's language.
 *
 * Amounts are compared as exact decimals.  As they stand in the file they may
 * have a decimal comma or a point: a reading that one of the amounts refuses
 * is out, and with one of those left the sums must agree.
 *
 * Spec: DESIGN section 4, sluice-formats(7).
 */
#ifndef SLUICE_CMD_EXTRACT_TRAILER_H
#define SLUICE_CMD_EXTRACT_TRAILER_H

#include "read/read_conf.h"

struct trailer;

/* NULL with ERR_CONFIG; conf->trailer.when is set. */
struct trailer *trailer_new(const struct read_conf *conf, const char *profiles,
			    const char *feed_path, struct err *err);
void trailer_free(struct trailer *t); /* takes NULL */

/*
 * A file begins.  `columns` is the JSON list of its columns, empty where there
 * are none.  -1 with ERR_CONFIG where a column is missing.
 */
int trailer_begin(struct trailer *t, const char *path, struct span columns,
		  struct err *err);

/*
 * A row of it, as a line of the stream, and the line of the file it is on.
 * 1: it is the trailer and agrees; 0: it is not; -1 with ERR_DATA, which
 * names what was expected and what was found.
 */
int trailer_row(struct trailer *t, struct span line, uint64_t row,
		struct err *err);

/* A row that could not be read: it counts, its amounts are not known. */
int trailer_lost(struct trailer *t, uint64_t row, struct err *err);

/* The file is at its end.  -1 with ERR_DATA where no trailer has come. */
int trailer_end(struct trailer *t, struct err *err);

#endif
