#include "expr/members.h"

#include <stdlib.h>

#include "core/mem.h"

#define NONE UINT32_MAX

static size_t hash(struct span s)
{
	uint32_t h = 2166136261u;
	size_t i;

	for (i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.p[i]) * 16777619u;
	return h ^ h >> 15;
}

static uint32_t *slot_of(const struct members *c, struct span name)
{
	size_t i = hash(name) & (c->n_slots - 1);

	while (c->slot[i] && !span_eq(c->name[c->slot[i] - 1], name))
		i = (i + 1) & (c->n_slots - 1);
	return &c->slot[i];
}

void members_init(struct members *c, const struct expr_scope *s)
{
	size_t i;

	*c = (struct members){.n = s->n_columns,
			      .n_slots = 16,
			      .names = BUF_INIT(LINE_CEILING)};
	while (c->n_slots < c->n * 2)
		c->n_slots *= 2;
	c->name = mem_alloc(mem_mul(c->n, sizeof(*c->name)));
	c->val = mem_zalloc(mem_mul(c->n, sizeof(*c->val)));
	c->slot = mem_zalloc(mem_mul(c->n_slots, sizeof(*c->slot)));
	for (i = 0; i < c->n; i++) {
		c->name[i] = s->column[i].name;
		*slot_of(c, c->name[i]) = (uint32_t)(i + 1);
	}
}

void members_release(struct members *c)
{
	free(c->name);
	free(c->val);
	free(c->slot);
	free(c->len);
	free(c->to);
	buf_release(&c->names);
	*c = (struct members){.names = BUF_INIT(0)};
}

/* Learn the shape of this record. */
static void learn(struct members *c, struct rec *r, const struct rec_node *raw)
{
	const struct rec_node *m;

	buf_clear(&c->names);
	c->n_members = 0;
	if (raw->count > c->cap) {
		c->cap = raw->count;
		c->len = mem_realloc(c->len, mem_mul(c->cap, sizeof(*c->len)));
		c->to = mem_realloc(c->to, mem_mul(c->cap, sizeof(*c->to)));
	}
	rec_each (r, raw, m) {
		uint32_t slot = *slot_of(c, rec_key(r, m));

		buf_add(&c->names, m->key, m->key_len);
		c->len[c->n_members] = m->key_len;
		c->to[c->n_members++] = slot ? slot - 1 : NONE;
	}
}

static bool is_known(const struct members *c, struct rec *r,
		     const struct rec_node *raw)
{
	const char *name = c->names.data;
	const struct rec_node *m;
	size_t i = 0;

	if (raw->count != c->n_members)
		return false;
	rec_each (r, raw, m) {
		if (m->key_len != c->len[i] ||
		    memcmp(m->key, name, m->key_len) != 0)
			return false;
		name += c->len[i++];
	}
	return true;
}

void members_load(struct members *c, struct rec *r, const struct rec_node *raw)
{
	const struct rec_node *m;
	size_t i;

	if (raw->count && !is_known(c, r, raw))
		learn(c, r, raw);
	for (i = 0; i < c->n; i++)
		val_set(&c->val[i], VAL_ABSENT);
	if (!raw->count)
		return;
	i = 0;
	/* Of members with the same name the last one counts. */
	rec_each (r, raw, m) {
		uint32_t to = c->to[i++];

		if (to != NONE)
			val_of_node(&c->val[to], r, m);
	}
}

void members_none(struct members *c)
{
	size_t i;

	for (i = 0; i < c->n; i++)
		val_set(&c->val[i], VAL_ABSENT);
}
