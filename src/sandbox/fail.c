/*
 * fail.c - see fail.h
 */
#include "sandbox/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

static char *print(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0)));

static char *print(const char *fmt, va_list ap)
{
	va_list again;
	char *text;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return mem_strdup(fmt);
	text = mem_alloc((size_t)n + 1);
	vsnprintf(text, (size_t)n + 1, fmt, ap);
	return text;
}

int fail_set(struct fail *f, enum fail_kind kind, const char *name,
	     const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = print(fmt, ap);
	va_end(ap);
	fail_clear(f);
	f->kind = kind;
	f->name = name;
	f->message = text;
	return -1;
}

int fail_rpc(struct fail *f, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = print(fmt, ap);
	va_end(ap);
	free(f->rpc);
	f->rpc = text;
	return -1;
}

void fail_clear(struct fail *f)
{
	free(f->message);
	free(f->rpc);
	free(f->field);
	*f = (struct fail)FAIL_INIT;
}
