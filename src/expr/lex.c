/* Expressions to tokens, and what is said of one that is out of place. */
#include <stdarg.h>

#include "core/suggest.h"
#include "core/utf8.h"
#include "expr/parse.h"

static const char *const keywords[] = {"and",     "or", "not",   "in",
				       "matches", "is", "empty", NULL};

int expr_refuse(struct expr_compile *c, const char *at, const char *fmt, ...)
{
	struct yt_node place = *c->node;
	va_list ap;

	/*
	 * Text of several lines has no column; of quoted text the first quote
	 * stands before it.
	 */
	if (at && at >= c->source.p && at <= c->source.p + c->source.len &&
	    !memchr(c->source.p, '\n', c->source.len))
		place.column +=
			utf8_chars(c->source.p, (size_t)(at - c->source.p)) +
			!place.plain;
	va_start(ap, fmt);
	err_vset(c->err, ERR_CONFIG, fmt, ap);
	va_end(ap);
	return err_wrap(c->err, "%s:%zu:%zu", place.file, place.line,
			place.column);
}

/* ---- tokens ---------------------------------------------------------- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool starts_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

static bool in_name(char c)
{
	return starts_name(c) || is_digit(c);
}

static void read_name(struct parser *p)
{
	const char *from = p->p;

	while (p->p < p->end) {
		bool hyphen =
			*p->p == '-' && p->p + 1 < p->end && in_name(p->p[1]);

		if (!in_name(*p->p) && !hyphen)
			break;
		p->p++;
	}
	p->token = T_NAME;
	p->text = (struct span){from, (size_t)(p->p - from)};
}

static int read_number(struct parser *p)
{
	const char *from = p->p;

	if (*p->p == '-')
		p->p++;
	while (p->p < p->end && is_digit(*p->p))
		p->p++;
	if (p->p + 1 < p->end && *p->p == '.' && is_digit(p->p[1])) {
		p->p++;
		while (p->p < p->end && is_digit(*p->p))
			p->p++;
	}
	p->token = T_NUMBER;
	p->text = (struct span){from, (size_t)(p->p - from)};
	if (p->p < p->end && starts_name(*p->p))
		return expr_refuse(p->c, from,
				   "'%.*s...' is neither a number nor a name; "
				   "a column with an odd name stands in "
				   "brackets: [odd name]",
				   SPAN_FMT(p->text));
	return 0;
}

/* A doubled quote inside stands for one. */
static int read_text(struct parser *p)
{
	const char *from = p->p;
	char quote = *p->p++;
	size_t doubled = 0, n = 0;
	char *copy;
	const char *q;

	for (;;) {
		if (p->p == p->end)
			return expr_refuse(p->c, from,
					   "a text without its closing %c",
					   quote);
		if (*p->p == quote) {
			if (p->p + 1 == p->end || p->p[1] != quote)
				break;
			doubled++;
			p->p++;
		}
		p->p++;
	}
	p->value = (struct span){from + 1, (size_t)(p->p - from - 1)};
	p->p++;
	p->token = T_TEXT;
	p->text = (struct span){from, (size_t)(p->p - from)};
	if (!doubled)
		return 0;
	copy = arena_alloc(&p->c->scope->arena, p->value.len);
	for (q = p->value.p; q < p->value.p + p->value.len; q++) {
		copy[n++] = *q;
		if (*q == quote)
			q++;
	}
	p->value = (struct span){copy, n};
	return 0;
}

static int read_sign(struct parser *p)
{
	const char *s = p->p;
	char next = s + 1 < p->end ? s[1] : '\0';
	size_t len = 1;

	p->token = T_SIGN;
	if (*s == '=' || *s == '<' || *s == '>' || (*s == '!' && next == '=')) {
		p->token = T_COMPARE;
		if (next == '=')
			len = 2;
		if (*s == '=' && len == 2)
			return expr_refuse(p->c, s, "'==': write '='");
		if (*s == '<' && next == '>')
			return expr_refuse(p->c, s, "'<>': write '!='");
	} else if (*s == '|' && next == '|') {
		return expr_refuse(p->c, s, "'||': write 'or'");
	} else if (*s == '&') {
		return expr_refuse(p->c, s, "'&': write 'and'");
	} else if (*s == '!') {
		return expr_refuse(p->c, s, "'!': write 'not' or '!='");
	} else if (!strchr("|(){}[],.:$^", *s)) {
		return expr_refuse(p->c, s, "'%c' means nothing here", *s);
	}
	p->text = (struct span){s, len};
	p->p += len;
	return 0;
}

int lex_next(struct parser *p)
{
	char c;

	p->last = p->p;
	while (p->p < p->end && span_is_space(*p->p))
		p->p++;
	p->text = (struct span){p->p, 0};
	if (p->p == p->end) {
		p->token = T_END;
		return 0;
	}
	c = *p->p;
	if (starts_name(c)) {
		read_name(p);
		return 0;
	}
	if (is_digit(c) || (c == '-' && p->p + 1 < p->end && is_digit(p->p[1])))
		return read_number(p);
	if (c == '\'' || c == '"')
		return read_text(p);
	return read_sign(p);
}

bool lex_at(const struct parser *p, char c)
{
	return p->token == T_SIGN && p->text.p[0] == c;
}

bool lex_at_word(const struct parser *p, const char *word)
{
	return p->token == T_NAME && span_is(p->text, word);
}

int lex_unexpected(struct parser *p, const char *wanted)
{
	const char *near = NULL;

	if (p->token == T_END)
		return expr_refuse(p->c, p->text.p, "%s expected at the end",
				   wanted);
	if (p->token == T_NAME)
		near = suggest(p->text, keywords);
	if (near && !span_is(p->text, near))
		return expr_refuse(p->c, p->text.p,
				   "%s expected, not '%.*s'; did you mean "
				   "'%s'?",
				   wanted, SPAN_FMT(p->text), near);
	return expr_refuse(p->c, p->text.p, "%s expected, not '%.*s'", wanted,
			   SPAN_FMT(p->text));
}

int lex_expect(struct parser *p, char c)
{
	char wanted[4] = {'\'', c, '\'', '\0'};

	if (!lex_at(p, c))
		return lex_unexpected(p, wanted);
	return lex_next(p);
}
