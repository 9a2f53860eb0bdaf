/*
 * Text to a compiled expression: recursive descent, loosest first:
 * or, and, not, comparison, filters, primary.
 */
#include <stdarg.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/num.h"
#include "core/suggest.h"
#include "core/utf8.h"
#include "map/fn.h"
#include "map/lookup.h"

enum token {
	T_END,
	T_NAME,
	T_TEXT,
	T_NUMBER,
	T_COMPARE, /* = != < <= > >= */
	T_SIGN,    /* any other single character */
};

struct parser {
	struct expr_compile *c;
	const char *p, *end; /* what is still to be read */
	enum token token;    /* the one at hand */
	struct span text;    /* of it, as written */
	struct span value;   /* of T_TEXT, without quotes */
	const char *last;    /* end of the token before */
};

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
	} else if (!strchr("|(){}[],.:", *s)) {
		return expr_refuse(p->c, s, "'%c' means nothing here", *s);
	}
	p->text = (struct span){s, len};
	p->p += len;
	return 0;
}

static int next(struct parser *p)
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

static bool at_sign(const struct parser *p, char c)
{
	return p->token == T_SIGN && p->text.p[0] == c;
}

static bool at_word(const struct parser *p, const char *word)
{
	return p->token == T_NAME && span_is(p->text, word);
}

static int unexpected(struct parser *p, const char *wanted)
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

static int expect(struct parser *p, char c)
{
	char wanted[4] = {'\'', c, '\'', '\0'};

	if (!at_sign(p, c))
		return unexpected(p, wanted);
	return next(p);
}

/* ---- nodes ----------------------------------------------------------- */

static struct expr *new_expr(struct parser *p, enum expr_kind kind,
			     const char *from)
{
	struct expr *x = arena_alloc(&p->c->scope->arena, sizeof(*x));

	memset(x, 0, sizeof(*x));
	x->kind = kind;
	x->text.p = from;
	x->text.len = p->last >= from ? (size_t)(p->last - from) : 0;
	return x;
}

/* Arguments while they are gathered. */
struct gather {
	struct expr **item;
	size_t n, cap;
};

static void gather_add(struct gather *g, struct expr *x)
{
	g->item = mem_grow(g->item, g->n, &g->cap, sizeof(*g->item));
	g->item[g->n++] = x;
}

static void gather_into(struct gather *g, struct parser *p, struct expr *x)
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

static void set_text(struct val *v, struct span s)
{
	val_set_text(v, s);
	v->plain = is_plain(s);
}

static struct expr *parse_or(struct parser *p);

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
	return next(p);
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

/* ".NAME", ".[odd name]" and "[3]" behind a column. */
static int parse_steps(struct parser *p, struct expr *x)
{
	while (at_sign(p, '.') || at_sign(p, '[')) {
		struct expr_step step = {0};
		bool member = at_sign(p, '.');
		int64_t n;

		if (x->n_steps == EXPR_DEPTH_MAX)
			return expr_refuse(p->c, p->text.p,
					   "a path of more than %d steps",
					   EXPR_DEPTH_MAX);
		if (next(p) < 0)
			return -1;
		if (member && at_sign(p, '[')) {
			if (odd_name(p, &step.name) < 0)
				return -1;
		} else if (member) {
			if (p->token != T_NAME)
				return unexpected(p, "the name of a member");
			step.name = p->text;
			if (next(p) < 0)
				return -1;
		} else {
			if (p->token != T_NUMBER ||
			    num_parse(p->text, 0, INT32_MAX, &n) < 0)
				return unexpected(p, "a position such as [0]");
			step.is_index = true;
			step.index = (size_t)n;
			if (next(p) < 0 || expect(p, ']') < 0)
				return -1;
		}
		add_step(p, x, step);
	}
	return 0;
}

static struct expr *parse_column(struct parser *p)
{
	const char *from = p->text.p;
	struct span name;
	struct expr *x;

	if (at_sign(p, '[')) {
		if (odd_name(p, &name) < 0)
			return NULL;
	} else {
		name = p->text;
		if (next(p) < 0)
			return NULL;
	}
	x = new_expr(p, EXPR_COLUMN, from);
	x->column = expr_column_number(p->c, name, from);
	if (parse_steps(p, x) < 0)
		return NULL;
	x->text.len = (size_t)(p->last - from);
	return x;
}

/* A literal, where one stands; NULL without error where none does. */
static struct expr *parse_literal(struct parser *p, bool *is_one)
{
	struct expr *x;
	struct dec d;
	struct val v;

