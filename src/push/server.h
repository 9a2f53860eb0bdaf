/*
 * server.h - the state and the server it is about, brought together
 */
#ifndef SLUICE_PUSH_SERVER_H
#define SLUICE_PUSH_SERVER_H

#include <stdbool.h>

#include "core/err.h"
#include "odoo/session.h"
#include "state/state.h"

/*
 * Hold the state to the database of the session: what is remembered of
 * another one is forgotten (state_bind), and *forgotten says so.
 */
int server_bind(struct state *state, struct session *session, bool *forgotten,
		struct err *err);

#endif
