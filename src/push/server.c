#include "push/server.h"

#include "core/buf.h"

#define SERVER_CEILING 4096

int server_bind(struct state *state, struct session *session, bool *forgotten,
		struct err *err)
{
	struct buf server = BUF_INIT(SERVER_CEILING);
	int rc = session_server(session, &server, err);

	if (rc == 0)
		rc = state_bind(state, buf_span(&server), err);
	*forgotten = rc > 0;
	buf_release(&server);
	return rc < 0 ? -1 : 0;
}
