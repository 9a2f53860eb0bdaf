#include "read/fx_rule.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/utf8.h"

/* ---- loading ----------------------------------------------------------- */

static bool is_ascii(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] & 0x80)
			return false;
	return true;
}

/* One text that may stand there: how long it is, and whether it is ASCII. */
static int add_text(struct fx_literal *lit, const struct yt_node *n, bool bytes,
		    size_t *longest, struct err *err)
{
	size_t len;

	if (yt_want(n, YT_SCALAR, "a text", err) < 0)
		return -1;
	if (!n->len)
		return yt_err(n, err,
			      "is: an empty text; *BLANKS says that "
			      "nothing stands there");
	if (!strcmp(n->text, "*BLANKS") || !strcmp(n->text, "*ZEROS")) {
		lit->want = n->text[1] == 'B' ? FX_BLANKS : FX_ZEROS;
		return 0;
	}
	len = bytes ? n->len : utf8_chars(n->text, n->len);
	if (len > *longest)
		*longest = len;
	lit->is[lit->n++] = (struct span){n->text, n->len};
	lit->ascii = lit->ascii && is_ascii((struct span){n->text, n->len});
	return 0;
}

static int load_literal(struct fx_rule *rule, const struct yt_node *n,
			struct fx_layout *l, struct err *err)
{
	static const char *const known[] = {"at", "length", "is", "not", NULL};
	struct fx_literal lit = {.from = SIZE_MAX, .ascii = true};
	const struct yt_node *is = yt_get(n, "is"), *differs, *list, *c;
	size_t longest = 0;

	differs = yt_get(n, "not");
	list = is ? is : differs;
	if (yt_check_keys(n, known, err) < 0 ||
	    fx_place(n, &lit.from, &lit.len, err) < 0)
		return -1;
	if (!is == !differs)
		return yt_err(n, err, "a rule has either 'is' or 'not'");
	if (lit.from == SIZE_MAX)
		return yt_err(n, err, "a rule needs 'at', a position from 1");
	lit.negate = differs != NULL;
	lit.is = arena_alloc(&l->arena, mem_mul(list->n + 1, sizeof(*lit.is)));
	if (list->type == YT_LIST) {
		yt_each (list, c)
			if (add_text(&lit, c, l->unit == FX_BYTES, &longest,
				     err) < 0)
				return -1;
		if (lit.want != FX_SAME && list->n > 1)
			return yt_err(list, err,
				      "*BLANKS and *ZEROS stand alone");
	} else if (add_text(&lit, list, l->unit == FX_BYTES, &longest, err) <
		   0) {
		return -1;
	}
	if (!lit.len)
		lit.len = longest;
	if (!lit.len)
		return yt_err(n, err, "*BLANKS and *ZEROS need a length");
	if (longest > lit.len)
		return yt_err(list, err, "longer than the place it is to fill");
	rule->lit =
		mem_grow(rule->lit, rule->n, &rule->cap, sizeof(*rule->lit));
	rule->lit[rule->n++] = lit;
	return 0;
}

/* Which field each column of the condition is. */
static int bind_columns(struct fx_rule *rule, const struct fx_record *r,
			struct err *err)
{
	size_t n = rule->scope.n_columns, fields = r ? r->n : 0, i, k;
	struct span *name = mem_alloc(mem_mul(fields + 1, sizeof(*name)));
	int rc;

	for (i = 0; i < fields; i++)
		name[i] = span_of(r->field[i].name);
	name[fields] = SPAN(FX_LINE);
	rc = expr_check_columns(&rule->scope, name, fields + 1, err);
	rule->field = mem_alloc(mem_mul(n + 1, sizeof(*rule->field)));
	for (i = 0; i < n; i++) {
		rule->field[i] = SIZE_MAX;
		for (k = 0; k < fields; k++)
			if (span_eq(name[k], rule->scope.column[i].name))
				rule->field[i] = k;
	}
	free(name);
	return rc;
}

