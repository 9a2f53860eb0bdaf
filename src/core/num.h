/*
 * num.h - text to integer, range checked; a double as text
 */
#ifndef SLUICE_NUM_H
#define SLUICE_NUM_H

#include <stdint.h>

#include "core/buf.h"
#include "core/span.h"

/*
 * The whole of `s` as a decimal integer within [min, max].  No sign but '-',
 * no white space.  0, or -1 where it is not one.
 */
int num_parse(struct span s, int64_t min, int64_t max, int64_t *out);

/*
 * Append the shortest text of `v` (finite) that reads back as the same double,
 * as Python writes it: "0.1", "100.0", "1e+20".
 */
void num_put_real(struct buf *b, double v);

#endif
