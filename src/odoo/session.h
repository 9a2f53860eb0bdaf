/*
 * session.h - a server that was asked who it is and let us in
 *
 * Opening asks for the version (/jsonrpc common.version), chooses the
 * transport (JSON-2 from 19 on, unless the endpoint pins one) and proves the
 * key.  Errors speak the language of exit statuses: ERR_AGAIN server away,
 * ERR_PERM wrong key, ERR_REFUSED no Odoo there or it refuses, ERR_CONFIG
 * unknown database.  The key is in no message.
 *
 * Calls: session_call for one at a time; session_submit and session_next for
 * several in flight (sched.h keeps the window).
 */
#ifndef SLUICE_SESSION_H
#define SLUICE_SESSION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "odoo/call.h"
#include "odoo/endpoint.h"
#include "odoo/reply.h"
#include "odoo/verdict.h"

struct session;

/* `ep` is borrowed for as long as the session lives.  NULL with err. */
struct session *session_open(const struct endpoint *ep, struct err *err);
void session_close(struct session *s); /* takes NULL */

int session_release(const struct session *s);           /* 14, 19 */
const char *session_transport(const struct session *s); /* "json2" */
int64_t session_uid(const struct session *s);
/* res.company id that the endpoint's `company` names; 0 where it names none. */
int64_t session_company(const struct session *s);
const struct endpoint *session_endpoint(const struct session *s);

/*
 * Append what tells this server's database from others: its name, and when
 * it was made (as its first user was; every user may read that).  One call.
 */
int session_server(struct session *s, struct buf *out, struct err *err);

/*
 * One call, its value; NULL with err (a sentence with Odoo's words).  A
 * CALL_READ is repeated after what is transient, within the run's budget;
 * when that is used up: ERR_AGAIN.  A CALL_WRITE is sent once; err.code is
 * ERR_AGAIN also where the outcome is unknown, so use session_try for those.
 * `c` stays the caller's.
 */
json_t *session_call(struct session *s, struct call *c, struct err *err);

/*
 * Several reads, as many at a time as the window holds: the value of call
 * number `i` (borrowed) goes to `on`, in order.  The calls are released.  -1
 * with err, from a call or from `on`.
 */
typedef int session_on_value(void *to, size_t i, const json_t *value,
			     struct err *err);
int session_call_each(struct session *s, struct call *c, size_t n,
		      session_on_value *on, void *to, struct err *err);

/*
 * One call, sent once, whatever comes back: `reply` is always filled and to
 * be released.
 */
void session_try(struct session *s, struct call *c, struct reply *reply);

/* ---- several in flight ------------------------------------------------- */

/* A call that is through. */
struct session_done {
	struct call call; /* as submitted; release it or submit it again */
	struct reply reply;
	void *context; /* as submitted */
};

/* Room in the window: a call submitted now is sent at once. */
bool session_has_room(const struct session *s);
/* Calls submitted and not yet returned. */
size_t session_pending(const struct session *s);
/* How many calls may be in flight. */
size_t session_lines(const struct session *s);
/* Change the window (1 or more). */
void session_window(struct session *s, size_t in_flight);

/*
 * Send `c`, now or when the window has room, not before `wait_ms` from now.
 * What `c` holds is taken over; *c becomes empty.
 */
void session_submit(struct session *s, struct call *c, int64_t wait_ms,
		    void *context);

/*
 * Wait for the next call to be through.  1: `done` is filled, its call and
 * reply are the caller's to release; 0: nothing is pending.  Once sig_stop()
 * is set, calls not sent yet come back at once with LOST_UNSENT, those in
 * flight within `SESSION_STOP_MS`, then as LOST_STOPPED.
 */
int session_next(struct session *s, struct session_done *done);
void session_done_release(struct session_done *done);

/* Calls that were not sent yet come back as LOST_UNSENT. */
void session_drop_waiting(struct session *s);

#define SESSION_STOP_MS 20000

/*
 * How long to wait before the next try of something that failed `tries`
 * times (1 the first time), by full jitter and what the server asked for in
 * `v`.  -1: the run's budget is used up or the server stays away; err says so
 * (ERR_AGAIN).
 */
int64_t session_backoff(struct session *s, unsigned tries,
			const struct verdict *v, struct err *err);

/* ---- what is known about the server ------------------------------------ */

/*
 * fields_get of a model (type, relation, required, readonly, store, digits,
 * selection, string, related), asked once; borrowed.  NULL with err.
 */
const json_t *session_fields(struct session *s, const char *model,
			     struct err *err);

/* Counters for --verbose and summaries. */
struct session_counts {
	uint64_t requests, retries, bytes_out, bytes_in;
};
const struct session_counts *session_counts(struct session *s);

#endif
