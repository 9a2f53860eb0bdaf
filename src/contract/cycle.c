#include "contract/cycle.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/sip.h"

#define NONE UINT32_MAX
/* Names of a cycle that are told, and edges looked at to find them, in all. */
#define NAMES_TOLD 12
#define STEPS_MAX  ((uint64_t)50 * 1000 * 1000)

struct edge {
	uint32_t from, to;
};

struct cycle {
	/* names by number, each ended by the start of the next */
	struct buf text;
	size_t *start;
	size_t n, cap;
	uint32_t *slot; /* number of a name, NONE for free */
	size_t n_slots;

	struct edge *edge;
	size_t n_edges, cap_edges;

	/* once settled: where the edges of a name begin in `to` */
	bool settled;
	size_t *first; /* n + 1 */
	uint32_t *to;
	uint32_t *part;   /* the component of each name */
	uint32_t *before; /* of a search: where a name was reached from */
	uint32_t *queue;
	uint64_t n_steps;
};

struct cycle *cycle_new(void)
{
	struct cycle *c = mem_zalloc(sizeof(*c));

	c->text = (struct buf)BUF_INIT(SIZE_MAX);
	return c;
}

void cycle_free(struct cycle *c)
{
	if (!c)
		return;
	buf_release(&c->text);
	free(c->start);
	free(c->slot);
	free(c->edge);
	free(c->first);
	free(c->to);
	free(c->part);
	free(c->before);
	free(c->queue);
	free(c);
}

/* ---- names --------------------------------------------------------------- */

static struct span name_of(const struct cycle *c, uint32_t i)
{
	size_t end = i + 1 < c->n ? c->start[i + 1] : c->text.len;

	return (struct span){c->text.data + c->start[i], end - c->start[i]};
}

static size_t hash(struct span s)
{
	struct sip h;

	sip_init(&h);
	sip_add_span(&h, s);
	return (size_t)sip_end(&h).lo;
}

static uint32_t *slot_of(const struct cycle *c, struct span name)
{
	size_t i = hash(name) & (c->n_slots - 1);

	while (c->slot[i] != NONE && !span_eq(name_of(c, c->slot[i]), name))
		i = (i + 1) & (c->n_slots - 1);
	return &c->slot[i];
}

static void enlarge(struct cycle *c)
{
	size_t i;

	c->n_slots = c->n_slots ? mem_mul(c->n_slots, 2) : 64;
	free(c->slot);
	c->slot = mem_alloc(mem_mul(c->n_slots, sizeof(*c->slot)));
	for (i = 0; i < c->n_slots; i++)
		c->slot[i] = NONE;
	for (i = 0; i < c->n; i++)
		*slot_of(c, name_of(c, (uint32_t)i)) = (uint32_t)i;
}

static uint32_t find(const struct cycle *c, struct span name)
{
	return c->n_slots ? *slot_of(c, name) : NONE;
}

static uint32_t intern(struct cycle *c, struct span name)
{
	uint32_t *slot;

	if (c->n_slots < c->n * 2 + 2)
		enlarge(c);
	slot = slot_of(c, name);
	if (*slot != NONE)
		return *slot;
	c->start = mem_grow(c->start, c->n, &c->cap, sizeof(*c->start));
	c->start[c->n] = c->text.len;
	buf_add_span(&c->text, name);
	*slot = (uint32_t)c->n;
	return (uint32_t)c->n++;
}

void cycle_add(struct cycle *c, struct span from, struct span to)
{
	struct edge e = {.from = intern(c, from), .to = intern(c, to)};

	c->edge =
		mem_grow(c->edge, c->n_edges, &c->cap_edges, sizeof(*c->edge));
	c->edge[c->n_edges++] = e;
}

/* ---- components -----------------------------------------------------------
 */

/* The edges by where they begin, those of one name in their order. */
static void sort_edges(struct cycle *c)
{
	size_t i;

	c->first = mem_zalloc(mem_mul(c->n + 1, sizeof(*c->first)));
	c->to = mem_alloc(mem_mul(c->n_edges, sizeof(*c->to)));
	for (i = 0; i < c->n_edges; i++)
		c->first[c->edge[i].from + 1]++;
	for (i = 0; i < c->n; i++)
		c->first[i + 1] += c->first[i];
	for (i = 0; i < c->n_edges; i++)
		c->to[c->first[c->edge[i].from]++] = c->edge[i].to;
	for (i = c->n; i; i--)
		c->first[i] = c->first[i - 1];
	c->first[0] = 0;
	free(c->edge);
	c->edge = NULL;
}

/* What Tarjan's algorithm keeps of each name, without recursion. */
struct walk {
	uint32_t *order; /* in which it was reached, NONE before */
	uint32_t *low;   /* the earliest that it leads back to */
	size_t *next;    /* its edge to be followed next */
	uint32_t *caller;
	uint32_t *stack; /* names whose component is not known yet */
	size_t n_stack;
	uint32_t n_reached;
};

