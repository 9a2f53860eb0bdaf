/*
 * summary.h - a run in words: one block that makes sense in a mail
 *
 * What ran, counts per feed and stage, the first reasons, where the files
 * are, what to type next.  Text from files and servers loses its control
 * characters.
 */
#ifndef SLUICE_SUMMARY_H
#define SLUICE_SUMMARY_H

#include "core/buf.h"
#include "run/run.h"

#define SUMMARY_CEILING ((size_t)16 << 20)

/* Append the block. */
void summary_put(struct buf *b, const struct run *r);

/* Append all rejects of the run, JSON lines as the stages wrote them. */
int summary_put_rejects(struct buf *b, const struct run *r, struct err *err);

#endif
