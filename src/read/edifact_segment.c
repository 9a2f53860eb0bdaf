/*
 * edifact_segment.c - the input as segments, and what is said of wrong ones
 */
#include <string.h>

#include "core/num.h"
#include "core/rec.h"
#include "read/edifact.h"

/* ---- segments ------------------------------------------------------------ */

uint64_t edifact_count_lines(const struct edifact *x, struct span s)
{
	char end = x->marks.segment == '\r' ? '\r' : '\n';
	const char *p = s.p, *hit;
	uint64_t n = 0;

	while (s.len && (hit = memchr(p, end, s.len - (size_t)(p - s.p)))) {
		n++;
		p = hit + 1;
	}
	return n;
}

struct span edifact_trim(const struct edifact *x, struct span line)
{
	char end = x->marks.segment;

	if (line.len && line.p[line.len - 1] == end)
		line.len--;
	while (end == '\n' && line.len && line.p[line.len - 1] == '\r')
		line.len--;
	while (line.len && span_is_space(line.p[0]))
		line.p++, line.len--;
	return line;
}

/*
 * Bytes to the next segment's end that is none of the data.  input_marked may
 * move while more is read, so that the place is counted from the mark.
 */
static enum input_got next_line(struct edifact *x, struct span *line,
				struct err *err)
{
	struct input *in = x->in;
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

enum input_got edifact_next(struct edifact *x, bool keep, struct edifact_seg *s,
			    struct err *err)
{
	for (;;) {
		struct span line, before;
		enum input_got got;

		if (!keep)
			input_mark(x->in);
		got = next_line(x, &line, err);
		if (got == INPUT_END || got == INPUT_FAIL)
			return got;
		s->text = edifact_trim(x, line);
		s->number = x->number;
		before = (struct span){line.p, (size_t)(s->text.p - line.p)};
		s->line = x->line + edifact_count_lines(x, before);
		x->line += edifact_count_lines(x, line);
		if (got == INPUT_PIECE)
			return got;
		if (!s->text.len)
			continue;
		x->number++;
		if (!keep)
			x->in->mark += before.len;
		return INPUT_LINE;
	}
}

void edifact_back(struct edifact *x, const struct edifact_seg *s)
{
	x->in->mark = (size_t)(s->text.p - x->in->data);
	input_back(x->in);
	x->number = s->number;
	x->line = s->line;
}

bool edifact_has(const struct edifact *x, struct span text, const char *tag)
{
	return text.len && text.p[0] == tag[0] &&
	       edifact_is(&x->marks, text, tag);
}

struct span edifact_unwrap(struct edifact *x, struct span text)
{
	const char *p = text.p, *end = text.p + text.len;

	if (!x->marks.wrapped)
		return text;
	buf_clear(&x->plain);
	for (; p < end; p++)
		if (*p != '\r' && *p != '\n')
			buf_addc(&x->plain, *p);
	return buf_span(&x->plain);
}

void edifact_part(struct edifact *x, struct span text)
{
	arena_clear(&x->part_arena);
	edifact_split(&x->marks, edifact_unwrap(x, text), NULL, &x->part_arena,
		      &x->part);
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

bool edifact_is_count(struct span text, uint64_t n)
{
	int64_t said;

	while (text.len > 1 && text.p[0] == '0')
		text.p++, text.len--;
	return num_parse(text, 0, INT64_MAX, &said) == 0 && (uint64_t)said == n;
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
	rec_add_count(&r->place, "byte", input_mark_offset(x->in));
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
			      const struct edifact_seg *s)
{
	edifact_set_place(x, r, s->number, false);
	rd_begin(r, s->line);
	rd_reject(r, "bad-envelope", s->text, &x->cs);
	r->byte = input_mark_offset(x->in);
	buf_addf(&r->why, "segment %llu: ", (unsigned long long)s->number);
	return RD_REJECT;
}

enum rd_status edifact_refuse_long(struct edifact *x, struct rd_record *r,
				   const struct edifact_seg *s, struct err *err)
{
	uint64_t from = input_mark_offset(x->in);
	enum input_got got = INPUT_PIECE;

	edifact_set_place(x, r, s->number, false);
	rd_begin(r, s->line);
	rd_reject(r, "too-long", input_marked(x->in), &x->cs);
	r->byte = from;
	while (got == INPUT_PIECE) {
		struct edifact_seg rest;

		got = edifact_next(x, false, &rest, err);
		if (got == INPUT_FAIL)
			return RD_FATAL;
	}
	r->length = x->in->offset + x->in->at - from;
	buf_addf(&r->why, "a segment of %llu bytes; %zu are the limit",
		 (unsigned long long)r->length, LINE_CEILING);
	return RD_REJECT;
}

/* Whether all is ASCII without NUL, eight bytes at a time. */
static bool is_plain(struct span s)
{
	const uint64_t high = UINT64_C(0x8080808080808080);
	uint64_t all = 0, word;
	size_t i = 0;

	for (; i + sizeof(word) <= s.len; i += sizeof(word)) {
		memcpy(&word, s.p + i, sizeof(word));
		all |= word;
	}
	for (; i < s.len; i++)
		all |= (unsigned char)s.p[i];
	return !(all & high) && (!s.len || !memchr(s.p, '\0', s.len));
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
	*plain = is_plain(bytes) && (!x->escapes || !bytes.len ||
				     !memchr(bytes.p, '\x1B', bytes.len));
	if (*plain)
		return bytes.len;
	if (x->cs.kind == CHARSET_BYTE)
		return first_bad_byte(&x->cs, bytes);
	return rd_first_bad(&x->cs, bytes);
}