	*is_one = true;
	if (p->token == T_TEXT) {
		set_text(&v, p->value);
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
	} else if (at_word(p, "true") || at_word(p, "false")) {
		val_set_bool(&v, at_word(p, "true"));
	} else if (at_word(p, "null")) {
		val_set(&v, VAL_NULL);
	} else {
		*is_one = false;
		return NULL;
	}
	x = new_expr(p, EXPR_LITERAL, p->text.p);
	x->value = v;
	x->text = p->text;
	if (p->token != T_NUMBER ||
	    num_parse(p->text, INT64_MIN + 1, INT64_MAX, &x->n) < 0)
		x->n = INT64_MIN; /* no small whole number */
	return next(p) < 0 ? NULL : x;
}

/* ---- calls ----------------------------------------------------------- */

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
		return unexpected(p, "a code");
	if (next(p) < 0 || expect(p, ':') < 0)
		return -1;
	if (p->token == T_NAME && !at_word(p, "true") && !at_word(p, "false") &&
	    !at_word(p, "null")) {
		set_text(&v, p->text);
		if (next(p) < 0)
			return -1;
	} else {
		literal = parse_literal(p, &is_one);
		if (!literal)
			return is_one ? -1 : unexpected(p, "a value");
		v = literal->value;
	}
	if (lookup_add(t, code, &v) < 0)
		return expr_refuse(p->c, at, "the code '%.*s' is given twice",
				   SPAN_FMT(code));
	return 0;
}

static void keep_table(struct expr_scope *s, struct lookup *t)
{
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
	if (next(p) < 0)
		return NULL;
	while (!at_sign(p, '}')) {
		if (parse_entry(p, t) < 0)
			return NULL;
		if (at_sign(p, '}'))
			break;
		if (expect(p, ',') < 0)
			return NULL;
	}
	if (next(p) < 0)
		return NULL;
	x = new_expr(p, EXPR_TABLE, from);
	x->table = t;
	return x;
}

static struct expr *parse_named_table(struct parser *p)
{
	struct expr_scope *s = p->c->scope;
	const char *at = p->text.p;
	struct expr *x = new_expr(p, EXPR_TABLE, at);
	char *name = arena_dup(&s->arena, p->value.p, p->value.len);
	struct err why = ERR_INIT;
	bool found;
	size_t i;

	for (i = 0; i < s->n_tables && !x->table; i++)
		if (!strcmp(lookup_name(s->table[i]), name) && *name)
			x->table = s->table[i];
	if (!x->table) {
		x->table = lookup_load(s->profiles, s->profile_path, name,
				       &found, &why);
		if (!x->table) {
			if (found)
				*p->c->err = why;
			else
				expr_refuse(p->c, at, "%s", why.msg);
			return NULL;
		}
		keep_table(s, x->table);
	}
	if (next(p) < 0)
		return NULL;
	x->text = (struct span){at, (size_t)(p->last - at)};
	return x;
}

/* An argument of the kind the filter's row says. */
static struct expr *parse_arg(struct parser *p, const struct fn *fn, char kind)
{
	const char *at = p->text.p;
	struct expr *x;

	if (kind == 'm' && at_sign(p, '{'))
		return parse_inline_table(p);
	if (kind == 'm' && p->token == T_TEXT)
		return parse_named_table(p);
	if (kind == 'm') {
		unexpected(p, "the name of a table in quotes, or {...},");
		return NULL;
	}
	if (kind == 'w' && p->token == T_NAME) {
		x = new_expr(p, EXPR_LITERAL, at);
		set_text(&x->value, p->text);
		x->text = p->text;
		return next(p) < 0 ? NULL : x;
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

	if (next(p) < 0)
		return -1;
	/* name(x, ...) is x | name(...) */
	if (!g->n) {
		struct expr *x = NULL;

		if (!(fn->flags & FN_ALONE)) {
			x = parse_or(p);
			if (!x || (!at_sign(p, ')') && expect(p, ',') < 0))
				return -1;
		}
		gather_add(g, x);
	}
	while (!at_sign(p, ')')) {
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
		if (!at_sign(p, ')') && expect(p, ',') < 0)
			return -1;
	}
	return next(p);
}

/* The name of a filter is at hand; `input` is NULL in name(x, ...). */
static struct expr *parse_call(struct parser *p, struct expr *input)
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
	if (next(p) < 0)
		goto out;
	if (at_sign(p, '(') && parse_args(p, fn, &g) < 0)
		goto out;
	if (g.n - 1 < fn_min_args(fn)) {
		expr_refuse(p->c, p->last > behind ? p->last - 1 : from,
			    "an argument is missing: %s", fn->synopsis);
		goto out;
	}
	x = new_expr(p, EXPR_CALL, from);
	x->fn = fn;
	gather_into(&g, p, x);
	if (fn->prepare && fn->prepare(x, p->c) < 0)
		x = NULL;
out:
	free(g.item);
	return x;
}

