/*
 * x12_segment.c - the input as segments, and what is said of wrong ones
 */
#include <string.h>

#include "core/num.h"
#include "core/rec.h"
#include "core/utf8.h"
#include "read/x12.h"

/* ---- segments ------------------------------------------------------------ */

uint64_t x12_count_lines(const struct x12 *x, struct span s)
{
	char end = x->isa.marks.segment == '\r' ? '\r' : '\n';
	const char *p = s.p, *hit;
	uint64_t n = 0;

	while (s.len && (hit = memchr(p, end, s.len - (size_t)(p - s.p)))) {
		n++;
		p = hit + 1;
	}
	return n;
}

struct span x12_trim(const struct x12 *x, struct span line)
{
	char end = x->isa.marks.segment;

	if (line.len && line.p[line.len - 1] == end)
		line.len--;
	while (end == '\n' && line.len && line.p[line.len - 1] == '\r')
		line.len--;
	while (line.len && span_is_space(line.p[0]))
		line.p++, line.len--;
	return line;
}

enum input_got x12_next(struct x12 *x, bool keep, struct seg *s,
			struct err *err)
{
	for (;;) {
		struct span line;
		enum input_got got;

		if (!keep)
			input_mark(x->in);
		got = input_line(x->in, &line, err);
		if (got == INPUT_END || got == INPUT_FAIL)
			return got;
		s->text = x12_trim(x, line);
		s->number = x->number;
		s->line = x->line +
			  x12_count_lines(x, (struct span){line.p,
							   (size_t)(s->text.p -
								    line.p)});
		x->line += x12_count_lines(x, line);
		if (got == INPUT_PIECE)
			return got;
		if (!s->text.len)
			continue;
		x->number++;
		if (!keep)
			x->in->mark += (size_t)(s->text.p - line.p);
		return INPUT_LINE;
	}
}

void x12_back(struct x12 *x, const struct seg *s)
{
	x->in->mark = (size_t)(s->text.p - x->in->data);
	input_back(x->in);
	x->number = s->number;
	x->line = s->line;
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

struct span x12_unwrap(struct x12 *x, struct span text)
{
	const char *p = text.p, *end = text.p + text.len;

	if (!x->isa.marks.wrapped)
		return text;
	buf_clear(&x->plain);
	for (; p < end; p++)
		if (*p != '\r' && *p != '\n')
			buf_addc(&x->plain, *p);
	return buf_span(&x->plain);
}

void x12_part(struct x12 *x, struct span text)
{
	x12_split(&x->isa.marks, x12_unwrap(x, text), NULL, NULL, &x->part);
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

bool x12_is_count(struct span text, uint64_t n)
{
	int64_t said;

	return num_parse(text, 0, INT64_MAX, &said) == 0 && (uint64_t)said == n;
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
	rec_add_count(&r->place, "byte", input_mark_offset(x->in));
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
			  const struct seg *s)
{
	x12_set_place(x, r, s->number, false);
	rd_begin(r, s->line);
	rd_reject(r, "bad-envelope", s->text, &x->cs);
	r->byte = input_mark_offset(x->in);
	buf_addf(&r->why, "segment %llu: ", (unsigned long long)s->number);
	return RD_REJECT;
}

enum rd_status x12_refuse_long(struct x12 *x, struct rd_record *r,
			       const struct seg *s, struct err *err)
{
	uint64_t from = input_mark_offset(x->in);
	enum input_got got = INPUT_PIECE;

	x12_set_place(x, r, s->number, false);
	rd_begin(r, s->line);
	rd_reject(r, "too-long", input_marked(x->in), &x->cs);
	r->byte = from;
	while (got == INPUT_PIECE) {
		struct seg rest;

		got = x12_next(x, false, &rest, err);
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

void x12_repair(struct x12 *x, struct buf *b)
{
	struct buf text = BUF_INIT(4 * LINE_CEILING);

	if (is_plain(buf_span(b)))
		return;
	rd_repair(&text, buf_span(b), &x->cs);
	buf_clear(b);
	buf_add_span(b, buf_span(&text));
	buf_release(&text);
}

size_t x12_first_bad(struct x12 *x, struct span bytes, bool *plain)
{
	size_t at = 0;

	*plain = is_plain(bytes);
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
