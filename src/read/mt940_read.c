#include "read/mt940.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/utf8.h"
#include "read/reader.h"

int mt940_open(struct mt940 *m, struct input *in, const char *encoding,
	       struct err *err)
{
	*m = (struct mt940){.in = in,
			    .text = BUF_INIT(LINE_CEILING),
			    .raw = BUF_INIT(LINE_CEILING),
			    .line = BUF_INIT(8 * LINE_CEILING)};
	buf_reserve(&m->text, 1); /* spans point into them */
	buf_reserve(&m->raw, 1);
	m->cs.conv = (iconv_t)-1;
	return rd_charset(&m->cs, in, encoding, err);
}

void mt940_close(struct mt940 *m)
{
	charset_release(&m->cs);
	free(m->field);
	buf_release(&m->text);
	buf_release(&m->raw);
	buf_release(&m->line);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The length of ":61:" at the beginning, or 0. */
static size_t tag_length(struct span s)
{
	size_t n = 0;

	if (s.len < 4 || s.p[0] != ':')
		return 0;
	if (!memcmp(s.p, ":NS:", 4))
		return 4;
	if (!is_digit(s.p[1]) || !is_digit(s.p[2]))
		return 0;
	n = 3 + (s.p[3] >= 'A' && s.p[3] <= 'Z');
	return n < s.len && s.p[n] == ':' ? n + 1 : 0;
}

static struct span without_end(struct span s)
{
	while (s.len && (s.p[s.len - 1] == '\n' || s.p[s.len - 1] == '\r'))
		s.len--;
	return s;
}

/* Whether the statement ends with this line: "-", "-}", "-}{5:...}". */
static bool is_end(struct span s)
{
	s = span_trim(s);
	return s.len && s.p[0] == '-' && (s.len == 1 || s.p[1] == '}');
}

static bool is_blank_or_eof(struct span s)
{
	s = span_trim(s);
	return !s.len || (s.len == 1 && s.p[0] == '\x1A');
}

static struct mt940_field *begin_field(struct mt940 *m, struct span tag,
				       uint64_t byte)
{
	struct mt940_field *f;

	m->field = mem_grow(m->field, m->n, &m->cap, sizeof(*m->field));
	f = &m->field[m->n++];
	*f = (struct mt940_field){.text = m->text.len,
				  .raw = m->raw.len,
				  .row = m->in->line,
				  .byte = byte,
				  .bad = SIZE_MAX};
	memcpy(f->tag, tag.p, tag.len);
	f->tag[tag.len] = '\0';
	return f;
}

/* The first byte of a line that is no text; most lines are seen to be. */
static size_t first_bad(struct mt940 *m, struct span raw, struct span text)
{
	if (m->cs.kind == CHARSET_UTF8 && text.len &&
	    utf8_check(text.p, text.len) == text.len &&
	    !memchr(text.p, '\0', text.len))
		return raw.len;
	return rd_first_bad(&m->cs, raw);
}

/* Add a line to the field that is last. */
static void add_line(struct mt940 *m, struct span raw, struct span text,
		     bool first)
{
	struct mt940_field *f = &m->field[m->n - 1];
	size_t bad = first_bad(m, raw, text);

	if (bad < raw.len && f->bad == SIZE_MAX)
		f->bad = m->raw.len - f->raw + bad;
	buf_add_span(&m->raw, raw);
	if (!first)
		buf_addc(&m->text, '\n');
	buf_add_span(&m->text, text);
	f->raw_len = m->raw.len - f->raw;
	f->text_len = m->text.len - f->text;
}

/* A field's text ends with what is not blank. */
static void trim_fields(struct mt940 *m)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		struct span s = mt940_text(m, i);

		while (s.len && span_is_space(s.p[s.len - 1]))
			s.len--;
		m->field[i].text_len = s.len;
	}
}

static int finish(struct mt940 *m, struct err *err)
{
	if (m->text.over || m->raw.over)
		return err_set(err, ERR_DATA,
			       "%s:%llu: a statement of more than %zu bytes",
			       m->in->path, (unsigned long long)m->in->line,
			       LINE_CEILING);
	trim_fields(m);
	return 1;
}

/* Whether the line begins another statement: :20: after other fields. */
static bool begins_another(const struct mt940 *m, struct span tag)
{
	return m->within && span_is(tag, "20");
}

/* Take a line: 1 where the statement ended with (or before) it, 0. */
static int take_line(struct mt940 *m, struct span raw, struct span text)
{
	uint64_t byte = input_mark_offset(m->in);
	const char *block;
	size_t n;

	/* Only whole lines of headers stand before the text block, and what
	 * follows {4: is the first line of it. */
	if (text.len && text.p[0] == '{' &&
	    (block = memmem(text.p, text.len, "{4:", 3))) {
		if (m->within) {
			input_back(m->in);
			return 1;
		}
		m->block = true;
		begin_field(m, SPAN(""), byte);
		add_line(m, raw,
			 (struct span){text.p, (size_t)(block - text.p)}, true);
		return 0;
	}
	if (is_end(text)) {
		m->block = false;
		return m->n > 0;
	}
	if (is_blank_or_eof(text) && !m->within)
		return 0;
	n = tag_length(text);
	if (n) {
		struct span tag = {text.p + 1, n - 2};

		if (begins_another(m, tag)) {
			input_back(m->in);
			return 1;
		}
		begin_field(m, tag, byte);
		m->within = true;
		text.p += n;
		text.len -= n;
		add_line(m, raw, text, true);
		return 0;
	}
	if (!m->n) {
		begin_field(m, SPAN(""), byte);
		add_line(m, raw, text, true);
		return 0;
	}
	add_line(m, raw, text, false);
	return 0;
}

int mt940_next(struct mt940 *m, struct err *err)
{
	size_t bad;

	m->n = 0;
	m->within = m->colon = false;
	buf_clear(&m->text);
	buf_clear(&m->raw);
	for (;;) {
		struct span raw, text;
		enum input_got got;

		input_mark(m->in);
		got = input_line(m->in, &raw, err);
		if (got == INPUT_FAIL)
			return -1;
		if (got == INPUT_END && !m->within && m->block)
			return err_set(err, ERR_DATA,
				       "%s: the file is cut: the text block "
				       "{4: has no end (-})",
				       m->in->path);
		if (got == INPUT_END && !m->within)
			return 0;
		if (got == INPUT_END)
			return finish(m, err);
		buf_clear(&m->line);
		/* Some wrap a line even behind the first colon of a tag. */
		if (m->colon)
			buf_addc(&m->line, ':');
		m->colon = false;
		charset_convert(&m->cs, raw, &m->line, &bad);
		text = without_end(buf_span(&m->line));
		if (m->within && span_is(text, ":")) {
			buf_add_span(&m->raw, raw);
			m->field[m->n - 1].raw_len += raw.len;
			m->colon = true;
			continue;
		}
		if (take_line(m, raw, text) || m->text.over || m->raw.over)
			return finish(m, err);
	}
}
