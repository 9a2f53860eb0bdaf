/* Filters that take text apart and put it together. */
#include "expr/fn.h"

FN_PREPARE(fn_split_prepare)
{
	if (!call->arg[1]->value.text.len)
		return expr_refuse(c, call->arg[1]->text.p,
				   "%s: the separator is empty",
				   call->fn->synopsis);
	return fn_check_range(call, c, 1, 1, 1000000);
}

/* Take the part up to the separator off the front of `rest`. */
static struct span part(struct span *rest, struct span sep, bool *more)
{
	const char *p =
		rest->len ? memmem(rest->p, rest->len, sep.p, sep.len) : NULL;
	struct span found = *rest;

	*more = p != NULL;
	if (p) {
		found.len = (size_t)(p - rest->p);
		rest->p = p + sep.len;
		rest->len -= found.len + sep.len;
	}
	return found;
}

FN_RUN(fn_split)
{
	struct span sep = call->arg[1]->value.text, rest = v->text;
	int64_t wanted = fn_num_arg(call, 1, 0);
	bool plain = v->plain, more = true;
	struct val *item;
	size_t n = 0, i;

	if (wanted) {
		while (more && wanted--)
			v->text = part(&rest, sep, &more);
		if (wanted > 0)
			val_set(v, VAL_ABSENT);
		return 0;
	}
	for (; more; n++)
		part(&rest, sep, &more);
	item = arena_alloc(e->arena, mem_mul(n, sizeof(*item)));
	rest = v->text;
	for (i = 0; i < n; i++) {
		val_set_text(&item[i], part(&rest, sep, &more));
		item[i].plain = plain;
	}
	val_set(v, VAL_LIST);
	v->n = n;
	v->item = item;
	return 0;
}

/* Several texts become one: counted first, then copied once. */
static int put_together(const struct expr *call, struct expr_env *e,
			struct val *v, struct val *item, size_t n,
			struct span sep)
{
	size_t len = 0, at = 0, i;
	char *out;

	for (i = 0; i < n; i++) {
		if (val_to_text(&item[i], e->arena) < 0)
			return expr_fail(e, call, &item[i], "wrong-type",
					 "a list or an object where text is "
					 "expected");
		len = mem_add(len, item[i].text.len + (i ? sep.len : 0));
	}
	if (len > LINE_CEILING)
		return expr_fail(e, call, v, "too-long",
				 "the text becomes too long");
	out = arena_alloc(e->arena, len);
	for (i = 0; i < n; i++) {
		if (i && sep.len) {
			memcpy(out + at, sep.p, sep.len);
			at += sep.len;
		}
		if (item[i].text.len)
			memcpy(out + at, item[i].text.p, item[i].text.len);
		at += item[i].text.len;
	}
	val_set_text(v, (struct span){out, len});
	return 0;
}

FN_RUN(fn_join)
{
	struct val *item;
	size_t n = 0, i;

	if (v->type != VAL_LIST) {
		if (val_to_text(v, e->arena) < 0)
			return expr_fail(e, call, v, "wrong-type",
					 "an object where a list is expected");
		return 0;
	}
	item = arena_alloc(e->arena, mem_mul(v->n, sizeof(*item)));
	for (i = 0; i < v->n; i++)
		if (!val_is_nothing(&v->item[i]))
			item[n++] = v->item[i];
	return put_together(call, e, v, item, n, call->arg[1]->value.text);
}

FN_RUN(fn_concat)
{
	struct val *item =
		arena_alloc(e->arena, mem_mul(call->n_args, sizeof(*item)));
	size_t i;

	item[0] = *v;
	for (i = 1; i < call->n_args; i++) {
		if (expr_eval(call->arg[i], e, &item[i]) < 0)
			return -1;
		if (val_is_nothing(&item[i])) {
			val_set(v, VAL_ABSENT);
			return 0;
		}
	}
	return put_together(call, e, v, item, call->n_args, SPAN(""));
}

/* ---- template ------------------------------------------------------------ */

