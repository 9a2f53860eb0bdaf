/*
 * draft.h - a feed for a file that nobody has described yet
 *
 * The report of survey.h as comments, the settings of reading that were found,
 * and a map that sluice-map runs at once: the entity whose fields the names of
 * the columns suggest, its key a column whose values all differ.  Columns that
 * found no field stand below as comments, with the filters their values want.
 *
 * Format: sluice-profile(5).
 */
#ifndef SLUICE_DRAFT_H
#define SLUICE_DRAFT_H

#include "core/buf.h"
#include "read/survey.h"

struct draft {
	const char *file;   /* its base name */
	const char *format; /* as in a feed */
	struct span why;    /* why that format */
	struct span read;   /* found settings: whole lines of YAML, or empty */
	uint64_t rejected;
	const struct survey *survey;
};

/* Append the feed. */
void draft_put(const struct draft *d, struct buf *b);

#endif
