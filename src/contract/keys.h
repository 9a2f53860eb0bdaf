/*
 * keys.h - the keys of records by number, on disk
 *
 * Whoever finds that a record was there before knows its number; its key is
 * asked for seldom.  Memory: 8 bytes for each 64 records.
 */
#ifndef SLUICE_KEYS_H
#define SLUICE_KEYS_H

#include <stdint.h>

#include "core/out.h"
#include "core/span.h"

struct keys {
	struct out out; /* to a file without a name */
	bool open;
	uint64_t size;  /* bytes that were added */
	uint64_t *mark; /* where each 64th key stands */
	size_t n_marks, cap;
	uint64_t n;
};

#define KEYS_INIT              \
	{                      \
		.open = false, \
	}

/* The key of the next record, from 0 on. */
int keys_add(struct keys *k, struct span key, struct err *err);
/* Append the key of record `number`. */
int keys_get(struct keys *k, uint64_t number, struct buf *to, struct err *err);
void keys_release(struct keys *k);

#endif