static void reach(struct cycle *c, struct walk *w, uint32_t i, uint32_t caller)
{
	w->order[i] = w->low[i] = w->n_reached++;
	w->next[i] = c->first[i];
	w->caller[i] = caller;
	w->stack[w->n_stack++] = i;
}

static void keep_least(uint32_t *low, uint32_t other)
{
	if (other < *low)
		*low = other;
}

static void walk_from(struct cycle *c, struct walk *w, uint32_t root)
{
	uint32_t i = root;

	reach(c, w, root, NONE);
	while (i != NONE) {
		uint32_t caller = w->caller[i];

		if (w->next[i] < c->first[i + 1]) {
			uint32_t to = c->to[w->next[i]++];

			if (w->order[to] == NONE) {
				reach(c, w, to, i);
				i = to;
			} else if (c->part[to] == NONE) {
				keep_least(&w->low[i], w->order[to]);
			}
			continue;
		}
		if (w->low[i] == w->order[i]) {
			uint32_t member;

			do {
				member = w->stack[--w->n_stack];
				c->part[member] = i;
			} while (member != i);
		}
		if (caller != NONE)
			keep_least(&w->low[caller], w->low[i]);
		i = caller;
	}
}

static uint32_t *numbers(size_t n)
{
	uint32_t *p = mem_alloc(mem_mul(n, sizeof(*p)));
	size_t i;

	for (i = 0; i < n; i++)
		p[i] = NONE;
	return p;
}

static void settle(struct cycle *c)
{
	struct walk w = {.n_stack = 0};
	size_t i;

	if (c->settled)
		return;
	c->settled = true;
	sort_edges(c);
	c->part = numbers(c->n);
	w.order = numbers(c->n);
	w.low = numbers(c->n);
	w.caller = numbers(c->n);
	w.stack = numbers(c->n);
	w.next = mem_alloc(mem_mul(c->n, sizeof(*w.next)));
	for (i = 0; i < c->n; i++)
		if (w.order[i] == NONE)
			walk_from(c, &w, (uint32_t)i);
	free(w.order);
	free(w.low);
	free(w.caller);
	free(w.stack);
	free(w.next);
}

bool cycle_has(struct cycle *c, struct span from, struct span to)
{
	uint32_t a = find(c, from), b = find(c, to);

	settle(c);
	return a != NONE && b != NONE && c->part[a] == c->part[b];
}

/* ---- the way back ----------------------------------------------------------
 */

/*
 * The shortest way from `a` to `b` in their component, into c->before.  How
 * many names were reached, which are in c->queue; 0 where it takes too long.
 */
static size_t search(struct cycle *c, uint32_t a, uint32_t b)
{
	size_t head = 0, tail = 0, i;

	if (!c->queue) {
		c->queue = numbers(c->n);
		c->before = numbers(c->n);
	}
	c->queue[tail++] = a;
	c->before[a] = a;
	while (head < tail && c->before[b] == NONE && c->n_steps < STEPS_MAX) {
		uint32_t at = c->queue[head++];

		for (i = c->first[at]; i < c->first[at + 1]; i++) {
			uint32_t to = c->to[i];

			c->n_steps++;
			if (c->part[to] != c->part[a] || c->before[to] != NONE)
				continue;
			c->before[to] = at;
			c->queue[tail++] = to;
		}
	}
	return tail;
}

/* The names from a to b in order; those of a long way from its ends only. */
static void put_way(const struct cycle *c, uint32_t a, uint32_t b,
		    struct buf *words)
{
	uint32_t told[NAMES_TOLD], at;
	size_t len = 1, skip, i;

	for (at = b; at != a; at = c->before[at])
		len++;
	skip = len > NAMES_TOLD ? len - NAMES_TOLD : 0;
	for (at = b, i = len; i--; at = c->before[at]) {
		if (i < NAMES_TOLD / 2)
			told[i] = at;
		else if (i >= NAMES_TOLD / 2 + skip)
			told[i - skip] = at;
	}
	for (i = 0; i < len - skip; i++) {
		if (skip && i == NAMES_TOLD / 2)
			buf_addf(words, " -> (%zu more)", skip);
		buf_adds(words, " -> ");
		buf_add_span(words, name_of(c, told[i]));
	}
}

void cycle_say(struct cycle *c, struct span from, struct span to,
	       struct buf *words)
{
	uint32_t a, b;
	size_t n, i;

	settle(c);
	a = find(c, to);
	b = find(c, from);
	buf_add_span(words, from);
	n = search(c, a, b);
	if (c->before[b] != NONE) {
		put_way(c, a, b, words);
	} else {
		buf_adds(words, " -> ");
		buf_add_span(words, to);
		buf_adds(words, " -> ... -> ");
		buf_add_span(words, from);
	}
	for (i = 0; i < n; i++)
		c->before[c->queue[i]] = NONE;
}
