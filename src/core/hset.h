/*
 * hset.h - a set of hashes, each with a number
 *
 * For "seen before, and where": 16 bytes an entry, of which 96 bits are the
 * hash, so that a million keys need 32 MiB at most and two of a hundred
 * million are mistaken for each other once in ten million million runs.
 */
#ifndef SLUICE_HSET_H
#define SLUICE_HSET_H

#include <stdbool.h>
#include <stdint.h>

#include "core/sip.h"

struct hset_entry {
	uint64_t lo;
	uint32_t hi;
	uint32_t value; /* what the owner makes of it; HSET_NONE: empty slot */
};

#define HSET_NONE UINT32_MAX

struct hset {
	struct hset_entry *entry;
	size_t n, cap; /* cap is a power of two, or 0 */
};

#define HSET_INIT              \
	{                      \
		.entry = NULL, \
	}

/*
 * The number that belongs to `h`; where it is new, it is entered with `value`
 * (not HSET_NONE) and *fresh is set.  The pointer is valid until the next
 * hset_add.
 */
uint32_t *hset_add(struct hset *s, struct sip_hash h, uint32_t value,
		   bool *fresh);
/* The same without entering: NULL where it is not there. */
uint32_t *hset_find(const struct hset *s, struct sip_hash h);
void hset_release(struct hset *s);

#endif
