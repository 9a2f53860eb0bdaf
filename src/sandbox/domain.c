/*
 * domain.c - see domain.h
 */
#include "sandbox/domain.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/expr.h"
#include "sandbox/pyjson.h"

#define DEPTH_MAX 5000

/*
 * A comparison with NULL is neither true nor false; which of them does not
 * matter until it is turned around.
 */
#define NOT_OPEN  "NOT coalesce(("
#define NOT_CLOSE "),0)"

static int leaf_sql(struct env *env, const struct model *m, const char *path,
		    const json_t *leaf, const char *alias, struct buf *b,
		    json_t *args);

/* A value whose place in the statement is the number of arguments so far. */
static void put_arg(struct buf *b, json_t *args, const json_t *v)
{
	json_array_append(args, loosen(v));
	buf_addf(b, "?%zu", json_array_size(args));
}

static int bad_leaf(struct env *env, const struct model *m, const json_t *leaf,
		    const char *field)
{
	struct buf b = BUF_INIT(64 * 1024);
	size_t i;

	buf_addc(&b, '(');
	for (i = 0; i < json_array_size(leaf); i++) {
		if (i)
			buf_adds(&b, ", ");
		pyjson_repr(&b, json_array_get(leaf, i));
	}
	buf_addc(&b, ')');
	if (field)
		fail_set(env->fail, FAIL_OTHER, FAIL_VALUE,
			 "Invalid field %s.%s in %s %s", m->name, field,
			 env->release == 14 ? "leaf" : "condition",
			 buf_str(&b));
	else
		fail_set(env->fail, FAIL_OTHER, FAIL_VALUE, "Invalid %s %s",
			 env->release == 14 ? "leaf" : "operator in condition",
			 buf_str(&b));
	buf_release(&b);
	return -1;
}

struct op {
	const char *name;
	const char *sql; /* the comparison, or NULL */
	bool like, any_case, around, negated, list;
};

static const struct op operators[] = {
	{"=", "=", 0, 0, 0, 0, 0},          {"!=", "<>", 0, 0, 0, 1, 0},
	{"<>", "<>", 0, 0, 0, 1, 0},        {"==", "=", 0, 0, 0, 0, 0},
	{"<", "<", 0, 0, 0, 0, 0},          {"<=", "<=", 0, 0, 0, 0, 0},
	{">", ">", 0, 0, 0, 0, 0},          {">=", ">=", 0, 0, 0, 0, 0},
	{"=?", "=", 0, 0, 0, 0, 0},         {"in", NULL, 0, 0, 0, 0, 1},
	{"not in", NULL, 0, 0, 0, 1, 1},    {"like", NULL, 1, 0, 1, 0, 0},
	{"not like", NULL, 1, 0, 1, 1, 0},  {"ilike", NULL, 1, 1, 1, 0, 0},
	{"not ilike", NULL, 1, 1, 1, 1, 0}, {"=like", NULL, 1, 0, 0, 0, 0},
	{"=ilike", NULL, 1, 1, 0, 0, 0},    {"child_of", NULL, 0, 0, 0, 0, 1},
	{"parent_of", NULL, 0, 0, 0, 0, 1},
};

static const struct op *operator_find(const char *name)
{
	size_t i;

	for (i = 0; name && i < sizeof(operators) / sizeof(*operators); i++)
		if (!strcmp(operators[i].name, name))
			return &operators[i];
	return NULL;
}

/* Empty values are equal to false: "", 0, an unchecked box, NULL. */
static void put_emptiness(struct buf *b, const struct field *f,
			  const char *expr, bool is_empty)
{
	if (f->type == FT_BOOLEAN || field_is_number(f))
		buf_addf(b, "coalesce(%s,0)%s0", expr, is_empty ? "=" : "<>");
	else if (field_is_text(f))
		buf_addf(b, "coalesce(%s,'')%s''", expr, is_empty ? "=" : "<>");
	else
		buf_addf(b, "%s IS %sNULL", expr, is_empty ? "" : "NOT ");
}

static void put_list(struct buf *b, const struct field *f, const char *expr,
		     const json_t *list, bool negated, json_t *args)
{
	json_t *some = json_array(), *item;
	bool with_empty = false;
	size_t i;

	json_array_foreach (list, i, item) {
		if (json_is_false(item) || json_is_null(item))
			with_empty = true;
		else if (json_is_true(item))
			json_array_append_new(some, json_integer(1));
		else
			json_array_append(some, item);
	}
	buf_adds(b, negated ? NOT_OPEN : "(");
	buf_addf(b, "%s IN (SELECT value FROM json_each(", expr);
	put_arg(b, args, some);
	buf_adds(b, "))");
	if (with_empty) {
		buf_adds(b, " OR ");
		put_emptiness(b, f, expr, true);
	}
	buf_adds(b, negated ? NOT_CLOSE : ")");
	json_decref(some);
}

