/*
 * cmd_validate_held.c - records that wait for others, in a file without a name
 *
 * One line each.  An empty line says that the next one is good as it is and
 * only waits for its turn.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd_validate.h"
#include "core/fs.h"
#include "core/mem.h"

static void note_behind(struct validate_held *h, uint32_t entity)
{
	size_t n = (size_t)entity + 1;

	if (n > h->n_behind) {
		h->behind =
			mem_realloc(h->behind, mem_mul(n, sizeof(*h->behind)));
		memset(h->behind + h->n_behind, 0,
		       (n - h->n_behind) * sizeof(*h->behind));
		h->n_behind = n;
	}
	h->behind[entity] = true;
}

bool validate_is_behind(const struct validate *v, uint32_t entity)
{
	return entity < v->held.n_behind && v->held.behind[entity];
}

static int disk_full(const struct validate_held *h, struct err *err)
{
	if (!h->out.failed)
		return 0;
	errno = h->out.failed;
	return err_sys(err, "cannot keep the records held back in $TMPDIR");
}

int validate_hold(struct validate *v, struct span line, bool good,
		  struct err *err)
{
	struct validate_held *h = &v->held;

	if (!h->any) {
		int fd = fs_temp(err);

		if (fd < 0)
			return -1;
		out_init(&h->out, fd, false);
		h->any = true;
	}
	if (v->o->wait_refs)
		note_behind(h, v->check.entity);
	if (good)
		buf_addc(&h->out.buf, '\n');
	buf_add_span(&h->out.buf, line);
	buf_addc(&h->out.buf, '\n');
	out_tick(&h->out);
	return disk_full(h, err);
}

int validate_each_held(struct validate *v, validate_held_fn *fn,
		       struct err *err)
{
	struct lines lines;
	struct span line;
	enum lines_got got = LINES_END;
	bool good = false;
	int rc = 0;

	if (out_flush(&v->held.out, err) < 0)
		return disk_full(&v->held, err);
	if (lseek(v->held.out.fd, 0, SEEK_SET) < 0)
		return err_sys(err, "records held back");
	lines_init(&lines, v->held.out.fd);
	while (rc == 0 &&
	       (got = lines_next(&lines, &line, err)) == LINES_LINE) {
		if (!line.len) {
			good = true;
			continue;
		}
		if (!good)
			rc = rec_parse(&v->rec, line.p, line.len, err);
		if (rc == 0)
			rc = fn(v, line, good, err);
		good = false;
	}
	lines_release(&lines);
	if (rc == 0 && got != LINES_END)
		rc = err_set(err, ERR_IO,
			     "records held back: cannot read "
			     "them again");
	return rc;
}

void validate_held_release(struct validate *v)
{
	if (v->held.any) {
		close(v->held.out.fd);
		out_release(&v->held.out);
	}
	free(v->held.behind);
}
