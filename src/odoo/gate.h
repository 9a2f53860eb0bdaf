/*
 * gate.h - the requests of all processes to one server, by priority
 *
 * A small file per target (mode 0600, locked for microseconds) holds when the
 * next request may begin, and who waited or worked last.  So a limit of
 * requests a minute holds over all processes of a user, and one of higher
 * priority that waits is served first.  What a process says of itself expires
 * after GATE_ALIVE_MS: one that died blocks nobody.  A clock that began anew
 * (a restart of the machine) is known by times too far away.
 */
#ifndef SLUICE_GATE_H
#define SLUICE_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

enum gate_priority { GATE_URGENT, GATE_NORMAL, GATE_BULK };
#define GATE_PRIORITIES 3

/* "urgent", "normal", "bulk" in their order, then NULL. */
extern const char *const gate_words[GATE_PRIORITIES + 1];
/* -1: no such word. */
int gate_priority_of(const char *word, enum gate_priority *out);

#define GATE_ALIVE_MS 1000

/* ---- arithmetic; times are clock_ms() in microseconds ------------------ */

struct gate_book {
	int64_t next_us;                     /* the next request may begin */
	int64_t waiting_us[GATE_PRIORITIES]; /* last seen waiting; 0: nobody */
	int64_t working_us[GATE_PRIORITIES]; /* last seen with calls to make */
};

/*
 * Take the next slot: 0, or how long to wait (at most GATE_ALIVE_MS) before
 * asking again.  `every_us`: between two requests; 0: no limit.
 */
int64_t gate_book_take(struct gate_book *b, enum gate_priority p,
		       int64_t every_us, int64_t now_us);
/* Somebody of higher priority has calls to make. */
bool gate_book_crowded(const struct gate_book *b, enum gate_priority p,
		       int64_t now_us);

/* ---- the file ----------------------------------------------------------- */

struct gate;

/*
 * `path` is made where it is not there; `per_minute` 0: no limit.  NULL with
 * err where it cannot be used.
 */
struct gate *gate_open(const char *path, enum gate_priority p,
		       int64_t per_minute, struct err *err);
void gate_close(struct gate *g); /* takes NULL */

/* As gate_book_take, in milliseconds.  0 as well where the file fails. */
int64_t gate_take(struct gate *g);
/*
 * Say that this process has calls to make; true where one of higher priority
 * has, too.  Looks at the file ten times a second at most.
 */
bool gate_crowded(struct gate *g);

#endif
