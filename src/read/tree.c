#include "read/tree.h"

#include "core/rec.h"

/* Members of an object from which on they are found by a hash. */
#define SMALL ((size_t)16)
#define SLOTS ((size_t)64) /* at first; a power of two */

enum node_kind { NODE_OBJECT, NODE_TEXT, NODE_NULL, NODE_MEMBERS };

/*
 * A value.  Values of one name hang behind the first of them; only the first
 * is a member of its parent.
 */
struct tree_node {
	struct tree_node *parent;
	struct tree_node *member, *last_member; /* NODE_OBJECT: the first .. */
	struct tree_node *next;                 /* member of the same parent */
	struct tree_node *again, *last_again;   /* value of the same name */
	struct tree_node **slot;                /* of the members, or NULL */
	size_t n_members, n_slots;
	struct span name, text;
	enum node_kind kind;
	bool list;
};

void tree_begin(struct tree *t)
{
	arena_clear(&t->arena);
	t->root = t->at = arena_alloc(&t->arena, sizeof(*t->root));
	*t->root = (struct tree_node){.kind = NODE_OBJECT};
	t->bytes = 2;
	t->depth = 1;
	t->over = false;
}

/* FNV-1a. */
static size_t hash_name(struct span name)
{
	uint64_t h = UINT64_C(14695981039346656037);
	size_t i;

	for (i = 0; i < name.len; i++)
		h = (h ^ (unsigned char)name.p[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32);
}

static struct tree_node **find_slot(const struct tree_node *o, struct span name)
{
	size_t i = hash_name(name) & (o->n_slots - 1);

	while (o->slot[i] && !span_eq(o->slot[i]->name, name))
		i = (i + 1) & (o->n_slots - 1);
	return &o->slot[i];
}

static struct tree_node *find(const struct tree_node *o, struct span name)
{
	struct tree_node *m;

	if (o->slot)
		return *find_slot(o, name);
	for (m = o->member; m; m = m->next)
		if (m->kind != NODE_MEMBERS && span_eq(m->name, name))
			break;
	return m;
}

/* Hash the members of `o` anew once they are many, or twice as many. */
static void rehash(struct tree *t, struct tree_node *o)
{
	struct tree_node *m;

	if (o->n_members < SMALL || o->n_members * 2 < o->n_slots)
		return;
	o->n_slots = o->n_slots ? o->n_slots * 4 : SLOTS;
	o->slot = arena_alloc(&t->arena, mem_mul(o->n_slots, sizeof(*o->slot)));
	memset(o->slot, 0, o->n_slots * sizeof(*o->slot));
	for (m = o->member; m; m = m->next)
		if (m->kind != NODE_MEMBERS)
			*find_slot(o, m->name) = m;
}

static void append(struct tree_node *o, struct tree_node *n)
{
	if (o->last_member)
		o->last_member->next = n;
	else
		o->member = n;
	o->last_member = n;
	o->n_members++;
}

static void hang(struct tree *t, struct tree_node *n)
{
	struct tree_node *o = t->at, *first = find(o, n->name);

	if (first) {
		n->name = first->name;
		if (first->last_again)
			first->last_again->again = n;
		else
			first->again = n;
		first->last_again = n;
		return;
	}
	n->name = arena_span(&t->arena, n->name);
	append(o, n);
	if (o->slot)
		*find_slot(o, n->name) = n;
	rehash(t, o);
}

static struct tree_node *add(struct tree *t, struct span name, bool list,
			     enum node_kind kind, struct span text)
{
	struct tree_node *n;

	/* A name may be written for every value; a list brings no more. */
	t->bytes += name.len + text.len + 8;
	if (t->over || t->bytes > LINE_CEILING || t->arena.size > TREE_MEMORY) {
		t->over = true;
		return NULL;
	}
	n = arena_alloc(&t->arena, sizeof(*n));
	*n = (struct tree_node){.parent = t->at,
				.name = name,
				.text = arena_span(&t->arena, text),
				.kind = kind,
				.list = list};
	hang(t, n);
	return n;
}

void tree_open(struct tree *t, struct span name, bool list)
{
	struct tree_node *n =
		add(t, name, list, NODE_OBJECT, (struct span){NULL, 0});

	/* An object and the list it may be in, below `raw` in its record. */
	t->depth++;
	if (t->depth * 2 + 2 > REC_DEPTH_MAX)
		t->over = true;
	if (n && !t->over)
		t->at = n;
}

void tree_close(struct tree *t)
{
	t->depth--;
	if (!t->over)
		t->at = t->at->parent;
}

void tree_text(struct tree *t, struct span name, struct span text, bool list)
{
	add(t, name, list, NODE_TEXT, text);
}

void tree_null(struct tree *t, struct span name, bool list)
{
	add(t, name, list, NODE_NULL, (struct span){NULL, 0});
}

void tree_members(struct tree *t, struct span json)
{
	struct tree_node *n;

	t->bytes += json.len + 1;
	if (t->over || t->bytes > LINE_CEILING)
		t->over = true;
	if (t->over || !json.len)
		return;
	n = arena_alloc(&t->arena, sizeof(*n));
	*n = (struct tree_node){.parent = t->at,
				.text = arena_span(&t->arena, json),
				.kind = NODE_MEMBERS};
	append(t->at, n);
}

void tree_close_as_text(struct tree *t, struct span text)
{
	t->bytes += text.len;
	if (t->bytes > LINE_CEILING)
		t->over = true;
	if (!t->over) {
		t->at->kind = NODE_TEXT;
		t->at->text = arena_span(&t->arena, text);
	}
	tree_close(t);
}

void tree_close_as_null(struct tree *t)
{
	if (!t->over)
		t->at->kind = NODE_NULL;
	tree_close(t);
}

bool tree_is_empty(const struct tree *t)
{
	return !t->at->member;
}

static void put_value(const struct tree_node *n, struct buf *b);

static void put_members(const struct tree_node *o, struct buf *b)
{
	const struct tree_node *m, *v;

	rec_put_open(b, '{');
	for (m = o->member; m; m = m->next) {
		bool list = m->list || m->again;

		if (m->kind == NODE_MEMBERS) {
			rec_put_raw(b, m->text);
			continue;
		}
		rec_put_key(b, m->name);
		if (list)
			rec_put_open(b, '[');
		put_value(m, b);
		for (v = m->again; v; v = v->again)
			put_value(v, b);
		if (list)
			rec_put_close(b, ']');
	}
	rec_put_close(b, '}');
}

/* The depth of a tree is bounded by tree_open. */
static void put_value(const struct tree_node *n, struct buf *b)
{
	switch (n->kind) {
	case NODE_OBJECT:
		put_members(n, b);
		break;
	case NODE_TEXT:
		rec_put_str(b, n->text);
		break;
	case NODE_NULL:
		rec_put_raw(b, SPAN("null"));
		break;
	case NODE_MEMBERS:
		break;
	}
}

void tree_put(const struct tree *t, struct buf *b)
{
	put_value(t->root, b);
}

void tree_release(struct tree *t)
{
	arena_release(&t->arena);
	*t = (struct tree)TREE_INIT;
}
