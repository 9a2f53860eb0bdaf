/*
 * orm_read.c - search, count, read, names
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/domain.h"
#include "sandbox/expr.h"
#include "sandbox/orm.h"
#include "sandbox/value.h"

#define SQL_MAX ((size_t)16 << 20)

int orm_where(struct env *env, const struct model *m, const json_t *domain,
	      bool all, struct buf *b, json_t *args)
{
	const json_t *test = env_context(env, "active_test");

	if (domain_sql(env, m, domain, "t", b, args) < 0)
		return -1;
	if (!all && field_find(m, env->release, "active") &&
	    !domain_names(domain, "active") && (!test || json_truth(test)))
		buf_adds(b, " AND coalesce(t.active,0)=1");
	return 0;
}

static int order_term(struct env *env, const struct model *m, struct span term,
		      struct buf *b)
{
	struct span name = span_trim(term), rest;
	const struct field *f;
	char *copy;
	size_t n = 0;
	bool down = false;

	while (n < name.len && !span_is_space(name.p[n]))
		n++;
	rest = span_trim((struct span){name.p + n, name.len - n});
	name.len = n;
	if (rest.len)
		down = tolower((unsigned char)rest.p[0]) == 'd';
	copy = mem_dup(name.p, name.len);
	f = field_find(m, env->release, copy);
	if (!f || f->type == FT_ONE2MANY || f->type == FT_MANY2MANY) {
		fail_set(env->fail, FAIL_OTHER, FAIL_VALUE,
			 "Invalid field '%s' on model '%s'", copy, m->name);
		free(copy);
		return -1;
	}
	free(copy);
	expr_field(b, m, f, env->release, "t");
	buf_adds(b, down ? " DESC" : "");
	/* PostgreSQL puts NULL behind everything. */
	buf_adds(b, down ? " NULLS FIRST" : " NULLS LAST");
	return 0;
}

static int put_order(struct env *env, const struct model *m, const char *order,
		     struct buf *b)
{
	const char *p = order ? order : m->order, *end;
	const char *sep = " ORDER BY ";

	for (; p && *p; p = *end ? end + 1 : end) {
		end = strchrnul(p, ',');
		buf_adds(b, sep);
		sep = ",";
		if (order_term(env, m, (struct span){p, (size_t)(end - p)}, b) <
		    0)
			return -1;
	}
	buf_adds(b, sep);
	buf_adds(b, "t.id");
	return 0;
}

int orm_search(struct env *env, const struct model *m,
	       const struct orm_query *q, json_t **ids)
{
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *args = json_array();
	sqlite3_stmt *st = NULL;
	int rc = -1;

	*ids = NULL;
	buf_adds(&b, "SELECT t.id FROM ");
	model_table(&b, m);
	buf_adds(&b, " t WHERE ");
	if (orm_where(env, m, q->domain, q->all, &b, args) < 0 ||
	    put_order(env, m, q->order, &b) < 0)
		goto out;
	if (q->limit || q->offset)
		buf_addf(&b, " LIMIT %lld OFFSET %lld",
			 q->limit > 0 ? q->limit : -1,
			 q->offset > 0 ? q->offset : 0);
	st = store_query(env->db, buf_str(&b), args, env->fail);
	if (!st)
		goto out;
	*ids = json_array();
	while ((rc = store_step(env->db, st, env->fail)) > 0)
		json_array_append_new(
			*ids, json_integer(sqlite3_column_int64(st, 0)));
	store_done(env->db, st);
out:
	if (rc < 0) {
		json_decref(*ids);
		*ids = NULL;
	}
	json_decref(args);
	buf_release(&b);
	return rc;
}

int orm_count(struct env *env, const struct model *m, const json_t *domain,
	      json_int_t *n)
{
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *args = json_array();
	int rc;

	*n = 0;
	buf_adds(&b, "SELECT count(*) FROM ");
	model_table(&b, m);
	buf_adds(&b, " t WHERE ");
	rc = orm_where(env, m, domain, false, &b, args);
	if (rc == 0)
		rc = store_int(env->db, buf_str(&b), args, 0, n, env->fail);
	json_decref(args);
	buf_release(&b);
	return rc;
}

/* --- read --- */

#define READ_MAX 128

struct column {
	const struct field *f;
	int at;   /* column of the statement, -1: by a statement of its own */
	int name; /* column of the many2one's name, or -1 */
};

static int unreadable(struct env *env, const struct model *m, const char *name)
{
	if (env->release == 14)
		return fail_set(env->fail, FAIL_OTHER, FAIL_VALUE,
				"Invalid field '%s' on model '%s'", name,
				m->name);
	return fail_set(env->fail, FAIL_OTHER, FAIL_VALUE,
			"Invalid field '%s' on '%s'", name, m->name);
}

