/*
 * span.h - text that lives elsewhere: pointer and length, never NUL-terminated
 *
 * A span is passed by value and owns nothing; it is valid as long as what it
 * points into.
 */
#ifndef SLUICE_SPAN_H
#define SLUICE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
	const char *p;
	size_t len; /* bytes */
};

/* Of a string literal. */
#define SPAN(lit) ((struct span){(lit), sizeof(lit) - 1})
/* For printf("%.*s", SPAN_FMT(s)). */
#define SPAN_FMT(s) ((int)((s).len)), ((s).p ? (s).p : "")

static inline struct span span_of(const char *s)
{
	return (struct span){s, strlen(s)};
}

static inline bool span_eq(struct span a, struct span b)
{
	return a.len == b.len && (!a.len || !memcmp(a.p, b.p, a.len));
}

static inline bool span_is(struct span a, const char *s)
{
	return span_eq(a, span_of(s));
}

/* Bytewise, a shorter prefix first: <0, 0, >0. */
static inline int span_cmp(struct span a, struct span b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.len > b.len) - (a.len < b.len);
}

static inline bool span_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Without ASCII white space at both ends. */
static inline struct span span_trim(struct span s)
{
	while (s.len && span_is_space(s.p[0]))
		s.p++, s.len--;
	while (s.len && span_is_space(s.p[s.len - 1]))
		s.len--;
	return s;
}

#endif
