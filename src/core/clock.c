#include "core/clock.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/date.h"

int clock_check(struct err *err)
{
	const char *fixed = getenv("SLUICE_NOW");
	int64_t seconds;

	if (!fixed || !*fixed ||
	    (strlen(fixed) == CLOCK_TEXT_MAX - 1 &&
	     instant_parse(span_of(fixed), &seconds) == 0))
		return 0;
	return err_set(err, ERR_USAGE,
		       "SLUICE_NOW is an instant, such as "
		       "2024-01-31T12:00:00Z, not '%s'",
		       fixed);
}

void clock_now(char out[CLOCK_TEXT_MAX])
{
	const char *fixed = getenv("SLUICE_NOW");
	struct tm tm;
	time_t now;

	if (fixed && strlen(fixed) == CLOCK_TEXT_MAX - 1) {
		memcpy(out, fixed, CLOCK_TEXT_MAX);
		return;
	}
	now = time(NULL);
	gmtime_r(&now, &tm);
	strftime(out, CLOCK_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

int64_t clock_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void clock_sleep_ms(int64_t ms)
{
	struct timespec ts = {ms / 1000, ms % 1000 * 1000000};

	if (ms > 0)
		nanosleep(&ts, NULL);
}