static int choose(struct env *env, const struct model *m, const json_t *fields,
		  struct column *c, size_t *n)
{
	const struct field *f;
	json_t *v;
	size_t i;

	*n = 0;
	if (!json_array_size(fields)) {
		for (i = 1; (f = field_at(m, env->release, i)) && *n < READ_MAX;
		     i++)
			c[(*n)++].f = f;
		return 0;
	}
	json_array_foreach (fields, i, v) {
		const char *name = json_string_value(v);

		f = name ? field_find(m, env->release, name) : NULL;
		if (!f)
			return unreadable(env, m, name ? name : "");
		if (strcmp(name, "id") != 0 && *n < READ_MAX)
			c[(*n)++].f = f;
	}
	return 0;
}

static void put_columns(struct env *env, const struct model *m,
			struct column *c, size_t n, bool names, struct buf *b)
{
	int at = 1;
	size_t i;

	for (i = 0; i < n; i++) {
		const struct field *f = c[i].f;

		c[i].at = c[i].name = -1;
		if (f->type == FT_ONE2MANY || f->type == FT_MANY2MANY)
			continue;
		buf_addc(b, ',');
		expr_field(b, m, f, env->release, "t");
		c[i].at = at++;
		if (f->type == FT_MANY2ONE && names &&
		    model_find(env->release, f->rel)) {
			struct buf id = BUF_INIT(SQL_MAX);

			expr_field(&id, m, f, env->release, "t");
			buf_addc(b, ',');
			expr_display_of(b, model_find(env->release, f->rel),
					buf_str(&id), "t");
			buf_release(&id);
			c[i].name = at++;
		}
	}
}

static json_t *read_many(struct env *env, const struct model *m,
			 const struct field *f, json_int_t id);

static json_t *read_many_via(struct env *env, const struct model *m,
			     const struct field *f, json_int_t id)
{
	const struct field *by = field_find(m, env->release, f->via);
	const struct model *there = model_find(env->release, by->rel);

	return read_many(env, there, field_find(there, env->release, f->name),
			 orm_id(env, m, id, f->via));
}

/* The ids of a one2many or many2many. */
static json_t *read_many(struct env *env, const struct model *m,
			 const struct field *f, json_int_t id)
{
	const struct model *rel = model_find(env->release, f->rel);
	json_t *out = NULL, *domain;
	struct orm_query q = {.domain = NULL};
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *args, *ids;
	sqlite3_stmt *st;

	if (f->via)
		return read_many_via(env, m, f, id);
	args = json_pack("[I]", id);
	ids = json_array();
	if (f->type == FT_ONE2MANY) {
		domain = json_pack("[[ssI]]", f->inverse, "=", id);
	} else {
		buf_adds(&b, "SELECT b FROM ");
		field_pairs(&b, m, f);
		buf_adds(&b, " WHERE a=?1");
		st = store_query(env->db, buf_str(&b), args, env->fail);
		while (st && store_step(env->db, st, env->fail) > 0)
			json_array_append_new(
				ids, json_integer(sqlite3_column_int64(st, 0)));
		store_done(env->db, st);
		domain = json_pack("[[ssO]]", "id", "in", ids);
	}
	q.domain = domain;
	if (rel)
		orm_search(env, rel, &q, &out);
	json_decref(domain);
	json_decref(ids);
	json_decref(args);
	buf_release(&b);
	return out ? out : json_array();
}

static json_t *read_row(const struct column *c, size_t n, bool names,
			sqlite3_stmt *st)
{
	json_t *row = json_object();
	json_int_t id = sqlite3_column_int64(st, 0);
	size_t i;

	json_object_set_new(row, "id", json_integer(id));
	for (i = 0; i < n; i++) {
		const struct field *f = c[i].f;
		json_t *v;

		if (c[i].at < 0) {
			/* Kept in place: read after the statement is done. */
			json_object_set_new(row, f->name, json_null());
			continue;
		}
		v = value_of_column(f, st, c[i].at);
		if (names && c[i].name >= 0 && json_is_integer(v)) {
			const char *s = (const char *)sqlite3_column_text(
				st, c[i].name);

			v = json_pack("[os]", v, s ? s : "");
		}
		json_object_set_new(row, f->name, v);
	}
	return row;
}

