/*
 * plain.h - how far plain string text reaches, 16 or 8 bytes at a time
 *
 * Shared by the scanner of records and their writer.
 */
#ifndef SLUICE_PLAIN_H
#define SLUICE_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define PLAIN_LOW  UINT64_C(0x0101010101010101)
#define PLAIN_HIGH UINT64_C(0x8080808080808080)

#ifdef __SSE2__
/* A bit for each of the 16 bytes at `p` that ends or interrupts. */
static inline unsigned plain_stops(const char *p, bool ascii)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i hit = _mm_or_si128(
		_mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')),
			     _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'))),
		_mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1F)), v));

	if (ascii)
		hit = _mm_or_si128(hit, v); /* the high bit is the mask's */
	return (unsigned)_mm_movemask_epi8(hit);
}
#endif

/*
 * The first byte of [p, end) that ends or interrupts plain string text: a
 * quote, a backslash, a control character, and where `ascii`, anything beyond
 * ASCII.  Eight bytes at a time: the high bit is set where a byte is zero
 * after the xor, or below 0x20.  The trick marks bytes above a hit falsely
 * through the borrow, never below it, and the lowest hit is what is asked.
 */
static inline const char *plain_end(const char *p, const char *end, bool ascii)
{
#ifdef __SSE2__
	while (end - p >= 16) {
		unsigned stops = plain_stops(p, ascii);

		if (stops)
			return p + __builtin_ctz(stops);
		p += 16;
	}
#endif
	while (end - p >= 8) {
		uint64_t w, q, s, c, hit;

		memcpy(&w, p, sizeof(w));
		q = w ^ (PLAIN_LOW * '"');
		s = w ^ (PLAIN_LOW * '\\');
		c = (w - PLAIN_LOW * 0x20) & ~w;
		hit = ((q - PLAIN_LOW) & ~q) | ((s - PLAIN_LOW) & ~s) | c;
		hit &= PLAIN_HIGH;
		if (ascii)
			hit |= w & PLAIN_HIGH;
		if (hit) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
			return p + __builtin_ctzll(hit) / 8;
#else
			break;
#endif
		}
		p += 8;
	}
	while (p < end) {
		unsigned char c = (unsigned char)*p;

		if (c == '"' || c == '\\' || c < 0x20 || (ascii && c >= 0x80))
			return p;
		p++;
	}
	return p;
}

#endif
