/*
 * session_open.h - the parts of a session that its opening fills in
 *
 * Between session.c, session_open.c and reads.c only.
 */
#ifndef SLUICE_SESSION_OPEN_H
#define SLUICE_SESSION_OPEN_H

#include <stdint.h>

#include "core/err.h"
#include "odoo/session.h"
#include "odoo/transport.h"

/* Whether the user may read ir.model.data; found out at the first need. */
enum session_may { MAY_ASK, MAY_YES, MAY_NOT };
enum session_may *session_may_read_xids(struct session *s);

/* Version, transport, key, company. */
int session_greet(struct session *s, struct err *err);

void session_use(struct session *s, const struct transport_ops *tp);
void session_knows(struct session *s, int release, int64_t uid);
void session_in_company(struct session *s, int64_t company);
void session_speaks(struct session *s, const char *language);
const struct login *session_login(const struct session *s);

#endif
