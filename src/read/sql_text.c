#include "read/sql_text.h"

#include <strings.h>

/* ---- the window -------------------------------------------------------- */

static int fill_converted(struct sql_window *w, size_t want, struct err *err)
{
	if (w->at > w->text.len / 2) {
		w->text.len -= w->at;
		if (w->text.len)
			memmove(w->text.data, w->text.data + w->at,
				w->text.len);
		w->at = 0;
	}
	while (!w->eof && w->text.len - w->at < want) {
		struct span line;
		size_t bad;

		input_mark(w->in);
		switch (input_line(w->in, &line, err)) {
		case INPUT_FAIL:
			return -1;
		case INPUT_END:
			w->eof = true;
			break;
		case INPUT_LINE:
		case INPUT_PIECE:
			charset_convert(w->cs, line, &w->text, &bad);
			break;
		}
	}
	w->p = w->text.data ? w->text.data + w->at : "";
	w->len = w->text.len - w->at;
	return 0;
}

int sql_fill(struct sql_window *w, size_t want, struct err *err)
{
	struct span ahead;

	if (w->convert)
		return fill_converted(w, want, err);
	if (input_peek(w->in, want, &ahead, err) < 0)
		return -1;
	w->p = ahead.p ? ahead.p : "";
	w->len = ahead.len;
	w->eof = ahead.len < want;
	return 0;
}

void sql_take(struct sql_window *w, size_t n)
{
	const char *p = w->p, *end = w->p + n;

	while (n && (p = memchr(p, '\n', (size_t)(end - p)))) {
		w->line++;
		if (++p == end)
			break;
	}
	if (w->convert)
		w->at += n;
	else
		input_skip(w->in, n);
	w->p = end;
	w->len -= n;
}

void sql_window_release(struct sql_window *w)
{
	buf_release(&w->text);
}

/* ---- blanks and comments ----------------------------------------------- */

static bool at_word(const struct sql_cursor *c, const char *s)
{
	size_t n = strlen(s);

	return (size_t)(c->end - c->p) >= n && !memcmp(c->p, s, n);
}

static enum sql_rc skip_line(struct sql_cursor *c)
{
	const char *lf = memchr(c->p, '\n', (size_t)(c->end - c->p));

	if (!lf && !c->eof)
		return SQL_MORE;
	c->p = lf ? lf : c->end;
	return SQL_OK;
}

/* Comments of MySQL do not nest, those of the others do. */
static enum sql_rc skip_block(const struct sql_rules *r, struct sql_cursor *c)
{
	unsigned depth = 0;
	const char *p;

	for (p = c->p; c->end - p >= 2; p++) {
		if (p[0] == '/' && p[1] == '*' &&
		    (!depth || r->dialect != READ_MYSQL)) {
			depth++;
			p++;
		} else if (p[0] == '*' && p[1] == '/') {
			p++;
			if (--depth)
				continue;
			c->p = p + 1;
			return SQL_OK;
		}
	}
	return c->eof ? SQL_BAD : SQL_MORE;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* MySQL reads what is in a comment with an exclamation mark. */
static bool skip_conditional(const struct sql_rules *r, struct sql_cursor *c)
{
	if (r->dialect != READ_MYSQL)
		return false;
	if (at_word(c, "*/")) {
		c->p += 2;
		return true;
	}
	if (!at_word(c, "/*!"))
		return false;
	c->p += 3;
	while (c->p < c->end && is_digit(*c->p))
		c->p++;
	return true;
}

static enum sql_rc skip_blanks(const struct sql_rules *r, struct sql_cursor *c)
{
	while (c->p < c->end) {
		enum sql_rc rc = SQL_OK;

		/* Two bytes tell whether it is a comment, three which. */
		if (c->end - c->p < 3 && !c->eof && strchr("/*-", *c->p))
			return SQL_MORE;
		if (*c->p == '\n')
			c->first = true;
		if (span_is_space(*c->p))
			c->p++;
		else if (skip_conditional(r, c))
			continue;
		else if (at_word(c, "/*"))
			rc = skip_block(r, c);
		else if (at_word(c, "--") ||
			 (*c->p == '#' && r->dialect == READ_MYSQL))
			rc = skip_line(c);
		else
			return SQL_OK;
		if (rc != SQL_OK)
			return rc;
	}
	return c->eof ? SQL_OK : SQL_MORE;
}

/* ---- tokens ------------------------------------------------------------ */

/* The end of what `quote` opened at c->p; the quote doubled is a text. */
static enum sql_rc quoted(struct sql_cursor *c, struct sql_token *t, char quote)
{
	const char *p = c->p + 1;

	t->quote = *c->p;
	for (;;) {
		const char *hit = p;

		while (hit < c->end && *hit != quote &&
		       !(t->backslash && *hit == '\\'))
			hit++;
		if (c->end - hit < 2 && !c->eof)
			return SQL_MORE;
		if (hit >= c->end)
			return SQL_BAD;
		if (*hit != quote || (c->end - hit > 1 && hit[1] == quote)) {
			p = hit + 2;
			continue;
		}
		t->body = (struct span){c->p + 1, (size_t)(hit - c->p - 1)};
		c->p = hit + 1;
		return SQL_OK;
	}
}

static bool in_word(char c)
{
	return is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
	       c == '_' || c == '$' || c == '@' || (c & 0x80);
}

/* $$...$$ or $tag$...$tag$ of PostgreSQL; *is: whether it is one. */
static enum sql_rc dollar(struct sql_cursor *c, struct sql_token *t, bool *is)
{
	const char *p = c->p + 1, *close;
	size_t tag;

