#include "read/edi_segment.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/rec.h"

/* A tag and two numbers. */
#define NAME_MAX_LEN (EDI_TAG_MAX + 28)

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
	buf_release(&s->json);
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

/* At least two digits; the index behind them. */
static size_t put_number(char *to, size_t at, uint32_t n)
{
	if (n < 100) {
		to[at] = (char)('0' + n / 10);
		to[at + 1] = (char)('0' + n % 10);
		return at + 2;
	}
	return at + (size_t)snprintf(to + at, 12, "%u", (unsigned)n);
}

/* Elements of 3 digits have a mark behind them, so that no name is two. */
static size_t put_component(char *to, size_t at, const struct edi_piece *p)
{
	if (p->element >= 100)
		to[at++] = '_';
	return put_number(to, at, p->component);
}

/* An element that is repeated: pieces [from, to). */
static void put_repeated(const struct edi_segment *s, size_t from, size_t to,
			 struct buf *b)
{
	bool composite = false, open = false;
	char number[12];
	size_t i;

	for (i = from; i < to; i++)
		composite |= s->piece[i].component > 1;
	rec_put_open(b, '[');
	for (i = from; i < to; i++) {
		const struct edi_piece *p = &s->piece[i];

		if (!composite) {
			rec_put_str(b, p->text);
			continue;
		}
		if (i == from || p->repeat != p[-1].repeat) {
			if (open)
				rec_put_close(b, '}');
			rec_put_open(b, '{');
			open = true;
		}
		if (!p->text.len)
			continue;
		snprintf(number, sizeof(number), "%u", (unsigned)p->component);
		rec_put_key_raw(b, span_of(number));
		rec_put_str(b, p->text);
	}
	if (open)
		rec_put_close(b, '}');
	rec_put_close(b, ']');
}

/* "NAME":"text" behind what is there. */
static void put_text(struct buf *b, const char *name, size_t len,
		     struct span text)
{
	char *to = buf_reserve(b, len + 5);

	if (!to)
		return;
	if (b->len)
		*to++ = ',';
	*to++ = '"';
	memcpy(to, name, len);
	to += len;
	memcpy(to, "\":\"", 3);
	b->len = (size_t)(to + 3 - b->data);
	rec_put_escaped(b, text);
	buf_addc(b, '"');
}

void edi_segment_put(struct edi_segment *s, struct tree *t)
{
	char name[NAME_MAX_LEN];
	size_t tag = s->tag.len < EDI_TAG_MAX ? s->tag.len : EDI_TAG_MAX;
	size_t i = 0, to;

	s->json.ceiling = LINE_CEILING * 8;
	buf_clear(&s->json);
	if (tag)
		memcpy(name, s->tag.p, tag);
	while (i < s->n) {
		const struct edi_piece *p = &s->piece[i];
		size_t len = put_number(name, tag, p->element);

		if (!p->repeated) {
			if (p->component > 1)
				len = put_component(name, len, p);
			put_text(&s->json, name, len, p->text);
			i++;
			continue;
		}
		for (to = i; to < s->n && s->piece[to].element == p->element;
		     to++)
			;
		rec_put_key_raw(&s->json, (struct span){name, len});
		put_repeated(s, i, to, &s->json);
		i = to;
	}
	tree_members(t, buf_span(&s->json));
}

void edi_segment_put_object(struct edi_segment *s, struct tree *t,
			    struct span name, bool list)
{
	tree_open(t, name, list);
	edi_segment_put(s, t);
	tree_close(t);
}
