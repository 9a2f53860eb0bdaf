/*
 * copy_lines.h - the lines of a copybook as one text without comments
 *
 * Spec: ISO/IEC 1989:2014, reference format.
 */
#ifndef SLUICE_COPY_LINES_H
#define SLUICE_COPY_LINES_H

#include "core/buf.h"

/* From `at` of the text on it is this line of the file. */
struct copy_mark {
	size_t at, line;
};

struct copy_lines {
	struct buf text;
	struct copy_mark *mark;
	size_t n, cap;
};

void copy_lines(struct copy_lines *l, struct span file);
void copy_lines_release(struct copy_lines *l);

#endif
