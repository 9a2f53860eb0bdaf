/*
 * utf8.h - check and repair UTF-8
 *
 * Spec: RFC 3629 (no surrogates, no overlong forms, up to U+10FFFF).
 */
#ifndef SLUICE_UTF8_H
#define SLUICE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

/*
 * Length in bytes of the well-formed sequence at `p` (1 to 4), or 0 where
 * there is none.  `len` is what is left, at least 1.
 */
size_t utf8_seq(const char *p, size_t len);

/* Offset in bytes of the first malformed sequence; `len` where all is well. */
size_t utf8_check(const char *p, size_t len);

/* Append code point `cp` (a scalar value) to `out` (4 bytes); its length. */
size_t utf8_put(char out[4], uint32_t cp);

/* The code point of the well-formed sequence at `p`. */
uint32_t utf8_get(const char *p, size_t seq_len);

/* Append `s` to `b`, each malformed byte replaced by U+FFFD. */
void utf8_repair(struct buf *b, struct span s);

/*
 * Whether a terminal may see it: no controls (C0, DEL, C1), no line ends of
 * Unicode's own, no marks that turn the writing direction.
 */
bool utf8_is_shown(uint32_t cp);

/* Whether Unicode calls it white space: also U+00A0, U+2009, U+202F, U+3000. */
bool utf8_is_space(uint32_t cp);

/* What utf8_trim does where the ends are not ASCII. */
struct span utf8_trim_beyond(struct span s);

/* Without white space at both ends, that beyond ASCII included. */
static inline struct span utf8_trim(struct span s)
{
	s = span_trim(s);
	if (s.len && ((s.p[0] | s.p[s.len - 1]) & 0x80))
		return utf8_trim_beyond(s);
	return s;
}

/* ASCII that is seen: neither white space nor a control. */
static inline bool utf8_is_graph(char c)
{
	return c > ' ' && c < 0x7F;
}

/* Whether there is nothing but white space. */
static inline bool utf8_is_blank(struct span s)
{
	return !(s.len && utf8_is_graph(s.p[0])) && !utf8_trim(s).len;
}

/* Characters (code points) in well-formed text. */
size_t utf8_chars(const char *p, size_t len);

#endif
