#include "core/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/err.h"

#define ARENA_BLOCK_MIN ((size_t)16 * 1024)

struct arena_block {
	struct arena_block *older;
	size_t cap, used; /* bytes of data */
	_Alignas(max_align_t) char data[];
};

/* One line with write(2): stdio might want memory. */
static _Noreturn void no_memory(void)
{
	static const char msg[] = "sluice: out of memory\n";
	ssize_t ignored = write(STDERR_FILENO, msg, sizeof(msg) - 1);

	(void)ignored;
	_exit(ERR_OS);
}

size_t mem_add(size_t a, size_t b)
{
	size_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		no_memory();
	return sum;
}

size_t mem_mul(size_t a, size_t b)
{
	size_t product;

	if (__builtin_mul_overflow(a, b, &product))
		no_memory();
	return product;
}

void *mem_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (!p)
		no_memory();
	return p;
}

void *mem_zalloc(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (!p)
		no_memory();
	return p;
}

void *mem_realloc(void *ptr, size_t size)
{
	void *p = realloc(ptr, size ? size : 1);

	if (!p)
		no_memory();
	return p;
}

char *mem_dup(const char *p, size_t len)
{
	char *copy = mem_alloc(mem_add(len, 1));

	if (len)
		memcpy(copy, p, len);
	copy[len] = '\0';
	return copy;
}

char *mem_strdup(const char *s)
{
	return mem_dup(s, strlen(s));
}

char *mem_printf(const char *fmt, ...)
{
	char *out = NULL;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&out, fmt, ap);
	va_end(ap);
	if (n < 0)
		no_memory();
	return out;
}

void *mem_grow(void *array, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return array;
	*cap = *cap ? mem_mul(*cap, 2) : 8;
	return mem_realloc(array, mem_mul(*cap, size));
}

static struct arena_block *arena_block_new(struct arena *a, size_t size)
{
	size_t cap = a->head ? mem_mul(a->head->cap, 2) : ARENA_BLOCK_MIN;
	struct arena_block *b;

	if (cap < size)
		cap = size;
	b = mem_alloc(mem_add(sizeof(*b), cap));
	b->older = a->head;
	b->cap = cap;
	b->used = 0;
	a->head = b;
	a->size += cap;
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct arena_block *b = a->head;
	void *p;

	size = mem_add(size, align - 1) / align * align;
	if (!b || b->cap - b->used < size)
		b = arena_block_new(a, size);
	p = b->data + b->used;
	b->used += size;
	return p;
}

char *arena_dup(struct arena *a, const char *p, size_t len)
{
	char *copy = arena_alloc(a, mem_add(len, 1));

	if (len)
		memcpy(copy, p, len);
	copy[len] = '\0';
	return copy;
}

struct span arena_span(struct arena *a, struct span s)
{
	return (struct span){arena_dup(a, s.p ? s.p : "", s.len), s.len};
}

void arena_clear(struct arena *a)
{
	struct arena_block *b, *older;

	if (!a->head)
		return;
	for (b = a->head->older; b; b = older) {
		older = b->older;
		free(b);
	}
	a->head->older = NULL;
	a->head->used = 0;
	a->size = a->head->cap;
}

void arena_release(struct arena *a)
{
	arena_clear(a);
	free(a->head);
	*a = (struct arena)ARENA_INIT;
}
