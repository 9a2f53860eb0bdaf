/*
 * mem.h - allocation that does not fail, and the per-record arena
 *
 * Two lifetimes: the run (mem_*: one owner, freed by it) and the record (an
 * arena, let go as a whole before the next record).  Running out of memory
 * prints one line and exits with ERR_OS: nothing irreversible happens before
 * it is in the journal, so dying here is safe.
 */
#ifndef SLUICE_MEM_H
#define SLUICE_MEM_H

#include <stddef.h>

#include "core/span.h"

/* Sums and products of sizes; an overflow ends the program as no memory. */
size_t mem_add(size_t a, size_t b);
size_t mem_mul(size_t a, size_t b);

/* Never NULL, also for size 0; released with free(). */
void *mem_alloc(size_t size);
void *mem_zalloc(size_t size);
void *mem_realloc(void *ptr, size_t size);
char *mem_strdup(const char *s);
/* `len` bytes at `p` and a NUL behind them. */
char *mem_dup(const char *p, size_t len);
/* printf into memory of its own. */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Make room for one more of `size` bytes in an array of `n` with room for
 * `*cap`; the array may move.  Doubles.
 *
 *	list = mem_grow(list, n, &cap, sizeof(*list));
 *	list[n++] = x;
 */
void *mem_grow(void *array, size_t n, size_t *cap, size_t size);

/* Memory that is let go as a whole.  Initialise with ARENA_INIT. */
struct arena_block;
struct arena {
	struct arena_block *head; /* the block in use; older ones follow */
	size_t size;              /* bytes of all blocks */
};

#define ARENA_INIT           \
	{                    \
		.head = NULL \
	}

/* `size` bytes, aligned for any type, valid until arena_clear. */
void *arena_alloc(struct arena *a, size_t size);
/* A copy with a NUL behind it. */
char *arena_dup(struct arena *a, const char *p, size_t len);
/* The same for a span, which may be empty. */
struct span arena_span(struct arena *a, struct span s);
/* Everything handed out becomes invalid; the largest block is kept. */
void arena_clear(struct arena *a);
void arena_release(struct arena *a);

#endif
