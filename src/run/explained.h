/*
 * explained.h - differences that were told already
 *
 * A record that push rejected or holds is not in the target as the file has
 * it; the reject or receipt says so and why.  Telling it a second time, as a
 * difference, would hide those that nobody knows of.
 */
#ifndef SLUICE_EXPLAINED_H
#define SLUICE_EXPLAINED_H

#include "core/err.h"
#include "core/hset.h"
#include "core/rec.h"

/* Enter the records of a file of rejects, or those held of a file of
 * receipts; no such file is fine. */
int explained_take(struct hset *set, const char *path, struct err *err);

/* Whether difference `r` is about one of them. */
bool explained_has(const struct hset *set, struct rec *r);

#endif
