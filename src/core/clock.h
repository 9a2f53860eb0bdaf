/*
 * clock.h - now and sleep
 *
 * SLUICE_NOW in the environment (an instant, YYYY-MM-DDThh:mm:ssZ) holds the
 * wall clock still, so that tests and repeated runs print the same bytes.
 */
#ifndef SLUICE_CLOCK_H
#define SLUICE_CLOCK_H

#include <stdint.h>

#include "core/err.h"

#define CLOCK_TEXT_MAX 21 /* YYYY-MM-DDThh:mm:ssZ and NUL */

/* Whether SLUICE_NOW, where it is set, is an instant: ERR_USAGE. */
int clock_check(struct err *err);

/* The wall clock, as text in UTC. */
void clock_now(char out[CLOCK_TEXT_MAX]);

/* Milliseconds of a clock that only goes forward; from any start. */
int64_t clock_ms(void);

/* Sleep; a signal ends it early. */
void clock_sleep_ms(int64_t ms);

#endif
