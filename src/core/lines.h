/*
 * lines.h - a file descriptor as lines, without copying them
 */
#ifndef SLUICE_LINES_H
#define SLUICE_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"

enum lines_got {
	LINES_LINE,
	LINES_CUT,  /* the last line, without its newline */
	LINES_LONG, /* a line beyond LINE_CEILING: passed over, no text */
	LINES_END,
	LINES_FAIL, /* err says why */
};

struct lines {
	int fd;
	char *data;
	size_t from, to, cap; /* unread bytes are data[from..to) */
	size_t searched;      /* bytes behind `from` known to have no newline */
	uint64_t number;      /* of the line last returned, from 1 */
	uint64_t offset;      /* of the same, in bytes from where we began */
	uint64_t passed;      /* bytes up to and with that line */
	bool eof;
};

void lines_init(struct lines *l, int fd);
/* `line` has no newline and is valid until the next call. */
enum lines_got lines_next(struct lines *l, struct span *line, struct err *err);
/* The descriptor stays open. */
void lines_release(struct lines *l);

#endif
