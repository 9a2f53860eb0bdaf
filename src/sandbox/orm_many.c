/*
 * orm_many.c - see orm_many.h
 */
#include "sandbox/orm_many.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/extid.h"
#include "sandbox/orm.h"

#define SQL_MAX ((size_t)64 << 10)

static int pair(struct env *env, const struct model *m, const struct field *f,
		const char *sql, json_int_t a, json_int_t b_id)
{
	struct buf b = BUF_INIT(SQL_MAX);
	json_t *args = json_pack("[II]", a, b_id);
	const char *at = strchr(sql, '%');
	int rc;

	buf_add(&b, sql, (size_t)(at - sql));
	field_pairs(&b, m, f);
	buf_adds(&b, at + 1);
	rc = store_run(env->db, buf_str(&b), args, env->fail);
	buf_release(&b);
	json_decref(args);
	return rc;
}

#define PAIR_ADD   "INSERT OR IGNORE INTO %(a,b) VALUES(?1,?2)"
#define PAIR_DROP  "DELETE FROM % WHERE a=?1 AND b=?2"
#define PAIR_CLEAR "DELETE FROM % WHERE a=?1 AND ?2=?2"

/* One command of a one2many: the line over there points back here. */
static int line_command(struct env *env, const struct field *f, json_int_t id,
			json_int_t code, json_int_t other, const json_t *arg)
{
	const struct model *rel = model_find(env->release, f->rel);
	json_t *vals =
		json_is_object(arg) ? json_copy(loosen(arg)) : json_object();
	const char *xid = json_string_value(json_object_get(vals, ".xid"));
	char *keep = xid ? mem_strdup(xid) : NULL;
	json_int_t made = other;
	int rc = 0;

	json_object_del(vals, ".xid");
	if (code == 0 || code == 4)
		json_object_set_new(vals, f->inverse, json_integer(id));
	if (code == 0)
		rc = orm_create(env, rel, vals, &made);
	else if (code == 1 || code == 4)
		rc = orm_write(env, rel, other, vals);
	else if (code == 2)
		rc = orm_unlink(env, rel, other);
	else if (code == 3) {
		json_object_set_new(vals, f->inverse, json_false());
		rc = orm_write(env, rel, other, vals);
	}
	if (rc == 0 && code == 0 && keep)
		rc = extid_set(env, keep, rel, made, false);
	free(keep);
	json_decref(vals);
	return rc;
}

static int many_command(struct env *env, const struct model *m,
			const struct field *f, json_int_t id, json_int_t code,
			json_int_t other, const json_t *arg)
{
	const struct model *rel = model_find(env->release, f->rel);
	json_t *v;
	size_t i;
	int rc;

	switch (code) {
	case 0:
		rc = orm_create(env, rel, arg, &other);
		return rc < 0 ? -1 : pair(env, m, f, PAIR_ADD, id, other);
	case 1:
		return orm_write(env, rel, other, arg);
	case 2:
	case 3:
		return pair(env, m, f, PAIR_DROP, id, other);
	case 4:
		return pair(env, m, f, PAIR_ADD, id, other);
	case 5:
	case 6:
		rc = pair(env, m, f, PAIR_CLEAR, id, 0);
		json_array_foreach (code == 6 ? arg : NULL, i, v) {
			if (rc == 0)
				rc = pair(env, m, f, PAIR_ADD, id,
					  json_integer_value(v));
		}
		return rc;
	default:
		return fail_set(env->fail, FAIL_OTHER, FAIL_VALUE,
				"Wrong value for %s.%s: command %lld", m->name,
				f->name, code);
	}
}

int orm_many_write(struct env *env, const struct model *m, json_int_t id,
		   const json_t *vals)
{
	const struct field *f;
	json_t *list, *c;
	size_t i, k;
	int rc = 0;

	for (i = 0; rc == 0 && (f = field_at(m, env->release, i)); i++) {
		if ((f->type != FT_ONE2MANY && f->type != FT_MANY2MANY) ||
		    f->via)
			continue;
		list = json_object_get(vals, f->name);
		json_array_foreach (list, k, c) {
			json_int_t code =
				json_integer_value(json_array_get(c, 0));
			json_int_t other =
				json_integer_value(json_array_get(c, 1));

			if (rc < 0)
				break;
			if (json_is_integer(c)) { /* a bare list of ids */
				code = 4;
				other = json_integer_value(c);
			}
			rc = f->type == FT_ONE2MANY
				     ? line_command(env, f, id, code, other,
						    json_array_get(c, 2))
				     : many_command(env, m, f, id, code, other,
						    json_array_get(c, 2));
		}
	}
	return rc;
}

int orm_many_clear(struct env *env, const struct model *m,
		   const struct field *f, json_int_t id)
{
	return pair(env, m, f, PAIR_CLEAR, id, 0);
}
