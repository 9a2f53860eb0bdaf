/*
 * reply.h - what came back for a call, before anybody judges it
 *
 * verdict.h says what it means.
 */
#ifndef SLUICE_REPLY_H
#define SLUICE_REPLY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum reply_how {
	REPLY_RESULT,  /* the method's value, in `result` */
	REPLY_ERROR,   /* Odoo's error: `name`, `message`, `status` */
	REPLY_STRANGE, /* HTTP `status` with a body that is not Odoo's */
	REPLY_NONE,    /* no whole answer: `lost` */
};

/* Why there is no whole answer. */
enum reply_lost {
	LOST_NOT,
	LOST_UNSENT,  /* no connection: the server did not see the call */
	LOST_BIG,     /* not sent: the call passes CALL_CEILING */
	LOST_TIMEOUT, /* no answer in time */
	LOST_CUT,     /* the connection ended before the answer did */
	LOST_TLS,     /* the certificate or the handshake is no good */
	LOST_LARGE,   /* the answer passes the ceiling */
	LOST_STOPPED, /* we stopped waiting: sig_stop() */
};

struct reply {
	enum reply_how how;
	enum reply_lost lost;
	int status;             /* HTTP; 0 without an answer */
	json_t *result;         /* owned; JSON null for Python's None */
	char *name;             /* "odoo.exceptions.AccessError"; or NULL */
	char *message;          /* Odoo's or curl's words; or NULL */
	int64_t retry_after_ms; /* -1: not said */
	int64_t took_ms;
};

#define REPLY_INIT                                      \
	{                                               \
		.how = REPLY_NONE, .retry_after_ms = -1 \
	}

void reply_release(struct reply *r);

#endif
