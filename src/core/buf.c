#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

char *buf_reserve(struct buf *b, size_t n)
{
	size_t want, cap;

	if (b->data && n <= b->cap - b->len)
		return b->data + b->len;
	if (b->over || n > b->ceiling || b->len > b->ceiling - n) {
		b->over = true;
		return NULL;
	}
	want = b->len + n;
	cap = b->cap ? b->cap : 256;
	while (cap < want)
		cap = mem_mul(cap, 2);
	b->data = mem_realloc(b->data, cap);
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
	to = buf_reserve(b, (size_t)n + 1);
	if (!to)
		return;
	va_start(ap, fmt);
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

const char *buf_str(struct buf *b)
{
	if (b->len == b->cap) {
		b->cap = mem_add(b->cap ? b->cap : 16, 16);
		b->data = mem_realloc(b->data, b->cap);
	}
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
