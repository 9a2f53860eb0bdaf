/*
 * orm_write.c - create, write, unlink
 */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/expr.h"
#include "sandbox/extid.h"
#include "sandbox/orm.h"
#include "sandbox/orm_many.h"
#include "sandbox/rules.h"
#include "sandbox/value.h"

#define SQL_MAX ((size_t)1 << 20)

static int missing(struct env *env, const struct model *m, json_int_t id)
{
	return fail_set(env->fail, FAIL_USER, FAIL_MISSING,
			"Record does not exist or has been deleted.\n"
			"(Record: %s(%lld,), User: %lld)",
			m->name, id, env->uid);
}

int orm_exists(struct env *env, const struct model *m, json_int_t id)
{
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *args = json_pack("[I]", id);
	json_int_t n = 0;
	int rc;

	buf_adds(&b, "SELECT 1 FROM ");
	model_table(&b, m);
	buf_adds(&b, " WHERE id=?1");
	rc = store_int(env->db, buf_str(&b), args, 0, &n, env->fail);
	buf_release(&b);
	json_decref(args);
	return rc < 0 ? -1 : n != 0;
}

int orm_must_exist(struct env *env, const struct model *m, json_int_t id)
{
	int rc = orm_exists(env, m, id);

	return rc > 0 ? 0 : rc < 0 ? -1 : missing(env, m, id);
}

/* "#lot": the next number of a sequence; "#now"; "@xid"; else a cell. */
json_t *orm_default(struct env *env, const struct model *m,
		    const struct field *f)
{
	const struct model *rel;
	json_int_t n = 0;
	char text[16];

	if (!f->init)
		return NULL;
	if (!strcmp(f->init, "#now"))
		return json_stringn(env->now, 19);
	if (!strcmp(f->init, "#lot")) {
		struct buf b = BUF_INIT(SQL_MAX);

		buf_adds(&b, "SELECT coalesce(max(id),0)+1 FROM ");
		model_table(&b, m);
		store_int(env->db, buf_str(&b), NULL, 1, &n, env->fail);
		buf_release(&b);
		snprintf(text, sizeof(text), "%07lld", n);
		return json_string(text);
	}
	if (f->init[0] == '@') {
		rel = model_find(env->release, f->rel);
		if (!rel || extid_id(env, rel, f->init + 1, &n) < 0 || !n)
			return NULL;
		return json_integer(n);
	}
	if (f->type == FT_BOOLEAN)
		return json_boolean(f->init[0] == '1');
	if (f->type == FT_INTEGER)
		return json_integer(strtoll(f->init, NULL, 10));
	if (f->type == FT_FLOAT)
		return json_real(strtod(f->init, NULL));
	return json_string(f->init);
}

static int unknown_field(struct env *env, const struct model *m,
			 const char *name, bool creating)
{
	if (env->release == 14)
		return fail_set(env->fail, FAIL_OTHER, FAIL_VALUE,
				"Invalid field '%s' on model '%s'", name,
				m->name);
	if (!creating)
		return fail_set(env->fail, FAIL_OTHER, FAIL_KEY, "%s", name);
	return fail_set(env->fail, FAIL_OTHER, FAIL_VALUE,
			"Invalid field '%s' in '%s'", name, m->name);
}

static int check_names(struct env *env, const struct model *m,
		       const json_t *vals, bool creating)
{
	const char *name;
	json_t *v;

	if (!json_is_object(vals))
		return fail_set(env->fail, FAIL_OTHER, FAIL_ATTRIBUTE,
				"values are not a dictionary");
	json_object_foreach (loosen(vals), name, v) {
		if (!field_find(m, env->release, name) &&
		    strcmp(name, ".id") != 0)
			return unknown_field(env, m, name, creating);
	}
	return 0;
}

/* What Odoo keeps to itself: creation and change, computed values. */
static bool is_kept(const struct field *f)
{
	return !strcmp(f->name, "id") || !strcmp(f->name, "create_date") ||
	       !strcmp(f->name, "create_uid") ||
	       !strcmp(f->name, "write_date") || !strcmp(f->name, "write_uid");
}

