/*
 * trace.h - every step of every field of one record, for a person
 *
 * Where m->trace is set, mapping shows each entry whose key is the one asked
 * for before it goes through it: all of its expressions are evaluated step by
 * step once more.  Where it is not, nothing is done.
 */
#ifndef SLUICE_MAP_TRACE_H
#define SLUICE_MAP_TRACE_H

#include "map/map.h"

struct map_trace {
	struct span key;
	struct buf out;  /* what is to be shown; the caller empties it */
	uint64_t n;      /* records with this key so far */
	size_t n_record; /* ... among the raw records at hand */
};

#endif
