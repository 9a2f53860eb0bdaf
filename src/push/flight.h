/*
 * flight.h - calls of `load` in flight: journalled, sent, judged, divided
 *
 * Takes lanes, which are items that travel together, and brings every one of
 * them to its end: a receipt, a reject, or, for a record that vanished from
 * Odoo, res_id 0.  Several calls are in flight, as many as the session's
 * window has room for; queue.h says which rows may be.  What a lane's rows
 * look like and how they are settled is the lane's (send.c, count.c).
 *
 * Intent is committed before a call leaves, its outcome before its receipts.
 * A call whose outcome is not known stays an open intent until Odoo was asked.
 */
#ifndef SLUICE_FLIGHT_H
#define SLUICE_FLIGHT_H

#include "push/batch.h"
#include "push/push.h"

struct lane;

/* A call that is through, as the lane's functions see it. */
struct flight {
	struct lane *lane;
	int64_t batch; /* its intent in the journal; 0: closed */
	uint32_t *row; /* numbers of items in the lane's `v` */
	size_t n;
	enum batch_row *out; /* how each ended; all BATCH_AGAIN at first */
	int64_t ms;          /* what the call took */
	unsigned tries;
	unsigned alone; /* answers lost that were about one row */
	int64_t others; /* tries of the run besides, at the first of them */
};

struct lane_ops {
	/* The columns, as a JSON array of strings. */
	void (*put_columns)(const struct lane *l, struct buf *out);
	/* An item's cells, as a JSON array of strings. */
	void (*put_row)(const struct lane *l, const struct item *it,
			struct buf *out);
	/* Odoo kept the call: all rows to DONE or BAD, the intent closed. */
	int (*kept)(struct flight *f, const struct load_verdict *verdict,
		    struct err *err);
	/*
	 * Nobody knows: ask Odoo.  Rows that are there as sent are settled
	 * and DONE; the intent is closed where there are any.
	 */
	int (*ask)(struct flight *f, size_t *n_done, struct err *err);
	/* Odoo refuses this row by itself. */
	int (*refused)(struct lane *l, struct item *it,
		       const struct load_row *why, struct err *err);
};

struct lane {
	const struct lane_ops *ops;
	struct push *p;
	const struct binding *b;
	struct item **v; /* borrowed, as is what they hold */
	size_t n;
	const char *op;    /* for the journal: "create", "update", "count" */
	const char *right; /* what the user needs: "create", "write" */
	bool by_xid;       /* rows are named by external id */
	bool hidden;       /* archived records */
	struct batch_size *size;
	uint64_t columns, by_ids; /* send.c: bits of fields; sent as ids */
	void *context;            /* count.c */
};

/*
 * Send all lanes.  -1: the run ends; what was in flight was waited for and
 * settled as far as possible, what is not known stays an open intent.
 */
int flights_run(struct push *p, struct lane *lane, size_t n_lanes,
		struct err *err);

#endif
