/* What our own small packer makes, as compress does, comes back. */
#include <stdlib.h>
#include <string.h>

#include "read/lzw.h"
#include "unit.h"

#define ROOM ((size_t)4 << 20)

/* The packer: a table of strings, codes in groups of eight. */
struct packer {
	unsigned char *out;
	size_t len,
		bit; /* bytes of whole groups, bits of the one that is open */
	unsigned bits, max_bits;
	int free;
	int next[LZW_CODES][4]; /* of four letters: the code behind, or 0 */
};

static void put_code(struct packer *p, int code)
{
	unsigned i;

	for (i = 0; i < p->bits; i++, p->bit++)
		p->out[p->len + p->bit / 8] |=
			(unsigned char)((code >> i & 1) << (p->bit % 8));
	if (p->bit == (size_t)p->bits * 8) {
		p->len += p->bits;
		p->bit = 0;
	}
}

/* The width changes: the group is filled up. */
static void end_group(struct packer *p, unsigned bits)
{
	if (p->bit)
		p->len += p->bits;
	p->bit = 0;
	p->bits = bits;
}

/* Pack letters a to d; clear the table where it is full. */
static size_t pack(const char *s, size_t n, unsigned max_bits,
		   unsigned char *out)
{
	struct packer *p = calloc(1, sizeof(*p));
	size_t i, len;
	int code = -1;

	ck_assert_ptr_nonnull(p);
	memcpy(out, "\x1F\x9D", 2);
	out[2] = (unsigned char)(0x80 | max_bits);
	*p = (struct packer){.out = out,
			     .len = 3,
			     .bits = 9,
			     .max_bits = max_bits,
			     .free = 257};
	for (i = 0; i < n; i++) {
		int letter = s[i] - 'a';

		if (code < 0) {
			code = s[i];
		} else if (p->next[code][letter]) {
			code = p->next[code][letter];
		} else {
			put_code(p, code);
			if (p->free < 1 << max_bits) {
				p->next[code][letter] = p->free++;
				/* One code behind the unpacker. */
				if (p->free > 1 << p->bits &&
				    p->bits < max_bits)
					end_group(p, p->bits + 1);
			} else {
				put_code(p, 256);
				end_group(p, 9);
				memset(p->next, 0, sizeof(p->next));
				p->free = 257;
			}
			code = s[i];
		}
	}
	if (code >= 0)
		put_code(p, code);
	len = p->len + (p->bit + 7) / 8;
	free(p);
	return len;
}

struct source {
	const unsigned char *p;
	size_t len, at, step;
};

static long give(void *ctx, uint8_t *to, size_t room)
{
	struct source *s = ctx;
	size_t n = s->len - s->at;

	n = n < room ? n : room;
	n = n < s->step ? n : s->step;
	memcpy(to, s->p + s->at, n);
	s->at += n;
	return (long)n;
}

/* All of it, `room` bytes at a time; the last status. */
static long unpack(const unsigned char *p, size_t len, char *to, size_t *n,
		   size_t room, const char **why)
{
	struct lzw *z = malloc(sizeof(*z));
	struct source s = {p, len, 0, 7};
	long got;

	ck_assert_ptr_nonnull(z);
	lzw_init(z);
	*n = 0;
	while ((got = lzw_unpack(z, give, &s, to + *n, room, why)) > 0)
		*n += (size_t)got;
	free(z);
	return got;
}

static void check_round(size_t n, unsigned bits, unsigned spread)
{
	char *text = malloc(n + 1), *back = malloc(n + 70000);
	unsigned char *packed = calloc(1, ROOM);
	unsigned seed = 1;
	const char *why;
	size_t i, len, got;

	ck_assert(text && back && packed);
	for (i = 0; i < n; i++) {
		seed = seed * 1103515245 + 12345;
		text[i] = (char)('a' + (seed >> 16) % spread);
	}
	len = pack(text, n, bits, packed);
	ck_assert_int_eq(unpack(packed, len, back, &got, 1000, &why), 0);
	ck_assert_uint_eq(got, n);
	ck_assert(memcmp(text, back, n) == 0);
	if (getenv("LZW_OUT")) {
		FILE *f = fopen(getenv("LZW_OUT"), "wb");

		if (f) {
			fwrite(packed, 1, len, f);
			fclose(f);
		}
	}
	free(text);
	free(back);
	free(packed);
}

START_TEST(round_trip)
{
	check_round(0, 16, 4);
	check_round(1, 16, 4);
	check_round(100, 16, 1);
	check_round(5000, 12, 2);
	check_round(300000, 10, 4);
	check_round(300000, 12, 4);
	check_round(1000000, 16, 1);
	check_round(1500000, 16, 4);
}
END_TEST

START_TEST(known_bytes)
{
	static const unsigned char hello[] = {0x1F, 0x9D, 0x90, 0x68, 0xCA,
					      0xB0, 0x61, 0xF3, 0x06};
	char back[64];
	const char *why;
	size_t n;

	ck_assert_int_eq(unpack(hello, 9, back, &n, 64, &why), 0);
	ck_assert(n == 5 && !memcmp(back, "hello", 5));
	/* Cut within a code; a head alone is an empty file. */
	ck_assert_int_eq(unpack(hello, 4, back, &n, 64, &why), -2);
	ck_assert_ptr_nonnull(strstr(why, "cut"));
	ck_assert_int_eq(unpack(hello, 3, back, &n, 64, &why), 0);
	ck_assert_int_eq(unpack(hello, 2, back, &n, 64, &why), -2);
}
END_TEST

START_TEST(no_such_code)
{
	/* "h", then code 300 where 257 is the next. */
	static const unsigned char bad[] = {0x1F, 0x9D, 0x90, 0x68,
					    0x58, 0x02, 0x00};
	char back[64];
	const char *why;
	size_t n;

	ck_assert_int_eq(unpack(bad, sizeof(bad), back, &n, 64, &why), -2);
	ck_assert_uint_eq(n, 1);
	ck_assert_ptr_nonnull(strstr(why, "no such code"));
}
END_TEST

START_TEST(heads)
{
	ck_assert(lzw_is_head("\x1F\x9D\x90", 3));
	ck_assert(!lzw_is_head("\x1F\x9D\x88", 3));
	ck_assert(!lzw_is_head("\x1F\x9D\x00", 3));
	ck_assert(!lzw_is_head("\x1F\x9D", 2));
}
END_TEST

Suite *unit_suite(void)
{
	TCase *tc;
	Suite *s = unit_new("lzw", &tc);

	tcase_add_test(tc, round_trip);
	tcase_add_test(tc, known_bytes);
	tcase_add_test(tc, no_such_code);
	tcase_add_test(tc, heads);
	return s;
}
