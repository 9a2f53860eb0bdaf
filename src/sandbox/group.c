/*
 * group.c - see group.h
 */
#include "sandbox/group.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/expr.h"
#include "sandbox/orm.h"
#include "sandbox/value.h"

#define KEYS_MAX 8
#define SUMS_MAX 64
#define SQL_MAX  ((size_t)4 << 20)

struct sum {
	const struct field *f; /* NULL: __count */
	char *name;            /* in the answer */
	const char *function;  /* "sum" */
};

struct grouping {
	struct env *env;
	const struct model *m;
	const struct field *key[KEYS_MAX];
	size_t n_keys;
	struct sum sum[SUMS_MAX];
	size_t n_sums;
	bool formatted;
};

static int bad_field(struct grouping *g, const char *name)
{
	return fail_set(g->env->fail, FAIL_OTHER, FAIL_VALUE,
			"Invalid field '%s' on model '%s'", name, g->m->name);
}

static int add_key(struct grouping *g, const char *name)
{
	const struct field *f = field_find(g->m, g->env->release, name);

	if (!f || f->type == FT_ONE2MANY || f->type == FT_MANY2MANY ||
	    g->n_keys == KEYS_MAX)
		return bad_field(g, name);
	g->key[g->n_keys++] = f;
	return 0;
}

static int add_keys(struct grouping *g, const json_t *list)
{
	const json_t *v;
	size_t i;

	if (json_is_string(list))
		return add_key(g, json_string_value(list));
	for (i = 0; (v = json_array_get(list, i)); i++)
		if (add_key(g, json_is_string(v) ? json_string_value(v) : "") <
		    0)
			return -1;
	return 0;
}

/* "list_price:sum", "name:count(list_price)" is not known; "__count". */
static int add_sum(struct grouping *g, const char *text)
{
	static const char *const functions[] = {
		"sum", "avg", "min", "max", "count", "count_distinct",
	};
	const char *colon = strchr(text, ':'), *function = "sum";
	char *name = colon ? mem_dup(text, (size_t)(colon - text))
			   : mem_strdup(text);
	const struct field *f = field_find(g->m, g->env->release, name);
	struct sum *s = &g->sum[g->n_sums];
	size_t i, n = sizeof(functions) / sizeof(*functions);

	if (!strcmp(text, "__count") && g->n_sums < SUMS_MAX) {
		*s = (struct sum){NULL, name, NULL};
		g->n_sums++;
		return 0;
	}
	for (i = 0; colon && i < n; i++)
		if (!strcmp(functions[i], colon + 1))
			break;
	if (!f || g->n_sums == SUMS_MAX || (colon && i == n)) {
		int rc = bad_field(g, text);

		free(name);
		return rc;
	}
	/* 14 has the id for the groups alone. */
	if (g->env->release == 14 && !strcmp(name, "id")) {
		free(name);
		return 0;
	}
	if (colon)
		function = functions[i];
	else if (!field_is_number(f) || !strcmp(name, "id")) {
		free(name); /* read_group is given keys among the fields */
		return 0;
	}
	if (g->formatted) {
		free(name);
		name = mem_strdup(text);
	}
	*s = (struct sum){f, name, function};
	g->n_sums++;
	return 0;
}

static void put_select(struct grouping *g, struct buf *b)
{
	size_t i;

	buf_adds(b, "SELECT count(*),min(t.id)");
	for (i = 0; i < g->n_keys; i++) {
		struct buf id = BUF_INIT(SQL_MAX);
		const struct field *f = g->key[i];

		expr_field(&id, g->m, f, g->env->release, "t");
		buf_addf(b, ",%s,", buf_str(&id));
		if (f->type == FT_MANY2ONE &&
		    model_find(g->env->release, f->rel))
			expr_display_of(b, model_find(g->env->release, f->rel),
					buf_str(&id), "t");
		else
			buf_adds(b, "NULL");
		buf_release(&id);
	}
	for (i = 0; i < g->n_sums; i++) {
		const struct sum *s = &g->sum[i];

		if (!s->f) {
			buf_adds(b, ",count(*)");
			continue;
		}
		if (!strcmp(s->function, "count_distinct"))
			buf_adds(b, ",count(DISTINCT ");
		else
			buf_addf(b, ",%s(", s->function);
		expr_field(b, g->m, s->f, g->env->release, "t");
		buf_addc(b, ')');
	}
	buf_adds(b, " FROM ");
	model_table(b, g->m);
	buf_adds(b, " t WHERE ");
}

static void put_grouping(struct grouping *g, const json_t *args, struct buf *b)
{
	json_int_t limit = json_integer_value(json_object_get(args, "limit"));
	json_int_t offset = json_integer_value(json_object_get(args, "offset"));
	size_t i;

	for (i = 0; i < g->n_keys; i++)
		buf_addf(b, "%s%zu", i ? "," : " GROUP BY ", 3 + 2 * i);
	for (i = 0; i < g->n_keys; i++)
		buf_addf(b, "%s%zu NULLS LAST", i ? "," : " ORDER BY ",
			 g->key[i]->type == FT_MANY2ONE ? 4 + 2 * i
							: 3 + 2 * i);
	if (limit || offset)
		buf_addf(b, " LIMIT %lld OFFSET %lld", limit ? limit : -1,
			 offset);
}

