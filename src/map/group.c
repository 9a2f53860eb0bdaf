#include "core/mem.h"
#include "core/sip.h"
#include "map/group_inner.h"

void group_restart(struct group *g)
{
	g->open = g->gap = g->lost = g->file_end = false;
	g->file = 0;
	g->doom = NULL;
	g->n_items = g->n_doomed = 0;
	hset_release(&g->seen);
	extsort_free(g->sort);
	g->sort = NULL;
}

void group_end_file(struct group *g)
{
	g->file_end = true;
	g->file++;
}

/* ---- rejects ---------------------------------------------------------------
 */

/* What m->fault says of one raw record. */
static int refuse_row(struct map *m, struct rec *r, const struct rec_node *row,
		      const struct map_sink *sink, struct err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < m->n_faults; i++)
		if (sink->refused(sink->ctx, r, row, &m->fault[i], i > 0, err) <
		    0)
			rc = -1;
	return rc;
}

/* The key at hand, for a person. */
static struct span shown_key(const struct buf *key)
{
	struct span s = buf_span(key);
	size_t i;

	if (s.len < 2 || s.p[0] != '"' || s.p[s.len - 1] != '"')
		return s;
	for (i = 1; i + 1 < s.len; i++)
		if (s.p[i] == '"' || s.p[i] == '\\')
			return s;
	return (struct span){s.p + 1, s.len - 2};
}

static int refuse_for(struct map *m, struct rec *r, const struct rec_node *row,
		      const char *code, const char *why,
		      const struct map_sink *sink, struct err *err)
{
	const struct map_fault f = {.code = code,
				    .to = SPAN("group"),
				    .value = shown_key(&m->group->key),
				    .why = span_of(why)};

	return sink->refused(sink->ctx, r, row, &f, false, err);
}

int group_refuse_row(struct map *m, struct rec *r, const struct rec_node *row,
		     const struct expr_running *running, const char *code,
		     const char *why, const struct map_sink *sink,
		     struct err *err)
{
	bool first = m->group->n_doomed++ == 0;

	if (m->trace)
		map_trace_doomed(m, r, row, running, first, code, why);
	return refuse_for(m, r, row, code, why, sink, err);
}

/* Parse "[ROW,RUNNING,..." into g->rec; its end is put there. */
static int parse_rows(struct map *m, struct buf *text, struct map_rows *rows,
		      struct err *err)
{
	struct group *g = m->group;

	text->ceiling++;
	buf_addc(text, ']');
	text->ceiling--;
	if (rec_parse(&g->rec, text->data, text->len, err) < 0) {
		err->code = ERR_BUG;
		return err_wrap(err, "rows of a group");
	}
	rows->rec = &g->rec;
	rows->array = g->rec.node;
	rows->stride = m->running ? 2 : 1;
	rows->n = g->rec.node->count / rows->stride;
	rows->first = g->first;
	rows->at = g->now;
	rows->n_running = running_count(m->running);
	return 0;
}

static const struct rec_node *next_row(const struct map_rows *rows,
				       const struct rec_node *row)
{
	size_t i;

	for (i = 0; i < rows->stride; i++)
		row = rows->rec->node + row->next;
	return row;
}

int group_refuse(struct map *m, struct buf *text, const char *code,
		 const char *why, const struct map_sink *sink, struct err *err)
{
	const struct rec_node *row;
	struct map_rows rows;
	size_t i;
	int rc = 0;

	if (!text->len)
		return 0;
	if (parse_rows(m, text, &rows, err) < 0)
		return -1;
	row = rows.array + 1;
	for (i = 0; i < rows.n && rc == 0; i++) {
		if (m->trace && rows.n_running)
			running_load(rows.at, rows.n_running, rows.rec,
				     rows.rec->node + row->next);
		rc = group_refuse_row(m, rows.rec, row, rows.at, code, why,
				      sink, err);
		row = next_row(&rows, row);
	}
	buf_clear(text);
	return rc;
}

