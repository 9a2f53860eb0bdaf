/* Filters and their arguments, tables among them. */
#include <stdlib.h>

#include "core/mem.h"
#include "expr/fn.h"
#include "expr/lookup.h"
#include "expr/parse.h"

/* {A: true, 'b c': text, 10: "x"}: a value without quotes is text. */
static int parse_entry(struct parser *p, struct lookup *t)
{
	struct span code;
	const char *at = p->text.p;
	struct expr *literal;
	struct val v;
	bool is_one;

	if (p->token == T_TEXT)
		code = p->value;
	else if (p->token == T_NAME || p->token == T_NUMBER)
		code = p->text;
	else
		return lex_unexpected(p, "a code");
	if (lex_next(p) < 0 || lex_expect(p, ':') < 0)
		return -1;
	if (p->token == T_NAME && !lex_at_word(p, "true") &&
	    !lex_at_word(p, "false") && !lex_at_word(p, "null")) {
		parse_set_text(&v, p->text);
		if (lex_next(p) < 0)
			return -1;
	} else {
		literal = parse_literal(p, &is_one);
		if (!literal)
			return is_one ? -1 : lex_unexpected(p, "a value");
		v = literal->value;
	}
	if (lookup_add(t, code, &v) < 0)
		return expr_refuse(p->c, at, "the code '%.*s' is given twice",
				   SPAN_FMT(code));
	return 0;
}

/* All levels of a feed share their tables. */
static void keep_table(struct expr_scope *s, struct lookup *t)
{
	s = expr_root(s);
	s->table = mem_grow(s->table, s->n_tables, &s->cap_tables,
			    sizeof(*s->table));
	s->table[s->n_tables++] = t;
}

static struct expr *parse_inline_table(struct parser *p)
{
	const char *from = p->text.p;
	struct lookup *t = lookup_new("");
	struct expr *x;

	keep_table(p->c->scope, t);
	if (lex_next(p) < 0)
		return NULL;
	while (!lex_at(p, '}')) {
		if (parse_entry(p, t) < 0)
			return NULL;
		if (lex_at(p, '}'))
			break;
		if (lex_expect(p, ',') < 0)
			return NULL;
	}
	if (lex_next(p) < 0)
		return NULL;
	x = parse_new(p, EXPR_TABLE, from);
	x->table = t;
	return x;
}

static struct expr *parse_named_table(struct parser *p)
{
	struct expr_scope *s = expr_root(p->c->scope);
	const char *at = p->text.p;
	struct expr *x = parse_new(p, EXPR_TABLE, at);
	char *name = arena_dup(&s->arena, p->value.p, p->value.len);
	struct err why = ERR_INIT, late = ERR_INIT;
	bool found;
	size_t i;

	for (i = 0; i < s->n_tables && !x->table; i++)
		if (!strcmp(lookup_name(s->table[i]), name) && *name)
			x->table = s->table[i];
	if (!x->table) {
		x->table = lookup_load(s->profiles, s->profile_path, name,
				       &found, &why);
		if (!x->table && !found) /* the line may be of a base */
			x->table = lookup_load(s->profiles, p->c->node->file,
					       name, &found, &late);
		if (found && late.code)
			why = late;
		if (!x->table) {
			if (found)
				*p->c->err = why;
			else
				expr_refuse(p->c, at, "%s", why.msg);
			return NULL;
		}
		keep_table(s, x->table);
	}
	if (lex_next(p) < 0)
		return NULL;
	x->text = (struct span){at, (size_t)(p->last - at)};
	return x;
}

/* An argument of the kind the filter's row says. */
static struct expr *parse_arg(struct parser *p, const struct fn *fn, char kind)
{
	const char *at = p->text.p;
	struct expr *x;

	if (kind == 'm' && lex_at(p, '{'))
		return parse_inline_table(p);
	if (kind == 'm' && p->token == T_TEXT)
		return parse_named_table(p);
	if (kind == 'm') {
		lex_unexpected(p, "the name of a table in quotes, or {...},");
		return NULL;
	}
	if (kind == 'w' && p->token == T_NAME) {
		x = parse_new(p, EXPR_LITERAL, at);
		parse_set_text(&x->value, p->text);
		x->text = p->text;
		return lex_next(p) < 0 ? NULL : x;
	}
	x = parse_or(p);
	if (!x)
		return NULL;
	if ((kind == 't' || kind == 'w') &&
	    (x->kind != EXPR_LITERAL || x->value.type != VAL_TEXT)) {
		expr_refuse(p->c, at, "%s: a text in quotes expected here",
			    fn->synopsis);
		return NULL;
	}
	if (kind == 'n' && (x->kind != EXPR_LITERAL || x->n == INT64_MIN)) {
		expr_refuse(p->c, at, "%s: a whole number expected here",
			    fn->synopsis);
		return NULL;
	}
	return x;
}

static int parse_args(struct parser *p, const struct fn *fn, struct gather *g)
{
	unsigned n = 0;

	if (lex_next(p) < 0)
		return -1;
	/* name(x, ...) is x | name(...) */
	if (!g->n) {
		struct expr *x = NULL;

		if (!(fn->flags & FN_ALONE)) {
			x = parse_or(p);
			if (!x || (!lex_at(p, ')') && lex_expect(p, ',') < 0))
				return -1;
		}
		gather_add(g, x);
	}
	while (!lex_at(p, ')')) {
		char kind = fn_arg_kind(fn, n);
		struct expr *x;

		if (!kind)
			return expr_refuse(p->c, p->text.p,
					   "too many arguments: %s",
					   fn->synopsis);
		if (n++ == EXPR_ARGS_MAX)
			return expr_refuse(p->c, p->text.p,
					   "more than %d arguments",
					   EXPR_ARGS_MAX);
		x = parse_arg(p, fn, kind);
		if (!x)
			return -1;
		gather_add(g, x);
		if (!lex_at(p, ')') && lex_expect(p, ',') < 0)
			return -1;
	}
	return lex_next(p);
}

/* The name of a filter is at hand; `input` is NULL in name(x, ...). */
struct expr *parse_call(struct parser *p, struct expr *input)
{
	const char *from = p->text.p, *near, *behind = p->p;
	const struct fn *fn = fn_find(p->text, &near);
	struct gather g = {0};
	struct expr *x = NULL;

	if (!fn) {
		if (near)
			expr_refuse(p->c, from,
				    "unknown filter '%.*s'; did you mean "
				    "'%s'?",
				    SPAN_FMT(p->text), near);
		else
			expr_refuse(p->c, from,
				    "unknown filter '%.*s'; sluice-map "
				    "--filters lists them",
				    SPAN_FMT(p->text));
		return NULL;
	}
	if (input)
		gather_add(&g, input);
	if (lex_next(p) < 0)
		goto out;
	if (lex_at(p, '(') && parse_args(p, fn, &g) < 0)
		goto out;
	if (g.n - 1 < fn_min_args(fn)) {
		expr_refuse(p->c, p->last > behind ? p->last - 1 : from,
			    "an argument is missing: %s", fn->synopsis);
		goto out;
	}
	x = parse_new(p, EXPR_CALL, from);
	x->fn = fn;
	gather_into(&g, p, x);
	if (fn->prepare && fn->prepare(x, p->c) < 0)
		x = NULL;
out:
	free(g.item);
	return x;
}
