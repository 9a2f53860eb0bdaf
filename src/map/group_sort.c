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

static uint64_t get_number(const char *from)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < 8; i++)
		n = n << 8 | (unsigned char)from[i];
	return n;
}

/* The payload: the number of the row and of its file, the row, the running
   values. */
int group_sort_push(struct map *m, struct rec *r, struct err *err)
{
	struct group *g = m->group;
	char number[8], file[8];

	if (!g->sort)
		g->sort = extsort_new(ROWS_LIMIT);
	put_number(number, g->n_items++);
	put_number(file, g->file);
	buf_clear(&g->item);
	buf_add(&g->item, number, sizeof(number));
	buf_add(&g->item, file, sizeof(file));
	buf_add_span(&g->item, rec_raw(r->node));
	if (m->running) {
		buf_addc(&g->item, ',');
		running_put(m->running, &g->item);
	}
	return extsort_add(g->sort, buf_span(&g->next), buf_span(&g->item),
			   err);
}

/* The group at hand, key and all, waits as keep_group put it there. */
static void load_group(struct group *g, struct span from)
{
	size_t len = (size_t)get_number(from.p);

	buf_clear(&g->key);
	buf_add(&g->key, from.p + 8, len);
	buf_clear(&g->rows);
	buf_add(&g->rows, from.p + 8 + len, from.len - 8 - len);
}

/* The group at hand is whole: it waits for its turn. */
static int keep_group(struct map *m, struct extsort *groups, char number[8],
		      struct err *err)
{
	struct group *g = m->group;
	char len[8];

	if (!g->open || g->doom)
		return 0;
	put_number(len, g->key.len);
	buf_clear(&g->item);
	buf_add(&g->item, len, sizeof(len));
	buf_add_span(&g->item, buf_span(&g->key));
	buf_add_span(&g->item, buf_span(&g->rows));
	return extsort_add(groups, (struct span){number, 8}, buf_span(&g->item),
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

/* src.file of the first row in "[ROW,..." for a person. */
static void add_file(struct map *m, struct span rows, struct buf *to)
{
	struct rec *r = &m->group->rec;
	struct buf text = BUF_INIT(GROUP_CEILING + 1);
	const struct rec_node *n = NULL;
	struct err err = ERR_INIT;

	buf_add_span(&text, rows);
	buf_addc(&text, ']');
	if (rec_parse(r, text.data, text.len, &err) == 0)
		n = rec_get(r, r->node + 1, "src");
	n = rec_is(n, REC_OBJECT) ? rec_get(r, n, "file") : NULL;
	if (n)
		buf_addf(to, "%.*s", SPAN_FMT(rec_text(r, n)));
	else
		buf_adds(to, "a stream");
	buf_release(&text);
}

/* The row is of another file than the first one of the group. */
static int doom_files(struct map *m, struct span row,
		      const struct map_sink *sink, struct err *err)
{
	struct group *g = m->group;

	buf_clear(&g->why_buf);
	buf_adds(&g->why_buf, "rows of this group are in ");
	add_file(m, buf_span(&g->rows), &g->why_buf);
	buf_adds(&g->why_buf, " and again in ");
	buf_clear(&g->item);
	buf_addc(&g->item, '[');
	buf_add_span(&g->item, row);
	add_file(m, buf_span(&g->item), &g->why_buf);
	buf_adds(&g->why_buf, "; where they are one group all the same, say "
			      "'files: join'");
	return group_doom(m, "group-again", buf_str(&g->why_buf), sink, err);
}

static int gather(struct map *m, struct extsort *groups,
		  const struct map_sink *sink, struct err *err)
{
	struct group *g = m->group;
	struct span key, row;
	bool again;
	char number[8] = {0};
	uint64_t file = 0;
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
			g->n_doomed = 0;
			file = get_number(row.p + 8);
			g->doom = g->lost ? "group-incomplete" : NULL;
			g->why = GROUP_UNSORTED;
		}
		again = get_number(row.p + 8) != file;
		row.p += 16;
		row.len -= 16;
		if (again && !g->join && !g->doom &&
		    doom_files(m, row, sink, err) < 0)
			return -1;
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
		load_group(g, rows);
		if (group_map(m, sink, err) < 0)
			got = -1;
	}
	extsort_free(groups);
	return got;
}
