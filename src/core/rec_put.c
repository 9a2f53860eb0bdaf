/* Records written: commas, escapes, what was not changed as it came. */
#include "core/rec.h"

#include "core/plain.h"

/* A comma, where the last byte says that a value stands before this one. */
static inline void comma(struct buf *b)
{
	if (!b->len)
		return;
	switch (b->data[b->len - 1]) {
	case '{':
	case '[':
	case ':':
	case ',':
	case '\n':
		return;
	default:
		buf_addc(b, ',');
	}
}

void rec_put_escaped(struct buf *b, struct span s)
{
	static const char hex[] = "0123456789abcdef";
	static const char names[] = "btnvfr"; /* \v has no escape in JSON */
	const char *p = s.p, *end = s.len ? s.p + s.len : s.p;

	while (p < end) {
		const char *stop = plain_end(p, end, false);
		char out[6] = {'\\', 'u', '0', '0', 0, 0};
		unsigned char c;

		buf_add(b, p, (size_t)(stop - p));
		if (stop == end)
			return;
		p = stop + 1;
		c = (unsigned char)*stop;
		if (c == '"' || c == '\\') {
			out[1] = (char)c;
			buf_add(b, out, 2);
		} else if (c >= '\b' && c <= '\r' && c != '\v') {
			out[1] = names[c - '\b'];
			buf_add(b, out, 2);
		} else {
			out[4] = hex[c >> 4];
			out[5] = hex[c & 15];
			buf_add(b, out, sizeof(out));
		}
	}
}

void rec_put_str(struct buf *b, struct span s)
{
	comma(b);
	buf_addc(b, '"');
	rec_put_escaped(b, s);
	buf_addc(b, '"');
}

void rec_put_plain(struct buf *b, struct span s)
{
	char *to;

	comma(b);
	to = buf_reserve(b, s.len + 2);
	if (!to)
		return;
	*to = '"';
	if (s.len)
		memcpy(to + 1, s.p, s.len);
	to[s.len + 1] = '"';
	b->len += s.len + 2;
}

void rec_put_raw(struct buf *b, struct span json)
{
	comma(b);
	buf_add_span(b, json);
}

void rec_put_count(struct buf *b, uint64_t n)
{
	char digits[20], *p = digits + sizeof(digits);

	comma(b);
	do {
		*--p = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

void rec_put_open(struct buf *b, char bracket)
{
	comma(b);
	buf_addc(b, bracket);
}

void rec_put_close(struct buf *b, char bracket)
{
	buf_addc(b, bracket);
}

void rec_put_key(struct buf *b, struct span name)
{
	rec_put_str(b, name);
	buf_addc(b, ':');
}

void rec_put_key_raw(struct buf *b, struct span raw)
{
	comma(b);
	buf_addc(b, '"');
	buf_add_span(b, raw);
	buf_add(b, "\":", 2);
}

/* Depth is bounded by REC_DEPTH_MAX, so recursion is too. */
void rec_put_node(struct buf *b, const struct rec *r, const struct rec_node *n)
{
	const struct rec_node *m;
	bool object = n->type == REC_OBJECT;

	if (!n->spaced) {
		rec_put_raw(b, rec_raw(n));
		return;
	}
	rec_put_open(b, object ? '{' : '[');
	rec_each (r, n, m) {
		if (object)
			rec_put_key_raw(b, (struct span){m->key, m->key_len});
		rec_put_node(b, r, m);
	}
	rec_put_close(b, object ? '}' : ']');
}

void rec_add_str(struct buf *b, const char *name, struct span s)
{
	rec_put_key(b, span_of(name));
	rec_put_str(b, s);
}

void rec_add_raw(struct buf *b, const char *name, struct span json)
{
	rec_put_key(b, span_of(name));
	rec_put_raw(b, json);
}

void rec_add_count(struct buf *b, const char *name, uint64_t n)
{
	rec_put_key(b, span_of(name));
	rec_put_count(b, n);
}

void rec_add_bool(struct buf *b, const char *name, bool yes)
{
	rec_add_raw(b, name, yes ? SPAN("true") : SPAN("false"));
}
