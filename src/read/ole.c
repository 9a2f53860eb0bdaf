#include "read/ole.h"

#include <string.h>

#define STEP ((size_t)256 * 1024)

bool ole_is_head(struct span head)
{
	return head.len >= 8 &&
	       !memcmp(head.p, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
}

int ole_is_encrypted(struct input *in, struct err *err)
{
	/* The name of its stream, in UTF-16 as folders have it. */
	static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0"
				   "P\0a\0c\0k\0a\0g\0e";

	for (;;) {
		struct span ahead;

		if (input_peek(in, STEP, &ahead, err) < 0)
			return -1;
		if (memmem(ahead.p, ahead.len, name, sizeof(name)))
			return 1;
		if (ahead.len < STEP)
			return 0;
		input_skip(in, ahead.len - sizeof(name));
	}
}
