/* The section `group` of an entry. */
#include <stdlib.h>

#include "core/mem.h"
#include "expr/fn.h"
#include "map/group_inner.h"

static const char *const keys[] = {"by",    "unsorted", "when",  "lines",
				   "lists", "gaps",     "files", NULL};
static const char *const gaps[] = {"reject", "accept", NULL};
static const char *const files[] = {"reject", "join", NULL};

static int compile_by(struct map *m, struct group *g, const struct yt_node *n,
		      struct err *err)
{
	const struct yt_node *by = yt_get(n, "by"), *c;

	if (!by)
		return yt_err(n, err,
			      "'by' is missing: what rows of a group "
			      "have in common");
	if (by->type == YT_LIST && !by->n)
		return yt_err(by, err, "'by' has no expressions");
	g->by = mem_zalloc(mem_mul(by->type == YT_LIST ? by->n : 1,
				   sizeof(struct expr *)));
	if (by->type != YT_LIST) {
		g->by[0] = expr_compile(&m->scope, by, err);
		g->n_by = 1;
		return g->by[0] ? 0 : -1;
	}
	yt_each (by, c) {
		struct expr *x = expr_compile(&m->scope, c, err);

		if (!x)
			return -1;
		g->by[g->n_by++] = x;
	}
	return 0;
}

/* The running values among `by`. */
static void find_starts(struct group *g)
{
	size_t i;

	g->starts = mem_zalloc(mem_mul(g->n_by, sizeof(*g->starts)));
	for (i = 0; i < g->n_by; i++)
		if (g->by[i]->kind == EXPR_RUNNING)
			g->starts[g->n_starts++] = g->by[i]->column;
}

static int compile_settings(struct map *m, struct group *g,
			    const struct yt_node *n, struct err *err)
{
	int word = 0, of_files = 0;

	g->at = n;
	if (yt_check_keys(n, keys, err) < 0 ||
	    yt_bool(n, "unsorted", &g->unsorted, err) < 0 ||
	    yt_word(n, "gaps", gaps, &word, err) < 0 ||
	    yt_word(n, "files", files, &of_files, err) < 0 ||
	    compile_by(m, g, n, err) < 0)
		return -1;
	g->accept = word == 1;
	g->join = of_files == 1;
	find_starts(g);
	return 0;
}

/* Rows go in and out together, so all groups of a feed are the same rows. */
static int check_same(const struct group *a, const struct group *b,
		      struct err *err)
{
	bool same = a->n_by == b->n_by && a->unsorted == b->unsorted &&
		    a->accept == b->accept && a->join == b->join;
	size_t i;

	for (i = 0; i < a->n_by && same; i++)
		same = span_eq(expr_source(a->by[i]), expr_source(b->by[i]));
	if (same)
		return 0;
	return yt_err(b->at, err,
		      "all groups of a feed have the same 'by', 'unsorted', "
		      "'gaps' and 'files': others are on line %zu; rows "
		      "grouped in two "
		      "ways are two feeds",
		      a->at->line);
}

int group_compile(struct map *m, const struct yt_node *n, struct err *err)
{
	struct group *g = mem_zalloc(sizeof(*g));
	int rc;

	g->key = g->next = (struct buf)BUF_INIT(LINE_CEILING);
	g->rows = (struct buf)BUF_INIT(GROUP_CEILING);
	g->item = (struct buf)BUF_INIT(3 * LINE_CEILING);
	g->why_buf = (struct buf)BUF_INIT(ERR_MSG_MAX);
	rc = compile_settings(m, g, n, err);
	if (rc == 0 && m->group)
		rc = check_same(m->group, g, err);
	if (rc == 0 && !m->group) {
		m->group = g;
		g->first = mem_zalloc(
			mem_mul(running_count(m->running), sizeof(*g->first)));
		g->now = mem_zalloc(
			mem_mul(running_count(m->running), sizeof(*g->now)));
	} else {
		group_free(g);
	}
	return rc;
}

/* A list of the entry's fields: its elements are the rows. */
static int add_list(struct map *m, struct map_entry *e,
		    const struct yt_node *at, const struct yt_node *when,
		    const struct yt_node *fields, struct err *err)
{
	struct map_field *f;
	struct map_list *l;
	size_t i;

	for (i = 0; i < e->n_fields; i++)
		if (!strcmp(e->field[i].name, at->key))
			return yt_err_key(at, err,
					  "the field '%s' is there already",
					  at->key);
	f = &e->field[e->n_fields];
	if (map_name_field(m, f, at, err) < 0)
		return -1;
	l = map_new_list(m, &m->scope);
	if (when) {
		l->when = expr_compile(&l->scope, when, err);
		if (!l->when)
			return -1;
	}
	f->list = l;
	e->n_fields++;
	return map_compile_fields(m, &l->scope, fields, &l->field, &l->n_fields,
				  err);
}

static int add_lists(struct map *m, struct map_entry *e,
		     const struct yt_node *lists, struct err *err)
{
	static const char *const list_keys[] = {"when", "fields", NULL};
	const struct yt_node *c, *fields;

	yt_each (lists, c) {
		if (yt_check_keys(c, list_keys, err) < 0)
			return -1;
		fields = yt_get(c, "fields");
		if (!fields)
			return yt_err(c, err, "'fields' is missing");
		if (add_list(m, e, c, yt_get(c, "when"), fields, err) < 0)
			return -1;
	}
	return 0;
}

int group_compile_lists(struct map *m, struct map_entry *e,
			const struct yt_node *n, struct err *err)
{
	const struct yt_node *lines = yt_get(n, "lines");
	const struct yt_node *lists = yt_get(n, "lists");
	const struct yt_node *when = yt_get(n, "when");
	struct map_field *more;

	if (lines && lists)
		return yt_err_key(lines, err,
				  "'lines' is the short form of 'lists: "
				  "{lines: ...}'; use one of them");
	if (when && !lines)
		return yt_err_key(
			when, err,
			"'when' says which rows are 'lines', and "
			"there are none; each of 'lists' has its own");
	if (lists && yt_want(lists, YT_MAP, "lists", err) < 0)
		return -1;
	more = arena_alloc(&m->scope.arena,
			   mem_mul(e->n_fields + 1 + (lists ? lists->n : 0),
				   sizeof(*more)));
	if (e->n_fields)
		memcpy(more, e->field, e->n_fields * sizeof(*more));
	e->field = more;
	if (lines)
		return add_list(m, e, lines, when, lines, err);
	return lists ? add_lists(m, e, lists, err) : 0;
}

void group_free(struct group *g)
{
	if (!g)
		return;
	group_restart(g);
	free(g->by);
	free(g->starts);
	free(g->first);
	free(g->now);
	buf_release(&g->key);
	buf_release(&g->next);
	buf_release(&g->rows);
	buf_release(&g->item);
	buf_release(&g->why_buf);
	rec_release(&g->rec);
	free(g);
}