static int required(struct env *env, const struct model *m,
		    const struct field *f)
{
	const char *label = model_label(m, env->release);

	if (env->release == 14) {
		fail_set(env->fail, FAIL_DB, FAIL_VALIDATION,
			 "Missing required value for the field '%s' (%s)",
			 f->label, f->name);
		fail_rpc(env->fail,
			 "The operation cannot be completed:\n"
			 "- Create/update: a mandatory field is not set.\n"
			 "- Delete: another model requires the record being "
			 "deleted. If possible, archive it instead.\n\n"
			 "Model: %s (%s), Field: %s (%s)",
			 label, m->name, f->label, f->name);
	} else {
		fail_set(env->fail, FAIL_DB, FAIL_VALIDATION,
			 "Missing required value for the field '%s' (%s).\n"
			 "Model: '%s' (%s)\n"
			 "- create/update: a mandatory field is not set\n"
			 "- delete: another model requires the record being "
			 "deleted, you can archive it instead\n",
			 f->label, f->name, label, m->name);
		fail_rpc(env->fail, "The operation cannot be completed: %s",
			 env->fail->message);
	}
	env->fail->field = mem_strdup(f->name);
	return -1;
}

static bool is_missing(const struct field *f, const json_t *v)
{
	if (f->type == FT_BOOLEAN || field_is_number(f))
		return false;
	return !v || json_is_false(v) || json_is_null(v) ||
	       (json_is_integer(v) && !json_integer_value(v)) ||
	       (json_is_string(v) && !json_string_length(v) &&
		!field_is_text(f));
}

/* Columns of the own table: SET or VALUES, by what vals has. */
static int own_columns(struct env *env, const struct model *m,
		       const json_t *vals, bool creating, json_t *columns)
{
	const struct field *f;
	json_t *v, *column;
	size_t i;

	for (i = 0; (f = field_at(m, env->release, i)); i++) {
		if (!field_is_column(f) || is_kept(f))
			continue;
		v = json_object_get(vals, f->name);
		if (!v && !creating)
			continue;
		if ((f->flags & FIELD_REQUIRED) && is_missing(f, v))
			return required(env, m, f);
		if (!v)
			continue;
		if (value_to_column(env, m, f, v, &column) < 0)
			return -1;
		json_object_set_new(columns, f->name, column);
	}
	return 0;
}

static int insert_row(struct env *env, const struct model *m,
		      const json_t *columns, json_int_t *id)
{
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *args = json_pack("[sI]", env->now, env->uid), *v;
	const char *name;
	size_t i;
	int rc;

	buf_adds(&b, "INSERT INTO ");
	model_table(&b, m);
	buf_adds(&b, "(create_date,create_uid,write_date,write_uid");
	json_object_foreach (loosen(columns), name, v) {
		buf_addf(&b, ",\"%s\"", name);
		json_array_append(args, v);
	}
	buf_adds(&b, ") VALUES(?1,?2,?1,?2");
	for (i = 3; i <= json_array_size(args); i++)
		buf_addf(&b, ",?%zu", i);
	buf_addc(&b, ')');
	rc = store_run(env->db, buf_str(&b), args, env->fail);
	*id = sqlite3_last_insert_rowid(env->db->db);
	buf_release(&b);
	json_decref(args);
	return rc;
}

static int update_row(struct env *env, const struct model *m, json_int_t id,
		      const json_t *columns)
{
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *args = json_pack("[sII]", env->now, env->uid, id), *v;
	const char *name;
	int rc;

	buf_adds(&b, "UPDATE ");
	model_table(&b, m);
	buf_adds(&b, " SET write_date=?1,write_uid=?2");
	json_object_foreach (loosen(columns), name, v) {
		json_array_append(args, v);
		buf_addf(&b, ",\"%s\"=?%zu", name, json_array_size(args));
	}
	buf_adds(&b, " WHERE id=?3");
	rc = store_run(env->db, buf_str(&b), args, env->fail);
	buf_release(&b);
	json_decref(args);
	return rc;
}

int orm_set(struct env *env, const struct model *m, json_int_t id,
	    const char *column, const json_t *value)
{
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *args = json_pack("[OI]", value, id);
	int rc;

	buf_adds(&b, "UPDATE ");
	model_table(&b, m);
	buf_addf(&b, " SET \"%s\"=?1 WHERE id=?2", column);
	rc = store_run(env->db, buf_str(&b), args, env->fail);
	buf_release(&b);
	json_decref(args);
	return rc;
}

