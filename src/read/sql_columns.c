#include "read/sql_columns.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/rec.h"

/* Whether the key that begins at `from` was there before. */
static bool is_twice(const struct sql_columns *c, size_t from)
{
	const char *key = c->keys.data + from;
	size_t len = c->keys.len - from, start = 0, i;

	for (i = 0; i < c->n; start = c->end[i++])
		if (c->end[i] - start == len &&
		    !memcmp(c->keys.data + start, key, len))
			return true;
	return false;
}

void sql_columns_add(struct sql_columns *c, struct span name)
{
	struct buf again = BUF_INIT(LINE_CEILING);
	size_t from = c->keys.len, k = c->n + 1;

	c->keys.ceiling = LINE_CEILING;
	if (!name.len) {
		buf_addf(&c->keys, "\"c%zu\"", c->n + 1);
	} else {
		/* Keys follow each other without commas. */
		buf_addc(&c->keys, '"');
		rec_put_escaped(&c->keys, name);
		buf_addc(&c->keys, '"');
	}
	buf_addc(&c->keys, ':');
	while (is_twice(c, from)) {
		c->keys.len = from;
		buf_clear(&again);
		buf_addf(&again, "_%zu\":", k++);
		buf_addc(&c->keys, '"');
		rec_put_escaped(&c->keys, name);
		buf_add_span(&c->keys, buf_span(&again));
	}
	buf_release(&again);
	c->end = mem_grow(c->end, c->n, &c->cap, sizeof(*c->end));
	c->end[c->n++] = c->keys.len;
}

void sql_columns_clear(struct sql_columns *c)
{
	buf_clear(&c->keys);
	c->n = 0;
}

void sql_columns_release(struct sql_columns *c)
{
	buf_release(&c->keys);
	free(c->end);
	*c = (struct sql_columns){0};
}

/* Columns without a name, and values beyond the last, are c<position>. */
void sql_put_key(const struct sql_columns *c, size_t i, struct buf *out)
{
	char key[32];
	size_t from;

	if (i)
		buf_addc(out, ',');
	if (i < c->n) {
		from = i ? c->end[i - 1] : 0;
		buf_add(out, c->keys.data + from, c->end[i] - from);
		return;
	}
	snprintf(key, sizeof(key), "\"c%zu\":", i + 1);
	buf_adds(out, key);
}