static void put_like(struct buf *b, const struct op *op, const char *expr,
		     const json_t *v, json_t *args)
{
	const char *text = json_is_string(v) ? json_string_value(v) : "";
	json_t *pattern =
		op->around ? json_sprintf("%%%s%%", text) : json_string(text);

	buf_addf(b, "%spg_like(%s,", op->negated ? NOT_OPEN : "", expr);
	put_arg(b, args, pattern);
	buf_addf(b, ",%d)%s", op->any_case ? 1 : 0,
		 op->negated ? NOT_CLOSE : "");
	json_decref(pattern);
}

/* Ids of a tree at and below (or above) the given ones. */
static void put_tree(struct buf *b, const struct model *m, bool below,
		     const char *expr, const json_t *v, json_t *args)
{
	const char *parent = m->parent ? m->parent : "parent_id";
	json_t *ids =
		json_is_array(v) ? json_incref(loosen(v)) : json_pack("[O]", v);

	buf_addf(b,
		 "%s IN (WITH RECURSIVE c_(id) AS "
		 "(SELECT value FROM json_each(",
		 expr);
	put_arg(b, args, ids);
	buf_adds(b, ") UNION SELECT ");
	buf_addf(b, below ? "k_.id FROM " : "k_.\"%s\" FROM ", parent);
	model_table(b, m);
	if (below)
		buf_addf(b, " k_ JOIN c_ ON k_.\"%s\"=c_.id)", parent);
	else
		buf_adds(b, " k_ JOIN c_ ON k_.id=c_.id)");
	buf_adds(b, " SELECT id FROM c_)");
	json_decref(ids);
}

/* Whether a many2one is compared with a name. */
static bool is_name(const json_t *v)
{
	return json_is_string(v) ||
	       (json_is_array(v) && json_is_string(json_array_get(v, 0)));
}

static int put_many2one(struct env *env, const struct field *f,
			const struct op *op, const json_t *leaf,
			const char *expr, const char *alias, struct buf *b,
			json_t *args)
{
	const struct model *rel = model_find(env->release, f->rel);
	char *inner = mem_printf("%sn", alias);
	int rc;

	if (!rel) {
		free(inner);
		return bad_leaf(env, NULL, leaf, NULL);
	}
	buf_addf(b, "%s%s IN (SELECT %s.id FROM ", op->negated ? NOT_OPEN : "",
		 expr, inner);
	model_table(b, rel);
	buf_addf(b, " %s WHERE ", inner);
	{
		json_t *positive = json_pack(
			"[ssO]", "display_name",
			op->negated
				? (op->like ? (op->any_case ? "ilike" : "like")
				   : op->list ? "in"
					      : "=")
				: op->name,
			json_array_get(leaf, 2));

		rc = leaf_sql(env, rel, "display_name", positive, inner, b,
			      args);
		json_decref(positive);
	}
	buf_adds(b, op->negated ? ")" NOT_CLOSE : ")");
	free(inner);
	return rc;
}

static int put_plain(struct env *env, const struct model *m,
		     const struct field *f, const struct op *op,
		     const json_t *leaf, const char *alias, struct buf *b,
		     json_t *args)
{
	const json_t *v = json_array_get(leaf, 2);
	struct buf expr = BUF_INIT(64 * 1024);
	int rc = 0;

	expr_field(&expr, m, f, env->release, alias);
	if (!strcmp(op->name, "child_of") || !strcmp(op->name, "parent_of")) {
		const struct model *tree =
			f->rel ? model_find(env->release, f->rel) : m;

		put_tree(b, tree ? tree : m, op->name[0] == 'c', buf_str(&expr),
			 v, args);
	} else if (f->type == FT_MANY2ONE && is_name(v)) {
		rc = put_many2one(env, f, op, leaf, buf_str(&expr), alias, b,
				  args);
	} else if (op->list) {
		if (json_is_array(v))
			put_list(b, f, buf_str(&expr), v, op->negated, args);
		else
			rc = bad_leaf(env, m, leaf, NULL);
	} else if (op->like) {
		put_like(b, op, buf_str(&expr), v, args);
	} else if (!strcmp(op->name, "=?") && !json_truth(v)) {
		buf_adds(b, "1");
	} else if (json_is_array(v)) {
		put_list(b, f, buf_str(&expr), v, op->negated, args);
	} else if ((op->sql[0] == '=' || op->negated) && !json_truth(v) &&
		   !(json_is_string(v) && !field_is_text(f))) {
		put_emptiness(b, f, buf_str(&expr), !op->negated);
	} else if (op->negated) {
		buf_addf(b, "%s IS NOT ", buf_str(&expr));
		put_arg(b, args, v);
	} else {
		buf_addf(b,
			 f->type == FT_BOOLEAN || field_is_number(f)
				 ? "coalesce(%s,0)%s"
				 : "%s%s",
			 buf_str(&expr), op->sql);
		put_arg(b, args, v);
	}
	buf_release(&expr);
	return rc;
}

