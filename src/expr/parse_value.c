/* Columns, paths and literals, and the nodes of what is compiled. */
#include <stdlib.h>

#include "core/mem.h"
#include "core/num.h"
#include "core/suggest.h"
#include "core/utf8.h"
#include "expr/parse.h"

struct expr *parse_new(struct parser *p, enum expr_kind kind, const char *from)
{
	struct expr *x = arena_alloc(&p->c->scope->arena, sizeof(*x));

	memset(x, 0, sizeof(*x));
	x->kind = kind;
	x->text.p = from;
	x->text.len = p->last >= from ? (size_t)(p->last - from) : 0;
	return x;
}

void gather_add(struct gather *g, struct expr *x)
{
	g->item = mem_grow(g->item, g->n, &g->cap, sizeof(*g->item));
	g->item[g->n++] = x;
}

void gather_into(struct gather *g, struct parser *p, struct expr *x)
{
	size_t size = mem_mul(g->n, sizeof(*g->item));

	x->arg = arena_alloc(&p->c->scope->arena, size);
	if (g->item)
		memcpy(x->arg, g->item, size);
	x->n_args = g->n;
}

static bool is_plain(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == '"' ||
		    s.p[i] == '\\')
			return false;
	return true;
}

void parse_set_text(struct val *v, struct span s)
{
	val_set_text(v, s);
	v->plain = is_plain(s);
}

size_t expr_column_number(struct expr_compile *c, struct expr_scope *s,
			  struct span name, const char *at)
{
	struct expr_column *col;
	size_t i;

	for (i = 0; i < s->n_columns; i++)
		if (span_eq(s->column[i].name, name))
			return i;
	s->column = mem_grow(s->column, s->n_columns, &s->cap_columns,
			     sizeof(*s->column));
	col = &s->column[s->n_columns];
	col->name = name;
	col->at = (struct yt_node){
		.line = c->node->line,
		.column = c->node->column,
		.file = arena_dup(&s->arena, c->node->file,
				  strlen(c->node->file)),
	};
	if (at >= c->source.p && at < c->source.p + c->source.len)
		col->at.column +=
			utf8_chars(c->source.p, (size_t)(at - c->source.p)) +
			!c->node->plain;
	return s->n_columns++;
}

/* The odd name behind the '[' at hand; "]]" stands for one "]". */
static int odd_name(struct parser *p, struct span *name)
{
	const char *from = p->text.p;
	char *copy =
		arena_alloc(&p->c->scope->arena, (size_t)(p->end - p->p) + 1);
	size_t n = 0;

	while (p->p < p->end) {
		if (*p->p == ']') {
			if (p->p + 1 == p->end || p->p[1] != ']')
				break;
			p->p++;
		}
		copy[n++] = *p->p++;
	}
	if (p->p == p->end)
		return expr_refuse(p->c, from, "a name without its closing ]");
	if (!n)
		return expr_refuse(p->c, from, "a name is missing in []");
	p->p++;
	*name = (struct span){copy, n};
	return lex_next(p);
}

static void add_step(struct parser *p, struct expr *x, struct expr_step step)
{
	struct expr_step *more = arena_alloc(&p->c->scope->arena,
					     (x->n_steps + 1) * sizeof(*more));

	if (x->n_steps)
		memcpy(more, x->step, x->n_steps * sizeof(*more));
	more[x->n_steps++] = step;
	x->step = more;
}

