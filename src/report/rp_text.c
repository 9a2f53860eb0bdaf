/*
 * rp_text.c - differences as a table, for a terminal
 *
 * Columns are as wide as the first rows need, so those are kept until there
 * are enough; the last lines say how many differences there are.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "core/utf8.h"
#include "report/report.h"

#define ROWS_MEASURED 200
#define WIDTH_MAX     32
#define N_COLUMNS     6

static const char *const heading[N_COLUMNS] = {
	"ENTITY", "KEY", "DIFFERENCE", "FIELD", "HERE", "THERE",
};

struct table {
	struct span row[ROWS_MEASURED][N_COLUMNS]; /* in the arena */
	size_t n;
	size_t width[N_COLUMNS]; /* characters */
	bool measured;
	struct arena arena;
};

static void put_cell(struct buf *b, struct span s, size_t width, bool last)
{
	size_t chars = 0, i = 0;

	while (i < s.len) {
		size_t n = utf8_seq(s.p + i, s.len - i);
		bool bad = !n || !utf8_is_shown(utf8_get(s.p + i, n));

		if (!last && chars + 1 == width && i + (n ? n : 1) < s.len) {
			buf_adds(b, "\xE2\x80\xA6"); /* an ellipsis */
			chars++;
			break;
		}
		if (bad)
			buf_addc(b, '?');
		else
			buf_add(b, s.p + i, n);
		chars++;
		i += n ? n : 1;
	}
	if (last) {
		buf_addc(b, '\n');
		return;
	}
	for (; chars < width; chars++)
		buf_addc(b, ' ');
	buf_adds(b, "  ");
}

static void put_row(struct report *r, const struct span *cell)
{
	struct table *t = r->state;
	size_t i;

	for (i = 0; i < N_COLUMNS; i++)
		put_cell(&r->out.buf, cell[i], t->width[i], i + 1 == N_COLUMNS);
}

/* The widths are known from here on: write what was kept. */
static void measure(struct report *r)
{
	struct table *t = r->state;
	struct span head[N_COLUMNS];
	size_t i, k;

	t->measured = true;
	for (k = 0; k < N_COLUMNS; k++) {
		head[k] = span_of(heading[k]);
		t->width[k] = head[k].len;
		for (i = 0; i < t->n; i++) {
			size_t n = utf8_chars(t->row[i][k].p, t->row[i][k].len);

			if (n > t->width[k])
				t->width[k] = n < WIDTH_MAX ? n : WIDTH_MAX;
		}
	}
	if (t->n)
		put_row(r, head);
	for (i = 0; i < t->n; i++)
		put_row(r, t->row[i]);
	t->n = 0;
	arena_clear(&t->arena);
}

static void begin(struct report *r)
{
	r->state = mem_zalloc(sizeof(struct table));
}

static void put(struct report *r, const struct difference *d)
{
	struct table *t = r->state;
	struct span cell[N_COLUMNS] = {
		d->entity, d->key,  span_of(diff_kind_word[d->kind]),
		d->field,  d->here, d->there,
	};
	struct buf key = BUF_INIT(LINE_CEILING);
	size_t k;

	if (d->site.len) {
		buf_addf(&key, "%.*s %.*s", SPAN_FMT(d->site),
			 SPAN_FMT(d->key));
		cell[1] = buf_span(&key);
	}
	if (t->measured) {
		put_row(r, cell);
	} else {
		for (k = 0; k < N_COLUMNS; k++) {
			const char *p = cell[k].p ? cell[k].p : "";

			t->row[t->n][k] = (struct span){arena_dup(&t->arena, p,
								  cell[k].len),
							cell[k].len};
		}
		if (++t->n == ROWS_MEASURED)
			measure(r);
	}
	buf_release(&key);
}

static void end(struct report *r)
{
	struct table *t = r->state;

	if (!t->measured)
		measure(r);
	if (report_count(r))
		buf_addf(&r->out.buf,
			 "\n%llu missing, %llu extra, %llu values\n",
			 (unsigned long long)r->n[DIFF_MISSING],
			 (unsigned long long)r->n[DIFF_EXTRA],
			 (unsigned long long)r->n[DIFF_VALUE]);
	arena_release(&t->arena);
	free(t);
	r->state = NULL;
}

const struct report_ops rp_text = {"table", begin, put, end};
