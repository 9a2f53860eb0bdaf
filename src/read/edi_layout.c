#include "read/edi_layout.h"

#include <stdlib.h>
#include <string.h>

/* ---- items --------------------------------------------------------------- */

struct loader {
	struct edi_layout *layout;
	struct err *err;
};

static int load_items(struct loader *o, const struct yt_node *list,
		      struct edi_loop *loop, unsigned depth);

/* "HL03" of segment HL: its third element; "SVC0102": a component. */
static int load_ref(const struct yt_node *n, const char *text, struct span tag,
		    struct edi_ref *ref, struct err *err)
{
	size_t len = strlen(text), i;
	unsigned number[2] = {0, 1};

	if (len < tag.len || memcmp(text, tag.p, tag.len) != 0 ||
	    (len != tag.len + 2 && len != tag.len + 4))
		goto wrong;
	for (i = tag.len; i < len; i++)
		if (text[i] < '0' || text[i] > '9')
			goto wrong;
	for (i = tag.len; i < len; i += 2)
		number[(i - tag.len) / 2] = (unsigned)(text[i] - '0') * 10 +
					    (unsigned)(text[i + 1] - '0');
	if (!number[0] || !number[1])
		goto wrong;
	*ref = (struct edi_ref){number[0], number[1]};
	return 0;
wrong:
	return yt_err(n, err,
		      "'%s' is no element of segment %.*s, such as %.*s01",
		      text, SPAN_FMT(tag), SPAN_FMT(tag));
}

static int load_values(struct loader *o, const struct yt_node *n,
		       struct edi_when *w)
{
	const struct yt_node *v;
	size_t i = 0;

	if (n->type == YT_SCALAR) {
		w->value = arena_alloc(&o->layout->arena, sizeof(*w->value));
		w->value[w->n++] = (struct span){n->text, n->len};
		return 0;
	}
	if (yt_want(n, YT_LIST, "a value or a list of values", o->err) < 0)
		return -1;
	w->value = arena_alloc(&o->layout->arena,
			       mem_mul(n->n + 1, sizeof(*w->value)));
	yt_each (n, v) {
		if (yt_want(v, YT_SCALAR, "a value", o->err) < 0)
			return -1;
		w->value[i++] = (struct span){v->text, v->len};
	}
	w->n = i;
	return 0;
}

static int load_when(struct loader *o, const struct yt_node *map,
		     struct edi_item *item)
{
	const struct yt_node *n;

	if (!map)
		return 0;
	if (yt_want(map, YT_MAP, "when", o->err) < 0)
		return -1;
	yt_each (map, n) {
		struct edi_when *w = arena_alloc(&o->layout->arena, sizeof(*w));

		*w = (struct edi_when){.next = item->when};
		item->when = w;
		if (load_ref(n, n->key, item->tag, &w->ref, o->err) < 0 ||
		    load_values(o, n, w) < 0)
			return -1;
	}
	return 0;
}

static int load_nest(const struct yt_node *map, const struct edi_item *item,
		     struct err *err)
{
	static const char *const known[] = {"id", "parent", NULL};
	const char *id, *parent;

	if (!map)
		return 0;
	if (yt_want(map, YT_MAP, "nest", err) < 0 ||
	    yt_check_keys(map, known, err) < 0 ||
	    yt_text_required(map, "id", &id, err) < 0 ||
	    yt_text_required(map, "parent", &parent, err) < 0)
		return -1;
	if (load_ref(yt_get(map, "id"), id, item->tag, &item->loop->id, err) <
	    0)
		return -1;
	return load_ref(yt_get(map, "parent"), parent, item->tag,
			&item->loop->parent, err);
}

static int load_tag(const struct yt_node *n, const char *text,
		    struct edi_item *item, struct err *err)
{
	const char *p;

	item->tag = span_of(text);
	item->key = edi_key(item->tag);
	for (p = text; *p; p++)
		if (!(*p >= 'A' && *p <= 'Z') && !(*p >= '0' && *p <= '9'))
			break;
	if (*p || !item->key)
		return yt_err(n, err,
			      "'%s' is no tag of a segment: 1 to 8 capital "
			      "letters and digits",
			      text);
	return 0;
}

static int load_loop(struct loader *o, const struct yt_node *n,
		     struct edi_item *item, unsigned depth)
{
	const struct yt_node *list = yt_get(n, "segments");

