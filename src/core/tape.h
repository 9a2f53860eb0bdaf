/*
 * tape.h - numbers one behind another, read back at any place
 *
 * Up to TAPE_MEMORY numbers are in memory (4 MiB); earlier ones are in a file
 * without a name in $TMPDIR.
 */
#ifndef SLUICE_TAPE_H
#define SLUICE_TAPE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

#define TAPE_MEMORY ((size_t)1 << 20)

struct tape {
	uint32_t *tail;     /* the last ones */
	size_t n, cap, max; /* ... how many; room; how many there may be */
	size_t n_filed;     /* those before, in the file */
	int fd;
};

#define TAPE_INIT                            \
	{                                    \
		.max = TAPE_MEMORY, .fd = -1 \
	}

/* -1 with ERR_IO or ERR_CREATE: the disk is full. */
int tape_add(struct tape *t, uint32_t number, struct err *err);

/* The number added after `at` others. */
int tape_get(const struct tape *t, size_t at, uint32_t *number,
	     struct err *err);

static inline size_t tape_length(const struct tape *t)
{
	return t->n_filed + t->n;
}

void tape_release(struct tape *t);

#endif
