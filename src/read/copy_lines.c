#include "read/copy_lines.h"

#include <stdlib.h>
#include <strings.h>

#include "core/mem.h"

#define AREA  6  /* columns of the sequence number */
#define RIGHT 72 /* the last column that is read */

/* Take the next line off `file`, tabs made blanks up to every eighth column. */
static void next_line(struct span *file, struct buf *line)
{
	const char *end = memchr(file->p, '\n', file->len);
	size_t len = end ? (size_t)(end - file->p) : file->len, i;

	buf_clear(line);
	for (i = 0; i < len; i++) {
		if (file->p[i] == '\t')
			do
				buf_addc(line, ' ');
			while (line->len % 8);
		else
			buf_addc(line, file->p[i]);
	}
	while (line->len && span_is_space(line->data[line->len - 1]))
		line->len--;
	len += end != NULL;
	file->p += len;
	file->len -= len;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Whether a level number begins in the columns of the sequence number. */
static bool is_free_line(struct span line)
{
	size_t at = 0, n = 0;

	while (at < line.len && at < AREA && line.p[at] == ' ')
		at++;
	while (at + n < line.len && is_digit(line.p[at + n]))
		n++;
	return at < AREA && n && n <= 2 && at + n < line.len &&
	       line.p[at + n] == ' ';
}

static bool begins(struct span s, const char *upper)
{
	size_t n = strlen(upper);

	return s.len >= n && !strncasecmp(s.p, upper, n);
}

/* What compilers are told, which is no text: listings, formats. */
static bool is_directive(struct span s)
{
	static const char *const word[] = {"EJECT", "SKIP1", "SKIP2", "SKIP3",
					   "TITLE"};
	size_t i;

	if (begins(s, ">>") || begins(s, "$"))
		return true;
	for (i = 0; i < sizeof(word) / sizeof(*word); i++) {
		size_t n = strlen(word[i]);

		if (begins(s, word[i]) &&
		    (s.len == n || s.p[n] == ' ' || s.p[n] == '.'))
			return true;
	}
	return false;
}

static bool is_free(struct span file)
{
	struct buf line = BUF_INIT(file.len * 8 + 1);
	bool yes = false;

	while (file.len && !yes) {
		struct span s;

		next_line(&file, &line);
		s = span_trim(buf_span(&line));
		yes = is_free_line(buf_span(&line)) ||
		      begins(s, ">>SOURCE FORMAT FREE") ||
		      begins(s, ">>SOURCE FORMAT IS FREE") ||
		      begins(s, ">>SOURCE FREE") ||
		      begins(s, "$SET SOURCEFORMAT\"FREE\"");
	}
	buf_release(&line);
	return yes;
}

/* The quote of the literal that is open behind `s`, or 0; where `*>` begins
 * outside of literals goes to *comment. */
static char open_quote(struct span s, char open, size_t *comment)
{
	size_t i;

	*comment = s.len;
	for (i = 0; i < s.len; i++) {
		if (open) {
			if (s.p[i] == open)
				open = 0;
		} else if (s.p[i] == '"' || s.p[i] == '\'') {
			open = s.p[i];
		} else if (s.p[i] == '*' && i + 1 < s.len &&
			   s.p[i + 1] == '>') {
			*comment = i;
			break;
		}
	}
	return open;
}

static void add(struct copy_lines *l, struct span s, size_t line)
{
	l->mark = mem_grow(l->mark, l->n, &l->cap, sizeof(*l->mark));
	l->mark[l->n++] = (struct copy_mark){l->text.len, line};
	buf_add_span(&l->text, s);
}

/* A line that goes on where the one before it ended. */
static void continue_line(struct copy_lines *l, struct span s, char open,
			  size_t open_width, size_t line)
{
	while (s.len && *s.p == ' ')
		s.p++, s.len--;
	while (l->text.len && span_is_space(l->text.data[l->text.len - 1]))
		l->text.len--;
	if (open) {
		/* The literal goes on behind a quote, and the line before it
		 * went as far as the right margin. */
		while (open_width++ < RIGHT)
			buf_addc(&l->text, ' ');
		if (s.len && *s.p == open)
			s.p++, s.len--;
	}
	add(l, s, line);
}

void copy_lines(struct copy_lines *l, struct span file)
{
	bool free_format = is_free(file);
	struct buf line = BUF_INIT(file.len * 8 + 1);
	size_t n = 0, comment, width = 0;
	char open = 0;

	while (file.len) {
		struct span s, all;
		char mark = ' ';

		n++;
		next_line(&file, &line);
		all = buf_span(&line);
		s = span_trim(all);
		if (!s.len || *s.p == '*')
			continue;
		if (!free_format) {
			if (all.len <= AREA)
				continue;
			if (all.len > RIGHT)
				all.len = RIGHT;
			mark = all.p[AREA];
			s = (struct span){all.p + AREA, all.len - AREA};
			/* A mark, or text that begins a column early. */
			if (memchr("*/-", mark, 3) ||
			    ((mark == 'D' || mark == 'd') && s.len > 1 &&
			     s.p[1] == ' '))
				s.p++, s.len--;
			else
				mark = ' ';
		}
		if (mark == '*' || mark == '/' || mark == 'D' || mark == 'd')
			continue;
		if (mark != '-' && is_directive(span_trim(s)))
			continue;
		if (mark == '-') {
			continue_line(l, s, open, width, n);
			while (s.len && *s.p == ' ')
				s.p++, s.len--;
			if (open && s.len && *s.p == open)
				s.p++, s.len--;
		} else {
			open = 0;
			buf_addc(&l->text, '\n');
			add(l, s, n);
		}
		open = open_quote(s, open, &comment);
		l->text.len -= s.len - comment;
		width = all.len;
	}
	buf_addc(&l->text, '\n');
	buf_release(&line);
}

void copy_lines_release(struct copy_lines *l)
{
	buf_release(&l->text);
	free(l->mark);
}
