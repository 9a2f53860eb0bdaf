#include "odoo/backoff.h"

#define AWAY_MS ((int64_t)60 * 1000)

void backoff_init(struct backoff *b, uint64_t seed)
{
	*b = (struct backoff){
		.base_ms = 500,
		.cap_ms = 30000,
		.budget_ms = (int64_t)10 * 60 * 1000,
		.tries_max = 8,
		.seed = seed,
		.failures_max = 4,
		.away_ms = AWAY_MS,
	};
}

void backoff_limit(struct backoff *b, int64_t tries, int64_t give_up_after_ms)
{
	if (tries)
		b->tries_max = (unsigned)tries;
	if (!give_up_after_ms)
		return;
	b->budget_ms = give_up_after_ms;
	b->away_ms = give_up_after_ms < AWAY_MS ? give_up_after_ms : AWAY_MS;
}

/* splitmix64 (Steele, Lea, Flood 2014): any seed is a good one. */
static uint64_t draw(struct backoff *b)
{
	uint64_t z = b->seed += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

static int64_t ceiling_of(const struct backoff *b, unsigned tries)
{
	int64_t c = b->base_ms;

	while (--tries && c < b->cap_ms)
		c *= 2;
	return c < b->cap_ms ? c : b->cap_ms;
}

/* What waiting until `end_ms` costs beyond what others wait anyway. */
static int64_t cost_of(const struct backoff *b, int64_t now_ms, int64_t end_ms)
{
	int64_t from = b->paid_until_ms > now_ms ? b->paid_until_ms : now_ms;

	return end_ms > from ? end_ms - from : 0;
}

int64_t backoff_wait(struct backoff *b, unsigned tries, int64_t retry_after_ms,
		     int64_t now_ms)
{
	int64_t wait, cost;

	if (!tries || tries >= b->tries_max || b->budget_ms <= 0)
		return -1;
	wait = (int64_t)(draw(b) % ((uint64_t)ceiling_of(b, tries) + 1));
	if (retry_after_ms > BACKOFF_RETRY_AFTER_MAX_MS)
		retry_after_ms = BACKOFF_RETRY_AFTER_MAX_MS;
	/* on top of it, or all come back in the same instant */
	if (retry_after_ms > 0)
		wait += retry_after_ms;
	cost = cost_of(b, now_ms, now_ms + wait);
	if (cost > b->budget_ms)
		return -1;
	b->budget_ms -= cost;
	if (b->paid_until_ms < now_ms + wait)
		b->paid_until_ms = now_ms + wait;
	return wait;
}

void backoff_good(struct backoff *b)
{
	b->failures = 0;
}

void backoff_bad(struct backoff *b, int64_t began_ms, int64_t now_ms)
{
	if (!b->failures)
		b->first_ms = now_ms;
	else if (began_ms <= b->last_ms)
		return; /* in flight when the last one failed */
	b->failures++;
	b->last_ms = now_ms;
}

bool backoff_open(const struct backoff *b, int64_t now_ms)
{
	return b->failures >= b->failures_max &&
	       now_ms - b->first_ms >= b->away_ms;
}
