/*
 * out.h - buffered bytes to a file descriptor
 *
 * The first failed write is kept, so that callers look once at the end.
 */
#ifndef SLUICE_OUT_H
#define SLUICE_OUT_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/err.h"

struct out {
	int fd;
	struct buf buf;  /* not yet written; append to it freely */
	bool unbuffered; /* out_tick writes at once */
	int failed;      /* errno of the first failed write, or 0 */
};

void out_init(struct out *o, int fd, bool unbuffered);

/* To be called after each record: writes when enough has gathered. */
void out_tick(struct out *o);

/* Write what is left.  -1 where this or an earlier write failed. */
int out_flush(struct out *o, struct err *err);

/* The descriptor stays open. */
void out_release(struct out *o);

#endif