int group_doom(struct map *m, const char *code, const char *why,
	       const struct map_sink *sink, struct err *err)
{
	struct group *g = m->group;

	g->doom = code;
	g->why = why;
	return group_refuse(m, &g->rows, code, why, sink, err);
}

/* ---- a whole group ---------------------------------------------------------
 */

/* "row 12 of the same group is a reject (bad-number)" */
static void say_why(struct map *m, const struct map_rows *rows, struct buf *b)
{
	const struct map_fault *f = &m->fault[0];
	const struct rec_node *row = rows->array + 1, *n;
	size_t i;

	for (i = 0; i < f->row; i++)
		row = next_row(rows, row);
	n = rec_get(rows->rec, row, "src");
	n = rec_is(n, REC_OBJECT) ? rec_get(rows->rec, n, "row") : NULL;
	if (n)
		buf_addf(b, "row %.*s", SPAN_FMT(rec_text(rows->rec, n)));
	else
		buf_addf(b, "row %zu", f->row + 1);
	buf_addf(b, " of the same group is a reject (%s)", f->code);
}

/* Each row with its own reasons, or with the one that there are others. */
static int refuse_all(struct map *m, const struct map_rows *rows,
		      const struct map_sink *sink, struct err *err)
{
	size_t *begin =
		arena_alloc(&m->arena, mem_mul(rows->n, sizeof(*begin)));
	size_t *next =
		arena_alloc(&m->arena, mem_mul(m->n_faults, sizeof(*next)));
	const struct rec_node *row = rows->array + 1;
	struct buf why = BUF_INIT(ERR_MSG_MAX);
	size_t i, k;
	int rc = 0;

	for (i = 0; i < rows->n; i++)
		begin[i] = SIZE_MAX;
	for (k = m->n_faults; k-- > 0;) {
		next[k] = begin[m->fault[k].row];
		begin[m->fault[k].row] = k;
	}
	say_why(m, rows, &why);
	for (i = 0; i < rows->n && rc == 0; i++) {
		if (begin[i] == SIZE_MAX)
			rc = refuse_for(m, rows->rec, row, "group-rejected",
					buf_str(&why), sink, err);
		for (k = begin[i]; k != SIZE_MAX; k = next[k])
			if (sink->refused(sink->ctx, rows->rec, row,
					  &m->fault[k], k != begin[i], err) < 0)
				rc = -1;
		row = next_row(rows, row);
	}
	buf_release(&why);
	return rc;
}

int group_map(struct map *m, const struct map_sink *sink, struct err *err)
{
	struct map_rows rows;
	size_t n_records;

	if (parse_rows(m, &m->group->rows, &rows, err) < 0)
		return -1;
	if (map_run_rows(m, &rows, sink->out, &n_records) == MAP_REJECT)
		return refuse_all(m, &rows, sink, err);
	return sink->made(sink->ctx, rows.n, n_records, err);
}

/* ---- row by row ------------------------------------------------------------
 */

static int end_group(struct map *m, const struct map_sink *sink,
		     struct err *err)
{
	struct group *g = m->group;

	if (!g->open)
		return 0;
	g->open = false;
	return g->doom ? 0 : group_map(m, sink, err);
}

/* The group of key g->next. */
static void begin_group(struct group *g)
{
	struct buf key = g->key;
	struct sip sip;
	bool fresh;

	g->key = g->next;
	g->next = key;
	g->open = true;
	g->doom = NULL;
	g->n_doomed = 0;
	buf_clear(&g->rows);
	sip_init(&sip);
	sip_add_span(&sip, buf_span(&g->key));
	hset_add(&g->seen, sip_end(&sip), 0, &fresh);
	if (g->gap) {
		g->doom = "group-incomplete";
		g->why = GROUP_INCOMPLETE;
	} else if (!fresh) {
		g->doom = "group-again";
		g->why = "a group with this key was complete before: rows of "
			 "one group do not follow each other; 'unsorted: "
			 "true' puts them together";
	}
}

bool group_add(struct map *m, struct span row, struct span running)
{
	struct buf *b = &m->group->rows;
	size_t before = b->len;

	buf_addc(b, b->len ? ',' : '[');
	buf_add_span(b, row);
	if (running.len) {
		buf_addc(b, ',');
		buf_add_span(b, running);
	}
	if (!b->over)
		return true;
	b->over = false;
	b->len = before;
	return false;
}

