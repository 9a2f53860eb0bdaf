/*
 * extid.c - see extid.h
 */
#include "sandbox/extid.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/orm.h"

static json_t *split(const char *xid)
{
	const char *dot = strchr(xid, '.');

	if (!dot)
		return json_pack("[ss]", "__import__", xid);
	return json_pack("[s%s]", xid, (size_t)(dot - xid), dot + 1);
}

int extid_find(struct env *env, const char *xid, struct extid *out)
{
	json_t *args = split(xid);
	sqlite3_stmt *st;
	int rc;

	*out = (struct extid){.row = 0};
	st = store_query(env->db,
			 "SELECT id,res_id,model,noupdate FROM ir_model_data "
			 "WHERE module=?1 AND name=?2",
			 args, env->fail);
	json_decref(args);
	if (!st)
		return -1;
	rc = store_step(env->db, st, env->fail);
	if (rc > 0) {
		const char *model = (const char *)sqlite3_column_text(st, 2);

		out->row = sqlite3_column_int64(st, 0);
		out->res_id = sqlite3_column_int64(st, 1);
		out->model = mem_strdup(model ? model : "");
		out->noupdate = sqlite3_column_int(st, 3) != 0;
	}
	store_done(env->db, st);
	return rc < 0 ? -1 : 0;
}

int extid_id(struct env *env, const struct model *m, const char *xid,
	     json_int_t *id)
{
	struct extid x;
	int rc = extid_find(env, xid, &x);

	*id = rc == 0 && x.row && !strcmp(x.model, m->name) ? x.res_id : 0;
	free(x.model);
	return rc;
}

/* PostgreSQL's words; the values in between are its own business. */
static int spaces(struct env *env, const char *module, const char *name,
		  const struct model *m)
{
	return fail_set(env->fail, FAIL_DB, "psycopg2.errors.CheckViolation",
			"new row for relation \"ir_model_data\" violates check "
			"constraint \"ir_model_data_name_nospaces\"\n"
			"DETAIL:  Failing row contains (f, %s, %s, %s).\n",
			name, module, m->name);
}

int extid_set(struct env *env, const char *xid, const struct model *m,
	      json_int_t id, bool noupdate)
{
	json_t *args = split(xid);
	const char *module = json_string_value(json_array_get(args, 0));
	const char *name = json_string_value(json_array_get(args, 1));
	int rc;

	if (strchr(name, ' ')) {
		rc = spaces(env, module, name, m);
		json_decref(args);
		return rc;
	}
	json_array_append_new(args, json_string(m->name));
	json_array_append_new(args, json_integer(id));
	json_array_append_new(args, json_integer(noupdate ? 1 : 0));
	json_array_append_new(args, json_string(env->now));
	json_array_append_new(args, json_integer(env->uid));
	rc = store_run(env->db,
		       "INSERT INTO ir_model_data(module,name,model,res_id,"
		       "noupdate,create_date,create_uid,write_date,write_uid) "
		       "VALUES(?1,?2,?3,?4,?5,?6,?7,?6,?7) "
		       "ON CONFLICT(module,name) DO UPDATE SET model=?3,"
		       "res_id=?4,write_date=?6,write_uid=?7",
		       args, env->fail);
	json_decref(args);
	return rc;
}

char *extid_of(struct env *env, const struct model *m, json_int_t id)
{
	json_t *args = json_pack("[sI]", m->name, id);
	char *out = NULL;

	store_text(env->db,
		   "SELECT module||'.'||name FROM ir_model_data "
		   "WHERE model=?1 AND res_id=?2 ORDER BY id LIMIT 1",
		   args, &out, env->fail);
	json_decref(args);
	return out ? out : mem_strdup("");
}

int extid_drop(struct env *env, const struct model *m, json_int_t id)
{
	json_t *args = json_pack("[sI]", m->name, id);
	int rc = store_run(env->db,
			   "DELETE FROM ir_model_data "
			   "WHERE model=?1 AND res_id=?2",
			   args, env->fail);

	json_decref(args);
	return rc;
}
