#include "core/hset.h"

#include <stdlib.h>

#include "core/mem.h"

#define CAP_FIRST 1024

/* The slot of `h`, or the empty one where it would go. */
static struct hset_entry *slot(const struct hset *s, uint64_t lo, uint32_t hi)
{
	size_t mask = s->cap - 1, i = (size_t)lo & mask;

	while (s->entry[i].value != HSET_NONE &&
	       (s->entry[i].lo != lo || s->entry[i].hi != hi))
		i = (i + 1) & mask;
	return &s->entry[i];
}

static void grow(struct hset *s)
{
	struct hset old = *s;
	size_t i;

	s->cap = old.cap ? mem_mul(old.cap, 2) : CAP_FIRST;
	s->entry = mem_alloc(mem_mul(s->cap, sizeof(*s->entry)));
	for (i = 0; i < s->cap; i++)
		s->entry[i].value = HSET_NONE;
	for (i = 0; i < old.cap; i++)
		if (old.entry[i].value != HSET_NONE)
			*slot(s, old.entry[i].lo, old.entry[i].hi) =
				old.entry[i];
	free(old.entry);
}

uint32_t *hset_add(struct hset *s, struct sip_hash h, uint32_t value,
		   bool *fresh)
{
	struct hset_entry *e;

	if (s->n >= s->cap / 8 * 7)
		grow(s);
	e = slot(s, h.lo, (uint32_t)h.hi);
	*fresh = e->value == HSET_NONE;
	if (*fresh) {
		*e = (struct hset_entry){h.lo, (uint32_t)h.hi, value};
		s->n++;
	}
	return &e->value;
}

uint32_t *hset_find(const struct hset *s, struct sip_hash h)
{
	struct hset_entry *e;

	if (!s->n)
		return NULL;
	e = slot(s, h.lo, (uint32_t)h.hi);
	return e->value == HSET_NONE ? NULL : &e->value;
}

void hset_release(struct hset *s)
{
	free(s->entry);
	*s = (struct hset)HSET_INIT;
}