/* Literal text, or an expression, or the input where both are empty. */
struct piece {
	struct span text;
	struct expr *x;
	bool input;
};

struct template
{
	struct piece *piece;
	size_t n;
};

static int add_piece(struct expr_compile *c, struct template *t,
		     struct piece piece)
{
	struct piece *more;

	if (t->n % 16 == 0) {
		more = arena_alloc(&c->scope->arena,
				   (t->n + 16) * sizeof(*more));
		if (t->n)
			memcpy(more, t->piece, t->n * sizeof(*more));
		t->piece = more;
	}
	t->piece[t->n++] = piece;
	return 0;
}

/* "{{" and "}}" stand for one brace. */
static int take_literal(struct expr_compile *c, struct template *t,
			struct span *rest)
{
	size_t n = 0;
	bool doubled;

	while (n < rest->len && rest->p[n] != '{' && rest->p[n] != '}')
		n++;
	doubled = n + 1 < rest->len && rest->p[n] == rest->p[n + 1];
	if (n < rest->len && rest->p[n] == '}' && !doubled)
		return expr_refuse(c, rest->p + n,
				   "a '}' without '{'; '}}' stands for one");
	n += doubled;
	if (n)
		add_piece(c, t, (struct piece){.text = {rest->p, n}});
	n += doubled;
	rest->p += n;
	rest->len -= n;
	return 0;
}

/* From "{" to the "}" that belongs to it, past quoted text. */
static int take_expression(struct expr_compile *c, struct template *t,
			   struct span *rest)
{
	struct piece piece = {.input = true};
	size_t n = 1, depth = 1;
	char quote = 0;
	struct span inner;

	for (; n < rest->len; n++) {
		char ch = rest->p[n];

		if (quote)
			quote = ch == quote ? '\0' : quote;
		else if (ch == '\'' || ch == '"')
			quote = ch;
		else if (ch == '{')
			depth++;
		else if (ch == '}' && !--depth)
			break;
	}
	if (n == rest->len)
		return expr_refuse(c, rest->p, "a '{' without its '}'");
	inner = (struct span){rest->p + 1, n - 1};
	if (span_trim(inner).len) {
		if (c->depth == EXPR_DEPTH_MAX)
			return expr_refuse(c, rest->p, "nested too deep");
		c->depth++;
		piece.x = expr_parse(c, inner);
		c->depth--;
		piece.input = false;
		if (!piece.x)
			return -1;
	}
	rest->p += n + 1;
	rest->len -= n + 1;
	return add_piece(c, t, piece);
}

FN_PREPARE(fn_template_prepare)
{
	struct template *t = arena_alloc(&c->scope->arena, sizeof(*t));
	struct span rest = call->arg[1]->value.text;

	memset(t, 0, sizeof(*t));
	while (rest.len) {
		bool opens =
			rest.p[0] == '{' && (rest.len == 1 || rest.p[1] != '{');

		if ((opens ? take_expression(c, t, &rest)
			   : take_literal(c, t, &rest)) < 0)
			return -1;
	}
	call->data = t;
	return 0;
}

FN_RUN(fn_template)
{
	const struct template *t = call->data;
	struct val *item = arena_alloc(e->arena, mem_mul(t->n, sizeof(*item)));
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct piece *p = &t->piece[i];

		if (p->input)
			item[i] = *v;
		else if (!p->x)
			val_set_text(&item[i], p->text);
		else if (expr_eval(p->x, e, &item[i]) < 0)
			return -1;
		if (val_is_nothing(&item[i])) {
			val_set(v, VAL_ABSENT);
			return 0;
		}
	}
	return put_together(call, e, v, item, t->n, SPAN(""));
}

const struct expr *fn_template_part(const struct expr *call, size_t i)
{
	const struct template *t = call->data;
	size_t k;

	if (call->fn->run != fn_template)
		return NULL;
	for (k = 0; k < t->n; k++)
		if (t->piece[k].x && !i--)
			return t->piece[k].x;
	return NULL;
}
