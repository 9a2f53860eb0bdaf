/*
 * protocol.h - requests to calls, and what came of them to replies
 *
 * Both protocols work in two steps, so that whoever plays faults knows which
 * call a request is before it is run: read (which may answer at once), and
 * answer.
 */
#ifndef SLUICE_SANDBOX_PROTOCOL_H
#define SLUICE_SANDBOX_PROTOCOL_H

#include "core/buf.h"
#include "sandbox/call.h"

#define REPLY_CEILING ((size_t)1 << 30)

struct request {
	const char *verb, *path;              /* "POST", "/jsonrpc" */
	const char *type;                     /* Content-Type, or "" */
	const char *authorization, *database; /* headers, or NULL */
	const char *body;
	size_t len;
	bool over; /* the body was too long, and is not there */
};

struct reply {
	int status;
	const char *type;
	struct buf body;
	bool bearer;     /* WWW-Authenticate: Bearer */
	int retry_after; /* seconds; 0: no header */
};

struct exchange {
	struct call call; /* call.model NULL: nothing that faults name */
	bool answered;    /* the reply is complete */
	struct reply reply;
	const char *error; /* name of the exception answered, or NULL */
	json_t *result;    /* of the call, for the log; or NULL */

	json_t *body, *id; /* the request's */
	json_t *list, *named, *context;
	char *model, *method; /* owned copies for `call` */
};

void exchange_init(struct exchange *x);
void exchange_release(struct exchange *x);

/* Choose the protocol by path and read the request. */
void protocol_read(const struct service *s, const struct request *r,
		   struct exchange *x);
/* Run the call, unless answered, and make the reply. */
void protocol_answer(struct service *s, struct exchange *x,
		     enum call_trouble trouble);

/* The protocols, for protocol.c. */
void jsonrpc_read(const struct service *s, const struct request *r,
		  struct exchange *x);
void jsonrpc_result(const struct service *s, struct exchange *x);
void jsonrpc_failure(const struct service *s, struct exchange *x,
		     const struct fail *f);
void json2_read(const struct service *s, const struct request *r,
		struct exchange *x);
void json2_result(struct exchange *x);
void json2_failure(struct exchange *x, const struct fail *f);

/* Complete a reply. */
void reply_html(struct exchange *x, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void reply_json(struct exchange *x, int status, json_t *body);
/* The members of an error that both protocols tell; a new object. */
json_t *reply_error(int release, const struct fail *f, int status);

#endif
