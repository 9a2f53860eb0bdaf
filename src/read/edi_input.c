#include "read/edi_input.h"

#include <string.h>

#include "core/num.h"

void edi_input_init(struct edi_input *e, struct input *in, const char *end,
		    const bool *wrapped)
{
	*e = (struct edi_input){.in = in,
				.end = end,
				.wrapped = wrapped,
				.line = 1,
				.number = 1,
				.plain = BUF_INIT(LINE_CEILING * 2)};
}

void edi_input_release(struct edi_input *e)
{
	buf_release(&e->plain);
}

uint64_t edi_count_lines(const struct edi_input *e, struct span s)
{
	char end = *e->end == '\r' ? '\r' : '\n';
	const char *p = s.p, *hit;
	uint64_t n = 0;

	while (s.len && (hit = memchr(p, end, s.len - (size_t)(p - s.p)))) {
		n++;
		p = hit + 1;
	}
	return n;
}

struct span edi_trim(const struct edi_input *e, struct span line)
{
	if (line.len && line.p[line.len - 1] == *e->end)
		line.len--;
	while (*e->end == '\n' && line.len && line.p[line.len - 1] == '\r')
		line.len--;
	while (line.len && span_is_space(line.p[0]))
		line.p++, line.len--;
	return line;
}

bool edi_take(struct edi_input *e, struct span line, enum input_got got,
	      bool keep, struct edi_seg *s)
{
	struct span before;

	s->text = edi_trim(e, line);
	s->number = e->number;
	before = (struct span){line.p, (size_t)(s->text.p - line.p)};
	s->line = e->line + edi_count_lines(e, before);
	e->line += edi_count_lines(e, line);
	if (got == INPUT_PIECE)
		return true;
	if (!s->text.len)
		return false;
	e->number++;
	if (!keep)
		e->in->mark += before.len;
	return true;
}

void edi_back(struct edi_input *e, const struct edi_seg *s)
{
	e->in->mark = (size_t)(s->text.p - e->in->data);
	input_back(e->in);
	e->number = s->number;
	e->line = s->line;
}

struct span edi_unwrap(struct edi_input *e, struct span text)
{
	const char *p = text.p, *end = text.p + text.len;

	if (!*e->wrapped)
		return text;
	buf_clear(&e->plain);
	for (; p < end; p++)
		if (*p != '\r' && *p != '\n')
			buf_addc(&e->plain, *p);
	return buf_span(&e->plain);
}

void edi_skip_blanks(struct edi_input *e, struct span *ahead)
{
	size_t i = 0;

	while (i < ahead->len) {
		if (span_is_space(ahead->p[i]) || ahead->p[i] == 0x1A ||
		    !ahead->p[i])
			i++;
		else if (ahead->len - i >= 3 &&
			 !memcmp(ahead->p + i, "\xEF\xBB\xBF", 3))
			i += 3;
		else
			break;
	}
	e->line += edi_count_lines(e, (struct span){ahead->p, i});
	input_skip(e->in, i);
	ahead->p += i;
	ahead->len -= i;
}

bool edi_is_count(struct span text, uint64_t n)
{
	int64_t said;

	return num_parse(text, 0, INT64_MAX, &said) == 0 && (uint64_t)said == n;
}

/* Eight bytes at a time. */
bool edi_is_plain(struct span s)
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

/* ---- rejects ------------------------------------------------------------- */

enum rd_status edi_refuse(const struct edi_input *e, struct rd_record *r,
			  const struct edi_seg *s, struct charset *cs)
{
	rd_begin(r, s->line);
	rd_reject(r, "bad-envelope", s->text, cs);
	r->byte = input_mark_offset(e->in);
	buf_addf(&r->why, "segment %llu: ", (unsigned long long)s->number);
	return RD_REJECT;
}

void edi_begin_long(const struct edi_input *e, struct rd_record *r,
		    const struct edi_seg *s, struct charset *cs)
{
	rd_begin(r, s->line);
	rd_reject(r, "too-long", input_marked(e->in), cs);
	r->byte = input_mark_offset(e->in);
}

enum rd_status edi_end_long(const struct edi_input *e, struct rd_record *r,
			    const char *what)
{
	r->length = e->in->offset + e->in->at - r->byte;
	buf_addf(&r->why, "a %s of %llu bytes; %zu are the limit", what,
		 (unsigned long long)r->length, LINE_CEILING);
	return RD_REJECT;
}