/* One2many and many2many: a condition on the records over there. */
static int put_x2many(struct env *env, const struct model *m,
		      const struct field *f, const struct op *op,
		      const json_t *leaf, const char *rest, const char *alias,
		      struct buf *b, json_t *args)
{
	const struct model *rel = model_find(env->release, f->rel);
	const json_t *v = json_array_get(leaf, 2);
	bool empty = !rest && !json_truth(v) && !op->list;
	bool negated = empty ? !op->negated : op->negated;
	char *inner = mem_printf("%sx", alias);
	json_t *there = NULL;
	int rc = 0;

	if (!rel) {
		free(inner);
		return bad_leaf(env, m, leaf, NULL);
	}
	if (negated && (!rest || empty))
		buf_adds(b, "NOT ");
	buf_addf(b, "EXISTS(SELECT 1 FROM ");
	model_table(b, rel);
	buf_addf(b, " %s WHERE ", inner);
	if (f->type == FT_ONE2MANY) {
		buf_addf(b, "%s.\"%s\"=%s.id", inner, f->inverse, alias);
	} else {
		buf_addf(b, "%s.id IN (SELECT b FROM ", inner);
		field_pairs(b, m, f);
		buf_addf(b, " WHERE a=%s.id)", alias);
	}
	if (!empty) {
		buf_adds(b, " AND ");
		if (rest)
			there = json_incref(loosen(leaf));
		else if (json_is_array(v) && !is_name(v))
			there = json_pack("[ssO]", "id", "in", v);
		else if (json_is_string(v) || is_name(v))
			there = json_pack("[ssO]", "display_name",
					  op->like   ? "ilike"
					  : op->list ? "in"
						     : "=",
					  v);
		else
			there = json_pack("[ssO]", "id", "=", v);
		rc = leaf_sql(
			env, rel,
			rest ? rest
			     : json_string_value(json_array_get(there, 0)),
			there, inner, b, args);
		json_decref(there);
	}
	buf_addc(b, ')');
	free(inner);
	return rc;
}

/* A condition on what a many2one leads to. */
static int put_path(struct env *env, const struct model *m,
		    const struct field *f, const json_t *leaf, const char *rest,
		    const char *alias, struct buf *b, json_t *args)
{
	const struct model *rel =
		f->rel ? model_find(env->release, f->rel) : NULL;
	char *inner;
	int rc;

	if (!rel)
		return bad_leaf(env, m, leaf, f->name);
	inner = mem_printf("%sp", alias);
	expr_field(b, m, f, env->release, alias);
	buf_addf(b, " IN (SELECT %s.id FROM ", inner);
	model_table(b, rel);
	buf_addf(b, " %s WHERE ", inner);
	rc = leaf_sql(env, rel, rest, leaf, inner, b, args);
	buf_addc(b, ')');
	free(inner);
	return rc;
}

static int leaf_sql(struct env *env, const struct model *m, const char *path,
		    const json_t *leaf, const char *alias, struct buf *b,
		    json_t *args)
{
	const struct op *op =
		operator_find(json_string_value(json_array_get(leaf, 1)));
	const char *dot = strchr(path, '.');
	char *name =
		dot ? mem_dup(path, (size_t)(dot - path)) : mem_strdup(path);
	const struct field *f = field_find(m, env->release, name);
	int rc;

	if (!f)
		rc = bad_leaf(env, m, leaf, name);
	else if (!op)
		rc = bad_leaf(env, m, leaf, NULL);
	else if (f->type == FT_ONE2MANY || f->type == FT_MANY2MANY)
		rc = put_x2many(env, m, f, op, leaf, dot ? dot + 1 : NULL,
				alias, b, args);
	else if (dot)
		rc = put_path(env, m, f, leaf, dot + 1, alias, b, args);
	else
		rc = put_plain(env, m, f, op, leaf, alias, b, args);
	free(name);
	return rc;
}

