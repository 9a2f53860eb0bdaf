/*
 * edifact_segment.c - the input as segments, and what is said of wrong ones
 */
#include <string.h>

#include "core/num.h"
#include "core/rec.h"
#include "read/edifact.h"

/* ---- segments ------------------------------------------------------------ */

/*
 * Bytes to the next segment's end that is none of the data.  input_marked may
 * move while more is read, so that the place is counted from the mark.
 */
static enum input_got next_line(struct edifact *x, struct span *line,
				struct err *err)
{
	struct input *in = x->input.in;
	size_t from = in->at - in->mark;
	bool wide = false;

	for (;;) {
		size_t done = in->at - in->mark - from;
		enum input_got got = input_line(in, line, err);

		if (got == INPUT_FAIL)
			return got;
		*line = (struct span){in->data + in->mark + from,
				      in->at - in->mark - from};
		if (got == INPUT_END)
			return line->len ? INPUT_LINE : INPUT_END;
		if (got == INPUT_PIECE || line->len > LINE_CEILING)
			return INPUT_PIECE;
		if (line->p[line->len - 1] != x->marks.segment ||
		    !edifact_is_data(&x->marks, *line, line->len - done,
				     x->escapes ? &wide : NULL))
			return INPUT_LINE;
	}
}

enum input_got edifact_next(struct edifact *x, bool keep, struct edi_seg *s,
			    struct err *err)
{
	for (;;) {
		struct span line;
		enum input_got got;

		if (!keep)
			input_mark(x->input.in);
		got = next_line(x, &line, err);
		if (got == INPUT_END || got == INPUT_FAIL ||
		    edi_take(&x->input, line, got, keep, s))
			return got;
	}
}

bool edifact_has(const struct edifact *x, struct span text, const char *tag)
{
	return text.len && text.p[0] == tag[0] &&
	       edifact_is(&x->marks, text, tag);
}

void edifact_part(struct edifact *x, struct span text)
{
	arena_clear(&x->part_arena);
	edifact_split(&x->marks, edi_unwrap(&x->input, text), NULL,
		      &x->part_arena, &x->part);
}

struct span edifact_element(const struct edifact *x, uint32_t n,
			    uint32_t component)
{
	return span_trim(edi_segment_text(&x->part, n, component));
}

void edifact_keep(struct edifact *x, uint32_t n, uint32_t component,
		  struct buf *to)
{
	struct span text = edifact_element(x, n, component);

	if (text.len > EDIFACT_KEPT)
		text.len = EDIFACT_KEPT;
	buf_clear(to);
	rd_repair(to, text, &x->cs);
}

void edifact_keep_members(struct edifact *x, const struct edifact_member *m,
			  size_t n, struct buf *to)
{
	struct buf text = BUF_INIT(LINE_CEILING * 2);
	size_t i;

	buf_clear(to);
	for (i = 0; i < n; i++) {
		edifact_keep(x, m[i].element, m[i].component, &text);
		if (text.len)
			rec_add_str(to, m[i].name, buf_span(&text));
	}
	buf_release(&text);
}

/* ---- rejects ------------------------------------------------------------- */

static void add_text(struct rd_record *r, const char *name,
		     const struct buf *text)
{
	if (text->len)
		rec_add_str(&r->place, name, buf_span(text));
}

void edifact_set_place(struct edifact *x, struct rd_record *r, uint64_t segment,
		       bool in_message)
{
	buf_clear(&r->place);
	rec_add_count(&r->place, "segment", segment);
	rec_add_count(&r->place, "byte", input_mark_offset(x->input.in));
	if (x->inside == EDIFACT_NOWHERE)
		return;
	add_text(r, "interchange", &x->control);
	if (x->inside == EDIFACT_GROUP)
		add_text(r, "group", &x->group);
	if (in_message)
		add_text(r, "message", &x->reference);
	if (x->unb.len)
		rec_put_raw(&r->place, buf_span(&x->unb));
	if (x->inside == EDIFACT_GROUP && x->ung.len)
		rec_put_raw(&r->place, buf_span(&x->ung));
}

enum rd_status edifact_refuse(struct edifact *x, struct rd_record *r,
			      const struct edi_seg *s)
{
	edifact_set_place(x, r, s->number, false);
	return edi_refuse(&x->input, r, s, &x->cs);
}

enum rd_status edifact_refuse_long(struct edifact *x, struct rd_record *r,
				   const struct edi_seg *s, struct err *err)
{
	enum input_got got = INPUT_PIECE;

	edifact_set_place(x, r, s->number, false);
	edi_begin_long(&x->input, r, s, &x->cs);
	while (got == INPUT_PIECE) {
		struct edi_seg rest;

		got = edifact_next(x, false, &rest, err);
		if (got == INPUT_FAIL)
			return RD_FATAL;
	}
	return edi_end_long(&x->input, r, "segment");
}

/* The same for a set of single bytes: its table says what it defines. */
static size_t first_bad_byte(const struct charset *cs, struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (!c || (c & 0x80 && !cs->byte[c].len))
			break;
	}
	return i;
}

size_t edifact_first_bad(struct edifact *x, struct span bytes, bool *plain)
{
	*plain = edi_is_plain(bytes) && (!x->escapes || !bytes.len ||
					 !memchr(bytes.p, '\x1B', bytes.len));
	if (*plain)
		return bytes.len;
	if (x->cs.kind == CHARSET_BYTE)
		return first_bad_byte(&x->cs, bytes);
	return rd_first_bad(&x->cs, bytes);
}
