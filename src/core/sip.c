#include "core/sip.h"

#include <sys/random.h>

#include "core/clock.h"

static inline uint64_t rotate(uint64_t x, unsigned by)
{
	return x << by | x >> (64 - by);
}

static inline void round_once(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[0] = rotate(v[0], 32);
	v[2] += v[3];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static inline void take_word(struct sip *s, uint64_t word)
{
	s->v[3] ^= word;
	round_once(s->v);
	round_once(s->v);
	s->v[0] ^= word;
}

void sip_init_key(struct sip *s, uint64_t k0, uint64_t k1)
{
	s->v[0] = k0 ^ UINT64_C(0x736f6d6570736575);
	/* 0xee: that the output has 128 bits */
	s->v[1] = k1 ^ UINT64_C(0x646f72616e646f6d) ^ 0xee;
	s->v[2] = k0 ^ UINT64_C(0x6c7967656e657261);
	s->v[3] = k1 ^ UINT64_C(0x7465646279746573);
	s->tail = s->n_fed = 0;
}

void sip_init(struct sip *s)
{
	static uint64_t key[2];
	static bool have;

	if (!have) {
		/* early in a boot there may be none: better than nothing */
		if (getrandom(key, sizeof(key), GRND_NONBLOCK) !=
		    (ssize_t)sizeof(key))
			key[0] ^= (uint64_t)clock_ms();
		have = true;
	}
	sip_init_key(s, key[0], key[1]);
}

static inline uint64_t load_word(const unsigned char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

/* Up to eight bytes, the first the least significant. */
static inline uint64_t load(const unsigned char *p, size_t n)
{
	uint64_t w = 0;
	size_t i;

	for (i = 0; i < n; i++)
		w |= (uint64_t)p[i] << (8 * i);
	return w;
}

void sip_add(struct sip *s, const void *data, size_t len)
{
	const unsigned char *p = data;
	unsigned have = s->n_fed & 7;

	s->n_fed += len;
	if (have) {
		size_t n = len < 8 - have ? len : 8 - have;

		s->tail |= load(p, n) << (8 * have);
		if (have + n < 8)
			return;
		take_word(s, s->tail);
		s->tail = 0;
		p += n;
		len -= n;
	}
	for (; len >= 8; p += 8, len -= 8)
		take_word(s, load_word(p));
	if (len)
		s->tail = load(p, len);
}

void sip_add_span(struct sip *s, struct span text)
{
	uint64_t len = text.len;

	sip_add(s, &len, sizeof(len));
	if (text.len)
		sip_add(s, text.p, text.len);
}

static uint64_t finish(struct sip *s, uint64_t mark, unsigned lane)
{
	int i;

	s->v[lane] ^= mark;
	for (i = 0; i < 4; i++)
		round_once(s->v);
	return s->v[0] ^ s->v[1] ^ s->v[2] ^ s->v[3];
}

struct sip_hash sip_end(struct sip *s)
{
	struct sip_hash h;

	take_word(s, s->tail | s->n_fed << 56);
	h.lo = finish(s, 0xee, 2);
	h.hi = finish(s, 0xdd, 1);
	return h;
}
