#include "read/edi_segment.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

/* A tag and two numbers. */
#define NAME_MAX_LEN (EDI_TAG_MAX + 24)

void edi_segment_begin(struct edi_segment *s, struct span tag)
{
	s->tag = tag;
	s->n = 0;
}

void edi_segment_add(struct edi_segment *s, const struct edi_piece *piece)
{
	if (!piece->text.len && !(piece->repeated && piece->component == 1))
		return;
	s->piece = mem_grow(s->piece, s->n, &s->cap, sizeof(*s->piece));
	s->piece[s->n++] = *piece;
}

void edi_segment_release(struct edi_segment *s)
{
	free(s->piece);
	*s = (struct edi_segment){.piece = NULL};
}

struct span edi_segment_text(const struct edi_segment *s, uint32_t element,
			     uint32_t component)
{
	size_t i;

	for (i = 0; i < s->n && s->piece[i].element <= element; i++)
		if (s->piece[i].element == element && !s->piece[i].repeat &&
		    s->piece[i].component == component)
			return s->piece[i].text;
	return (struct span){NULL, 0};
}

/* Append at least two digits. */
static size_t put_number(char *to, size_t at, uint32_t n)
{
	if (n < 100) {
		to[at] = (char)('0' + n / 10);
		to[at + 1] = (char)('0' + n % 10);
		return at + 2;
	}
	return at + (size_t)snprintf(to + at, 12, "%u", (unsigned)n);
}

/* An element that is repeated: pieces [from, to). */
static void put_repeated(const struct edi_segment *s, size_t from, size_t to,
			 struct tree *t, struct span name)
{
	bool composite = false, open = false;
	char number[12];
	size_t i;

	for (i = from; i < to; i++)
		composite |= s->piece[i].component > 1;
	for (i = from; i < to; i++) {
		const struct edi_piece *p = &s->piece[i];

		if (!composite) {
			tree_text(t, name, p->text, true);
			continue;
		}
		if (i == from || p->repeat != p[-1].repeat) {
			if (open)
				tree_close(t);
			tree_open(t, name, true);
			open = true;
		}
		if (!p->text.len)
			continue;
		snprintf(number, sizeof(number), "%u", (unsigned)p->component);
		tree_text(t, span_of(number), p->text, false);
	}
	if (open)
		tree_close(t);
}

void edi_segment_put(const struct edi_segment *s, struct tree *t)
{
	char name[NAME_MAX_LEN];
	size_t tag = s->tag.len < EDI_TAG_MAX ? s->tag.len : EDI_TAG_MAX;
	size_t i = 0, to;

	if (tag)
		memcpy(name, s->tag.p, tag);
	while (i < s->n) {
		const struct edi_piece *p = &s->piece[i];
		size_t len = put_number(name, tag, p->element);

		if (!p->repeated) {
			if (p->component > 1)
				len = put_number(name, len, p->component);
			tree_text(t, (struct span){name, len}, p->text, false);
			i++;
			continue;
		}
		for (to = i; to < s->n && s->piece[to].element == p->element;
		     to++)
			;
		put_repeated(s, i, to, t, (struct span){name, len});
		i = to;
	}
}

void edi_segment_put_object(const struct edi_segment *s, struct tree *t,
			    struct span name, bool list)
{
	tree_open(t, name, list);
	edi_segment_put(s, t);
	tree_close(t);
}