/* ".NAME", ".[odd name]", "[3]" and "[]" behind a column. */
static int parse_steps(struct parser *p, struct expr *x)
{
	while (lex_at(p, '.') || lex_at(p, '[')) {
		struct expr_step step = {0};
		bool member = lex_at(p, '.');
		int64_t n;

		if (x->n_steps == EXPR_DEPTH_MAX)
			return expr_refuse(p->c, p->text.p,
					   "a path of more than %d steps",
					   EXPR_DEPTH_MAX);
		if (lex_next(p) < 0)
			return -1;
		if (member && lex_at(p, '[')) {
			if (odd_name(p, &step.name) < 0)
				return -1;
		} else if (member) {
			if (p->token != T_NAME)
				return lex_unexpected(p,
						      "the name of a member");
			step.name = p->text;
			if (lex_next(p) < 0)
				return -1;
		} else if (lex_at(p, ']')) {
			step.each = true;
			if (lex_next(p) < 0)
				return -1;
		} else {
			if (p->token != T_NUMBER ||
			    num_parse(p->text, 0, INT32_MAX, &n) < 0)
				return lex_unexpected(
					p, "a position such as [0], or ']',");
			step.is_index = true;
			step.index = (size_t)n;
			if (lex_next(p) < 0 || lex_expect(p, ']') < 0)
				return -1;
		}
		add_step(p, x, step);
	}
	return 0;
}

/* A name as it is, or an odd one in brackets. */
static int read_name(struct parser *p, struct span *name)
{
	if (lex_at(p, '['))
		return odd_name(p, name);
	if (p->token != T_NAME)
		return lex_unexpected(p, "the name of a column");
	*name = p->text;
	return lex_next(p);
}

static struct expr *parse_column_of(struct parser *p, const char *from,
				    size_t up)
{
	struct expr_scope *s = p->c->scope;
	struct span name = {0};
	struct expr *x;
	size_t i;

	for (i = 0; i < up; i++)
		s = s->parent;
	if (read_name(p, &name) < 0)
		return NULL;
	x = parse_new(p, up ? EXPR_OUTER : EXPR_COLUMN, from);
	x->up = up;
	x->column = expr_column_number(p->c, s, name, from);
	if (parse_steps(p, x) < 0)
		return NULL;
	x->text.len = (size_t)(p->last - from);
	return x;
}

struct expr *parse_column(struct parser *p)
{
	return parse_column_of(p, p->text.p, 0);
}

/* How many levels stand around the one at hand. */
static size_t levels(const struct parser *p)
{
	const struct expr_scope *s = p->c->scope;
	size_t n = 0;

	for (; s->parent; s = s->parent)
		n++;
	return n;
}

/* "." or "$index" of the element `up` levels around. */
static struct expr *parse_element(struct parser *p, const char *from,
				  enum expr_kind kind, size_t up)
{
	struct expr *x;

	if (up >= levels(p)) {
		expr_refuse(p->c, from,
			    "'%s' is about an element of a list; there is "
			    "none here",
			    kind == EXPR_SELF ? "." : "$index");
		return NULL;
	}
	if (lex_next(p) < 0)
		return NULL;
	x = parse_new(p, kind, from);
	x->up = up;
	if (kind == EXPR_SELF && lex_at(p, '[') && parse_steps(p, x) < 0)
		return NULL;
	x->text.len = (size_t)(p->last - from);
	return x;
}

static struct expr *parse_running(struct parser *p, const char *from)
{
	struct expr_scope *root = expr_root(p->c->scope);
	const char **words, *near;
	struct expr *x;
	size_t i;

	for (i = 0; i < root->n_running; i++)
		if (span_is(p->text, root->running[i]))
			break;
	if (i == root->n_running) {
		words = mem_zalloc(mem_mul(i + 1, sizeof(*words)));
		if (i)
			memcpy(words, root->running, i * sizeof(*words));
		near = suggest(p->text, words);
		free(words);
		if (near)
			expr_refuse(p->c, from,
				    "no running value '%.*s' is set before "
				    "this; did you mean '%s'?",
				    SPAN_FMT(p->text), near);
		else
			expr_refuse(p->c, from,
				    "no running value '%.*s' is set before "
				    "this (under 'running')",
				    SPAN_FMT(p->text));
		return NULL;
	}
	if (lex_next(p) < 0)
		return NULL;
	x = parse_new(p, EXPR_RUNNING, from);
	x->column = i;
	return x;
}

