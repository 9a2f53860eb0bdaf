#include "read/edi_place.h"

#include <string.h>

#include "core/log.h"

#define SLOTS ((size_t)64) /* at first; a power of two */

/* ---- objects nested by number -------------------------------------------- */

struct edi_nested {
	struct span id; /* p NULL: free */
	const struct edi_loop *loop;
	struct tree_spot spot;
};

/* FNV-1a. */
static size_t hash_id(struct span id)
{
	uint64_t h = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < id.len; i++)
		h = (h ^ (unsigned char)id.p[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

static struct edi_nested *find_slot(const struct edi_placer *p,
				    const struct edi_loop *loop, struct span id)
{
	size_t i = hash_id(id) & (p->n_slots - 1);

	while (p->nested[i].id.p &&
	       (p->nested[i].loop != loop || !span_eq(p->nested[i].id, id)))
		i = (i + 1) & (p->n_slots - 1);
	return &p->nested[i];
}

/* Twice the slots, once half of them are taken. */
static void grow_nested(struct edi_placer *p)
{
	struct edi_nested *old = p->nested;
	size_t n = p->n_slots, i;

	if (p->n_nested * 2 < n)
		return;
	p->n_slots = n ? n * 2 : SLOTS;
	p->nested = arena_alloc(&p->tree->arena,
				mem_mul(p->n_slots, sizeof(*p->nested)));
	memset(p->nested, 0, p->n_slots * sizeof(*p->nested));
	for (i = 0; i < n; i++)
		if (old[i].id.p)
			*find_slot(p, old[i].loop, old[i].id) = old[i];
}

/* The open object has number `id`; of two with one number the last counts. */
static void keep_nested(struct edi_placer *p, const struct edi_loop *loop,
			struct span id)
{
	struct edi_nested *n;

	if (!id.len || p->tree->over)
		return;
	grow_nested(p);
	n = find_slot(p, loop, id);
	p->n_nested += !n->id.p;
	*n = (struct edi_nested){arena_span(&p->tree->arena, id), loop,
				 tree_spot(p->tree)};
}

static const struct edi_nested *find_nested(const struct edi_placer *p,
					    const struct edi_loop *loop,
					    struct span id)
{
	const struct edi_nested *n;

	if (!p->n_slots)
		return NULL;
	n = find_slot(p, loop, id);
	return n->id.p ? n : NULL;
}

/* ---- what is missing ----------------------------------------------------- */

static void miss(struct edi_placer *p, const struct edi_item *item,
		 uint64_t count)
{
	if (count < item->min && !p->missing.len)
		p->missing = item->tag;
}

/* A level goes on to item `to`, or to its end where `to` is loop->n. */
static void leave(struct edi_placer *p, const struct edi_level *l, size_t to)
{
	size_t i;

	if (p->missing.len || l->at >= l->loop->n)
		return;
	if (to > l->at)
		miss(p, &l->loop->item[l->at], l->count);
	for (i = l->at + 1; i < to; i++)
		miss(p, &l->loop->item[i], 0);
}

/* Close levels until `depth` are open. */
static void close_to(struct edi_placer *p, size_t depth)
{
	while (p->depth > depth) {
		const struct edi_level *l = &p->level[--p->depth];

		leave(p, l, l->loop->n);
	}
	tree_go(p->tree, p->level[depth - 1].spot);
}

/* ---- placing ------------------------------------------------------------- */

static bool holds(const struct edi_item *item, const struct edi_segment *s)
{
	const struct edi_when *w;

	for (w = item->when; w; w = w->next) {
		struct span text =
			edi_segment_text(s, w->ref.element, w->ref.component);
		size_t i;

		for (i = 0; i < w->n && !span_eq(text, w->value[i]); i++)
			;
		if (i == w->n)
			return false;
	}
	return true;
}

static void push(struct edi_placer *p, const struct edi_loop *loop)
{
	p->level[p->depth++] =
		(struct edi_level){.loop = loop, .spot = tree_spot(p->tree)};
}

/* Open the loop of `item`; its own segment is then its first item. */
static enum edi_placed open_loop(struct edi_placer *p,
				 const struct edi_item *item,
				 struct edi_segment *s, enum edi_placed placed)
{
	const struct edi_loop *loop = item->loop;
	struct span parent;

	if (loop->id.element) {
		const struct edi_nested *n = NULL;

		parent = edi_segment_text(s, loop->parent.element,
					  loop->parent.component);
		if (parent.len)
			n = find_nested(p, loop, parent);
		if (n)
			tree_go(p->tree, n->spot);
		else if (parent.len && placed == EDI_PLACED && !p->tree->over)
			placed = EDI_ORPHAN;
	}
	tree_open(p->tree, item->tag, item->list);
	edi_segment_put(s, p->tree);
	push(p, loop);
	p->level[p->depth - 1].count = 1;
	if (loop->id.element)
		keep_nested(p, loop,
			    edi_segment_text(s, loop->id.element,
					     loop->id.component));
	return placed;
}

/* Put the segment where item `i` of level `depth` - 1 is. */
static enum edi_placed put(struct edi_placer *p, size_t depth, size_t i,
			   struct edi_segment *s, enum edi_placed placed)
{
	struct edi_level *l = &p->level[depth - 1];
	const struct edi_item *item = &l->loop->item[i];

	close_to(p, depth);
	if (i > l->at) {
		leave(p, l, i);
		l->at = i;
		l->count = 0;
	}
	if (i == l->at)
		l->count++;
	if (item->loop)
		return open_loop(p, item, s, placed);
	edi_segment_put_object(s, p->tree, item->tag, item->list);
	return placed;
}

/* An item from the level's place onward; loop->n: none. */
static size_t find_onward(const struct edi_level *l, uint64_t key,
			  const struct edi_segment *s)
{
	const struct edi_loop *loop = l->loop;
	size_t i = l->at;

	if (i < loop->n && l->count >= loop->item[i].max)
		i++;
	for (; i < loop->n; i++)
		if (loop->item[i].key == key && holds(&loop->item[i], s))
			return i;
	return loop->n;
}

/* The nearest item up to the level's place, within its area. */
static size_t find_before(const struct edi_level *l, uint64_t key,
			  const struct edi_segment *s)
{
	const struct edi_loop *loop = l->loop;
	size_t i = l->at + 1;

	while (i-- > 0 && i < loop->n &&
	       loop->item[i].area == loop->item[l->at].area)
		if (loop->item[i].key == key && holds(&loop->item[i], s))
			return i;
	return loop->n;
}

static enum edi_placed place(struct edi_placer *p, struct edi_segment *s)
{
	uint64_t key = edi_key(s->tag);
	size_t depth, i;

	for (depth = p->depth; key && depth; depth--) {
		i = find_onward(&p->level[depth - 1], key, s);
		if (i < p->level[depth - 1].loop->n)
			return put(p, depth, i, s, EDI_PLACED);
	}
	for (depth = p->depth; key && depth; depth--) {
		const struct edi_level *l = &p->level[depth - 1];

		i = find_before(l, key, s);
		if (i < l->loop->n)
			return put(p, depth, i, s,
				   i == l->at ? EDI_SURPLUS : EDI_ORDER);
	}
	tree_go(p->tree, p->level[p->depth - 1].spot);
	edi_segment_put_object(s, p->tree, s->tag, true);
	return EDI_UNKNOWN;
}

/* ---- words --------------------------------------------------------------- */

const char *edi_placed_words(enum edi_placed placed)
{
	switch (placed) {
	case EDI_PLACED:
		return "in its place";
	case EDI_SURPLUS:
		return "there more often than the layout has it";
	case EDI_ORDER:
		return "out of the layout's order";
	case EDI_ORPHAN:
		return "below a number that no segment before it has";
	case EDI_UNKNOWN:
		return "not in the layout at this place";
	}
	return "";
}

static void note(struct edi_placer *p, const struct edi_segment *s,
		 enum edi_placed placed)
{
	uint64_t key = edi_key(s->tag) ^ (uint64_t)placed << 60;
	size_t i;

	for (i = 0; i < p->n_noted && p->noted[i] != key; i++)
		;
	if (i < p->n_noted || p->n_noted == EDI_NOTES_MAX)
		return;
	p->noted[p->n_noted++] = key;
	/* What is out of order only is in its place in the record. */
	log_put(placed == EDI_ORDER ? LOG_DEBUG : LOG_WARN,
		"%s: segment %llu: %.*s is %s (%s); it is kept, and this is "
		"said once",
		p->file ? p->file : "", (unsigned long long)s->number,
		SPAN_FMT(s->tag), edi_placed_words(placed), p->layout->name);
}

/* ---- a record ------------------------------------------------------------ */

void edi_place_begin(struct edi_placer *p, const struct edi_layout *layout,
		     struct tree *tree)
{
	p->tree = tree;
	p->layout = layout;
	p->depth = 0;
	p->nested = NULL;
	p->n_nested = p->n_slots = 0;
	p->missing = (struct span){NULL, 0};
	if (layout)
		push(p, layout->top);
	else
		p->level[0] = (struct edi_level){.spot = tree_spot(tree)};
}

void edi_place_envelope(struct edi_placer *p, struct edi_segment *s)
{
	struct tree_spot here = tree_spot(p->tree);

	tree_go(p->tree, p->level[0].spot);
	edi_segment_put_object(s, p->tree, s->tag, false);
	tree_go(p->tree, here);
}

enum edi_placed edi_place(struct edi_placer *p, struct edi_segment *s)
{
	enum edi_placed placed;

	if (p->layout) {
		placed = place(p, s);
		if (placed != EDI_PLACED && !p->layout->strict)
			note(p, s, placed);
		return placed;
	}
	tree_go(p->tree, p->level[0].spot);
	tree_open(p->tree, SPAN("segments"), true);
	tree_text(p->tree, SPAN("tag"), s->tag, false);
	edi_segment_put(s, p->tree);
	tree_close(p->tree);
	return EDI_PLACED;
}

void edi_place_end(struct edi_placer *p)
{
	if (p->layout)
		close_to(p, 1);
	if (p->layout)
		leave(p, &p->level[0], p->layout->top->n);
	tree_go(p->tree, p->level[0].spot);
}
