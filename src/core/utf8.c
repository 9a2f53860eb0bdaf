#include "core/utf8.h"

size_t utf8_seq(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned char lo = 0x80, hi = 0xBF;
	size_t n, i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xC2 || p[0] > 0xF4)
		return 0;
	n = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
	if (n > len)
		return 0;
	/* Overlong forms, surrogates and beyond U+10FFFF show in byte two. */
	if (p[0] == 0xE0)
		lo = 0xA0;
	else if (p[0] == 0xED)
		hi = 0x9F;
	else if (p[0] == 0xF0)
		lo = 0x90;
	else if (p[0] == 0xF4)
		hi = 0x8F;
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (i = 2; i < n; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return n;
}

size_t utf8_check(const char *p, size_t len)
{
	size_t i = 0, n;

	while (i < len) {
		uint64_t w;

		if (len - i >= sizeof(w)) {
			memcpy(&w, p + i, sizeof(w));
			if (!(w & UINT64_C(0x8080808080808080))) {
				i += sizeof(w);
				continue;
			}
		}
		n = utf8_seq(p + i, len - i);
		if (!n)
			return i;
		i += n;
	}
	return len;
}

size_t utf8_put(char out[4], uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

uint32_t utf8_get(const char *text, size_t seq_len)
{
	const unsigned char *p = (const unsigned char *)text;
	static const unsigned char mask[5] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	uint32_t cp = p[0] & mask[seq_len];
	size_t i;

	for (i = 1; i < seq_len; i++)
		cp = cp << 6 | (p[i] & 0x3Fu);
	return cp;
}

void utf8_repair(struct buf *b, struct span s)
{
	while (s.len) {
		size_t good = utf8_check(s.p, s.len);

		buf_add(b, s.p, good);
		s.p += good;
		s.len -= good;
		if (s.len) {
			buf_adds(b, "\xEF\xBF\xBD");
			s.p++;
			s.len--;
		}
	}
}

size_t utf8_chars(const char *p, size_t len)
{
	size_t n = 0, i;

	for (i = 0; i < len; i++)
		n += (p[i] & 0xC0) != 0x80;
	return n;
}

bool utf8_is_shown(uint32_t cp)
{
	return cp >= 0x20 && !(cp >= 0x7F && cp < 0xA0) &&
	       !(cp >= 0x200E && cp <= 0x200F) &&
	       !(cp >= 0x2028 && cp <= 0x202E) &&
	       !(cp >= 0x2066 && cp <= 0x2069);
}

bool utf8_is_space(uint32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x85 ||
	       cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) ||
	       cp == 0x2028 || cp == 0x2029 || cp == 0x202F || cp == 0x205F ||
	       cp == 0x3000;
}

/* Bytes of the white space at the start of `s`; 0 for none. */
static size_t space_at(struct span s)
{
	size_t n = s.len ? utf8_seq(s.p, s.len) : 0;

	return n && utf8_is_space(utf8_get(s.p, n)) ? n : 0;
}

/* The same at its end. */
static size_t space_before_end(struct span s)
{
	size_t n = 1;

	while (n < s.len && n < 4 && (s.p[s.len - n] & 0xC0) == 0x80)
		n++;
	return s.len && space_at((struct span){s.p + s.len - n, n}) == n ? n
									 : 0;
}

struct span utf8_trim_beyond(struct span s)
{
	size_t n;

	while (s.len && (s.p[0] & 0x80) && (n = space_at(s)) != 0) {
		s.p += n;
		s.len -= n;
		s = span_trim(s);
	}
	while (s.len && (s.p[s.len - 1] & 0x80) &&
	       (n = space_before_end(s)) != 0) {
		s.len -= n;
		s = span_trim(s);
	}
	return s;
}
