/*
 * running.h - values that live from row to row: the section `running` of a feed
 *
 * They are stepped once a raw record, before its entries.  A value that cannot
 * be told is not known until it is set again: where a rule failed on a row, or
 * where rows were lost.  An expression that asks for it then fails, and never
 * sees what was there before.
 */
#ifndef SLUICE_RUNNING_H
#define SLUICE_RUNNING_H

#include "map/map.h"

/*
 * Compile the section at `n` in the scope of `m`, which learns the names.
 * NULL with ERR_CONFIG.
 */
struct running *running_compile(struct map *m, const struct yt_node *n,
				struct err *err);
void running_free(struct running *s); /* takes NULL */

/* Before the first record, and again. */
void running_reset(struct running *s);
/* `env` is of the raw record at hand; env->running is set. */
void running_step(struct running *s, struct expr_env *env);
/* Whether `when` of number `i` held for the row at hand. */
bool running_starts(const struct running *s, size_t i);
/* Rows were lost: none is known any more. */
void running_forget(struct running *s, const char *why);

size_t running_count(const struct running *s);
/* The values after the last step. */
const struct expr_running *running_values(const struct running *s);

/* Append all of them as one JSON array ... */
void running_put(const struct running *s, struct buf *b);
/* ... and read them from there. */
void running_load(struct expr_running *to, size_t n, struct rec *r,
		  const struct rec_node *array);

#endif
