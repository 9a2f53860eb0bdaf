/*
 * preview.h - receipts of a dry run, for people
 *
 *	+ product P-1
 *	    name: Bolt
 *	~ product P-2 (product.product 42)
 *	    list_price: 1.5 -> 2
 *
 * What comes from files and servers is defused: no control characters and no
 * marks that turn the writing direction reach a terminal.
 */
#ifndef SLUICE_PREVIEW_H
#define SLUICE_PREVIEW_H

#include "core/buf.h"
#include "core/job.h"

/*
 * Replace the receipt at the end of `out`, from byte `from` on, by lines for
 * people.  What is unchanged has none.
 */
void preview_put(struct buf *out, size_t from, bool colour);

/* Append the totals, as one line without an end: "2 created, 1 rejected". */
void preview_totals(const struct job *job, struct buf *out);

#endif
