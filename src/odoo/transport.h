/*
 * transport.h - what a transport is: a call to a request, an answer to a reply
 *
 * A new one is tp_x.c and a line in transport.c.
 */
#ifndef SLUICE_TRANSPORT_H
#define SLUICE_TRANSPORT_H

#include "core/buf.h"
#include "odoo/call.h"
#include "odoo/http.h"
#include "odoo/reply.h"

/* Who calls; borrowed. */
struct login {
	const char *database, *user, *key;
	int64_t uid;
};

struct transport_ops {
	const char *name;   /* as in a target: "json2" */
	int release_from;   /* the first release that has it */
	bool key_in_header; /* Authorization and X-Odoo-Database */
	/* Append the path behind the endpoint's URL. */
	void (*path)(struct buf *out, const struct call *c);
	/* Append the body. */
	void (*body)(struct buf *out, const struct login *l,
		     const struct call *c);
	/* The value in a whole answer: REPLY_RESULT, _ERROR or _STRANGE. */
	void (*interpret)(const struct http_answer *a, struct reply *r);
	/* The call that proves the key; its reply has the uid. */
	void (*prove)(struct call *c, const struct login *l);
	/* The uid of the prove call's result; 0: not let in, -1: not said. */
	int64_t (*proved)(const json_t *result);
};

extern const struct transport_ops tp_jsonrpc, tp_json2;

/* By name, or for a release; NULL where there is none. */
const struct transport_ops *transport_named(const char *name);
const struct transport_ops *transport_for(int release);

/* Fill `r` from the answer; `a` stays the caller's. */
void transport_reply(const struct transport_ops *tp,
		     const struct http_answer *a, struct reply *r);

/*
 * The JSON of a body.  Odoo 19 writes the bare words NaN and Infinity, which
 * are no JSON: they become null.  NULL where it is not JSON otherwise.
 */
json_t *transport_json(const struct buf *body);

/* A copy of a member that is text, or NULL. */
char *transport_text(const json_t *object, const char *name);
/* Fill name and message of `r` from an object that has them. */
void transport_error(struct reply *r, const json_t *error);

/* Pseudo-model of calls to the common service of /jsonrpc. */
#define CALL_COMMON "common"

#endif
