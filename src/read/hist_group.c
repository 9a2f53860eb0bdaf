#include "read/hist_group.h"

#include <stdlib.h>

#include "core/mem.h"
#include "expr/lookup.h"

/* Bytes of a tag that a message shows. */
#define SHOWN ((size_t)100)

struct hist_group {
	struct lookup *table;
	struct arena arena;
};

static int load_map(struct hist_group *g, const struct yt_node *map,
		    struct err *err)
{
	const struct yt_node *n;

	yt_each (map, n) {
		struct val v = {0};

		if (yt_want(n, YT_SCALAR, "a group", err) < 0)
			return -1;
		val_set_text(&v, (struct span){n->text, n->len});
		lookup_add(g->table, span_of(n->key), &v); /* none twice */
	}
	return 0;
}

/* Beside the feed, or beside the feed it is based on. */
static int load_table(struct hist_group *g, const struct read_conf *c,
		      struct err *err)
{
	const struct yt_node *n = c->groups;
	struct err first = ERR_INIT, second = ERR_INIT;
	bool found = false;

	if (c->feed_path)
		g->table = lookup_load(c->profiles, c->feed_path, n->text,
				       &found, &first);
	if (!g->table && !found)
		g->table = lookup_load(c->profiles, n->file, n->text, &found,
				       &second);
	if (g->table && lookup_is_dated(g->table))
		return yt_err(n, err,
			      "by: table '%s' has codes with a time, which is "
			      "not heeded here",
			      n->text);
	if (g->table)
		return 0;
	if (!found)
		return yt_err(n, err, "%s", second.msg);
	*err = second.code ? second : first;
	return -1;
}

struct hist_group *hist_group_new(const struct read_conf *c, struct err *err)
{
	struct hist_group *g = mem_zalloc(sizeof(*g));

	g->arena = (struct arena)ARENA_INIT;
	if (c->groups->type == YT_MAP) {
		g->table = lookup_new("by");
		if (load_map(g, c->groups, err) == 0)
			return g;
	} else if (load_table(g, c, err) == 0) {
		return g;
	}
	hist_group_free(g);
	return NULL;
}

void hist_group_free(struct hist_group *g)
{
	if (!g)
		return;
	lookup_free(g->table);
	arena_release(&g->arena);
	free(g);
}

static int no_group(struct span tag, struct err *err)
{
	size_t n = tag.len < SHOWN ? tag.len : SHOWN;

	while (n < tag.len && n && (tag.p[n] & 0xC0) == 0x80)
		n--; /* not within a character */
	return err_set(err, ERR_DATA, "the tag '%.*s' has no group", (int)n,
		       tag.p);
}

int hist_group_find(struct hist_group *g, struct span tag, struct span *group,
		    struct err *err)
{
	const struct val *v;

	arena_clear(&g->arena);
	v = lookup_get(g->table, tag, 0, &g->arena);
	if (!v)
		return no_group(tag, err);
	switch (v->type) {
	case VAL_TEXT:
	case VAL_NUMBER:
		*group = v->text;
		return 0;
	case VAL_TRUE:
		*group = SPAN("true");
		return 0;
	case VAL_FALSE:
		*group = SPAN("false");
		return 0;
	case VAL_ABSENT:
	case VAL_NULL:
	case VAL_NODE:
	case VAL_LIST:
		break;
	}
	return no_group(tag, err);
}
