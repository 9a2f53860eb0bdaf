#include "read/x12_marks.h"

#include <string.h>

#include "core/buf.h"
#include "core/utf8.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || is_digit(c);
}

static bool is_line_end(char c)
{
	return c == '\r' || c == '\n';
}

/* ---- ISA ----------------------------------------------------------------- */

static void set_class(struct x12_marks *m)
{
	memset(m->class, X12_DATA, sizeof(m->class));
	if (m->repeat)
		m->class[(unsigned char)m->repeat] = X12_REPEAT;
	if (m->component)
		m->class[(unsigned char)m->component] = X12_COMPONENT;
	m->class[(unsigned char)m->element] = X12_ELEMENT;
}

/*
 * Take elements 1 to 15; returns where the 16th begins, 0 where they are not
 * all there.
 */
static size_t take_elements(struct x12_isa *isa, struct span text)
{
	size_t i, len = 0,
		  max = text.len < X12_ISA_MAX ? text.len : X12_ISA_MAX;
	unsigned n = 0;

	for (i = 3; i < max; i++) {
		char c = text.p[i];

		if (is_line_end(c)) {
			isa->marks.wrapped = true;
			continue;
		}
		if (c != isa->marks.element) {
			if (len == X12_TEXT_MAX)
				return 0;
			isa->element[n][len++] = c;
			continue;
		}
		isa->element[n][len] = '\0';
		len = 0;
		if (++n == X12_ISA_ELEMENTS)
			return i + 1;
	}
	return 0;
}

/*
 * Where a line end follows ISA16, it may be that ISA16 is empty and its place
 * has the segment's end, which the next segment then ends with, too.
 */
static bool ends_next(struct span text, size_t i, char c)
{
	const char *end;

	while (i < text.len && span_is_space(text.p[i]))
		i++;
	end = memchr(text.p + i, '\n', text.len - i);
	if (!end)
		end = memchr(text.p + i, '\r', text.len - i);
	if (!end)
		return false;
	while (end > text.p + i && span_is_space(end[-1]))
		end--;
	return end > text.p + i && end[-1] == c;
}

/* ISA16 is at `i`, the end of the segment behind it. */
static bool take_end(struct x12_isa *isa, struct span text, size_t i)
{
	struct x12_marks *m = &isa->marks;
	char c;

	while (m->wrapped && i < text.len && is_line_end(text.p[i]))
		i++;
	if (i + 1 >= text.len)
		return false;
	c = text.p[i++];
	while (m->wrapped && i < text.len && is_line_end(text.p[i]))
		i++;
	if (i >= text.len)
		return false;
	m->component = c;
	m->segment = text.p[i];
	if (is_alnum(m->segment) ||
	    (is_line_end(m->segment) && ends_next(text, i, c))) {
		m->component = '\0';
		m->segment = c;
		isa->length = i;
	} else {
		isa->length = i + 1;
		if (m->segment == '\r' && i + 1 < text.len &&
		    text.p[i + 1] == '\n') {
			m->segment = '\n';
			isa->length++;
		}
	}
	isa->element[16][0] = m->component;
	isa->element[16][1] = '\0';
	return !is_alnum(m->segment) && m->segment != m->element &&
	       m->component != m->element && !is_alnum(m->component);
}

/*
 * Whether lines of one length go on through ISA and what follows: then they
 * are cut by length, and line ends are none of the data.
 */
static bool is_wrapped(const struct x12_isa *isa, struct span text)
{
	const char *end = text.p + text.len, *first, *second;

	if (is_line_end(isa->marks.segment))
		return false;
	first = memchr(text.p, '\n', text.len);
	if (!first || (size_t)(first - text.p) <= isa->length + 1)
		return false;
	second = memchr(first + 1, '\n', (size_t)(end - first - 1));
	return second && second - first == first + 1 - text.p;
}

bool x12_isa_read(struct x12_isa *isa, struct span ahead)
{
	struct x12_marks *m = &isa->marks;
	const char *release;
	size_t i;
	char c;

	if (ahead.len < 16 || memcmp(ahead.p, "ISA", 3) != 0)
		return false;
	*m = (struct x12_marks){.element = ahead.p[3]};
	if (is_alnum(m->element) || m->element == ' ' ||
	    is_line_end(m->element) || !m->element)
		return false;
	i = take_elements(isa, ahead);
	if (!i || !take_end(isa, ahead, i))
		return false;
	m->wrapped |= is_wrapped(isa, ahead);
	release = isa->element[12];
	for (i = 0; is_digit(release[i]); i++)
		;
	if (i != 5 || release[5] || !x12_isa_text(isa, 13).len)
		return false;
	/* Before release 00402 ISA11 says who wrote the standard: U. */
	c = isa->element[11][0];
	if (strcmp(release, "00402") >= 0 && c && !isa->element[11][1] &&
	    !is_alnum(c) && c != ' ' && c != m->element && c != m->component &&
	    c != m->segment)
		m->repeat = c;
	set_class(m);
	return true;
}

struct span x12_isa_text(const struct x12_isa *isa, unsigned n)
{
	return utf8_trim(span_of(isa->element[n]));
}

/* ---- segments ------------------------------------------------------------ */

static struct span convert(struct span text, struct charset *cs,
			   struct arena *arena)
{
	struct buf b = BUF_INIT(8 * LINE_CEILING);
	size_t i, bad;

	if (!cs)
		return text;
	for (i = 0; i < text.len && !(text.p[i] & 0x80); i++)
		;
	if (i == text.len)
		return text;
	charset_convert(cs, text, &b, &bad);
	text = arena_span(arena, buf_span(&b));
	buf_release(&b);
	return text;
}

void x12_split(const struct x12_marks *marks, struct span text,
	       struct charset *cs, struct arena *arena, struct edi_segment *s)
{
	const char *p = text.p, *end = text.p + text.len, *from = p;
	struct edi_piece piece = {.component = 1};
	bool in_tag = true;
	size_t first = 0; /* of the element's pieces */

	for (;; p++) {
		enum x12_class class =
			p < end ? (enum x12_class)
					  marks->class[(unsigned char)*p]
				: X12_ELEMENT;

		if (class == X12_DATA || (in_tag && class != X12_ELEMENT))
			continue;
		piece.text = (struct span){from, (size_t)(p - from)};
		if (in_tag) {
			edi_segment_begin(s, piece.text);
		} else {
			if (class == X12_REPEAT && !piece.repeated) {
				piece.repeated = true;
				for (; first < s->n; first++)
					s->piece[first].repeated = true;
			}
			piece.text = convert(piece.text, cs, arena);
			edi_segment_add(s, &piece);
		}
		if (p == end)
			return;
		from = p + 1;
		if (class == X12_COMPONENT) {
			piece.component++;
		} else if (class == X12_REPEAT) {
			piece.repeat++;
			piece.component = 1;
		} else {
			in_tag = false;
			piece.element++;
			piece.repeat = 0;
			piece.component = 1;
			piece.repeated = false;
			first = s->n;
		}
	}
}

bool x12_is_tag(struct span tag)
{
	size_t i;

	for (i = 0; i < tag.len; i++)
		if (!(tag.p[i] >= 'A' && tag.p[i] <= 'Z') &&
		    !is_digit(tag.p[i]))
			return false;
	return tag.len == 2 || tag.len == 3;
}
