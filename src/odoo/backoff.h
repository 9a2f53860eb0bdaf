/*
 * backoff.h - how long to wait before trying again; arithmetic only
 *
 * Full jitter: a wait is anything between zero and a ceiling that doubles
 * with each try, so that clients which failed together do not come back
 * together.  What the server asks for (Retry-After) is a floor.  A run has a
 * budget of waiting, from which calls that wait at the same time take once; a
 * circuit breaker stops asking a server that answers nobody.
 */
#ifndef SLUICE_BACKOFF_H
#define SLUICE_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

struct backoff {
	int64_t base_ms, cap_ms; /* ceiling of the first wait; of any wait */
	int64_t budget_ms;       /* waiting that is left to the run */
	int64_t paid_until_ms;   /* clock_ms up to which it was taken */
	unsigned tries_max;      /* of one call */
	uint64_t seed;           /* state of the generator */
	/* circuit breaker */
	unsigned failures;     /* in a row; calls in flight together count
				  once */
	unsigned failures_max; /* so many open the circuit */
	int64_t first_ms;      /* clock_ms of the first of them */
	int64_t last_ms;       /* ... and of the last one counted */
	int64_t away_ms;       /* open only when they span so long */
};

#define BACKOFF_RETRY_AFTER_MAX_MS ((int64_t)300 * 1000)

void backoff_init(struct backoff *b, uint64_t seed);

/*
 * What a target says: tries of one call, and how much waiting a run may come
 * to, which is also the longest time without any answer.  0: as it is.
 */
void backoff_limit(struct backoff *b, int64_t tries, int64_t give_up_after_ms);

/*
 * The wait before try number `tries` + 1, in milliseconds from `now_ms`
 * (clock_ms) on, taken from the budget; -1 where tries or budget are used up.
 * `retry_after_ms` -1: none.
 */
int64_t backoff_wait(struct backoff *b, unsigned tries, int64_t retry_after_ms,
		     int64_t now_ms);

/* The server answered; it did not answer a call that began at `began_ms`. */
void backoff_good(struct backoff *b);
void backoff_bad(struct backoff *b, int64_t began_ms, int64_t now_ms);
/* The circuit is open: give up. */
bool backoff_open(const struct backoff *b, int64_t now_ms);

#endif
