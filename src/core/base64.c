#include "core/base64.h"

void base64_put(struct buf *b, struct span bytes)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = (const unsigned char *)bytes.p;
	size_t left = bytes.len;

	while (left) {
		unsigned v = (unsigned)p[0] << 16;
		char out[4];

		if (left > 1)
			v |= (unsigned)p[1] << 8;
		if (left > 2)
			v |= p[2];
		out[0] = digit[v >> 18];
		out[1] = digit[v >> 12 & 63];
		out[2] = left > 1 ? digit[v >> 6 & 63] : '=';
		out[3] = left > 2 ? digit[v & 63] : '=';
		buf_add(b, out, sizeof(out));
		p += left > 3 ? 3 : left;
		left -= left > 3 ? 3 : left;
	}
}
