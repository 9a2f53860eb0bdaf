/*
 * x12_segment.c - the input as segments, and what is said of wrong ones
 */
#include <string.h>

#include "core/num.h"
#include "core/rec.h"
#include "core/utf8.h"
#include "read/x12.h"

/* ---- segments ------------------------------------------------------------ */

enum input_got x12_next(struct x12 *x, bool keep, struct edi_seg *s,
			struct err *err)
{
	for (;;) {
		struct span line;
		enum input_got got;

		if (!keep)
			input_mark(x->input.in);
		got = input_line(x->input.in, &line, err);
		if (got == INPUT_END || got == INPUT_FAIL ||
		    edi_take(&x->input, line, got, keep, s))
			return got;
	}
}

bool x12_is(const struct x12 *x, struct span text, const char *tag)
{
	const char *p = text.p, *end = text.p + text.len;

	for (; *tag; p++) {
		if (p == end)
			return false;
		if (x->isa.marks.wrapped && (*p == '\n' || *p == '\r'))
			continue;
		if (*p != *tag)
			return false;
		tag++;
	}
	while (x->isa.marks.wrapped && p < end && (*p == '\n' || *p == '\r'))
		p++;
	return p == end || *p == x->isa.marks.element;
}

void x12_part(struct x12 *x, struct span text)
{
	x12_split(&x->isa.marks, edi_unwrap(&x->input, text), NULL, NULL,
		  &x->part);
}

struct span x12_element(const struct x12 *x, uint32_t n)
{
	return span_trim(edi_segment_text(&x->part, n, 1));
}

bool x12_same_number(struct span a, struct span b)
{
	while (a.len > 1 && a.p[0] == '0')
		a.p++, a.len--;
	while (b.len > 1 && b.p[0] == '0')
		b.p++, b.len--;
	return a.len && span_eq(a, b);
}

/* ---- rejects ------------------------------------------------------------- */

static void add_text(struct x12 *x, struct buf *to, const char *name,
		     struct span text)
{
	struct buf b = BUF_INIT(LINE_CEILING);

	if (!text.len)
		return;
	rd_repair(&b, text, &x->cs);
	rec_add_str(to, name, buf_span(&b));
	buf_release(&b);
}

/* What the records of a group share, made once. */
static void make_envelope(struct x12 *x)
{
	static const struct {
		const char *name;
		unsigned element;
	} of_isa[] = {
		{"sender", 6},           {"receiver", 8},
		{"sender_qualifier", 5}, {"receiver_qualifier", 7},
		{"interchange_date", 9}, {"interchange_time", 10},
		{"usage", 15},
	};
	const struct x12_group *g = &x->group;
	size_t i;

	if (x->made.interchange == x->interchanges &&
	    x->made.group == x->groups && x->made.inside == x->inside)
		return;
	x->made.interchange = x->interchanges;
	x->made.group = x->groups;
	x->made.inside = x->inside;
	buf_clear(&x->made.before);
	buf_clear(&x->made.behind);
	add_text(x, &x->made.before, "interchange", x12_isa_text(&x->isa, 13));
	if (x->inside == IN_GROUP)
		add_text(x, &x->made.before, "group", span_of(x->group.number));
	for (i = 0; i < sizeof(of_isa) / sizeof(*of_isa); i++)
		add_text(x, &x->made.behind, of_isa[i].name,
			 x12_isa_text(&x->isa, of_isa[i].element));
	if (x->inside != IN_GROUP)
		return;
	add_text(x, &x->made.behind, "group_type", span_of(g->code));
	add_text(x, &x->made.behind, "group_sender", span_of(g->sender));
	add_text(x, &x->made.behind, "group_receiver", span_of(g->receiver));
	add_text(x, &x->made.behind, "group_date", span_of(g->date));
	add_text(x, &x->made.behind, "group_time", span_of(g->time));
	add_text(x, &x->made.behind, "version", span_of(g->version));
}

void x12_set_place(struct x12 *x, struct rd_record *r, uint64_t segment,
		   bool in_set)
{
	buf_clear(&r->place);
	rec_add_count(&r->place, "segment", segment);
	rec_add_count(&r->place, "byte", input_mark_offset(x->input.in));
	if (x->inside == IN_NOTHING)
		return;
	make_envelope(x);
	if (x->made.before.len)
		rec_put_raw(&r->place, buf_span(&x->made.before));
	if (in_set)
		add_text(x, &r->place, "transaction", buf_span(&x->control));
	if (x->made.behind.len)
		rec_put_raw(&r->place, buf_span(&x->made.behind));
}

enum rd_status x12_refuse(struct x12 *x, struct rd_record *r,
			  const struct edi_seg *s)
{
	x12_set_place(x, r, s->number, false);
	return edi_refuse(&x->input, r, s, &x->cs);
}

enum rd_status x12_refuse_long(struct x12 *x, struct rd_record *r,
			       const struct edi_seg *s, struct err *err)
{
	enum input_got got = INPUT_PIECE;

	x12_set_place(x, r, s->number, false);
	edi_begin_long(&x->input, r, s, &x->cs);
	while (got == INPUT_PIECE) {
		struct edi_seg rest;

		got = x12_next(x, false, &rest, err);
		if (got == INPUT_FAIL)
			return RD_FATAL;
	}
	return edi_end_long(&x->input, r, "segment");
}

void x12_repair(struct x12 *x, struct buf *b)
{
	struct buf text = BUF_INIT(4 * LINE_CEILING);

	if (edi_is_plain(buf_span(b)))
		return;
	rd_repair(&text, buf_span(b), &x->cs);
	buf_clear(b);
	buf_add_span(b, buf_span(&text));
	buf_release(&text);
}

size_t x12_first_bad(struct x12 *x, struct span bytes, bool *plain)
{
	size_t at = 0;

	*plain = edi_is_plain(bytes);
	if (*plain)
		return bytes.len;
	/* A segment may end with a byte that is no text by itself. */
	for (;;) {
		at += rd_first_bad(&x->cs,
				   (struct span){bytes.p + at, bytes.len - at});
		if (at == bytes.len || bytes.p[at] != x->isa.marks.segment)
			return at;
		at++;
	}
}
