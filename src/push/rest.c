/*
 * All that is spooled: entities in the order of their references, and what was
 * deferred once all is there.
 */
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "push/order.h"
#include "push/push.h"

struct edges {
	struct order_edge *v;
	size_t n, cap;
};

static void add_entity_edge(struct push *p, const char *first, unsigned then,
			    struct edges *e)
{
	size_t i;

	for (i = 0; i < p->n_entities; i++)
		if (i != then && !strcmp(p->entity[i].name, first)) {
			e->v = mem_grow(e->v, e->n, &e->cap, sizeof(*e->v));
			e->v[e->n++] = (struct order_edge){(uint32_t)i, then};
		}
}

static void add_field_edges(struct push *p, const struct bind_field *f,
			    unsigned then, struct edges *e)
{
	for (; f; f = f->other)
		if (f->ref)
			add_entity_edge(p, f->ref, then, e);
}

/* What has to be before what; without the deferred where they go round. */
static void entity_edges(struct push *p, bool deferred, struct edges *e)
{
	size_t i, k;

	e->n = 0;
	for (i = 0; i < p->n_entities; i++) {
		const struct binding *b = p->entity[i].binding;

		for (k = 0; b && k < b->n_fields; k++)
			if (deferred || !b->field[k].deferred)
				add_field_edges(p, &b->field[k], (unsigned)i,
						e);
		for (k = 0; b && k < b->n_depends; k++)
			add_entity_edge(p, b->depends[k], (unsigned)i, e);
	}
}

/* "location -> warehouse -> location": each needs the next. */
static void tell_circle(const struct push *p, const uint32_t *around,
			size_t start)
{
	struct buf b = BUF_INIT(64 * 1024);
	size_t at = start, left;

	buf_adds(&b, p->entity[start].name);
	for (left = p->n_entities; left; left--) {
		at = around[at];
		buf_addf(&b, " -> %s", p->entity[at].name);
		if (at == start)
			break;
	}
	log_warn("bindings refer to each other in a circle: %s; records go in "
		 "the order they came, unless one of these references is "
		 "deferred",
		 buf_str(&b));
	buf_release(&b);
}

static void order_entities(struct push *p, uint32_t *level)
{
	uint32_t *around = mem_alloc(mem_mul(p->n_entities, sizeof(*around)));
	struct edges e = {NULL, 0, 0};
	size_t n = p->n_entities, i;

	entity_edges(p, true, &e);
	if (order_levels(e.v, e.n, n, level, around)) {
		entity_edges(p, false, &e);
		order_levels(e.v, e.n, n, level, around);
	}
	for (i = 0; i < n; i++)
		if (around[i] != ORDER_NONE) {
			tell_circle(p, around, i);
			break;
		}
	free(e.v);
	free(around);
}

/* All entities, by their levels. */
static int run_entities(struct push *p, const uint32_t *level, struct err *err)
{
	size_t left = p->n_entities, i;
	uint32_t at;
	int rc = 0;

	for (at = 0; rc == 0 && left; at++)
		for (i = 0; i < p->n_entities && rc == 0; i++) {
			if (level[i] != at)
				continue;
			rc = push_entity_run(p, (unsigned)i, err);
			if (rc == 0)
				rc = push_held_settle(p, err);
			left--;
		}
	if (rc == 0 && p->broken.code) {
		*err = p->broken;
		return -1;
	}
	return rc;
}

/* A binding that the server refuses is known before anything is sent. */
static int learn_all(struct push *p, struct err *err)
{
	size_t i;

	for (i = 0; i < p->n_entities; i++)
		if (p->entity[i].binding &&
		    spool_count(p->spool, (unsigned)i) &&
		    push_learn(p, &p->entity[i], err) < 0)
			return -1;
	return 0;
}

int push_rest(struct push *p, struct err *err)
{
	uint32_t *level;
	int rc;

	if (push_held_join(p, err) < 0 || learn_all(p, err) < 0 ||
	    (p->n_deferred && spool_defer_none(p->spool, err) < 0))
		return -1;
	p->n_deferred = 0;
	p->last_pass = false;
	level = mem_alloc(mem_mul(p->n_entities, sizeof(*level)));
	order_entities(p, level);
	rc = run_entities(p, level, err);
	if (rc == 0 && p->n_deferred) {
		p->last_pass = true;
		rc = spool_ask_again(p->spool, err);
		if (rc == 0)
			rc = run_entities(p, level, err);
	}
	free(level);
	return rc;
}
