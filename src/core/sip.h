/*
 * sip.h - a fast 128-bit hash that nobody outside can steer
 *
 * For sets and comparisons inside one run: keyed with random bytes at the
 * first use, so that no input can be made whose keys collide, and never
 * written to a file.  What is kept across runs is hashed by core/hash.
 *
 * Spec: SipHash-2-4 with 128 bits of output, Aumasson and Bernstein, 2012.
 */
#ifndef SLUICE_SIP_H
#define SLUICE_SIP_H

#include <stdint.h>

#include "core/span.h"

struct sip_hash {
	uint64_t lo, hi;
};

struct sip {
	uint64_t v[4];
	uint64_t tail;  /* bytes that are no whole word yet */
	uint64_t n_fed; /* bytes so far */
};

static inline bool sip_eq(struct sip_hash a, struct sip_hash b)
{
	return a.lo == b.lo && a.hi == b.hi;
}

/* Ready for the first byte, with the key of this process. */
void sip_init(struct sip *s);
/* The same with a given key, for tests. */
void sip_init_key(struct sip *s, uint64_t k0, uint64_t k1);
void sip_add(struct sip *s, const void *p, size_t len);
/* Length and bytes, so that "ab","c" and "a","bc" differ. */
void sip_add_span(struct sip *s, struct span text);
struct sip_hash sip_end(struct sip *s);

#endif
