/* Raw records one after the other, in groups or not. */
#include "core/num.h"
#include "map/group.h"
#include "map/inner.h"

uint64_t map_gap(struct rec *r, const struct rec_node *src)
{
	const struct rec_node *gap =
		rec_is(src, REC_OBJECT) ? rec_get(r, src, "gap") : NULL;
	int64_t n;

	if (!gap)
		return 0;
	/* What makes no sense may stand for anything. */
	return num_parse(rec_text(r, gap), 0, INT64_MAX, &n) < 0 ? 1
								 : (uint64_t)n;
}

/* A record that is mapped by itself. */
static int push_one(struct map *m, struct rec *r, const struct map_sink *sink,
		    struct err *err)
{
	size_t n_records = 0, i;
	int rc = 0;

	if (map_run(m, r, sink->out, &n_records) != MAP_REJECT)
		return sink->made(sink->ctx, 1, n_records, err);
	/* Every reason is told; the record counts once. */
	for (i = 0; i < m->n_faults; i++)
		if (sink->refused(sink->ctx, r, r->node, &m->fault[i], i > 0,
				  err) < 0)
			rc = -1;
	return rc;
}

static void end_file(struct map *m)
{
	if (m->running)
		running_reset(m->running);
	if (m->group)
		group_end_file(m->group);
}

/* Its row, or `last` where it has none. */
static int64_t row_of(struct rec *r, const struct rec_node *src, int64_t last)
{
	const struct rec_node *row = rec_get(r, src, "row");
	int64_t n;

	return row && num_parse(rec_text(r, row), 0, INT64_MAX, &n) == 0 ? n
									 : last;
}

/*
 * The record may be the first one of another file.  Of two with the same name
 * the rows begin anew.
 */
static void take_file(struct map *m, struct rec *r, const struct rec_node *src)
{
	const struct rec_node *file =
		rec_is(src, REC_OBJECT) ? rec_get(r, src, "file") : NULL;
	struct span name;
	int64_t row;

	if (!file)
		return;
	name = rec_raw(file);
	row = m->row;
	m->row = row_of(r, src, row);
	if (m->row >= row && span_eq(name, buf_span(&m->file)))
		return;
	if (m->file.len)
		end_file(m);
	buf_clear(&m->file);
	buf_add_span(&m->file, name);
}

void map_push_open(struct map *m)
{
	buf_clear(&m->file);
	end_file(m);
}

int map_push(struct map *m, struct rec *r, const struct map_sink *sink,
	     struct err *err)
{
	const struct rec_node *src;
	uint64_t gap;

	if (!m->group && !m->running)
		return push_one(m, r, sink, err);
	src = rec_get(r, r->node, "src");
	gap = map_gap(r, src);
	m->told += gap;
	/* Of which file those rows were nobody knows: both may lack them. */
	if (gap && m->group && group_gap(m, sink, err) < 0)
		return -1;
	take_file(m, r, src);
	return m->group ? group_push(m, r, sink, err)
			: push_one(m, r, sink, err);
}

int map_push_lost(struct map *m, const struct map_sink *sink, struct err *err)
{
	if (m->running)
		running_forget(m->running, "a row before this is a reject");
	return m->group ? group_gap(m, sink, err) : 0;
}

int map_push_refused(struct map *m, uint64_t n, const struct map_sink *sink,
		     struct err *err)
{
	if (n <= m->told)
		return 0;
	m->told = n;
	return map_push_lost(m, sink, err);
}

int map_finish(struct map *m, const struct map_sink *sink, struct err *err)
{
	return m->group ? group_finish(m, sink, err) : 0;
}

void map_restart(struct map *m)
{
	m->told = 0;
	m->row = 0;
	buf_clear(&m->file);
	if (m->running)
		running_reset(m->running);
	if (m->group)
		group_restart(m->group);
}
