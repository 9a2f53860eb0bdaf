/*
 * extsort.h - sorting more than memory holds
 *
 * Items have a key and a payload, both any bytes.  They come out in the order
 * of their keys (byte by byte; of two keys one of which begins the other, the
 * shorter first), items with the same key in the order they were added.
 *
 *	struct extsort *s = extsort_new(24 << 20);
 *	extsort_add(s, key, payload, &err);          as often as there are items
 *	while ((got = extsort_next(s, &key, &payload, &err)) > 0)
 *		...
 *	extsort_free(s);
 *
 * What fits into the limit stays in memory.  Beyond it sorted runs go to one
 * file without a name (fs_temp), which are then merged; where there are more
 * runs than the limit has room to read at once, they are merged in several
 * passes.  Besides the limit, memory is what the largest single item needs.
 */
#ifndef SLUICE_EXTSORT_H
#define SLUICE_EXTSORT_H

#include <stdint.h>

#include "core/err.h"
#include "core/span.h"

struct extsort;

/* `limit` in bytes; less than 64 KiB is taken as that. */
struct extsort *extsort_new(size_t limit);
/* Also of NULL, and also before all of it was read. */
void extsort_free(struct extsort *s);

/*
 * Both spans are copied.  Not after the first extsort_next.  -1 with ERR_IO
 * where the file cannot be written (a full disk), ERR_CREATE where there can
 * be none, ERR_DATA for an item of 4 GiB.
 */
int extsort_add(struct extsort *s, struct span key, struct span payload,
		struct err *err);

/*
 * The next item in order: 1, or 0 behind the last, or -1 with ERR_IO.  The
 * spans are valid until the next call.
 */
int extsort_next(struct extsort *s, struct span *key, struct span *payload,
		 struct err *err);

/* Items added so far, and the sorted runs on disk: 0 while all is in memory. */
uint64_t extsort_count(const struct extsort *s);
size_t extsort_runs(const struct extsort *s);

#endif
