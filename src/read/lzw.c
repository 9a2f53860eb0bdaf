#include "read/lzw.h"

#include <string.h>

#define CLEAR 256

bool lzw_is_head(const char *p, size_t len)
{
	unsigned bits = len > 2 ? (unsigned char)p[2] & 0x1F : 0;

	return len > 2 && !memcmp(p, "\x1F\x9D", 2) && bits >= LZW_BITS_MIN &&
	       bits <= LZW_BITS_MAX && !(p[2] & 0x60);
}

void lzw_init(struct lzw *z)
{
	memset(z, 0, sizeof(*z));
	z->bits = LZW_BITS_MIN;
	z->old = -1;
}

/* All of `want` bytes but at the end.  As lzw_read. */
static long read_all(lzw_read read, void *ctx, uint8_t *to, size_t want)
{
	size_t done = 0;

	while (done < want) {
		long n = read(ctx, to + done, want - done);

		if (n < 0)
			return -1;
		if (!n)
			break;
		done += (size_t)n;
	}
	return (long)done;
}

/* Whether what is left of the last group is the padding of its last code. */
static bool is_padding(const struct lzw *z)
{
	size_t left = z->n_group * 8 - z->bit;

	return left < 8 && (!left || !(z->group[z->n_group - 1] >> (8 - left)));
}

/*
 * The next code, -1 at the end, -2 where reading failed, -3 where the file is
 * cut.  Codes come in groups of eight; a group ends early where their width
 * changes.
 */
static int next_code(struct lzw *z, lzw_read read, void *ctx)
{
	unsigned i;
	int code = 0;
	long n;

	if (z->free >= 1 << z->bits && z->bits < z->max_bits) {
		z->bits++;
		z->bit = z->n_group = 0;
	}
	if (z->n_group * 8 - z->bit < z->bits) {
		if (z->n_group && z->n_group < z->bits)
			return is_padding(z) ? -1 : -3;
		n = read_all(read, ctx, z->group, z->bits);
		if (n <= 0)
			return n < 0 ? -2 : -1;
		z->n_group = (size_t)n;
		z->bit = 0;
		if (z->n_group * 8 < z->bits)
			return -3;
	}
	for (i = 0; i < z->bits; i++, z->bit++)
		code |= (z->group[z->bit / 8] >> (z->bit % 8) & 1) << i;
	return code;
}

/* Put the bytes of `code` on the stack.  False where there is none such. */
static bool expand(struct lzw *z, int code)
{
	int at = code;

	if (z->old < 0) {
		if (code > 255)
			return false;
	} else if (code > z->free) {
		return false;
	} else if (code == z->free) {
		/* The code that is being defined: the last, and its first. */
		z->stack[z->n_stack++] = z->last;
		at = z->old;
	}
	for (; at > 255; at = z->prefix[at])
		z->stack[z->n_stack++] = z->suffix[at];
	z->last = (uint8_t)at;
	z->stack[z->n_stack++] = z->last;
	if (z->old >= 0 && z->free < 1 << z->max_bits) {
		z->prefix[z->free] = (uint16_t)z->old;
		z->suffix[z->free++] = z->last;
	}
	z->old = code;
	return true;
}

static const char *read_head(struct lzw *z, lzw_read read, void *ctx,
			     bool *failed)
{
	uint8_t head[3];
	long n = read_all(read, ctx, head, 3);

	*failed = n < 0;
	if (n < 3 || !lzw_is_head((const char *)head, 3))
		return "not packed with compress";
	z->headed = true;
	z->max_bits = head[2] & 0x1F;
	z->clears = head[2] & 0x80;
	z->free = z->clears ? CLEAR + 1 : CLEAR;
	return NULL;
}

/* The next code's bytes onto the stack.  False where reading failed. */
static bool step(struct lzw *z, lzw_read read, void *ctx)
{
	int code = next_code(z, read, ctx);

	if (code == CLEAR && z->clears) {
		z->free = CLEAR + 1;
		z->bits = LZW_BITS_MIN;
		z->n_group = z->bit = 0;
		z->old = -1;
	} else if (code == -1) {
		z->done = true;
	} else if (code == -3) {
		z->broken = "the file is cut within a code of compress";
	} else if (code >= 0 && !expand(z, code)) {
		z->broken = "damaged: compress has no such code";
	}
	return code != -2;
}

long lzw_unpack(struct lzw *z, lzw_read read, void *ctx, char *to, size_t room,
		const char **why)
{
	size_t n = 0;
	bool failed = false;

	if (!z->headed)
		z->broken = read_head(z, read, ctx, &failed);
	while (!failed) {
		while (z->n_stack && n < room)
			to[n++] = (char)z->stack[--z->n_stack];
		if (n == room || z->done || z->broken)
			break;
		failed = !step(z, read, ctx);
	}
	*why = z->broken;
	if (failed)
		return -1;
	return z->broken && !n ? -2 : (long)n;
}