static int load_condition(struct fx_rule *rule, const struct yt_node *n,
			  const struct fx_record *r, const char *profiles,
			  struct err *err)
{
	if (rule->when)
		return yt_err(n, err, "one condition only; 'and' joins them");
	expr_scope_init(&rule->scope, profiles, n->file);
	rule->has_scope = true;
	rule->when = expr_compile(&rule->scope, n, err);
	return rule->when ? bind_columns(rule, r, err) : -1;
}

int fx_rule_load(struct fx_rule *rule, const struct yt_node *n,
		 struct fx_layout *l, const struct fx_record *r,
		 const char *profiles, struct err *err)
{
	const struct yt_node *c;

	switch (n->type) {
	case YT_SCALAR:
		return load_condition(rule, n, r, profiles, err);
	case YT_MAP:
		return load_literal(rule, n, l, err);
	case YT_LIST:
		break;
	}
	if (!n->n)
		return yt_err(n, err, "a rule without conditions");
	yt_each (n, c) {
		int rc = c->type == YT_MAP
				 ? load_literal(rule, c, l, err)
				 : yt_want(c, YT_SCALAR, "a condition", err);

		if (rc == 0 && c->type == YT_SCALAR)
			rc = load_condition(rule, c, r, profiles, err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

void fx_rule_release(struct fx_rule *rule)
{
	if (rule->has_scope)
		expr_scope_release(&rule->scope);
	free(rule->lit);
	free(rule->field);
	*rule = (struct fx_rule){.lit = NULL};
}

/* ---- judging ----------------------------------------------------------- */

static struct span without_end(struct span s)
{
	while (s.len && s.p[s.len - 1] == ' ')
		s.len--;
	return s;
}

static bool is_filled(struct span text, char with, size_t least)
{
	size_t i;

	for (i = 0; i < text.len; i++)
		if (text.p[i] != with)
			return false;
	return text.len >= least;
}

static bool literal_holds(const struct fx_literal *lit, const struct fx_view *v)
{
	struct span text;
	size_t i;

	if (v->is_plain && lit->ascii) {
		size_t from =
			lit->from < v->plain.len ? lit->from : v->plain.len;

		text = (struct span){v->plain.p + from, v->plain.len - from};
		if (text.len > lit->len)
			text.len = lit->len;
	} else {
		text = v->text(v->ctx, lit->from, lit->len, v->arena);
	}
	if (lit->want == FX_BLANKS)
		return is_filled(text, ' ', 0) != lit->negate;
	if (lit->want == FX_ZEROS)
		return is_filled(text, '0', lit->len) != lit->negate;
	for (i = 0; i < lit->n; i++)
		if (span_eq(without_end(text), without_end(lit->is[i])))
			return !lit->negate;
	return lit->negate;
}

static bool condition_holds(const struct fx_rule *rule,
			    const struct fx_record *r, const struct fx_view *v)
{
	struct expr_env env = {.arena = v->arena};
	size_t n = rule->scope.n_columns, i;
	struct val *val = arena_alloc(v->arena, mem_mul(n + 1, sizeof(*val)));
	bool yes = false;

	for (i = 0; i < n; i++) {
		const struct fx_field *f = rule->field[i] == SIZE_MAX
						   ? NULL
						   : &r->field[rule->field[i]];

		struct span s = f ? v->text(v->ctx, f->from, f->len, v->arena)
				  : v->line(v->ctx, v->arena);

		val_set_text(&val[i],
			     f && f->trim != FX_KEEP ? without_end(s) : s);
	}
	env.column = val;
	return expr_true(rule->when, &env, &yes) == 0 && yes;
}

bool fx_rule_holds(const struct fx_rule *rule, const struct fx_record *r,
		   const struct fx_view *v)
{
	size_t i;

	for (i = 0; i < rule->n; i++)
		if (!literal_holds(&rule->lit[i], v))
			return false;
	return !rule->when || condition_holds(rule, r, v);
}
