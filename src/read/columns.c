#include "read/columns.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/rec.h"

struct column_slot {
	char *name;    /* NULL: free */
	unsigned next; /* the number to try next behind the name */
	bool taken;    /* by a column; else only by the header's wish */
};

/* FNV-1a. */
static size_t hash(struct span s)
{
	uint64_t h = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

/* The slot that has the name, or the free one where it belongs. */
static struct column_slot *find(const struct columns *c, struct span name)
{
	size_t i = hash(name) & (c->n_slots - 1);

	while (c->slot[i].name && !span_is(name, c->slot[i].name))
		i = (i + 1) & (c->n_slots - 1);
	return &c->slot[i];
}

static struct column_slot *enter(struct columns *c, struct span name)
{
	struct column_slot *s = find(c, name);

	if (!s->name) {
		s->name = mem_dup(name.p, name.len);
		s->next = 2;
	}
	return s;
}

/* NAME_2 and so on: the first that nobody has or wants. */
static void number(struct columns *c, struct span name, struct buf *out)
{
	struct column_slot *s = enter(c, name);

	do {
		buf_clear(out);
		buf_add_span(out, name);
		buf_addf(out, "_%u", s->next++);
	} while (find(c, buf_span(out))->name);
}

static void add_column(struct columns *c, struct span name)
{
	struct buf b = BUF_INIT(8 * LINE_CEILING);
	struct column *col;

	c->col = mem_grow(c->col, c->n, &c->cap, sizeof(*c->col));
	buf_adds(&b, c->n ? "\"," : "{");
	buf_addc(&b, '"');
	rec_put_escaped(&b, name);
	buf_adds(&b, "\":\"");
	col = &c->col[c->n++];
	col->name = mem_dup(name.p, name.len);
	col->prefix_len = b.len;
	col->prefix = mem_zalloc(mem_add(b.len, COLUMN_PAD));
	memcpy(col->prefix, b.data, b.len);
	buf_release(&b);
}

int columns_set(struct columns *c, const struct span *name, size_t n,
		struct err *err)
{
	struct buf made = BUF_INIT(2 * LINE_CEILING);
	size_t i;

	columns_release(c);
	if (n > COLUMNS_MAX)
		return err_set(err, ERR_DATA,
			       "%zu columns; at most %zu are read", n,
			       COLUMNS_MAX);
	for (c->n_slots = 16; c->n_slots < 4 * n; c->n_slots *= 2)
		;
	c->slot = mem_zalloc(mem_mul(c->n_slots, sizeof(*c->slot)));
	for (i = 0; i < n; i++)
		if (name[i].len)
			enter(c, name[i]);
	for (i = 0; i < n; i++) {
		struct span want = name[i];
		struct column_slot *s;

		if (!want.len) {
			buf_clear(&made);
			columns_surplus(c, i + 1, &made);
			want = buf_span(&made);
		} else if (enter(c, want)->taken) {
			number(c, want, &made);
			want = buf_span(&made);
		}
		s = enter(c, want);
		s->taken = true;
		add_column(c, want);
	}
	buf_release(&made);
	return 0;
}

void columns_surplus(struct columns *c, size_t position, struct buf *out)
{
	struct buf b = BUF_INIT(64), numbered = BUF_INIT(96);
	unsigned k = 2;

	buf_addf(&b, "c%zu", position);
	buf_add_span(&numbered, buf_span(&b));
	while (c->n_slots && find(c, buf_span(&numbered))->name) {
		buf_clear(&numbered);
		buf_add_span(&numbered, buf_span(&b));
		buf_addf(&numbered, "_%u", k++);
	}
	buf_add_span(out, buf_span(&numbered));
	buf_release(&b);
	buf_release(&numbered);
}

void columns_put(const struct columns *c, struct buf *out)
{
	size_t i;

	rec_put_open(out, '[');
	for (i = 0; i < c->n; i++)
		rec_put_str(out, span_of(c->col[i].name));
	rec_put_close(out, ']');
}

void columns_release(struct columns *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		free(c->col[i].name);
		free(c->col[i].prefix);
	}
	for (i = 0; i < c->n_slots; i++)
		free(c->slot[i].name);
	free(c->col);
	free(c->slot);
	*c = (struct columns)COLUMNS_INIT;
}