/* In 14 a quant has a counted quantity only while counting. */
static void hide_count(struct env *env, const struct model *m, json_t *row)
{
	json_t *v = NULL;

	if (env->release != 14 || strcmp(m->name, "stock.quant") != 0 ||
	    !json_object_get(row, "inventory_quantity"))
		return;
	if (env_flag(env, "inventory_mode"))
		orm_value(env, m,
			  json_integer_value(json_object_get(row, "id")),
			  "quantity", &v);
	json_object_set_new(row, "inventory_quantity", v ? v : json_real(0));
}

int orm_read(struct env *env, const struct model *m, const json_t *ids,
	     const json_t *fields, bool names, json_t **records)
{
	struct column c[READ_MAX];
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *args = json_pack("[O]", ids), *by_id = json_object(), *v;
	sqlite3_stmt *st = NULL;
	char key[32];
	size_t n = 0, i, k;
	int rc = -1;

	*records = NULL;
	memset(c, 0, sizeof(c));
	if (choose(env, m, fields, c, &n) < 0)
		goto out;
	buf_adds(&b, "SELECT t.id");
	put_columns(env, m, c, n, names, &b);
	buf_adds(&b, " FROM ");
	model_table(&b, m);
	buf_adds(&b, " t WHERE t.id IN (SELECT value FROM json_each(?1))");
	st = store_query(env->db, buf_str(&b), args, env->fail);
	if (!st)
		goto out;
	while ((rc = store_step(env->db, st, env->fail)) > 0) {
		snprintf(key, sizeof(key), "%lld",
			 (long long)sqlite3_column_int64(st, 0));
		json_object_set_new(by_id, key, read_row(c, n, names, st));
	}
	store_done(env->db, st);
	if (rc < 0)
		goto out;
	*records = json_array();
	json_array_foreach (ids, i, v) {
		json_t *row;

		snprintf(key, sizeof(key), "%lld",
			 (long long)json_integer_value(v));
		row = json_object_get(by_id, key);
		if (!row)
			continue;
		for (k = 0; k < n; k++)
			if (c[k].at < 0)
				json_object_set_new(
					row, c[k].f->name,
					read_many(env, m, c[k].f,
						  json_integer_value(v)));
		hide_count(env, m, row);
		json_array_append(*records, row);
	}
out:
	json_decref(by_id);
	json_decref(args);
	buf_release(&b);
	return rc;
}

int orm_value(struct env *env, const struct model *m, json_int_t id,
	      const char *field, json_t **out)
{
	const struct field *f = field_find(m, env->release, field);
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *args = json_pack("[I]", id);
	sqlite3_stmt *st;
	int rc = -1;

	*out = NULL;
	buf_adds(&b, "SELECT ");
	expr_field(&b, m, f, env->release, "t");
	buf_adds(&b, " FROM ");
	model_table(&b, m);
	buf_adds(&b, " t WHERE t.id=?1");
	st = store_query(env->db, buf_str(&b), args, env->fail);
	if (st) {
		rc = store_step(env->db, st, env->fail);
		if (rc > 0)
			*out = value_of_column(f, st, 0);
		store_done(env->db, st);
	}
	if (!*out)
		*out = json_false();
	json_decref(args);
	buf_release(&b);
	return rc < 0 ? -1 : 0;
}

json_int_t orm_id(struct env *env, const struct model *m, json_int_t id,
		  const char *many2one)
{
	json_t *v = NULL;
	json_int_t out;

	orm_value(env, m, id, many2one, &v);
	out = json_integer_value(v);
	json_decref(v);
	return out;
}

char *orm_display(struct env *env, const struct model *m, json_int_t id)
{
	json_t *v = NULL;
	char *out;

	orm_value(env, m, id, "display_name", &v);
	out = mem_strdup(json_is_string(v) ? json_string_value(v) : "");
	json_decref(v);
	return out;
}

int orm_find_name(struct env *env, const struct model *m, const char *name,
		  const char *operation, json_int_t limit, json_t **ids)
{
	const char *p = m->find ? m->find : "display_name", *end;
	json_t *domain = json_array();
	struct orm_query q = {.domain = domain, .limit = limit};
	size_t n = 0, i;
	int rc;

	for (; *p; p = *end ? end + 1 : end, n++) {
		end = strchrnul(p, ',');
		json_array_append_new(domain,
				      json_pack("[s%ss]", p, (size_t)(end - p),
						operation, name));
		json_array_set_new(json_array_get(domain, n), 2,
				   json_string(name));
	}
	for (i = 1; i < n; i++)
		json_array_insert_new(domain, 0, json_string("|"));
	rc = orm_search(env, m, &q, ids);
	json_decref(domain);
	return rc;
}
