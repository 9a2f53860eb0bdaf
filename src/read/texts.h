/*
 * texts.h - numbered texts, more than memory holds
 *
 * The shared strings of a workbook: added in order, looked up by number.
 * Texts and where they end are each in blocks of TEXTS_BLOCK bytes, of which
 * TEXTS_SLOTS are in memory (8 MiB); a block that must give way to another one
 * goes into a file without a name in $TMPDIR.  Workbooks number their strings
 * as the cells come, so that most are found in memory.
 */
#ifndef SLUICE_TEXTS_H
#define SLUICE_TEXTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

#define TEXTS_BLOCK ((size_t)32 * 1024)
#define TEXTS_SLOTS ((size_t)256)

struct texts_slot {
	char *data;
	uint64_t block;
	bool used, dirty;
};

/* Bytes one behind another. */
struct texts_store {
	struct texts_slot slot[TEXTS_SLOTS];
	uint64_t length;
	int fd; /* -1: all is in memory */
};

struct texts {
	struct texts_store bytes, ends;
	uint64_t n;
};

void texts_init(struct texts *t);
/* -1 with ERR_IO or ERR_CREATE: the disk is full. */
int texts_add(struct texts *t, struct span text, struct err *err);
/* Append text `i`, which is below `n`. */
int texts_get(struct texts *t, uint64_t i, struct buf *out, struct err *err);
void texts_release(struct texts *t);

#endif
