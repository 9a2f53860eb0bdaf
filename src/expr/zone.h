/*
 * zone.h - local time to UTC, by the system's time zone database
 *
 * A local time can stand for no instant (clocks go forward over it) or for
 * two (they go back over it): that is refused, or resolved as told.
 */
#ifndef SLUICE_ZONE_H
#define SLUICE_ZONE_H

#include <stdint.h>

#include "core/err.h"
#include "core/span.h"

struct zone;

enum zone_choice {
	ZONE_REFUSE,
	ZONE_EARLIER, /* the earlier of the two instants; of a gap, the one by
			 the offset that holds behind it */
	ZONE_LATER,
};

/* "Europe/Berlin"; NULL with ERR_CONFIG where the system has none such. */
struct zone *zone_new(struct span name, struct err *err);
void zone_free(struct zone *z);

/*
 * `local` is what the clock shows, as seconds since it showed the start of
 * 1970.  -1 with ERR_DATA where it is refused.
 */
int zone_instant(const struct zone *z, int64_t local, enum zone_choice choice,
		 int64_t *utc, struct err *err);

/* How far the clock is ahead of UTC at an instant, in seconds. */
int64_t zone_offset(const struct zone *z, int64_t utc);

#endif
