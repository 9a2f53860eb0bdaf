/*
 * queue.h - which rows go into the next call; pure
 *
 * A queue holds the rows of one sending, in lanes: rows of a call are of one
 * lane.  Several calls may be out at a time.  Rows that name the same record
 * (a parent, a product that is counted) are never in two calls at a time, and
 * a row that names another row of the queue waits until that one has ended or
 * stands before it in the same call.
 */
#ifndef SLUICE_QUEUE_H
#define SLUICE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue_row {
	unsigned lane;
	uint64_t self;         /* hash of what others would name it by */
	const uint64_t *names; /* hashes of what it names, exclusively */
	size_t n_names;
	size_t bytes; /* of its cells */
};

struct queue;

/* `row` is copied; lanes are numbered from 0. */
struct queue *queue_new(const struct queue_row *row, size_t n, size_t n_lanes);
void queue_free(struct queue *q); /* takes NULL */

/* Rows on their way together; released by queue_call_release. */
struct queue_call {
	unsigned lane;
	uint32_t *row; /* owned */
	size_t n;
	unsigned tries;  /* how often rows of it failed to get an answer */
	int64_t wait_ms; /* not to be sent before */
};

/*
 * Take a call of this lane: what was given back with queue_again first, as it
 * was; else up to `rows` rows of up to `bytes` bytes (one at least).  False:
 * none may leave now.
 *
 * force  let rows go though others they name have not ended: where nothing
 *        is out and nothing else may leave, they name each other
 */
bool queue_take(struct queue *q, unsigned lane, size_t rows, size_t bytes,
		bool force, struct queue_call *out);

/* These rows have ended, well or badly. */
void queue_end(struct queue *q, const uint32_t *row, size_t n);

/*
 * These rows (one at least) of a call that is through are to be sent again,
 * together.
 *
 * late  only when no other row of the lane is left or out
 */
void queue_again(struct queue *q, const uint32_t *row, size_t n, bool late,
		 unsigned tries, int64_t wait_ms);

/* Rows of a lane, or of all, that are neither out nor ended. */
size_t queue_left(const struct queue *q, unsigned lane);
size_t queue_left_all(const struct queue *q);

void queue_call_release(struct queue_call *c);

#endif
