#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

char *buf_enlarge(struct buf *b, size_t n)
{
	size_t want, cap;

	if (b->over || n > b->ceiling || b->len > b->ceiling - n) {
		b->over = true;
		return NULL;
	}
	want = b->len + n;
	cap = b->cap ? b->cap : 256;
	while (cap < want)
		cap = mem_mul(cap, 2);
	if (cap > b->ceiling)
		cap = b->ceiling;
	b->data = mem_realloc(b->data, mem_add(cap, 1)); /* NUL: buf_str */
	b->cap = cap;
	return b->data + b->len;
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *to;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	to = buf_reserve(b, (size_t)n);
	if (!to)
		return;
	va_start(ap, fmt);
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

const char *buf_str(struct buf *b)
{
	if (!b->data)
		b->data = mem_alloc(1);
	b->data[b->len] = '\0';
	return b->data;
}

void buf_release(struct buf *b)
{
	free(b->data);
	b->data = NULL;
	b->len = b->cap = 0;
	b->over = false;
}
