#include "core/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/mem.h"

#define READ_SIZE ((size_t)256 * 1024)

void lines_init(struct lines *l, int fd)
{
	*l = (struct lines){.fd = fd};
}

/* Read more behind what is there.  0, or -1 on failure. */
static int fill(struct lines *l, struct err *err)
{
	ssize_t n;

	if (l->from) {
		memmove(l->data, l->data + l->from, l->to - l->from);
		l->to -= l->from;
		l->from = 0;
	}
	if (l->cap - l->to < READ_SIZE) {
		l->cap = l->cap ? l->cap * 2 : READ_SIZE * 2;
		l->data = mem_realloc(l->data, l->cap);
	}
	do {
		n = read(l->fd, l->data + l->to, READ_SIZE);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_sys(err, "cannot read");
	if (!n)
		l->eof = true;
	l->to += (size_t)n;
	return 0;
}

/* Drop the rest of a line that is too long. */
static enum lines_got pass_over(struct lines *l, struct err *err)
{
	for (;;) {
		size_t have = l->to - l->from;
		char *nl = have ? memchr(l->data + l->from, '\n', have) : NULL;

		if (nl) {
			l->passed += (size_t)(nl + 1 - l->data) - l->from;
			l->from = (size_t)(nl + 1 - l->data);
			break;
		}
		l->passed += have;
		l->from = l->to;
		if (l->eof)
			break;
		if (fill(l, err) < 0)
			return LINES_FAIL;
	}
	l->searched = 0;
	l->number++;
	return LINES_LONG;
}

enum lines_got lines_next(struct lines *l, struct span *line, struct err *err)
{
	for (;;) {
		size_t have = l->to - l->from;
		char *begin = have ? l->data + l->from : NULL;
		char *nl = have > l->searched ? memchr(begin + l->searched,
						       '\n', have - l->searched)
					      : NULL;

		if (nl && (size_t)(nl - begin) <= LINE_CEILING) {
			*line = (struct span){begin, (size_t)(nl - begin)};
			l->from += line->len + 1;
			l->offset = l->passed;
			l->passed += line->len + 1;
			l->searched = 0;
			l->number++;
			return LINES_LINE;
		}
		if (have > LINE_CEILING)
			return pass_over(l, err);
		l->searched = have;
		if (l->eof) {
			if (!have)
				return LINES_END;
			*line = (struct span){begin, have};
			l->from = l->to;
			l->offset = l->passed;
			l->passed += have;
			l->searched = 0;
			l->number++;
			return LINES_CUT;
		}
		if (fill(l, err) < 0)
			return LINES_FAIL;
	}
}

void lines_release(struct lines *l)
{
	free(l->data);
	*l = (struct lines){.fd = -1};
}
