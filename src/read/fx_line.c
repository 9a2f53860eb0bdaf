#include "read/fx_line.h"

#include <stdlib.h>

#include "core/utf8.h"

void fx_line_init(struct fx_line *l, struct charset *cs, bool bytes)
{
	*l = (struct fx_line){.cs = cs,
			      .converted = BUF_INIT(8 * LINE_CEILING)};
	/* A set of bytes that is not ASCII is converted as a whole: a byte is
	 * a character there, too. */
	l->by_bytes = (cs->kind == CHARSET_BYTE && cs->ascii) ||
		      (bytes && cs->kind != CHARSET_BYTE);
}

void fx_line_release(struct fx_line *l)
{
	buf_release(&l->converted);
	free(l->start);
	l->start = NULL;
}

static bool is_ascii(struct span s)
{
	const char *p = s.p, *end = s.p + s.len;
	uint64_t w;

	for (; end - p >= 8; p += 8) {
		memcpy(&w, p, sizeof(w));
		if (w & UINT64_C(0x8080808080808080))
			return false;
	}
	for (; p < end; p++)
		if (*p & 0x80)
			return false;
	return true;
}

static void add_start(struct fx_line *l, size_t n, size_t at)
{
	l->start = mem_grow(l->start, n, &l->cap, sizeof(*l->start));
	l->start[n] = at;
}

static void index_characters(struct fx_line *l)
{
	size_t at = 0, n = 0, seq;

	while (at < l->text.len) {
		add_start(l, n++, at);
		seq = utf8_seq(l->text.p + at, l->text.len - at);
		at += seq ? seq : 1;
	}
	add_start(l, n, at);
	l->length = n;
	l->indexed = true;
}

void fx_line_set(struct fx_line *l, struct span raw)
{
	l->raw = l->text = raw;
	l->bad = SIZE_MAX;
	l->indexed = false;
	l->length = raw.len;
	if (l->by_bytes || !raw.len)
		return;
	if (l->cs->kind != CHARSET_UTF8) {
		buf_clear(&l->converted);
		charset_convert(l->cs, raw, &l->converted, &l->bad);
		l->text = buf_span(&l->converted);
		l->length = l->text.len;
	}
	if (is_ascii(l->text))
		return;
	if (l->cs->kind == CHARSET_UTF8) {
		l->bad = utf8_check(raw.p, raw.len);
		if (l->bad == raw.len)
			l->bad = SIZE_MAX;
	}
	index_characters(l);
}

struct span fx_line_piece(const struct fx_line *l, size_t from, size_t len)
{
	struct span of = l->by_bytes ? l->raw : l->text;

	if (from >= l->length)
		return (struct span){of.p + of.len, 0};
	if (len > l->length - from)
		len = l->length - from;
	if (!l->indexed)
		return (struct span){of.p + from, len};
	return (struct span){of.p + l->start[from],
			     l->start[from + len] - l->start[from]};
}

struct span fx_line_text(const struct fx_line *l, struct span piece,
			 struct arena *arena)
{
	struct buf b = BUF_INIT(8 * LINE_CEILING),
		   good = BUF_INIT(16 * LINE_CEILING);
	struct span s;
	size_t bad;

	if (is_ascii(piece) && (!l->by_bytes || l->cs->ascii))
		return piece;
	if (l->by_bytes)
		charset_convert(l->cs, piece, &b, &bad);
	else
		buf_add_span(&b, piece);
	utf8_repair(&good, buf_span(&b));
	s = arena_span(arena, buf_span(&good));
	buf_release(&b);
	buf_release(&good);
	return s;
}