/* Values that live in the record which `by` leads to. */
static json_t *values_via(struct env *env, const struct model *m,
			  const char *by, const json_t *vals)
{
	json_t *there = json_object(), *v;
	const struct field *f;
	size_t i;

	for (i = 0; (f = field_at(m, env->release, i)); i++)
		if (f->via && !strcmp(f->via, by) &&
		    (v = json_object_get(vals, f->name)))
			json_object_set(there, f->name, v);
	return there;
}

/* The many2ones that values live behind; `stored` ones or computed ones. */
static const struct field *next_via(const struct env *env,
				    const struct model *m, bool stored,
				    size_t *i)
{
	const struct field *f, *by;
	size_t k;

	for (; (f = field_at(m, env->release, *i)); (*i)++) {
		if (!f->via)
			continue;
		for (k = 0; k < *i; k++) {
			by = field_at(m, env->release, k);
			if (by->via && !strcmp(by->via, f->via))
				break;
		}
		by = field_find(m, env->release, f->via);
		if (k == *i && by && field_is_column(by) == stored) {
			(*i)++;
			return by;
		}
	}
	return NULL;
}

/* Delegation: the other record is made first where none was named. */
static int create_behind(struct env *env, const struct model *m, json_t *vals)
{
	const struct field *by;
	const struct model *rel;
	json_int_t id;
	size_t i = 0;
	json_t *there;
	int rc = 0;

	while (rc == 0 && (by = next_via(env, m, true, &i))) {
		if (json_integer_value(json_object_get(vals, by->name)))
			continue;
		rel = model_find(env->release, by->rel);
		there = values_via(env, m, by->name, vals);
		env->delegating = true;
		rc = orm_create(env, rel, there, &id);
		env->delegating = false;
		json_decref(there);
		if (rc == 0)
			json_object_set_new(vals, by->name, json_integer(id));
	}
	return rc;
}

static int write_behind(struct env *env, const struct model *m, json_int_t id,
			const json_t *vals, bool created)
{
	const struct field *by;
	json_t *there;
	size_t i = 0;
	int pass, rc = 0;

	/* What a delegation has just made has its values already. */
	for (pass = created ? 1 : 0; pass < 2; pass++, i = 0) {
		while (rc == 0 && (by = next_via(env, m, pass == 0, &i))) {
			there = values_via(env, m, by->name, vals);
			if (json_object_size(there)) {
				json_int_t other = orm_id(env, m, id, by->name);

				if (other)
					rc = orm_write(env,
						       model_find(env->release,
								  by->rel),
						       other, there);
			}
			json_decref(there);
		}
	}
	return rc;
}

static void add_defaults(struct env *env, const struct model *m, json_t *vals)
{
	const struct field *f;
	json_t *v;
	size_t i;

	for (i = 0; (f = field_at(m, env->release, i)); i++)
		if (field_is_column(f) && f->init &&
		    !json_object_get(vals, f->name) &&
		    (v = orm_default(env, m, f)))
			json_object_set_new(vals, f->name, v);
}

int orm_create(struct env *env, const struct model *m, const json_t *given,
	       json_int_t *id)
{
	const struct rules *r = m->rules;
	json_t *vals, *columns = json_object();
	int rc = -1;

	*id = 0;
	if (check_names(env, m, given, true) < 0) {
		json_decref(columns);
		return -1;
	}
	vals = json_copy(loosen(given));
	if (r && r->before_create && r->before_create(env, m, vals, id) < 0)
		goto out;
	if (*id) {
		rc = 0;
		goto out;
	}
	if (create_behind(env, m, vals) < 0)
		goto out;
	add_defaults(env, m, vals);
	if (own_columns(env, m, vals, true, columns) < 0 ||
	    insert_row(env, m, columns, id) < 0)
		goto out;
	if (r && r->after_insert && r->after_insert(env, m, *id, vals) < 0)
		goto out;
	if (write_behind(env, m, *id, vals, true) < 0 ||
	    orm_many_write(env, m, *id, vals) < 0)
		goto out;
	if (r && r->check && r->check(env, m, *id, vals, true) < 0)
		goto out;
	rc = 0;
out:
	json_decref(columns);
	json_decref(vals);
	return rc;
}