/* "$rows", and a path through them. */
static struct expr *parse_rows(struct parser *p, const char *from)
{
	struct expr_scope *root = expr_root(p->c->scope);
	struct expr *x;

	if (!root->has_rows) {
		expr_refuse(p->c, from,
			    "'$rows' are the rows of a group; there is none "
			    "here");
		return NULL;
	}
	root->uses_rows = true;
	if (lex_next(p) < 0)
		return NULL;
	x = parse_new(p, EXPR_ROWS, from);
	if (parse_steps(p, x) < 0)
		return NULL;
	/* Rows have the columns of a record: it must be one of those. */
	if (x->n_steps > 1 && (x->step[0].is_index || x->step[0].each) &&
	    !x->step[1].is_index && !x->step[1].each)
		expr_column_number(p->c, root, x->step[1].name, from);
	x->text.len = (size_t)(p->last - from);
	return x;
}

/* "$.NAME", "$index", "$name": a '$' is at hand. */
static struct expr *parse_dollar(struct parser *p, const char *from, size_t up)
{
	const char *behind = p->text.p + 1;

	if (lex_next(p) < 0)
		return NULL;
	if (p->text.p == behind && lex_at(p, '.') && p->text.p == from + 1)
		return lex_next(p) < 0 ? NULL
				       : parse_column_of(p, from, levels(p));
	if (p->text.p == behind && lex_at_word(p, "index"))
		return parse_element(p, from, EXPR_INDEX, up);
	if (p->text.p == behind && lex_at_word(p, "rows") && !up)
		return parse_rows(p, from);
	if (p->text.p == behind && p->token == T_NAME && !up)
		return parse_running(p, from);
	lex_unexpected(p, up ? "'index'"
			     : "'.' and a column, 'index', or the name of a "
			       "running value");
	return NULL;
}

struct expr *parse_sign_name(struct parser *p)
{
	const char *from = p->text.p;
	size_t up = 0;

	if (lex_at(p, '.'))
		return parse_element(p, from, EXPR_SELF, 0);
	while (lex_at(p, '^')) {
		if (up++ == levels(p)) {
			expr_refuse(p->c, from,
				    "'^' is the level around a list; there "
				    "%s here",
				    up == 1 ? "is none" : "are not so many");
			return NULL;
		}
		if (lex_next(p) < 0 || lex_expect(p, '.') < 0)
			return NULL;
	}
	if (lex_at(p, '$'))
		return parse_dollar(p, from, up);
	return parse_column_of(p, from, up);
}

/* A literal, where one stands; NULL without error where none does. */
struct expr *parse_literal(struct parser *p, bool *is_one)
{
	struct expr *x;
	struct dec d;
	struct val v;

	*is_one = true;
	if (p->token == T_TEXT) {
		parse_set_text(&v, p->value);
	} else if (p->token == T_NUMBER) {
		if (dec_parse(p->text, &d) < 0) {
			expr_refuse(p->c, p->text.p,
				    "the number %.*s: leading zeros or too "
				    "many digits; a text stands in quotes",
				    SPAN_FMT(p->text));
			return NULL;
		}
		val_set(&v, VAL_NUMBER);
		v.text = p->text;
	} else if (lex_at_word(p, "true") || lex_at_word(p, "false")) {
		val_set_bool(&v, lex_at_word(p, "true"));
	} else if (lex_at_word(p, "null")) {
		val_set(&v, VAL_NULL);
	} else {
		*is_one = false;
		return NULL;
	}
	x = parse_new(p, EXPR_LITERAL, p->text.p);
	x->value = v;
	x->text = p->text;
	if (p->token != T_NUMBER ||
	    num_parse(p->text, INT64_MIN + 1, INT64_MAX, &x->n) < 0)
		x->n = INT64_MIN; /* no small whole number */
	return lex_next(p) < 0 ? NULL : x;
}
