/*
 * streams.h - two canonical streams compared, in bounded memory
 *
 * Of each record of the first stream a hash of its key, a hash of what it
 * says and its place in the file are kept, some 40 bytes.  Then the second is
 * read against them; only what differs is read again.  What cannot be read
 * twice goes through a file without a name first.  Nothing is reported before
 * both streams are known to be whole.
 */
#ifndef SLUICE_STREAMS_H
#define SLUICE_STREAMS_H

#include "core/job.h"
#include "core/opt.h"
#include "report/diff.h"

struct streams_options {
	const struct tolerances *tolerances;
	const struct opt_list *entities; /* only these; none: all */
	bool allow_filtered;
};

/* Whether this entity is asked for. */
bool streams_wants(const struct opt_list *entities, struct span entity);

/* Compare the files `here` and `there` ("-": standard input). */
int streams_compare(struct job *job, const struct streams_options *opt,
		    const char *here, const char *there, struct report *report,
		    struct err *err);

#endif
