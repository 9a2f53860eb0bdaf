/*
 * hist_window.h - samples taken together, from instant to instant
 *
 * They are taken by their tag, or by a group that tags are of.  One window is
 * open for each; a sample behind it closes it.  Sums are exact.
 */
#ifndef SLUICE_HIST_WINDOW_H
#define SLUICE_HIST_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/dec.h"
#include "core/err.h"

#define WINDOW_TAGS_MAX ((size_t)1000000)
/* Bytes of the name of a tag or group. */
#define WINDOW_NAME_MAX ((size_t)1024)
/* Tags of a group's window that are named. */
#define WINDOW_NAMED 8
/* Digits of a mean behind those of its sum. */
#define WINDOW_DIGITS 6

struct sample {
	struct span tag, value;
	struct span by;   /* its group; where windows are by tag, the tag */
	int64_t from, to; /* of its window, seconds since 1970 */
	uint64_t row;
	bool good;
};

struct window {
	const char *by; /* borrowed until windows_free, as are the tags */
	const char *tag[WINDOW_NAMED];
	size_t n_tags; /* one more than can be named: there are others */
	int64_t from, to;
	uint64_t row; /* of its first sample */
	uint64_t count, bad;
	struct dec sum, min, max, first, last;
};

enum window_step {
	WINDOW_TAKEN,
	WINDOW_DONE,      /* taken, and the window before it is complete */
	WINDOW_LATE,      /* not taken: its window is closed */
	WINDOW_NO_NUMBER, /* not taken: the value is none, as err says */
	WINDOW_TOO_MANY,  /* tags or groups: ERR_DATA */
};

struct windows;

/* `point` is the decimal point of values; `grouped`: not by tag. */
struct windows *windows_new(bool grouped, char point);
void windows_free(struct windows *w);

enum window_step windows_add(struct windows *w, const struct sample *s,
			     struct window *done, struct err *err);

/* At the end: the next that is still open; false where there is none. */
bool windows_rest(struct windows *w, struct window *done);

/* Append a window as an object of texts. */
void window_put(const struct windows *w, const struct window *win,
		struct buf *b);

#endif
