#include "read/cell.h"

#include <stdio.h>

#include "core/rec.h"
#include "core/utf8.h"

#define LOW_BITS    UINT64_C(0x0101010101010101)
#define HIGH_BITS   UINT64_C(0x8080808080808080)
#define REPLACEMENT "\xEF\xBF\xBD"

/* Bytes taken between two looks at the room, and what one may become. */
#define STRETCH  4096
#define LONGEST  6
#define OVERHANG 16

static void set_escape(struct cell_byte *e, unsigned c)
{
	static const char names[] = "btn?fr"; /* \v has no escape in JSON */

	if (c == '"' || c == '\\')
		snprintf(e->text, sizeof(e->text), "\\%c", c);
	else if (c >= '\b' && c <= '\r' && c != '\v')
		snprintf(e->text, sizeof(e->text), "\\%c", names[c - '\b']);
	else
		snprintf(e->text, sizeof(e->text), "\\u%04x", c);
	e->len = (uint8_t)strlen(e->text);
}

void cell_table_init(struct cell_table *t, const struct charset *cs)
{
	unsigned c;

	memset(t, 0, sizeof(*t));
	for (c = 1; c < 256; c++) {
		struct cell_byte *e = &t->byte[c];

		if (c == '"' || c == '\\' || c < 0x20) {
			set_escape(e, c);
		} else if (c < 0x80) {
			e->len = 1;
			e->text[0] = (char)c;
		} else if (cs && cs->kind == CHARSET_BYTE) {
			e->len = cs->byte[c].len;
			memcpy(e->text, cs->byte[c].text,
			       sizeof(cs->byte[c].text));
		} else {
			e->len = CELL_SEQ;
		}
	}
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/*
 * The high bit of each byte of `w` that is not plain ASCII text, exact up to
 * the lowest one (see core/plain.h).
 */
static inline uint64_t special(uint64_t w)
{
	uint64_t q = w ^ (LOW_BITS * '"');
	uint64_t s = w ^ (LOW_BITS * '\\');

	return (((q - LOW_BITS) & ~q) | ((s - LOW_BITS) & ~s) |
		(w - LOW_BITS * 0x20) | w) &
	       HIGH_BITS;
}

static inline uint64_t load(const char *p, size_t n)
{
	uint64_t w = 0;

	memcpy(&w, p, n);
	return w;
}

/* The 1 to 7 bytes at `p`, blanks behind them. */
static inline uint64_t load_tail(const char *p, size_t n)
{
	uint64_t w;

	if (n >= 4)
		w = load(p, 4) | load(p + n - 4, 4) << (8 * (n - 4));
	else
		w = load(p, 1) | load(p + n / 2, 1) << (8 * (n / 2)) |
		    load(p + n - 1, 1) << (8 * (n - 1));
	return w | LOW_BITS * 0x20 << (8 * n);
}

/* Copy plain text; `to` has 8 bytes to spare.  Returns the bytes copied. */
static inline size_t copy_plain(char *to, const char *p, size_t len)
{
	size_t i = 0;
	uint64_t w, hit;

	for (; len - i >= 8; i += 8) {
		memcpy(&w, p + i, sizeof(w));
		memcpy(to + i, &w, sizeof(w));
		hit = special(w);
		if (hit)
			return i + (size_t)__builtin_ctzll(hit) / 8;
	}
	if (len == i)
		return i;
	w = load_tail(p + i, len - i);
	memcpy(to + i, &w, sizeof(w));
	hit = special(w);
	return hit ? i + (size_t)__builtin_ctzll(hit) / 8 : len;
}
#else
static inline size_t copy_plain(char *to, const char *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c == '"' || c == '\\' || c < 0x20 || c >= 0x80)
			break;
		to[i] = p[i];
	}
	return i;
}
#endif

/* Append the bytes at `*p` up to `stop`; a sequence may end behind it. */
static bool put_stretch(struct buf *b, const struct cell_table *t,
			const char **p, const char *stop, const char *end)
{
	char *to = buf_reserve(b, (size_t)(stop - *p) * LONGEST + OVERHANG);
	char *begin = to;
	const char *at = *p;
	bool good = true;

	if (!to) {
		*p = stop;
		return true;
	}
	while (at < stop) {
		const struct cell_byte *e;
		size_t n = copy_plain(to, at, (size_t)(stop - at));

		at += n;
		to += n;
		if (at == stop)
			break;
		e = &t->byte[(unsigned char)*at];
		n = 1;
		if (e->len == CELL_SEQ) {
			n = utf8_seq(at, (size_t)(end - at));
			memcpy(to, at, n);
			to += n;
		} else {
			memcpy(to, e->text, sizeof(e->text));
			to += e->len;
		}
		if (!n || !e->len) {
			good = false;
			memcpy(to, REPLACEMENT, 3);
			to += 3;
			n = 1;
		}
		at += n;
	}
	b->len += (size_t)(to - begin);
	*p = at;
	return good;
}

bool cell_put(struct buf *b, const struct cell_table *t, const char *p,
	      size_t len)
{
	const char *end = len ? p + len : p;
	bool good = true;

	while (p < end) {
		size_t left = (size_t)(end - p);
		const char *stop = left > STRETCH ? p + STRETCH : end;

		good &= put_stretch(b, t, &p, stop, end);
	}
	return good;
}

bool cell_put_in(struct buf *b, const struct cell_table *t, struct charset *cs,
		 struct span cell)
{
	struct buf text = BUF_INIT(8 * LINE_CEILING);
	size_t bad;
	bool good;

	if (cs->ascii)
		return cell_put(b, t, cell.p, cell.len);
	charset_convert(cs, cell, &text, &bad);
	rec_put_escaped(b, buf_span(&text));
	good = bad == SIZE_MAX &&
	       !(text.len && memchr(text.data, '\0', text.len));
	buf_release(&text);
	return good;
}