static json_t *key_value(const struct field *f, sqlite3_stmt *st, int column)
{
	json_t *v;

	if (sqlite3_column_type(st, column) == SQLITE_NULL &&
	    f->type != FT_BOOLEAN)
		return json_false();
	v = value_of_column(f, st, column);
	if (f->type != FT_MANY2ONE)
		return v;
	return json_pack("[os]", v,
			 sqlite3_column_text(st, column + 1)
				 ? (const char *)sqlite3_column_text(st,
								     column + 1)
				 : "");
}

/* The condition that leads to the group's records. */
static json_t *group_domain(struct grouping *g, const json_t *row,
			    const json_t *domain)
{
	json_t *own = json_array(), *out;
	size_t i;
	bool with = json_array_size(domain) > 0;

	for (i = 0; i < g->n_keys; i++) {
		json_t *v = json_object_get(row, g->key[i]->name);

		if (json_is_array(v))
			v = json_array_get(v, 0);
		json_array_append_new(own, json_pack("[ssO]", g->key[i]->name,
						     "=", v));
	}
	for (i = 1; i < g->n_keys; i++)
		json_array_insert_new(own, 0, json_string("&"));
	if (!g->n_keys && with) {
		json_decref(own);
		return json_deep_copy(domain);
	}
	if (!with)
		return own;
	out = json_pack("[s]", "&");
	json_array_extend(out, g->env->release == 14 ? own : loosen(domain));
	json_array_extend(out, g->env->release == 14 ? loosen(domain) : own);
	json_decref(own);
	return out;
}

static json_t *sum_value(const struct sum *s, sqlite3_stmt *st, int column)
{
	bool whole = !s->f || !strncmp(s->function, "count", 5) ||
		     s->f->type == FT_INTEGER;

	if (sqlite3_column_type(st, column) == SQLITE_NULL)
		return s->f && !strcmp(s->function, "sum") && !whole
			       ? json_real(0)
			       : json_false();
	if (whole)
		return json_integer(sqlite3_column_int64(st, column));
	if (field_is_number(s->f))
		return json_real(
			value_round(sqlite3_column_double(st, column), 10));
	return json_string((const char *)sqlite3_column_text(st, column));
}

static json_t *group_row(struct grouping *g, sqlite3_stmt *st,
			 const json_t *domain, bool lazy)
{
	json_t *row = json_object();
	char *count;
	int at = 2;
	size_t i;

	/* 14 without groups names a record. */
	if (g->env->release == 14 && !g->n_keys)
		json_object_set_new(row, "id",
				    json_integer(sqlite3_column_int64(st, 1)));
	for (i = 0; i < g->n_keys; i++, at += 2)
		json_object_set_new(row, g->key[i]->name,
				    key_value(g->key[i], st, at));
	if (g->formatted) {
		json_t *extra = group_domain(g, row, NULL);

		if (!json_array_size(extra))
			json_array_append_new(extra,
					      json_pack("[isi]", 1, "=", 1));
		json_object_set_new(row, "__extra_domain", extra);
	} else {
		count = lazy && g->n_keys
				? mem_printf("%s_count", g->key[0]->name)
				: mem_strdup("__count");
		json_object_set_new(row, count,
				    json_integer(sqlite3_column_int64(st, 0)));
		free(count);
	}
	for (i = 0; i < g->n_sums; i++, at++)
		json_object_set_new(row, g->sum[i].name,
				    sum_value(&g->sum[i], st, at));
	if (!g->formatted && (g->n_keys || g->env->release != 14))
		json_object_set_new(row, "__domain",
				    group_domain(g, row, domain));
	return row;
}

static int run(struct grouping *g, const json_t *args, json_t **result)
{
	const json_t *domain = json_object_get(args, "domain");
	const json_t *lazy = json_object_get(args, "lazy");
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *sql_args = json_array();
	sqlite3_stmt *st;
	int rc = -1;

	if (!g->formatted && (!lazy || json_truth(lazy)) && g->n_keys > 1)
		g->n_keys = 1;
	put_select(g, &b);
	if (orm_where(g->env, g->m, domain, false, &b, sql_args) == 0) {
		put_grouping(g, args, &b);
		st = store_query(g->env->db, buf_str(&b), sql_args,
				 g->env->fail);
		*result = json_array();
		while (st &&
		       (rc = store_step(g->env->db, st, g->env->fail)) > 0)
			json_array_append_new(
				*result, group_row(g, st, domain,
						   !lazy || json_truth(lazy)));
		store_done(g->env->db, st);
	}
	json_decref(sql_args);
	buf_release(&b);
	return rc;
}

static int group(struct env *env, const struct model *m, const json_t *args,
		 const char *sums, bool formatted, json_t **result)
{
	struct grouping g = {.env = env, .m = m, .formatted = formatted};
	const json_t *v;
	size_t i;
	int rc = orm_check(env, m, ORM_READ);

	if (rc == 0)
		rc = add_keys(&g, json_object_get(args, "groupby"));
	for (i = 0;
	     rc == 0 && (v = json_array_get(json_object_get(args, sums), i));
	     i++)
		rc = add_sum(&g, json_is_string(v) ? json_string_value(v) : "");
	if (rc == 0)
		rc = run(&g, args, result);
	for (i = 0; i < g.n_sums; i++)
		free(g.sum[i].name);
	return rc;
}

int group_read(struct env *env, const struct model *m, const json_t *args,
	       json_t **result)
{
	return group(env, m, args, "fields", false, result);
}

int group_formatted(struct env *env, const struct model *m, const json_t *args,
		    json_t **result)
{
	return group(env, m, args, "aggregates", true, result);
}