int orm_write(struct env *env, const struct model *m, json_int_t id,
	      const json_t *given)
{
	const struct rules *r = m->rules;
	json_t *vals, *columns = json_object();
	int rc = -1;

	if (check_names(env, m, given, false) < 0) {
		json_decref(columns);
		return -1;
	}
	vals = json_copy(loosen(given));
	if (orm_must_exist(env, m, id) < 0)
		goto out;
	if (r && r->before_write && r->before_write(env, m, id, vals) < 0)
		goto out;
	if (own_columns(env, m, vals, false, columns) < 0 ||
	    update_row(env, m, id, columns) < 0 ||
	    write_behind(env, m, id, vals, false) < 0 ||
	    orm_many_write(env, m, id, vals) < 0)
		goto out;
	if (r && r->check && r->check(env, m, id, vals, false) < 0)
		goto out;
	rc = 0;
out:
	json_decref(columns);
	json_decref(vals);
	return rc;
}

static int still_used(struct env *env, const struct model *by,
		      const struct field *f)
{
	struct buf t = BUF_INIT(256);

	model_table(&t, by);
	fail_set(env->fail, FAIL_DB, FAIL_VALIDATION,
		 "update or delete violates foreign key constraint "
		 "\"%s_%s_fkey\" on table \"%s\"\n",
		 buf_str(&t), f->name, buf_str(&t));
	if (env->release == 14)
		fail_rpc(env->fail,
			 "The operation cannot be completed: another model "
			 "requires the record being deleted. If possible, "
			 "archive it instead.\n\nModel: %s (%s), Constraint: "
			 "%s_%s_fkey",
			 model_label(by, 14), by->name, buf_str(&t), f->name);
	else
		fail_rpc(env->fail,
			 "The operation cannot be completed: Another model is "
			 "using the record you are trying to delete.\n\n"
			 "The troublemaker is: '%s' (%s)\n"
			 "Thanks to the following constraint: '%s' (%s)\n"
			 "How about archiving the record instead?",
			 model_label(by, env->release), by->name, f->label,
			 f->name);
	buf_release(&t);
	return -1;
}

/* Required many2ones hold the record; others let go of it. */
static int let_go(struct env *env, const struct model *m, json_int_t id,
		  const struct model *by, const struct field *f)
{
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *args = json_pack("[I]", id);
	json_int_t n = 0;
	int rc;

	(void)m;
	if (f->flags & FIELD_REQUIRED) {
		buf_adds(&b, "SELECT count(*) FROM ");
		model_table(&b, by);
		buf_addf(&b, " WHERE \"%s\"=?1", f->name);
		rc = store_int(env->db, buf_str(&b), args, 0, &n, env->fail);
		if (rc == 0 && n)
			rc = still_used(env, by, f);
	} else {
		buf_adds(&b, "UPDATE ");
		model_table(&b, by);
		buf_addf(&b, " SET \"%s\"=NULL WHERE \"%s\"=?1", f->name,
			 f->name);
		rc = store_run(env->db, buf_str(&b), args, env->fail);
	}
	buf_release(&b);
	json_decref(args);
	return rc;
}

int orm_unlink(struct env *env, const struct model *m, json_int_t id)
{
	const struct model *by;
	const struct field *f;
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *args;
	size_t i, k;
	int rc = orm_must_exist(env, m, id);

	if (rc == 0 && m->rules && m->rules->before_unlink)
		rc = m->rules->before_unlink(env, m, id);
	for (i = 0; rc == 0 && (by = model_at(env->release, i)); i++)
		for (k = 6; rc == 0 && (f = field_at(by, env->release, k)); k++)
			if (f->type == FT_MANY2ONE && field_is_column(f) &&
			    !strcmp(f->rel, m->name))
				rc = let_go(env, m, id, by, f);
	for (i = 6; rc == 0 && (f = field_at(m, env->release, i)); i++)
		if (f->type == FT_MANY2MANY && !f->via)
			rc = orm_many_clear(env, m, f, id);
	if (rc == 0)
		rc = extid_drop(env, m, id);
	if (rc < 0)
		return -1;
	args = json_pack("[I]", id);
	buf_adds(&b, "DELETE FROM ");
	model_table(&b, m);
	buf_adds(&b, " WHERE id=?1");
	rc = store_run(env->db, buf_str(&b), args, env->fail);
	buf_release(&b);
	json_decref(args);
	return rc;
}
