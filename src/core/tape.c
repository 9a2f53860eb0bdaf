#include "core/tape.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/fs.h"
#include "core/mem.h"

int tape_add(struct tape *t, uint32_t number, struct err *err)
{
	if (t->n == t->max) {
		if (t->fd < 0 && (t->fd = fs_temp(err)) < 0)
			return -1;
		if (fs_write_all(t->fd, (const char *)t->tail,
				 t->n * sizeof(*t->tail), err) < 0)
			return err_wrap(err, "rows of records, in $TMPDIR");
		t->n_filed += t->n;
		t->n = 0;
	}
	t->tail = mem_grow(t->tail, t->n, &t->cap, sizeof(*t->tail));
	t->tail[t->n++] = number;
	return 0;
}

int tape_get(const struct tape *t, size_t at, uint32_t *number, struct err *err)
{
	ssize_t n;

	if (at >= t->n_filed) {
		*number = t->tail[at - t->n_filed];
		return 0;
	}
	do {
		n = pread(t->fd, number, sizeof(*number),
			  (off_t)(at * sizeof(*number)));
	} while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof(*number))
		return 0;
	if (n >= 0)
		errno = EIO;
	return err_sys(err, "rows of records, in $TMPDIR: cannot read");
}

void tape_release(struct tape *t)
{
	if (t->fd >= 0)
		close(t->fd);
	free(t->tail);
	*t = (struct tape)TAPE_INIT;
}
