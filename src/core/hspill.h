/*
 * hspill.h - a set of hashes, each with a number, of any size in bounded
 * memory
 *
 * Like hset while it is small.  What is beyond HSPILL_CAP slots is written,
 * sorted, to a file without a name in $TMPDIR: a run.  Of a run there stay in
 * memory a fence (4 bytes for each 2 KiB) and a filter that says of most
 * hashes that they are not in it; what it lets through costs one read.  When
 * there are many runs they are merged into one.
 *
 * Memory: 16 bytes a slot, 7 MiB of filters of single runs, 4 MiB of the
 * merged one, and its fence: 43 MiB and 3 MiB for each hundred million.
 */
#ifndef SLUICE_HSPILL_H
#define SLUICE_HSPILL_H

#include "core/err.h"
#include "core/hset.h"

#define HSPILL_CAP      ((size_t)1 << 21) /* slots: 32 MiB, 1.8 million */
#define HSPILL_RUNS_MAX 5                 /* the first is the merged one */

struct hspill_run {
	int fd;
	size_t n;         /* entries */
	uint32_t *fence;  /* of each block: the first one's place, see .c */
	size_t n_blocks;  /* ... in the fence */
	uint64_t *filter; /* or NULL: none, all may be in it */
	uint32_t n_words; /* of the filter */
	unsigned n_bits;  /* of a word that a hash sets */
};

struct hspill {
	struct hset live;
	size_t cap; /* a power of two, 1024 or more: slots before it spills */
	struct hspill_run run[HSPILL_RUNS_MAX];
	size_t n_runs;
	/* what was found last */
	uint32_t *found;             /* in memory, or NULL: */
	struct hspill_run *found_in; /* ... in this run */
	size_t found_at;             /* ... at this entry */
};

#define HSPILL_INIT               \
	{                         \
		.cap = HSPILL_CAP \
	}

/*
 * Enter `h` with `value` (not HSET_NONE).  1: it is new.  0: it was there,
 * with *was.  -1: the disk is full, or cannot be read (ERR_IO, ERR_CREATE).
 */
int hspill_add(struct hspill *s, struct sip_hash h, uint32_t value,
	       uint32_t *was, struct err *err);

/* The same without entering: 1 it is there, with *value; 0 it is not; -1. */
int hspill_find(struct hspill *s, struct sip_hash h, uint32_t *value,
		struct err *err);

/*
 * The number of the hash that the last call found (add with 0, find with 1)
 * becomes `value`.
 */
int hspill_change(struct hspill *s, uint32_t value, struct err *err);

/* Also after a -1, behind which nothing else may be called. */
void hspill_release(struct hspill *s);

#endif
