/*
 * text_in.h - an input as UTF-8, for formats without lines
 *
 * A window on the text that grows at its end as long as the reader wants and
 * goes on when it says so.  Bytes the character set does not define come as
 * 0xFF.
 */
#ifndef SLUICE_TEXT_IN_H
#define SLUICE_TEXT_IN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "read/charset.h"
#include "read/input.h"

struct text_in {
	struct input *in;
	struct charset cs;
	struct buf text;  /* converted; unused where the input is UTF-8 */
	size_t text_from; /* bytes of it that were let go */
	struct span view; /* what there is */
	size_t at;        /* of `view`: what the reader has dealt with */
	uint64_t offset;  /* of view.p[0] in the UTF-8 text */
	uint64_t line;    /* of view.p[0], from 1 */
	bool plain;       /* the input is UTF-8: offsets are the input's */
	bool failed;
};

/* `encoding` NULL: UTF-8.  text_in_close it also after -1. */
int text_in_open(struct text_in *t, struct input *in, const char *encoding,
		 struct err *err);
void text_in_close(struct text_in *t);

/* More text behind the view; false at the end, and with `failed` on errors. */
bool text_in_more(struct text_in *t, struct err *err);

/* Let go what lies before `at`, which becomes 0. */
void text_in_drop(struct text_in *t);

/* The byte at `at`, or -1 where there is none. */
static inline int text_in_peek(struct text_in *t, struct err *err)
{
	if (t->at < t->view.len || text_in_more(t, err))
		return (unsigned char)t->view.p[t->at];
	return -1;
}

#endif
