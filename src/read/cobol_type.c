#include "read/cobol_type.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/suggest.h"
#include "expr/expr.h"

struct cobol_type {
	struct expr_scope scope;
	struct arena arena;
	struct expr *when;
	size_t *item; /* of each column */
	struct val *val;
};

/* Whether `i` is `group` or below it. */
static bool is_in(const struct copybook *b, size_t i, size_t group)
{
	while (i != COPYBOOK_NONE && i != group)
		i = b->item[i].parent;
	return i == group;
}

/* The item that a condition on `chosen` calls `name`, or COPYBOOK_NONE. */
static size_t resolve(const struct copybook *b, size_t chosen, struct span name)
{
	size_t i, before = COPYBOOK_NONE;

	for (i = 1; i < b->n; i++) {
		if (!copybook_same_name(b->item[i].name, name))
			continue;
		if (is_in(b, i, chosen))
			return i;
		if (i < chosen)
			before = i;
	}
	return before;
}

static int bind(struct cobol_type *t, struct copybook *b, size_t chosen,
		struct err *err)
{
	size_t k;

	t->item = mem_alloc(mem_mul(t->scope.n_columns + 1, sizeof(*t->item)));
	t->val = mem_alloc(mem_mul(t->scope.n_columns + 1, sizeof(*t->val)));
	for (k = 0; k < t->scope.n_columns; k++) {
		const struct expr_column *c = &t->scope.column[k];
		size_t i = resolve(b, chosen, c->name);

		if (i == COPYBOOK_NONE)
			return yt_err(&c->at, err,
				      "the copybook has no %.*s before or in "
				      "this item",
				      SPAN_FMT(c->name));
		if (b->item[i].kind == COBOL_GROUP)
			return yt_err(&c->at, err, "%.*s is a group",
				      SPAN_FMT(c->name));
		b->item[i].kept = true;
		t->item[k] = i;
	}
	return 0;
}

/* Whether the item shares its bytes with another. */
static bool is_alternative(const struct copybook *b, size_t i)
{
	return b->item[i].redefines != COPYBOOK_NONE ||
	       b->item[i].set_last != COPYBOOK_NONE;
}

static size_t find(const struct copybook *b, const char *name)
{
	size_t i;

	for (i = 1; i < b->n; i++)
		if (copybook_same_name(b->item[i].name, span_of(name)) &&
		    is_alternative(b, i))
			return i;
	return COPYBOOK_NONE;
}

static int load_type(struct cobol_types *t, struct copybook *b,
		     const struct yt_node *n, const char *profiles,
		     const char *feed_path, struct err *err)
{
	size_t i = find(b, n->key);
	struct cobol_type *type;

	if (i == COPYBOOK_NONE)
		return yt_err_key(n, err,
				  "types: %s is no item of the copybook that "
				  "redefines another or is redefined",
				  n->key);
	if (yt_want(n, YT_SCALAR, "a condition", err) < 0)
		return -1;
	if (t->of[i])
		return yt_err_key(n, err, "types: %s is there twice", n->key);
	type = mem_zalloc(sizeof(*type));
	t->of[i] = type;
	expr_scope_init(&type->scope, profiles, feed_path);
	type->when = expr_compile(&type->scope, n, err);
	return type->when ? bind(type, b, i, err) : -1;
}

int cobol_types_load(struct cobol_types *t, struct copybook *book,
		     const struct yt_node *types, const char *profiles,
		     const char *feed_path, struct err *err)
{
	const struct yt_node *n;

	if (!types)
		return 0;
	t->n = book->n;
	t->of = mem_zalloc(mem_mul(t->n, sizeof(*t->of)));
	yt_each (types, n)
		if (load_type(t, book, n, profiles, feed_path, err) < 0)
			return -1;
	return 0;
}

void cobol_types_release(struct cobol_types *t)
{
	size_t i;

	for (i = 0; t->of && i < t->n; i++) {
		struct cobol_type *type = t->of[i];

		if (!type)
			continue;
		expr_scope_release(&type->scope);
		arena_release(&type->arena);
		free(type->item);
		free(type->val);
		free(type);
	}
	free(t->of);
	*t = (struct cobol_types){0};
}

bool cobol_types_hold(const struct cobol_types *t, size_t item,
		      const struct cobol_value *value)
{
	struct cobol_type *type = t->of[item];
	struct expr_env env = {.column = type->val, .arena = &type->arena};
	bool yes = false;
	size_t k;

	arena_clear(&type->arena);
	for (k = 0; k < type->scope.n_columns; k++) {
		const struct cobol_value *v = &value[type->item[k]];

		if (v->known)
			val_set_text(&type->val[k], buf_span(&v->text));
		else
			val_set(&type->val[k], VAL_NULL);
	}
	return expr_true(type->when, &env, &yes) == 0 && yes;
}