/* ---- the grammar ------------------------------------------------------ */

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

	if (at_sign(p, '(')) {
		if (next(p) < 0)
			return NULL;
		x = parse_or(p);
		return x && expect(p, ')') == 0 ? x : NULL;
	}
	x = parse_literal(p, &is_one);
	if (is_one)
		return x;
	if (at_sign(p, '['))
		return parse_column(p);
	if (p->token == T_NAME) {
		if (next_is_bracket(p))
			return parse_call(p, NULL);
		if (!at_word(p, "in") && !at_word(p, "matches") &&
		    !at_word(p, "and") && !at_word(p, "or"))
			return parse_column(p);
	}
	unexpected(p, "a column, a literal or '('");
	return NULL;
}

static struct expr *parse_filters(struct parser *p)
{
	struct expr *x = parse_primary(p);
	size_t n = 0;

	while (x && at_sign(p, '|')) {
		if (next(p) < 0)
			return NULL;
		if (p->token != T_NAME) {
			unexpected(p, "the name of a filter");
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

	if (next(p) < 0)
		return NULL;
	right = parse_filters(p);
	if (!right)
		return NULL;
	if (p->token == T_COMPARE) {
		expr_refuse(p->c, p->text.p,
			    "a second comparison: join them with 'and'");
		return NULL;
	}
	x = new_expr(p, EXPR_COMPARE, from);
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
	if (next(p) < 0 || expect(p, '(') < 0)
		goto out;
	for (;;) {
		item = parse_filters(p);
		if (!item)
			goto out;
		gather_add(&g, item);
		if (at_sign(p, ')'))
			break;
		if (expect(p, ',') < 0)
			goto out;
	}
	if (next(p) < 0)
		goto out;
	x = new_expr(p, EXPR_IN, from);
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

	if (next(p) < 0)
		return NULL;
	if (p->token != T_TEXT) {
		unexpected(p, "a regular expression in quotes");
		return NULL;
	}
	at = p->value.p;
	pattern = pattern_new(p->value, &offset, &why);
	if (!pattern) {
		expr_refuse(p->c, at + offset, "%s", why.msg);
		return NULL;
	}
	s->pattern = mem_grow(s->pattern, s->n_patterns, &s->cap_patterns,
			      sizeof(struct pattern *));
	s->pattern[s->n_patterns++] = pattern;
	if (next(p) < 0)
		return NULL;
	x = new_expr(p, EXPR_MATCHES, from);
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

	if (next(p) < 0)
		return NULL;
	if (at_word(p, "not")) {
		negate = true;
		if (next(p) < 0)
			return NULL;
	}
	if (!at_word(p, "empty")) {
		unexpected(p, "'empty' or 'not empty'");
		return NULL;
	}
	if (next(p) < 0)
		return NULL;
	x = new_expr(p, EXPR_EMPTY, from);
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
	if (at_word(p, "is"))
		return parse_empty(p, x);
	if (at_word(p, "not")) {
		negate = true;
		if (next(p) < 0)
			return NULL;
		if (!at_word(p, "in") && !at_word(p, "matches")) {
			unexpected(p, "'in' or 'matches'");
			return NULL;
		}
	}
	if (at_word(p, "in"))
		x = parse_in(p, x);
	else if (at_word(p, "matches"))
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

	if (!at_word(p, "not"))
		return parse_comparison(p);
	if (p->c->depth == EXPR_DEPTH_MAX) {
		expr_refuse(p->c, from, "nested too deep");
		return NULL;
	}
	if (next(p) < 0)
		return NULL;
	p->c->depth++;
	inner = parse_not(p);
	p->c->depth--;
	if (!inner)
		return NULL;
	x = new_expr(p, EXPR_NOT, from);
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
		if (!at_word(p, word)) {
			if (g.n == 1)
				break;
			x = new_expr(p, kind, from);
			gather_into(&g, p, x);
			break;
		}
		if (next(p) < 0) {
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

static struct expr *parse_or(struct parser *p)
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

	if (next(&p) < 0)
		return NULL;
	x = parse_or(&p);
	if (!x)
		return NULL;
	if (p.token != T_END) {
		unexpected(&p, "'|', a comparison or the end");
		return NULL;
	}
	x->whole = text;
	return x;
}
