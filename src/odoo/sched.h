/*
 * sched.h - calls in flight: a window of our own over curl_multi
 *
 * A call queued inside libcurl is already using up its timeout, so no more
 * than the window holds is handed to it.  The rest waits here, in order, each
 * until its time has come; a limit of requests a minute spaces them.
 */
#ifndef SLUICE_SCHED_H
#define SLUICE_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "odoo/endpoint.h"
#include "odoo/http.h"
#include "odoo/transport.h"

struct sched;
struct sched_item;

struct sched_done {
	struct call call;
	struct reply reply;
	void *context;
};

struct sched_counts {
	uint64_t requests, bytes_out, bytes_in;
};

/* All is borrowed; `tp` and `login` may change between calls. */
struct sched *sched_new(struct http *http, const struct endpoint *ep,
			const struct login *login);
void sched_free(struct sched *s); /* takes NULL; drops what is pending */

void sched_transport(struct sched *s, const struct transport_ops *tp);
void sched_window(struct sched *s, size_t in_flight);

size_t sched_lines(const struct sched *s); /* the window */
bool sched_has_room(const struct sched *s);
size_t sched_pending(const struct sched *s);

/* As session_submit; `urgent` goes first and beyond the window. */
struct sched_item *sched_submit(struct sched *s, struct call *c,
				int64_t wait_ms, bool urgent, void *context);

/*
 * Wait for `only` to be through, or for any but the urgent ones (NULL).
 * false: nothing is pending.  `stop_ms`: how long those in flight may still
 * take once sig_stop() is set.
 */
bool sched_next(struct sched *s, const struct sched_item *only, int64_t stop_ms,
		struct sched_done *done);

/* What was not sent yet comes back as LOST_UNSENT. */
void sched_drop_waiting(struct sched *s);

const struct sched_counts *sched_counts(const struct sched *s);

#endif
