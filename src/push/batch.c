#include "push/batch.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* Rows waiting to be sent together; the last one is next. */
struct part {
	uint32_t *row;
	size_t n;
};

struct work {
	struct part *part;
	size_t n, cap;
};

static void push_part(struct work *w, const uint32_t *row, size_t n)
{
	struct part *p;

	if (!n)
		return;
	w->part = mem_grow(w->part, w->n, &w->cap, sizeof(*w->part));
	p = &w->part[w->n++];
	p->n = n;
	p->row = mem_alloc(mem_mul(n, sizeof(*row)));
	memcpy(p->row, row, n * sizeof(*row));
}

/* Move the rows that ended as `how` to `to`; returns how many. */
static size_t pick(const struct part *p, const enum batch_row *out,
		   enum batch_row how, uint32_t *to)
{
	size_t n = 0, i;

	for (i = 0; i < p->n; i++)
		if (out[i] == how)
			to[n++] = p->row[i];
	return n;
}

static int divide(struct work *w, const struct part *p,
		  const enum batch_row *out, struct err *err)
{
	uint32_t *again = mem_alloc(mem_mul(p->n, 2 * sizeof(*again)));
	uint32_t *suspect = again + p->n;
	size_t n_again = pick(p, out, BATCH_AGAIN, again);
	size_t n_suspect = pick(p, out, BATCH_SUSPECT, suspect);
	int rc = 0;

	if (n_again && n_suspect) {
		push_part(w, suspect, n_suspect);
		push_part(w, again, n_again);
	} else if (n_again + n_suspect < p->n) {
		push_part(w, n_again ? again : suspect, n_again + n_suspect);
	} else if (p->n > 1) {
		push_part(w, p->row + p->n / 2, p->n - p->n / 2);
		push_part(w, p->row, p->n / 2);
	} else {
		rc = err_set(err, ERR_BUG, "a call of one row has no outcome");
	}
	free(again);
	return rc;
}

int batch_run(size_t n, batch_send *send, void *context, struct err *err)
{
	struct work w = {NULL, 0, 0};
	uint32_t *all = mem_alloc(mem_mul(n, sizeof(*all)));
	enum batch_row *out = mem_alloc(mem_mul(n, sizeof(*out)));
	size_t i;
	int rc = 0;

	for (i = 0; i < n; i++)
		all[i] = (uint32_t)i;
	push_part(&w, all, n);
	while (w.n && rc == 0) {
		struct part p = w.part[--w.n];

		for (i = 0; i < p.n; i++)
			out[i] = BATCH_AGAIN;
		rc = send(context, p.row, p.n, out, err);
		if (rc == 0)
			rc = divide(&w, &p, out, err);
		free(p.row);
	}
	while (w.n)
		free(w.part[--w.n].row);
	free(w.part);
	free(all);
	free(out);
	return rc;
}

void batch_size_init(struct batch_size *s, size_t max)
{
	s->max = max ? max : BATCH_MAX;
	s->rows = s->max < BATCH_START ? s->max : BATCH_START;
}

void batch_size_took(struct batch_size *s, size_t rows, int64_t ms)
{
	/* A smaller call says nothing about a full one unless it was slow. */
	if (ms > 2 * BATCH_GOAL_MS && s->rows > 1)
		s->rows = s->rows / 2;
	else if (rows >= s->rows && ms < BATCH_GOAL_MS / 2)
		s->rows = s->rows + s->rows / 2 + 1;
	if (s->rows > s->max)
		s->rows = s->max;
}

void batch_size_pressure(struct batch_size *s)
{
	if (s->rows > 1)
		s->rows /= 2;
}
