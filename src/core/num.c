#include "core/num.h"

#include <math.h>

int num_parse(struct span s, int64_t min, int64_t max, int64_t *out)
{
	bool neg = s.len && s.p[0] == '-';
	int64_t v = 0;
	size_t i = neg ? 1 : 0;

	if (i == s.len)
		return -1;
	for (; i < s.len; i++) {
		int digit = s.p[i] - '0';

		if (digit < 0 || digit > 9)
			return -1;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_sub_overflow(v, digit, &v))
			return -1; /* counted downwards: INT64_MIN fits */
	}
	if (!neg && __builtin_sub_overflow((int64_t)0, v, &v))
		return -1;
	if (v < min || v > max)
		return -1;
	*out = v;
	return 0;
}

void num_put_real(struct buf *b, double v)
{
	char text[40];
	int digits;

	for (digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	if (fabs(v) >= 1e15 && fabs(v) < 1e16)
		snprintf(text, sizeof(text), "%.0f", v);
	buf_adds(b, text);
	if (!strpbrk(text, ".e"))
		buf_adds(b, ".0");
}
