/*
 * endpoint.h - where a server is and how to talk to it
 *
 * conf/target.h fills it from targets.yaml.  All texts are owned by whoever
 * filled it and outlive the session.
 */
#ifndef SLUICE_ENDPOINT_H
#define SLUICE_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/secret.h"
#include "odoo/gate.h"

enum endpoint_transport { TRANSPORT_AUTO, TRANSPORT_JSON2, TRANSPORT_JSONRPC };

struct endpoint {
	const char *name; /* of the target, for messages */
	const char *url;  /* without a slash at the end */
	const char *database;
	const char *login;
	struct secret key;
	enum endpoint_transport transport;
	int release;           /* 14, 19; 0: ask */
	const char *language;  /* context "lang", or NULL */
	const char *company;   /* external id or name, or NULL */
	const char *ca_bundle; /* PEM file, or NULL: the system's */
	bool insecure;         /* http beyond loopback; TLS stays verified */
	int64_t in_flight;     /* calls at a time; 0: the default, 2 */
	int64_t batch;         /* rows in a call; 0: the default, 1000 */
	int64_t requests_per_minute; /* 0: no limit */
	int64_t timeout_ms;          /* of a whole call; 0: 120 s */
	int64_t tries;               /* of one call; 0: the default, 8 */
	int64_t give_up_after_ms;    /* waiting of a run; 0: 10 min */
	const char *gate;            /* file shared by all processes, or NULL */
	enum gate_priority priority; /* of this one */
};

#define ENDPOINT_IN_FLIGHT  2
#define ENDPOINT_TIMEOUT_MS ((int64_t)120 * 1000)

#endif
