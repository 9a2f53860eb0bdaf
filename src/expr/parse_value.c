/* Columns, paths and literals, and the nodes of what is compiled. */
#include "core/mem.h"
#include "core/num.h"
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

size_t expr_column_number(struct expr_compile *c, struct span name,
			  const char *at)
{
	struct expr_scope *s = c->scope;
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
				return lex_unexpected(p,
						      "a position such as [0], or ']',");
			step.is_index = true;
			step.index = (size_t)n;
			if (lex_next(p) < 0 || lex_expect(p, ']') < 0)
				return -1;
		}
		add_step(p, x, step);
	}
	return 0;
}

struct expr *parse_column(struct parser *p)
{
	const char *from = p->text.p;
	struct span name = {0};
	struct expr *x;

	if (lex_at(p, '[')) {
		if (odd_name(p, &name) < 0)
			return NULL;
	} else {
		name = p->text;
		if (lex_next(p) < 0)
			return NULL;
	}
	x = parse_new(p, EXPR_COLUMN, from);
	x->column = expr_column_number(p->c, name, from);
	if (parse_steps(p, x) < 0)
		return NULL;
	x->text.len = (size_t)(p->last - from);
	return x;
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