	if (!list)
		return yt_err(n, o->err, "loop %.*s: 'segments' is missing",
			      SPAN_FMT(item->tag));
	if (depth >= EDI_LEVELS_MAX - 1)
		return yt_err(n, o->err, "loops nested deeper than %d",
			      EDI_LEVELS_MAX - 1);
	item->loop = arena_alloc(&o->layout->arena, sizeof(*item->loop));
	*item->loop = (struct edi_loop){.item = NULL};
	if (load_items(o, list, item->loop, depth + 1) < 0)
		return -1;
	if (!item->loop->n || item->loop->item[0].key != item->key ||
	    item->loop->item[0].loop)
		return yt_err(list, o->err,
			      "the first segment of loop %.*s is not %.*s",
			      SPAN_FMT(item->tag), SPAN_FMT(item->tag));
	return load_nest(yt_get(n, "nest"), item, o->err);
}

static int load_map(struct loader *o, const struct yt_node *n,
		    struct edi_item *item, unsigned *area, unsigned depth)
{
	static const char *const of_segment[] = {"segment", "min",  "max",
						 "when",    "area", NULL};
	static const char *const of_loop[] = {
		"loop", "min", "max", "when", "area", "nest", "segments", NULL};
	const struct yt_node *loop = yt_get(n, "loop");
	const char *tag, *word = NULL;
	int64_t min = 0, max = 1;

	if (yt_check_keys(n, loop ? of_loop : of_segment, o->err) < 0 ||
	    yt_text_required(n, loop ? "loop" : "segment", &tag, o->err) < 0 ||
	    load_tag(loop ? loop : yt_get(n, "segment"), tag, item, o->err) <
		    0 ||
	    yt_int(n, "min", 0, INT32_MAX, &min, o->err) < 0 ||
	    yt_int(n, "max", 1, INT32_MAX, &max, o->err) < 0 ||
	    yt_text(n, "area", &word, o->err) < 0 ||
	    load_when(o, yt_get(n, "when"), item) < 0)
		return -1;
	if (min > max)
		return yt_err(n, o->err, "min %lld is more than max %lld",
			      (long long)min, (long long)max);
	if (word)
		++*area;
	item->min = (uint64_t)min;
	item->max = (uint64_t)max;
	return loop ? load_loop(o, n, item, depth) : 0;
}

/* A member is a list where any item of its name, or all together, are many. */
static void set_lists(struct edi_loop *loop)
{
	size_t i, j;

	for (i = 0; i < loop->n; i++)
		for (j = 0; j < loop->n; j++)
			if (loop->item[j].key == loop->item[i].key &&
			    (i != j || loop->item[j].max > 1))
				loop->item[i].list = true;
}

static int load_items(struct loader *o, const struct yt_node *list,
		      struct edi_loop *loop, unsigned depth)
{
	const struct yt_node *n;
	unsigned area = 0;

	if (yt_want(list, YT_LIST, "segments", o->err) < 0)
		return -1;
	loop->item = arena_alloc(&o->layout->arena,
				 mem_mul(list->n + 1, sizeof(*loop->item)));
	yt_each (list, n) {
		struct edi_item *item = &loop->item[loop->n++];

		*item = (struct edi_item){.max = 1};
		if (n->type == YT_SCALAR) {
			if (load_tag(n, n->text, item, o->err) < 0)
				return -1;
		} else if (yt_want(n, YT_MAP, "a segment or a loop", o->err) <
				   0 ||
			   load_map(o, n, item, &area, depth) < 0) {
			return -1;
		}
		item->area = area;
	}
	set_lists(loop);
	return 0;
}

/* ---- a layout ------------------------------------------------------------ */

static int load_root(struct edi_layout *l, struct err *err)
{
	static const char *const known[] = {"layout", "spec",     "message",
					    "strict", "segments", NULL};
	struct loader o = {l, err};
	const struct yt_node *segments;
	const char *spec = NULL;

	if (yt_want(l->root, YT_MAP, "a layout", err) < 0 ||
	    yt_check_keys(l->root, known, err) < 0 ||
	    yt_text_required(l->root, "layout", &l->name, err) < 0 ||
	    yt_text(l->root, "spec", &spec, err) < 0 ||
	    yt_text(l->root, "message", &l->message, err) < 0 ||
	    yt_bool(l->root, "strict", &l->strict, err) < 0)
		return -1;
	segments = yt_get(l->root, "segments");
	if (!segments)
		return yt_err(l->root, err, "'segments' is missing");
	l->top = arena_alloc(&l->arena, sizeof(*l->top));
	*l->top = (struct edi_loop){.item = NULL};
	return load_items(&o, segments, l->top, 0);
}

struct edi_layout *edi_layout_load(const char *path, struct err *err)
{
	struct edi_layout *l = mem_zalloc(sizeof(*l));

	l->arena = (struct arena)ARENA_INIT;
	l->root = yt_load(path, err);
	if (l->root && load_root(l, err) == 0)
		return l;
	edi_layout_free(l);
	return NULL;
}

void edi_layout_free(struct edi_layout *l)
{
	if (!l)
		return;
	arena_release(&l->arena);
	yt_free(l->root);
	free(l);
}
