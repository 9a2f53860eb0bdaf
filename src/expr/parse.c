/*
 * Text to a compiled expression: recursive descent, loosest first:
 * or, and, not, comparison, filters, primary.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "expr/parse.h"

static bool next_is_bracket(const struct parser *p)
{
	const char *q = p->p;

	while (q < p->end && span_is_space(*q))
		q++;
	return q < p->end && *q == '(';
}

static struct expr *parse_primary(struct parser *p)
{
	struct expr *x;
	bool is_one;

	if (lex_at(p, '(')) {
		if (lex_next(p) < 0)
			return NULL;
		x = parse_or(p);
		return x && lex_expect(p, ')') == 0 ? x : NULL;
	}
	x = parse_literal(p, &is_one);
	if (is_one)
		return x;
	if (lex_at(p, '['))
		return parse_column(p);
	if (lex_at(p, '$') || lex_at(p, '^') || lex_at(p, '.'))
		return parse_sign_name(p);
	if (p->token == T_NAME) {
		if (next_is_bracket(p))
			return parse_call(p, NULL);
		if (!lex_at_word(p, "in") && !lex_at_word(p, "matches") &&
		    !lex_at_word(p, "and") && !lex_at_word(p, "or"))
			return parse_column(p);
	}
	lex_unexpected(p, "a column, a literal or '('");
	return NULL;
}

static struct expr *parse_filters(struct parser *p)
{
	struct expr *x = parse_primary(p);
	size_t n = 0;

	while (x && lex_at(p, '|')) {
		if (lex_next(p) < 0)
			return NULL;
		if (p->token != T_NAME) {
			lex_unexpected(p, "the name of a filter");
			return NULL;
		}
		if (n++ == EXPR_CHAIN_MAX) {
			expr_refuse(p->c, p->text.p, "more than %d filters",
				    EXPR_CHAIN_MAX);
			return NULL;
		}
		x = parse_call(p, x);
	}
	return x;
}

static enum expr_op op_of(struct span s)
{
	if (s.p[0] == '!')
		return EXPR_NE;
	if (s.p[0] == '<')
		return s.len == 2 ? EXPR_LE : EXPR_LT;
	if (s.p[0] == '>')
		return s.len == 2 ? EXPR_GE : EXPR_GT;
	return EXPR_EQ;
}

static struct expr *parse_operator(struct parser *p, struct expr *left)
{
	struct gather g = {0};
	const char *from = left->kind == EXPR_CALL ? p->text.p : left->text.p;
	enum expr_op op = op_of(p->text);
	struct expr *x = NULL, *right;

	if (lex_next(p) < 0)
		return NULL;
	right = parse_filters(p);
	if (!right)
		return NULL;
	if (p->token == T_COMPARE) {
		expr_refuse(p->c, p->text.p,
			    "a second comparison: join them with 'and'");
		return NULL;
	}
	x = parse_new(p, EXPR_COMPARE, from);
	x->op = op;
	gather_add(&g, left);
	gather_add(&g, right);
	gather_into(&g, p, x);
	free(g.item);
	return x;
}

static struct expr *parse_in(struct parser *p, struct expr *left)
{
	struct gather g = {0};
	const char *from = p->text.p;
	struct expr *x = NULL, *item;

	gather_add(&g, left);
	if (lex_next(p) < 0 || lex_expect(p, '(') < 0)
		goto out;
	for (;;) {
		item = parse_filters(p);
		if (!item)
			goto out;
		gather_add(&g, item);
		if (lex_at(p, ')'))
			break;
		if (lex_expect(p, ',') < 0)
			goto out;
	}
	if (lex_next(p) < 0)
		goto out;
	x = parse_new(p, EXPR_IN, from);
	gather_into(&g, p, x);
out:
	free(g.item);
	return x;
}

static struct expr *parse_matches(struct parser *p, struct expr *left)
{
	struct expr_scope *s = p->c->scope;
	const char *from = p->text.p, *at;
	struct err why = ERR_INIT;
	struct gather g = {0};
	struct pattern *pattern;
	struct expr *x;
	size_t offset = 0;

	if (lex_next(p) < 0)
		return NULL;
	if (p->token != T_TEXT) {
		lex_unexpected(p, "a regular expression in quotes");
		return NULL;
	}
	at = p->value.p;
	pattern = pattern_keep(s, p->value, &offset, &why);
	if (!pattern) {
		expr_refuse(p->c, at + offset, "%s", why.msg);
		return NULL;
	}
	if (lex_next(p) < 0)
		return NULL;
	x = parse_new(p, EXPR_MATCHES, from);
	x->pattern = pattern;
	gather_add(&g, left);
	gather_into(&g, p, x);
	free(g.item);
	return x;
}

static struct expr *parse_empty(struct parser *p, struct expr *left)
{
	const char *from = p->text.p;
	struct gather g = {0};
	struct expr *x;
	bool negate = false;

	if (lex_next(p) < 0)
		return NULL;
	if (lex_at_word(p, "not")) {
		negate = true;
		if (lex_next(p) < 0)
			return NULL;
	}
	if (!lex_at_word(p, "empty")) {
		lex_unexpected(p, "'empty' or 'not empty'");
		return NULL;
	}
	if (lex_next(p) < 0)
		return NULL;
	x = parse_new(p, EXPR_EMPTY, from);
	x->negate = negate;
	gather_add(&g, left);
	gather_into(&g, p, x);
	free(g.item);
	return x;
}

static struct expr *parse_comparison(struct parser *p)
{
	struct expr *x = parse_filters(p);
	bool negate = false;

	if (!x)
		return NULL;
	if (p->token == T_COMPARE)
		return parse_operator(p, x);
	if (lex_at_word(p, "is"))
		return parse_empty(p, x);
	if (lex_at_word(p, "not")) {
		negate = true;
		if (lex_next(p) < 0)
			return NULL;
		if (!lex_at_word(p, "in") && !lex_at_word(p, "matches")) {
			lex_unexpected(p, "'in' or 'matches'");
			return NULL;
		}
	}
	if (lex_at_word(p, "in"))
		x = parse_in(p, x);
	else if (lex_at_word(p, "matches"))
		x = parse_matches(p, x);
	if (x && negate)
		x->negate = true;
	return x;
}

static struct expr *parse_not(struct parser *p)
{
	const char *from = p->text.p;
	struct gather g = {0};
	struct expr *x, *inner;

	if (!lex_at_word(p, "not"))
		return parse_comparison(p);
	if (p->c->depth == EXPR_DEPTH_MAX) {
		expr_refuse(p->c, from, "nested too deep");
		return NULL;
	}
	if (lex_next(p) < 0)
		return NULL;
	p->c->depth++;
	inner = parse_not(p);
	p->c->depth--;
	if (!inner)
		return NULL;
	x = parse_new(p, EXPR_NOT, from);
	gather_add(&g, inner);
	gather_into(&g, p, x);
	free(g.item);
	return x;
}

/* Operands joined by `word`; one alone is itself. */
static struct expr *parse_joined(struct parser *p, const char *word,
				 enum expr_kind kind,
				 struct expr *(*operand)(struct parser *))
{
	const char *from = p->text.p;
	struct gather g = {0};
	struct expr *x;