	while (p < c->end && in_word(*p) && *p != '$' && !is_digit(c->p[1]))
		p++;
	*is = p < c->end && *p == '$';
	if (!*is)
		return p == c->end && !c->eof ? SQL_MORE : SQL_OK;
	tag = (size_t)(p + 1 - c->p);
	close = memmem(p + 1, (size_t)(c->end - p - 1), c->p, tag);
	if (!close)
		return c->eof ? SQL_BAD : SQL_MORE;
	t->kind = SQL_STRING;
	t->quote = '$';
	t->body = (struct span){p + 1, (size_t)(close - p - 1)};
	c->p = close + tag;
	return SQL_OK;
}

static enum sql_rc number(struct sql_cursor *c, struct sql_token *t)
{
	const char *p = c->p;
	bool hex = c->end - p > 1 && p[0] == '0' && (p[1] | 32) == 'x';

	t->kind = SQL_NUMBER;
	while (p < c->end &&
	       ((in_word(*p) && !(*p & 0x80)) || *p == '.' ||
		((*p == '+' || *p == '-') && !hex && (p[-1] | 32) == 'e')))
		p++;
	if (p == c->end && !c->eof)
		return SQL_MORE;
	c->p = p;
	return SQL_OK;
}

/* A word, or a string with a prefix of one letter or U&. */
static enum sql_rc word(const struct sql_rules *r, struct sql_cursor *c,
			struct sql_token *t)
{
	const char *p = c->p, *from = c->p;
	size_t mark = 1;

	while (p < c->end && in_word(*p))
		p++;
	if (c->end - p < 3 && !c->eof)
		return SQL_MORE;
	if (p - from == 1 && (*from | 32) == 'u' && c->end - p > 1 &&
	    p[0] == '&' && p[1] == '\'')
		mark = 2;
	if (p - from == 1 && c->end - from > (ptrdiff_t)mark &&
	    from[mark] == '\'' && strchr("nexbu", *from | 32)) {
		enum sql_rc rc;

		t->kind = SQL_STRING;
		t->prefix = (char)(*from & ~32);
		t->backslash = t->prefix == 'E' || r->backslash;
		c->p += mark;
		rc = quoted(c, t, '\'');
		if (rc != SQL_OK)
			c->p = from;
		return rc;
	}
	t->kind = SQL_WORD;
	c->p = p;
	return SQL_OK;
}

static enum sql_rc token(const struct sql_rules *r, struct sql_cursor *c,
			 struct sql_token *t)
{
	bool mysql = r->dialect == READ_MYSQL, is;
	enum sql_rc rc;

	if ((size_t)(c->end - c->p) < r->delimiter_len && !c->eof)
		return SQL_MORE;
	if ((size_t)(c->end - c->p) >= r->delimiter_len &&
	    !memcmp(c->p, r->delimiter, r->delimiter_len)) {
		t->kind = SQL_DELIMITER;
		c->p += r->delimiter_len;
		return SQL_OK;
	}
	switch (*c->p) {
	case '\'':
		t->kind = SQL_STRING;
		t->backslash = r->backslash;
		return quoted(c, t, '\'');
	case '"':
		t->kind = mysql ? SQL_STRING : SQL_NAME;
		t->backslash = mysql && r->backslash;
		return quoted(c, t, '"');
	case '`':
		t->kind = SQL_NAME;
		return quoted(c, t, '`');
	case '[':
		if (r->dialect != READ_MSSQL)
			break;
		t->kind = SQL_NAME;
		return quoted(c, t, ']');
	case '$':
		if (mysql || r->dialect == READ_MSSQL)
			break;
		rc = dollar(c, t, &is);
		if (rc != SQL_OK || is)
			return rc;
		break;
	default:
		break;
	}
	if (is_digit(*c->p) ||
	    (*c->p == '.' && c->end - c->p > 1 && is_digit(c->p[1])))
		return number(c, t);
	if (in_word(*c->p))
		return word(r, c, t);
	t->kind = SQL_SIGN;
	c->p++;
	return SQL_OK;
}

enum sql_rc sql_next(const struct sql_rules *r, struct sql_cursor *c,
		     struct sql_token *t)
{
	const char *from;
	enum sql_rc rc = skip_blanks(r, c);

	*t = (struct sql_token){.kind = SQL_END};
	if (rc != SQL_OK || c->p == c->end)
		return rc;
	from = c->p;
	rc = token(r, c, t);
	if (rc != SQL_OK)
		return rc;
	t->text = (struct span){from, (size_t)(c->p - from)};
	t->first = c->first;
	c->first = false;
	return SQL_OK;
}

bool sql_is(const struct sql_token *t, const char *upper)
{
	return t->kind == SQL_WORD && t->text.len == strlen(upper) &&
	       !strncasecmp(t->text.p, upper, t->text.len);
}

bool sql_is_sign(const struct sql_token *t, char c)
{
	return t->kind == SQL_SIGN && *t->text.p == c;
}
