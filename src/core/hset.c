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

static void put_again(struct hset *s, struct hset_entry e)
{
	*slot(s, e.lo, e.hi) = e;
}

/*
 * Twice the slots, in the same memory: a second copy would double what a
 * large set needs at its worst moment.  The entries up to the first empty
 * slot are set aside; all others go, in order, to a slot that is at most
 * their own, or in the new half; then those follow that were set aside.
 */
static void grow(struct hset *s)
{
	size_t was = s->cap, n = 0, i;
	struct hset_entry *first, e;

	s->cap = was ? mem_mul(was, 2) : CAP_FIRST;
	s->entry = mem_realloc(s->entry, mem_mul(s->cap, sizeof(*s->entry)));
	for (i = was; i < s->cap; i++)
		s->entry[i].value = HSET_NONE;
	while (n < was && s->entry[n].value != HSET_NONE)
		n++;
	first = mem_alloc(mem_mul(n, sizeof(*first)));
	for (i = 0; i < n; i++) {
		first[i] = s->entry[i];
		s->entry[i].value = HSET_NONE;
	}
	for (i = n; i < was; i++) {
		e = s->entry[i];
		s->entry[i].value = HSET_NONE;
		if (e.value != HSET_NONE)
			put_again(s, e);
	}
	for (i = 0; i < n; i++)
		put_again(s, first[i]);
	free(first);
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
