/*
 * diff.h - what differs between the rules of two feeds
 */
#ifndef SLUICE_MAP_DIFF_H
#define SLUICE_MAP_DIFF_H

#include "conf/feed.h"
#include "core/buf.h"

/*
 * Append a line for each difference to `out`, each with `indent` in front:
 *
 *	product.uom: UOM | table('a')  ->  UNIT | table('b')
 *	product when: STATUS != 'D'  ->  STATUS = 'A'
 *	only in wms-2: product.gtin: EAN | trim
 *
 * Entries are paired by entity and name, and by their order where there are
 * several of one.  Returns how many differences there are.
 */
size_t feed_diff(const struct feed *a, const struct feed *b, const char *indent,
		 struct buf *out);

/*
 * How many steps of `extends` lie between two feeds, down from `a` to a feed
 * that both stand on, and up to `b`; -1 where there is none.
 */
int feed_distance(const struct feed *a, const struct feed *b);

/* Whether the feed makes records of this site, by constant text. */
bool feed_has_site(const struct feed *f, const char *site);

#endif
