#include "core/num.h"

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
