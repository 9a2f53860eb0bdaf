#include "conf/yaml_call.h"

#include <stdlib.h>

#include "core/mem.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Where the value of "  - KEY: VALUE" begins; the line's length for none. */
static size_t value_of(struct span line)
{
	size_t i = 0, from;

	while (i < line.len && (is_blank(line.p[i]) || line.p[i] == '-'))
		i++;
	from = i;
	while (i < line.len && (is_name(line.p[i]) || line.p[i] == '-' ||
				(line.p[i] >= '0' && line.p[i] <= '9')))
		i++;
	if (i == from || i + 1 >= line.len || line.p[i] != ':' ||
	    !is_blank(line.p[i + 1]))
		return line.len;
	i++;
	while (i < line.len && is_blank(line.p[i]))
		i++;
	return i;
}

/* Where it ends: before a comment and white space. */
static size_t end_of(struct span line, size_t from)
{
	size_t i, end = line.len;
	char quote = 0;

	for (i = from; i < line.len; i++) {
		char c = line.p[i];

		if (quote) {
			quote = c == quote ? '\0' : quote;
		} else if (c == '\'' || c == '"') {
			quote = c;
		} else if (c == '#' && i > from && is_blank(line.p[i - 1])) {
			end = i;
			break;
		}
	}
	while (end > from && span_is_space(line.p[end - 1]))
		end--;
	return end;
}

static void add_quoted(struct buf *out, struct span value)
{
	size_t i;

	buf_addc(out, '\'');
	for (i = 0; i < value.len; i++) {
		if (value.p[i] == '\'')
			buf_addc(out, '\'');
		buf_addc(out, value.p[i]);
	}
	buf_addc(out, '\'');
}

static void add_line(struct buf *out, struct span line, size_t number,
		     struct yaml_calls *calls)
{
	size_t from = value_of(line), end = end_of(line, from);
	struct span value = {line.p + from, end - from};

	if (!value.len || !is_name(value.p[0]) ||
	    !memmem(value.p, value.len, "({", 2)) {
		buf_add_span(out, line);
		return;
	}
	buf_add(out, line.p, from);
	add_quoted(out, value);
	buf_add(out, line.p + end, line.len - end);
	calls->line = mem_grow(calls->line, calls->n, &calls->cap,
			       sizeof(*calls->line));
	calls->line[calls->n++] = number;
}

void yaml_quote_calls(struct span text, struct buf *out,
		      struct yaml_calls *calls)
{
	size_t number = 0;

	while (text.len) {
		const char *nl = memchr(text.p, '\n', text.len);
		size_t len = nl ? (size_t)(nl - text.p) + 1 : text.len;

		add_line(out, (struct span){text.p, len}, ++number, calls);
		text.p += len;
		text.len -= len;
	}
}

bool yaml_call_on(const struct yaml_calls *calls, size_t line)
{
	size_t i;

	for (i = 0; i < calls->n; i++)
		if (calls->line[i] == line)
			return true;
	return false;
}

void yaml_calls_release(struct yaml_calls *calls)
{
	free(calls->line);
	*calls = (struct yaml_calls){0};
}
