#include "push/batch.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* The rows that ended as `how`, to a part. */
static void pick(const uint32_t *row, size_t n, const enum batch_row *out,
		 enum batch_row how, struct batch_part *p)
{
	size_t i;

	p->late = how == BATCH_SUSPECT;
	p->n = 0;
	p->row = mem_alloc(mem_mul(n, sizeof(*row)));
	for (i = 0; i < n; i++)
		if (out[i] == how)
			p->row[p->n++] = row[i];
}

static void copy(const uint32_t *row, size_t n, struct batch_part *p)
{
	p->late = false;
	p->n = n;
	p->row = mem_alloc(mem_mul(n, sizeof(*row)));
	memcpy(p->row, row, n * sizeof(*row));
}

int batch_divide(const uint32_t *row, size_t n, const enum batch_row *out,
		 struct batch_part part[2], struct err *err)
{
	pick(row, n, out, BATCH_AGAIN, &part[0]);
	pick(row, n, out, BATCH_SUSPECT, &part[1]);
	if (part[0].n && part[1].n)
		return 2;
	if (part[0].n + part[1].n < n) {
		/* Some are settled; the suspects are alone with each other. */
		if (!part[0].n) {
			free(part[0].row);
			part[0] = part[1];
			part[0].late = false;
		} else {
			free(part[1].row);
		}
		if (!part[0].n)
			free(part[0].row);
		return part[0].n > 0;
	}
	free(part[0].row);
	free(part[1].row);
	if (n <= 1)
		return n ? err_set(err, ERR_BUG,
				   "a call of one row has no outcome")
			 : 0;
	copy(row, n / 2, &part[0]);
	copy(row + n / 2, n - n / 2, &part[1]);
	return 2;
}

void batch_size_init(struct batch_size *s, size_t max)
{
	s->max = max ? max : BATCH_MAX;
	s->rows = s->max < BATCH_START ? s->max : BATCH_START;
}

void batch_size_took(struct batch_size *s, size_t rows, int64_t ms)
{
	size_t fit;

	if (ms < 1)
		ms = 1;
	fit = (size_t)((double)rows * BATCH_GOAL_MS / (double)ms);
	/* A small call says nothing about a full one unless it was slow. */
	if (fit > s->rows && rows < s->rows - s->rows / 4)
		return;
	if (fit > BATCH_GROWTH * s->rows)
		fit = BATCH_GROWTH * s->rows;
	if (fit < s->rows / 2)
		fit = s->rows / 2;
	s->rows = fit < 1 ? 1 : fit > s->max ? s->max : fit;
}

void batch_size_pressure(struct batch_size *s)
{
	if (s->rows > 1)
		s->rows /= 2;
}

size_t batch_size_next(const struct batch_size *s, size_t left, size_t lines)
{
	size_t share;

	if (!lines || left >= s->rows * lines)
		return s->rows;
	share = (left + lines - 1) / lines;
	/* A call has a price of its own, too. */
	if (share < BATCH_SHARE)
		share = BATCH_SHARE;
	return share < s->rows ? share : s->rows;
}
