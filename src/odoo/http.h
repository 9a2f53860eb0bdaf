/*
 * http.h - requests over one curl multi handle; the only place where curl
 * options are set
 *
 * TLS is always verified, 1.2 at least.  Redirects are never followed: the
 * key would go to whoever the answer names.  Proxies of the environment are
 * used, but not for loopback.  Answers have a ceiling.
 */
#ifndef SLUICE_HTTP_H
#define SLUICE_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "odoo/reply.h"

/* An answer beyond this is LOST_LARGE. */
#define HTTP_ANSWER_CEILING ((size_t)64 << 20)
#define HTTP_CONNECT_MS     10000

struct http;

/* `ca_bundle`: a PEM file, or NULL for the system's.  ERR_OS, ERR_CONFIG. */
struct http *http_new(const char *ca_bundle, struct err *err);
void http_free(struct http *h); /* takes NULL; drops what is in flight */

struct http_request {
	const char *url;
	struct buf body;      /* JSON, taken over; empty: GET */
	const char *bearer;   /* key for Authorization, or NULL */
	const char *database; /* X-Odoo-Database, or NULL */
	int64_t timeout_ms;
	/*
	 * A connection of its own: on one used before, libcurl sends a
	 * request again by itself when that connection ends early, though
	 * the server may have done it.
	 */
	bool once;
	void *context;
};

struct http_answer {
	enum reply_lost lost;
	int status;
	struct buf body;
	char *why;              /* curl's words, or where a redirect leads */
	int64_t retry_after_ms; /* -1: not said */
	int64_t took_ms;
	size_t sent; /* bytes of the body */
	void *context;
};

/* Send it; http_done hands out the answer.  The request's body is taken. */
void http_start(struct http *h, struct http_request *rq);

/* Move data; wait up to `wait_ms` for something to happen. */
void http_move(struct http *h, int64_t wait_ms);

/* The next answer that is there: true, and `a` is the caller's to release. */
bool http_done(struct http *h, struct http_answer *a);
void http_answer_release(struct http_answer *a);

/* Drop the requests in flight; they are handed out as LOST_STOPPED. */
void http_stop(struct http *h);

/* http or https with a host and nothing secret in it; ERR_CONFIG. */
int http_check_url(const char *url, bool *plain, bool *loopback,
		   struct err *err);

#endif
