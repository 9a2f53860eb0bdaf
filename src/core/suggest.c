#include "core/suggest.h"

#include <ctype.h>

#define WORD_MAX 48 /* longer words are not compared */

static int lower(char c)
{
	return tolower((unsigned char)c);
}

static size_t min2(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Edits between two words (optimal string alignment), case ignored. */
static size_t distance(struct span a, struct span b)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];
	size_t i, j;

	for (i = 0; i <= a.len; i++)
		d[i][0] = i;
	for (j = 0; j <= b.len; j++)
		d[0][j] = j;
	for (i = 1; i <= a.len; i++) {
		for (j = 1; j <= b.len; j++) {
			bool same = lower(a.p[i - 1]) == lower(b.p[j - 1]);

			d[i][j] = min2(d[i - 1][j], d[i][j - 1]) + 1;
			d[i][j] = min2(d[i][j], d[i - 1][j - 1] + !same);
			if (i > 1 && j > 1 &&
			    lower(a.p[i - 1]) == lower(b.p[j - 2]) &&
			    lower(a.p[i - 2]) == lower(b.p[j - 1]))
				d[i][j] = min2(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[a.len][b.len];
}

const char *suggest(struct span typed, const char *const *words)
{
	size_t best = typed.len / 3 + 1;
	const char *found = NULL;

	if (typed.len > WORD_MAX)
		return NULL;
	for (; *words; words++) {
		struct span w = span_of(*words);
		size_t d;

		if (w.len > WORD_MAX)
			continue;
		d = distance(typed, w);
		if (d <= best && d < w.len) {
			if (d < best || !found)
				found = *words;
			best = d;
		}
	}
	return found;
}
