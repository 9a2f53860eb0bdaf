/*
 * state.h - what survives a crash: one SQLite file per target
 *
 * Holds per external id what Odoo last accepted (xref.h), the requests whose
 * outcome is not known yet (journal.h), and records that wait for others
 * (held.h).  WAL, synchronous=FULL, mode
 * 0600.  One process writes at a time: a lock file beside it ("FILE.lock") is
 * flocked, close-on-exec, and never removed.
 *
 * A lost state costs time, never correctness: everything in it can be asked
 * of Odoo again, but for records that wait, which have to be delivered again.
 *
 * Spec: DESIGN section 8.
 */
#ifndef SLUICE_STATE_H
#define SLUICE_STATE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"

struct state;

enum state_mode {
	STATE_WRITE, /* takes the lock, makes the file where there is none */
	STATE_READ,  /* no lock, changes nothing; no file is an empty state */
};

/*
 * The file for a target: $SLUICE_STATE/TARGET.db, $XDG_STATE_HOME/sluice,
 * ~/.local/state/sluice, or /var/lib/sluice for root.  Free it.
 */
char *state_path(const char *target);

/*
 * Open `path`.  NULL with ERR_AGAIN where another process has it, ERR_CREATE,
 * ERR_IO also for a file that is no state, ERR_PERM, ERR_DATA for a newer
 * version.
 */
struct state *state_open(const char *path, enum state_mode mode,
			 struct err *err);
void state_close(struct state *st); /* takes NULL */

bool state_writable(const struct state *st);

/*
 * Hold the state to the server it is about: `server` tells that server from
 * others (session_server).  A state made with another one is forgotten, as if
 * the file were lost, but for the records that wait; opened for reading, it is
 * left alone and seems so.
 * 1 where that happened, 0 not, -1 with err.
 */
int state_bind(struct state *st, struct span server, struct err *err);

/* ---- for the other files of this folder ------------------------------ */

sqlite3 *state_db(struct state *st);
enum state_stmt {
	STMT_XREF_FIND,
	STMT_XREF_CELLS,
	STMT_XREF_BY_ID,
	STMT_XREF_PUT,
	STMT_CELLS_PUT,
	STMT_XREF_DIRTY,
	STMT_XREF_DROP,
	STMT_CELLS_DROP,
	STMT_XREF_MAX,
	STMT_BATCH_OPEN,
	STMT_BATCH_CLOSE,
	STMT_INTENT_PUT,
	STMT_INTENT_DROP,
	STMT_HELD_COUNT,
	STMT_HELD_WALK,
	STMT_HELD_PUT,
	STMT_HELD_DROP,
	STMT_MAX,
};
/* The prepared statement, kept for the run; NULL where SQLite refuses it. */
sqlite3_stmt *state_stmt(struct state *st, enum state_stmt which);

int state_begin(struct state *st, struct err *err);
/* Commit; on failure the transaction is rolled back. */
int state_commit(struct state *st, struct err *err);
void state_rollback(struct state *st);
/* Step a statement that returns no row, and reset it. */
int state_step(struct state *st, sqlite3_stmt *s, struct err *err);
int state_fail(struct state *st, struct err *err, const char *what);

#endif