	for (;;) {
		x = operand(p);
		if (!x)
			break;
		gather_add(&g, x);
		if (!lex_at_word(p, word)) {
			if (g.n == 1)
				break;
			x = parse_new(p, kind, from);
			gather_into(&g, p, x);
			break;
		}
		if (lex_next(p) < 0) {
			x = NULL;
			break;
		}
	}
	free(g.item);
	return x;
}

static struct expr *parse_and(struct parser *p)
{
	return parse_joined(p, "and", EXPR_AND, parse_not);
}

struct expr *parse_or(struct parser *p)
{
	struct expr *x;

	if (p->c->depth == EXPR_DEPTH_MAX) {
		expr_refuse(p->c, p->text.p, "nested too deep");
		return NULL;
	}
	p->c->depth++;
	x = parse_joined(p, "or", EXPR_OR, parse_and);
	p->c->depth--;
	return x;
}

struct expr *expr_parse(struct expr_compile *c, struct span text)
{
	struct parser p = {.c = c, .p = text.p, .end = text.p + text.len};
	struct expr *x;

	if (lex_next(&p) < 0)
		return NULL;
	x = parse_or(&p);
	if (!x)
		return NULL;
	if (p.token != T_END) {
		lex_unexpected(&p, "'|', a comparison or the end");
		return NULL;
	}
	x->whole = text;
	return x;
}
