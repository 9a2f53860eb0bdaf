/*
 * Groups of rows in any order: sorted by key, a group each; then the groups
 * by their first rows.
 */
#include "map/group_inner.h"

/* Two sorters at once, and what the largest group needs. */
#define ROWS_LIMIT   ((size_t)20 << 20)
#define GROUPS_LIMIT ((size_t)12 << 20)

/* A number as bytes that sort as it does. */
static void put_number(char to[8], uint64_t n)
{
	size_t i;

	for (i = 0; i < 8; i++)
		to[i] = (char)(unsigned char)(n >> (56 - 8 * i));
}

/* The payload: the row's number, the row, the running values. */
int group_sort_push(struct map *m, struct rec *r, struct err *err)
{
	struct group *g = m->group;
	char number[8];

	if (!g->sort)
		g->sort = extsort_new(ROWS_LIMIT);
	put_number(number, g->n_items++);
	buf_clear(&g->item);
	buf_add(&g->item, number, sizeof(number));
	buf_add_span(&g->item, rec_raw(r->node));
	if (m->running) {
		buf_addc(&g->item, ',');
		running_put(m->running, &g->item);
	}
	return extsort_add(g->sort, buf_span(&g->next), buf_span(&g->item),
			   err);
}

/* The group at hand is whole: it waits for its turn. */
static int keep_group(struct map *m, struct extsort *groups, char number[8],
		      struct err *err)
{
	struct group *g = m->group;

	if (!g->open || g->doom)
		return 0;
	return extsort_add(groups, (struct span){number, 8}, buf_span(&g->rows),
			   err);
}

/* One row in the order of keys. */
static int take_row(struct map *m, struct span row, const struct map_sink *sink,
		    struct err *err)
{
	static const struct span none = {NULL, 0};
	struct group *g = m->group;

	if (!g->doom && group_add(m, row, none))
		return 0;
	if (!g->doom &&
	    group_doom(m, "too-long", GROUP_TOO_LONG, sink, err) < 0)
		return -1;
	buf_clear(&g->item);
	buf_addc(&g->item, '[');
	buf_add_span(&g->item, row);
	return group_refuse(m, &g->item, g->doom, g->why, sink, err);
}

static int gather(struct map *m, struct extsort *groups,
		  const struct map_sink *sink, struct err *err)
{
	struct group *g = m->group;
	struct span key, row;
	char number[8] = {0};
	int got;

	g->open = false;
	while ((got = extsort_next(g->sort, &key, &row, err)) > 0) {
		if (!g->open || !span_eq(buf_span(&g->key), key)) {
			if (keep_group(m, groups, number, err) < 0)
				return -1;
			memcpy(number, row.p, sizeof(number));
			buf_clear(&g->key);
			buf_add_span(&g->key, key);
			buf_clear(&g->rows);
			g->open = true;
			g->doom = g->lost ? "group-incomplete" : NULL;
			g->why = GROUP_UNSORTED;
		}
		row.p += sizeof(number);
		row.len -= sizeof(number);
		if (take_row(m, row, sink, err) < 0)
			return -1;
	}
	return got < 0 ? -1 : keep_group(m, groups, number, err);
}

int group_sort_finish(struct map *m, const struct map_sink *sink,
		      struct err *err)
{
	struct group *g = m->group;
	struct extsort *groups;
	struct span number, rows;
	int got;

	if (!g->sort)
		return 0;
	groups = extsort_new(GROUPS_LIMIT);
	got = gather(m, groups, sink, err);
	extsort_free(g->sort);
	g->sort = NULL;
	g->open = false;
	while (got == 0) {
		int more = extsort_next(groups, &number, &rows, err);

		if (more <= 0) {
			got = more;
			break;
		}
		buf_clear(&g->rows);
		buf_add_span(&g->rows, rows);
		if (group_map(m, sink, err) < 0)
			got = -1;
	}
	extsort_free(groups);
	return got;
}
