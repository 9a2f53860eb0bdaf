/*
 * buf.h - growing bytes with a ceiling
 *
 * Input decides how much is appended, so every buffer has a ceiling.  What
 * would pass it is not added and `over` stays set until buf_clear: callers
 * add all they have and look once at the end.
 */
#ifndef SLUICE_BUF_H
#define SLUICE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "core/span.h"

struct buf {
	char *data;               /* NULL while empty and never grown */
	size_t len, cap, ceiling; /* bytes */
	bool over;                /* something did not fit below the ceiling */
};

#define BUF_INIT(ceil)            \
	{                         \
		.ceiling = (ceil) \
	}

/* A line of a stream, DESIGN section 2: 16 MiB. */
#define LINE_CEILING ((size_t)16 << 20)
#define PATH_CEILING ((size_t)4096)

/* Where there is no room yet: what buf_reserve does then. */
char *buf_enlarge(struct buf *b, size_t n);

/*
 * Make room for `n` more bytes and return where they go, or NULL beyond the
 * ceiling.  The caller writes there and adds to `len` himself.
 */
static inline char *buf_reserve(struct buf *b, size_t n)
{
	if (b->data && n <= b->cap - b->len)
		return b->data + b->len;
	return buf_enlarge(b, n);
}

static inline void buf_add(struct buf *b, const void *p, size_t n)
{
	char *to = buf_reserve(b, n);

	if (to && n) {
		memcpy(to, p, n);
		b->len += n;
	}
}

static inline void buf_addc(struct buf *b, char c)
{
	char *to = buf_reserve(b, 1);

	if (to) {
		*to = c;
		b->len++;
	}
}

static inline void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

static inline void buf_add_span(struct buf *b, struct span s)
{
	buf_add(b, s.p, s.len);
}

void buf_addf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* NUL-terminated (the NUL is not counted); "" when empty. */
const char *buf_str(struct buf *b);

static inline struct span buf_span(const struct buf *b)
{
	return (struct span){b->data, b->len};
}

static inline void buf_clear(struct buf *b)
{
	b->len = 0;
	b->over = false;
}

void buf_release(struct buf *b);

#endif
