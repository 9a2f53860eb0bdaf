#include "contract/schema_set.h"

#include <stdlib.h>

#include "core/mem.h"

struct dynamic {
	char *name;
	struct schema *from;
};

struct schema_set {
	struct docs docs;
	struct schema **schema;
	size_t n, cap;
	struct schema **bucket; /* by node and mode; open addressing */
	size_t n_buckets;
	struct schema **queue;
	size_t n_queued, cap_queue, n_taken;
	struct dynamic *dynamic;
	size_t n_dynamic, cap_dynamic;
};

struct schema_set *set_new(const struct schema_map *map)
{
	struct schema_set *set = mem_zalloc(sizeof(*set));

	set->docs.map = map;
	return set;
}

struct docs *set_docs(struct schema_set *set)
{
	return &set->docs;
}

void set_settle(struct schema_set *set)
{
	size_t i;

	docs_settle(&set->docs);
	free(set->bucket);
	free(set->queue);
	set->bucket = set->queue = NULL;
	set->n_buckets = set->n_queued = 0;
	for (i = 0; i < set->n; i++)
		set->schema[i]->node = NULL;
}

static void free_schema(struct schema *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (s->use[i].kw->release)
			s->use[i].kw->release(&s->use[i]);
		free(s->use[i].text);
		free(s->use[i].about);
	}
	free(s->use);
	free(s->kid);
	free(s);
}

void set_free(struct schema_set *set)
{
	size_t i;

	set_settle(set);
	for (i = 0; i < set->n; i++)
		free_schema(set->schema[i]);
	docs_release(&set->docs);
	for (i = 0; i < set->n_dynamic; i++)
		free(set->dynamic[i].name);
	free(set->schema);
	free(set->dynamic);
	free(set);
}

/* ---- schemas ------------------------------------------------------------ */

static size_t slot_of(const struct schema_set *set, const struct yt_node *n,
		      unsigned mode)
{
	size_t h = (size_t)((uintptr_t)n >> 4) * 31 + mode;

	return (h ^ h >> 16) & (set->n_buckets - 1);
}

static void grow_buckets(struct schema_set *set)
{
	size_t i;

	set->n_buckets = set->n_buckets ? set->n_buckets * 2 : 64;
	free(set->bucket);
	set->bucket = mem_zalloc(mem_mul(set->n_buckets, sizeof(*set->bucket)));
	for (i = 0; i < set->n; i++) {
		struct schema *s = set->schema[i];
		size_t at = slot_of(set, s->node, s->mode);

		while (set->bucket[at])
			at = (at + 1) & (set->n_buckets - 1);
		set->bucket[at] = s;
	}
}

struct schema *set_schema(struct schema_set *set, const struct yt_node *n,
			  struct resource *res, unsigned mode, bool *fresh)
{
	struct schema *s;
	size_t at;

	if (set->n * 2 >= set->n_buckets)
		grow_buckets(set);
	at = slot_of(set, n, mode);
	for (; (s = set->bucket[at]); at = (at + 1) & (set->n_buckets - 1))
		if (s->node == n && s->mode == mode) {
			*fresh = false;
			return s;
		}
	*fresh = true;
	s = mem_zalloc(sizeof(*s));
	s->node = n;
	s->mode = mode;
	s->res = res;
	set->bucket[at] = s;
	set->schema =
		mem_grow(set->schema, set->n, &set->cap, sizeof(*set->schema));
	set->schema[set->n++] = s;
	return s;
}

void set_queue(struct schema_set *set, struct schema *s)
{
	set->queue = mem_grow(set->queue, set->n_queued, &set->cap_queue,
			      sizeof(*set->queue));
	set->queue[set->n_queued++] = s;
}

struct schema *set_next(struct schema_set *set)
{
	if (set->n_taken == set->n_queued)
		return NULL;
	return set->queue[set->n_taken++];
}

void set_add_dynamic(struct schema_set *set, struct schema *s, const char *name)
{
	set->dynamic = mem_grow(set->dynamic, set->n_dynamic, &set->cap_dynamic,
				sizeof(*set->dynamic));
	set->dynamic[set->n_dynamic++] = (struct dynamic){mem_strdup(name), s};
}

void set_queue_dynamic(struct schema_set *set, unsigned mode)
{
	size_t i, j, k;
	bool fresh;

	for (i = 0; i < set->docs.n_res; i++)
		for (j = 0; j < set->docs.res[i]->n; j++) {
			struct anchor *a = &set->docs.res[i]->anchor[j];

			for (k = 0; k < set->n_dynamic && !a->schema; k++) {
				if (!a->dynamic ||
				    strcmp(set->dynamic[k].name, a->name) != 0)
					continue;
				a->schema = set_schema(set, a->node,
						       set->docs.res[i], mode,
						       &fresh);
				if (fresh)
					set_queue(set, a->schema);
			}
		}
}

/* ---- when all is compiled ----------------------------------------------- */

struct walk_step {
	struct schema *s;
	size_t next; /* kid */
};

/* Whether the schema comes back to itself for the same value. */
static int find_loop(struct schema *from, struct walk_step **stack, size_t *cap,
		     struct err *err)
{
	size_t n = 0;

	*stack = mem_grow(*stack, n, cap, sizeof(**stack));
	(*stack)[n++] = (struct walk_step){from, 0};
	from->walk = 1;
	while (n) {
		struct walk_step *w = &(*stack)[n - 1];
		const struct schema_kid *k;

		if (w->next == w->s->n_kids) {
			w->s->walk = 2;
			n--;
			continue;
		}
		k = &w->s->kid[w->next++];
		if (!k->here || !k->always || k->schema->walk == 2)
			continue;
		if (k->schema->walk == 1)
			return yt_err(k->schema->node, err,
				      "this schema leads back to itself for "
				      "the same value, without end");
		k->schema->walk = 1;
		*stack = mem_grow(*stack, n, cap, sizeof(**stack));
		(*stack)[n++] = (struct walk_step){k->schema, 0};
	}
	return 0;
}

static void add_dynamic_kids(struct schema_set *set)
{
	size_t i, j;

	for (i = 0; i < set->n_dynamic; i++)
		for (j = 0; j < set->docs.n_res; j++) {
			struct schema *s = resource_dynamic(
				set->docs.res[j], set->dynamic[i].name);

			if (s)
				schema_add_kid(set->dynamic[i].from, s, true,
					       false);
		}
}

static void spread_masks(struct schema_set *set)
{
	bool more = false;
	size_t i, j;

	for (i = 0; i < set->n; i++)
		more |= set->schema[i]->masks;
	while (more) {
		more = false;
		for (i = 0; i < set->n; i++) {
			struct schema *s = set->schema[i];

			for (j = 0; !s->masks && j < s->n_kids; j++)
				if (s->kid[j].schema->masks)
					s->masks = more = true;
		}
	}
}

int set_link(struct schema_set *set, struct err *err)
{
	struct walk_step *stack = NULL;
	size_t cap = 0, i;
	int rc = 0;

	add_dynamic_kids(set);
	spread_masks(set);
	for (i = 0; i < set->n; i++) {
		set->schema[i]->scoped = set->n_dynamic > 0;
		if (rc == 0 && !set->schema[i]->walk)
			rc = find_loop(set->schema[i], &stack, &cap, err);
	}
	free(stack);
	return rc;
}
