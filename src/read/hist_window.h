/*
 * hist_window.h - samples of each tag taken together, from instant to instant
 *
 * A window begins at a multiple of its length since 1970-01-01T00:00:00Z.  One
 * is open for each tag; a sample behind it closes it.  Sums are exact.
 */
#ifndef SLUICE_HIST_WINDOW_H
#define SLUICE_HIST_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/dec.h"
#include "core/err.h"

#define WINDOW_TAGS_MAX ((size_t)1000000)
/* Digits of a mean behind those of its sum. */
#define WINDOW_DIGITS 6

struct sample {
	struct span tag, value;
	int64_t instant; /* seconds since 1970 */
	uint64_t row;
	bool good;
};

struct window {
	const char *tag; /* borrowed until windows_free */
	int64_t from;
	uint64_t row; /* of its first sample */
	uint64_t count, bad;
	struct dec sum, min, max, first, last;
};

enum window_step {
	WINDOW_TAKEN,
	WINDOW_DONE,      /* taken, and the tag's window before is complete */
	WINDOW_LATE,      /* not taken: its window is closed */
	WINDOW_NO_NUMBER, /* not taken: the value is none, as err says */
	WINDOW_TOO_MANY,  /* tags: ERR_DATA */
};

struct windows;

/* `point` is the decimal point of values. */
struct windows *windows_new(int64_t seconds, char point);
void windows_free(struct windows *w);

enum window_step windows_add(struct windows *w, const struct sample *s,
			     struct window *done, struct err *err);

/* At the end: the next that is still open; false where there is none. */
bool windows_rest(struct windows *w, struct window *done);

/* Append a window as an object of texts. */
void window_put(const struct windows *w, const struct window *win,
		struct buf *b);

#endif
