/*
 * server.h - HTTP: requests in, faults played, replies out, each one logged
 */
#ifndef SLUICE_SANDBOX_SERVER_H
#define SLUICE_SANDBOX_SERVER_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>

#include "core/err.h"
#include "sandbox/call.h"
#include "sandbox/fault.h"

struct MHD_Daemon;

struct server {
	struct service *service;
	struct sockaddr_in address; /* the port is filled in by server_start */
	struct fault *fault;
	size_t n_faults;
	int log_fd; /* -1: no log */

	struct MHD_Daemon *daemon;
	pthread_mutex_t lock; /* service, faults, count, log */
	uint64_t count;       /* requests so far */
	/* A restart is due: milliseconds to stay away, or -1. */
	atomic_llong away_ms;
};

/* "127.0.0.1:PORT" or "PORT"; loopback only.  -1 with ERR_USAGE. */
int server_address(const char *text, struct sockaddr_in *out, struct err *err);

int server_start(struct server *s, struct err *err);
void server_stop(struct server *s);

#endif