static int put_leaf(struct env *env, const struct model *m, const json_t *leaf,
		    const char *alias, struct buf *b, json_t *args)
{
	const json_t *left = json_array_get(leaf, 0);

	if (json_array_size(leaf) != 3 ||
	    !json_is_string(json_array_get(leaf, 1)))
		return fail_set(env->fail, FAIL_OTHER, FAIL_VALUE,
				"Invalid domain term");
	if (json_is_integer(left)) { /* [1, '=', 1] and [0, '=', 1] */
		buf_adds(b, json_integer_value(left) ? "1" : "0");
		return 0;
	}
	if (!json_is_string(left))
		return fail_set(env->fail, FAIL_OTHER, FAIL_VALUE,
				"Invalid domain term");
	return leaf_sql(env, m, json_string_value(left), leaf, alias, b, args);
}

/* Conditions joined as a balanced tree: SQLite bounds an expression's depth. */
static void put_joined(struct buf *b, struct buf *part, size_t n,
		       const char *word)
{
	if (n == 1) {
		buf_add_span(b, buf_span(part));
		return;
	}
	buf_addc(b, '(');
	put_joined(b, part, n / 2, word);
	buf_adds(b, word);
	put_joined(b, part + n / 2, n - n / 2, word);
	buf_addc(b, ')');
}

struct walk {
	struct env *env;
	const struct model *m;
	const json_t *domain;
	const char *alias;
	size_t at;
	json_t *args;
};

static int put_term(struct walk *w, struct buf *b, unsigned depth);

/* The operands of a chain of the same word: "|", "|", a, b, c. */
static int put_chain(struct walk *w, char word, struct buf *b, unsigned depth)
{
	struct buf *part = NULL;
	size_t n = 0, cap = 0, todo = 2, i;
	int rc = 0;

	while (rc == 0 && todo) {
		const char *s =
			json_string_value(json_array_get(w->domain, w->at));

		if (s && s[0] == word && !s[1]) {
			w->at++;
			todo++;
			continue;
		}
		part = mem_grow(part, n, &cap, sizeof(*part));
		part[n] = (struct buf)BUF_INIT(b->ceiling);
		rc = put_term(w, &part[n++], depth + 1);
		todo--;
	}
	if (rc == 0)
		put_joined(b, part, n, word == '&' ? " AND " : " OR ");
	for (i = 0; i < n; i++)
		buf_release(&part[i]);
	free(part);
	return rc;
}

static int put_term(struct walk *w, struct buf *b, unsigned depth)
{
	const json_t *v = json_array_get(w->domain, w->at);
	const char *s = json_string_value(v);
	int rc;

	if (depth > DEPTH_MAX || !v)
		return fail_set(w->env->fail, FAIL_OTHER, FAIL_VALUE,
				"Domain is malformed");
	w->at++;
	if (json_is_array(v))
		return put_leaf(w->env, w->m, v, w->alias, b, w->args);
	if (s && (!strcmp(s, "&") || !strcmp(s, "|")))
		return put_chain(w, *s, b, depth);
	if (s && !strcmp(s, "!")) {
		buf_adds(b, NOT_OPEN);
		rc = put_term(w, b, depth + 1);
		buf_adds(b, NOT_CLOSE);
		return rc;
	}
	return fail_set(w->env->fail, FAIL_OTHER, FAIL_VALUE,
			"Invalid domain term");
}

int domain_sql(struct env *env, const struct model *m, const json_t *domain,
	       const char *alias, struct buf *b, json_t *args)
{
	struct walk w = {env, m, domain, alias, 0, args};
	size_t n = json_array_size(domain), terms = 0;

	if (domain && !json_is_null(domain) && !json_is_array(domain) &&
	    !json_is_false(domain))
		return fail_set(env->fail, FAIL_OTHER, FAIL_VALUE,
				"Domain is not a list");
	while (w.at < n) {
		if (terms++)
			buf_adds(b, " AND ");
		buf_addc(b, '(');
		if (put_term(&w, b, 0) < 0)
			return -1;
		buf_addc(b, ')');
	}
	if (!terms)
		buf_adds(b, "1");
	if (b->over)
		return fail_set(env->fail, FAIL_OTHER, FAIL_VALUE,
				"Domain is too long");
	return 0;
}

bool domain_names(const json_t *domain, const char *field)
{
	size_t i;
	json_t *v;

	json_array_foreach (domain, i, v) {
		const char *s = json_string_value(json_array_get(v, 0));

		if (s && !strcmp(s, field))
			return true;
	}
	return false;
}