/* The row sets what the group has in common, to the value it had. */
static bool starts_again(const struct map *m)
{
	const struct group *g = m->group;
	size_t i;

	for (i = 0; i < g->n_starts; i++)
		if (running_starts(m->running, g->starts[i]))
			return true;
	return false;
}

static int sorted_push(struct map *m, struct rec *r,
		       const struct map_sink *sink, struct err *err)
{
	struct group *g = m->group;

	if (!g->open || !span_eq(buf_span(&g->key), buf_span(&g->next))) {
		if (end_group(m, sink, err) < 0)
			return -1;
		begin_group(g);
	} else if (!g->doom && g->file_end && !g->join) {
		if (group_doom(m, "group-again", GROUP_IN_FILES, sink, err) < 0)
			return -1;
	} else if (!g->doom && starts_again(m)) {
		if (group_doom(m, "group-again", GROUP_STARTS, sink, err) < 0)
			return -1;
	}
	g->gap = g->file_end = false;
	buf_clear(&g->item);
	if (m->running)
		running_put(m->running, &g->item);
	if (!g->doom && !group_add(m, rec_raw(r->node), buf_span(&g->item)) &&
	    group_doom(m, "too-long", GROUP_TOO_LONG, sink, err) < 0)
		return -1;
	return g->doom ? group_refuse_row(m, r, r->node,
					  running_values(m->running), g->doom,
					  g->why, sink, err)
		       : 0;
}

/* The values of `by` into g->next. */
static bool take_key(struct map *m, struct expr_env *env)
{
	struct group *g = m->group;
	bool empty = true;
	size_t i;

	buf_clear(&g->next);
	for (i = 0; i < g->n_by; i++) {
		struct val v;

		if (expr_eval(g->by[i], env, &v) < 0) {
			map_fault_whole(m, env, NULL, "group", SPAN(""));
			return false;
		}
		empty = empty && val_is_empty(&v);
		if (v.type == VAL_NUMBER)
			val_to_text(&v, env->arena); /* as keys are */
		val_put(&g->next, env->rec, &v);
	}
	if (!empty && !g->next.over)
		return true;
	map_fault_whole(m, NULL, "missing-key", "group",
			empty ? SPAN("the row has nothing of what groups it")
			      : SPAN("a key of more than 16 MiB"));
	return false;
}

/* In an array a row is nested one level deeper. */
static bool take_depth(struct map *m, struct rec *r)
{
	if (r->n < REC_DEPTH_MAX || rec_depth(r) < REC_DEPTH_MAX)
		return true;
	map_fault_whole(m, NULL, "too-deep", "group",
			SPAN("nested too deep for a row of a group"));
	return false;
}

int group_push(struct map *m, struct rec *r, const struct map_sink *sink,
	       struct err *err)
{
	struct expr_env env;

	if (!map_enter(m, r, &env) || !take_key(m, &env) || !take_depth(m, r)) {
		if (refuse_row(m, r, r->node, sink, err) < 0)
			return -1;
		return group_gap(m, sink, err);
	}
	return m->group->unsorted ? group_sort_push(m, r, err)
				  : sorted_push(m, r, sink, err);
}

int group_gap(struct map *m, const struct map_sink *sink, struct err *err)
{
	struct group *g = m->group;

	/* It was of another file than what is open. */
	if (g->file_end && !g->join && !g->unsorted) {
		g->file_end = false;
		if (end_group(m, sink, err) < 0)
			return -1;
	}
	if (g->accept)
		return 0;
	g->gap = g->lost = true;
	if (!g->open || g->doom)
		return 0;
	return group_doom(m, "group-incomplete", GROUP_INCOMPLETE, sink, err);
}

int group_finish(struct map *m, const struct map_sink *sink, struct err *err)
{
	return m->group->unsorted ? group_sort_finish(m, sink, err)
				  : end_group(m, sink, err);
}
