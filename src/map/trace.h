/*
 * trace.h - every step of every field of one record, for a person
 *
 * Where m->trace is set, map_run shows each entry whose key is the one asked
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

/* Why the raw records at hand are refused. */
void map_trace_fault(struct map_trace *t, const struct map_fault *f);
/* They are done with: NULL as the feed says, else a sentence. */
void map_trace_end(struct map_trace *t, const char *what);

#endif
