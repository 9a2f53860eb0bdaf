/*
 * methods_more.c - what models are like, who may what, external ids, actions
 */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/extid.h"
#include "sandbox/group.h"
#include "sandbox/method.h"
#include "sandbox/orm.h"
#include "sandbox/stock.h"

/* --- fields --- */

static json_t *selection(const struct field *f)
{
	json_t *out = json_array();
	struct choice c;
	size_t i;

	for (i = 0; field_choice(f, i, &c); i++)
		json_array_append_new(out,
				      json_pack("[s%s%]", c.key.p, c.key.len,
						c.label.p, c.label.len));
	return out;
}

static json_t *describe(const struct model *m, const struct field *f)
{
	bool stored = (field_is_column(f) || f->type == FT_MANY2MANY ||
		       f->type == FT_ONE2MANY) &&
		      !(f->flags & FIELD_UNSTORED);
	json_t *d =
		json_pack("{ss ss sb sb sb sb sb}", "type",
			  field_type_name(f->type), "string", f->label,
			  "readonly", (f->flags & FIELD_READONLY) != 0,
			  "required", (f->flags & FIELD_REQUIRED) != 0, "store",
			  stored, "searchable", 1, "sortable",
			  f->type != FT_ONE2MANY && f->type != FT_MANY2MANY);

	if (f->rel)
		json_object_set_new(d, "relation", json_string(f->rel));
	if (f->inverse)
		json_object_set_new(d, "relation_field",
				    json_string(f->inverse));
	if (f->via)
		json_object_set_new(d, "related",
				    json_sprintf("%s.%s", f->via, f->name));
	if (f->type == FT_SELECTION)
		json_object_set_new(d, "selection", selection(f));
	if (f->type == FT_FLOAT)
		json_object_set_new(d, "digits",
				    f->digits ? json_pack("[ii]", 16, f->digits)
					      : json_false());
	if (f->size)
		json_object_set_new(d, "size", json_integer(f->size));
	json_object_set_new(d, "name", json_string(f->name));
	(void)m;
	return d;
}

static bool wanted(const json_t *list, const char *name)
{
	json_t *v;
	size_t i;

	if (!json_array_size(list))
		return true;
	json_array_foreach (list, i, v) {
		if (json_is_string(v) && !strcmp(json_string_value(v), name))
			return true;
	}
	return false;
}

static int do_fields_get(struct env *env, const struct model *m,
			 const json_t *args, json_t **result)
{
	const json_t *names = json_object_get(args, "allfields");
	const json_t *attributes = json_object_get(args, "attributes");
	const struct field *f;
	size_t i;

	*result = json_object();
	for (i = 0; (f = field_at(m, env->release, i)); i++) {
		json_t *d, *v;
		const char *key;
		void *next;

		if (!wanted(names, f->name))
			continue;
		d = describe(m, f);
		json_object_foreach_safe (d, next, key, v) {
			if (!wanted(attributes, key))
				json_object_del(d, key);
		}
		json_object_set_new(*result, f->name, d);
	}
	return 0;
}

static int do_default_get(struct env *env, const struct model *m,
			  const json_t *args, json_t **result)
{
	json_t *v, *value;
	size_t i;

	*result = json_object();
	json_array_foreach (json_object_get(args, "fields"), i, v) {
		const char *name = json_string_value(v);
		const struct field *f =
			name ? field_find(m, env->release, name) : NULL;
		const struct field *by =
			f && f->via ? field_find(m, env->release, f->via)
				    : NULL;
		const struct model *there =
			by ? model_find(env->release, by->rel) : m;

		if (by)
			f = field_find(there, env->release, name);
		value = f ? orm_default(env, there, f) : NULL;
		if (value)
			json_object_set_new(*result, name, value);
	}
	return 0;
}

/* --- rights --- */

static int access_of(struct env *env, const char *operation, enum orm_access *a)
{
	static const char *const name[] = {"read", "create", "write", "unlink"};
	size_t i;

	for (i = 0; operation && i < 4; i++)
		if (!strcmp(operation, name[i])) {
			*a = (enum orm_access)i;
			return 0;
		}
	return fail_set(env->fail, FAIL_OTHER, FAIL_VALUE,
			"Invalid access mode");
}

static int do_has_access(struct env *env, const struct model *m,
			 const json_t *args, json_t **result)
{
	enum orm_access a = ORM_READ;

	if (access_of(env,
		      json_string_value(json_object_get(args, "operation")),
		      &a) < 0)
		return -1;
	*result = json_boolean(orm_may(env, m, a));
	return 0;
}

static int do_check_access(struct env *env, const struct model *m,
			   const json_t *args, json_t **result)
{
	const json_t *raise = json_object_get(args, "raise_exception");
	enum orm_access a = ORM_READ;

	if (access_of(env,
		      json_string_value(json_object_get(args, "operation")),
		      &a) < 0)
		return -1;
	if ((!raise || json_truth(raise)) && orm_check(env, m, a) < 0)
		return -1;
	*result = json_boolean(orm_may(env, m, a));
	return 0;
}

static int do_context_get(struct env *env, const struct model *m,
			  const json_t *args, json_t **result)
{
	(void)m;
	(void)args;
	*result = json_pack("{ss ss}", "lang", "en_US", "tz", "UTC");
	if (env->release != 14)
		json_object_set_new(*result, "uid", json_integer(env->uid));
	return 0;
}

static int do_has_group(struct env *env, const struct model *m,
			const json_t *args, json_t **result)
{
	const char *group =
		json_string_value(json_object_get(args, "group_ext_id"));
	bool has = false;

	(void)m;
	if (group && !strcmp(group, "base.group_user"))
		has = true;
	else if (group && !strcmp(group, "base.group_erp_manager"))
		has = env->role <= ROLE_LOADER;
	else if (group && !strcmp(group, "base.group_system"))
		has = env->role <= ROLE_ADMIN;
	else if (group)
		has = env->role <= ROLE_MANAGER;
	*result = json_boolean(has);
	return 0;
}

/* --- external ids --- */

static int do_get_external_id(struct env *env, const struct model *m,
			      const json_t *args, json_t **result)
{
	json_t *v;
	size_t i;

	*result = json_object();
	json_array_foreach (json_object_get(args, "ids"), i, v) {
		char *key = mem_printf("%lld", json_integer_value(v));
		char *xid = extid_of(env, m, json_integer_value(v));

		json_object_set_new(*result, key, json_string(xid));
		free(key);
		free(xid);
	}
	return 0;
}

static json_t *xids_of(struct env *env, const struct model *m, json_int_t id)
{
	json_t *args = json_pack("[sI]", m->name, id), *out = json_array();
	sqlite3_stmt *st = store_query(
		env->db,
		"SELECT module||'.'||name,noupdate FROM ir_model_data "
		"WHERE model=?1 AND res_id=?2 ORDER BY id",
		args, env->fail);

	while (st && store_step(env->db, st, env->fail) > 0)
		json_array_append_new(
			out, json_pack("{ss sb}", "xmlid",
				       (const char *)sqlite3_column_text(st, 0),
				       "noupdate", sqlite3_column_int(st, 1)));
	store_done(env->db, st);
	json_decref(args);
	return out;
}

static int do_get_metadata(struct env *env, const struct model *m,
			   const json_t *args, json_t **result)
{
	json_t *fields = json_pack("[ssss]", "create_uid", "create_date",
				   "write_uid", "write_date");
	json_t *v;
	size_t i;
	int rc = orm_read(env, m, json_object_get(args, "ids"), fields, true,
			  result);

	json_decref(fields);
	json_array_foreach (rc == 0 ? *result : NULL, i, v) {
		json_t *xids = xids_of(
			env, m, json_integer_value(json_object_get(v, "id")));
		json_t *first = json_array_get(xids, 0);

		json_object_set_new(
			v, "xmlid",
			first ? json_incref(json_object_get(first, "xmlid"))
			      : json_false());
		json_object_set_new(
			v, "noupdate",
			first ? json_incref(json_object_get(first, "noupdate"))
			      : json_false());
		if (env->release != 14)
			json_object_set(v, "xmlids", xids);
		json_decref(xids);
	}
	return rc;
}

/* An id for a record that has none, as exports make it. */
static int export_id(struct env *env, const struct model *m, json_int_t id,
		     json_t **out)
{
	char *xid = extid_of(env, m, id);
	struct buf t = BUF_INIT(256);
	int rc = 0;

	if (!*xid) {
		free(xid);
		model_table(&t, m);
		xid = mem_printf("__export__.%s_%lld_%08llx", buf_str(&t), id,
				 (unsigned long long)id * 2654435761u %
					 0xffffffffu);
		rc = extid_set(env, xid, m, id, false);
		buf_release(&t);
	}
	*out = json_string(xid);
	free(xid);
	return rc;
}

/* One cell: a path of many2ones to a field, "id" or ".id". */
static int export_cell(struct env *env, const struct model *m, json_int_t id,
		       const char *path, json_t **out)
{
	const char *slash = strchr(path, '/');
	char *name = slash ? mem_dup(path, (size_t)(slash - path))
			   : mem_strdup(path);
	const struct field *f = field_find(m, env->release, name);
	const struct model *rel =
		f && f->rel ? model_find(env->release, f->rel) : NULL;
	json_t *v = NULL;
	char *text;
	int rc = 0;

	if (!strcmp(name, ".id")) {
		*out = json_sprintf("%lld", id);
	} else if (!strcmp(name, "id")) {
		rc = export_id(env, m, id, out);
	} else if (!f || (slash && !rel)) {
		rc = fail_set(env->fail, FAIL_OTHER, FAIL_KEY, "%s", name);
	} else if (f->type == FT_ONE2MANY || f->type == FT_MANY2MANY) {
		*out = json_string("");
	} else {
		rc = orm_value(env, m, id, name, &v);
		if (rc == 0 && rel && json_is_integer(v) && slash)
			rc = export_cell(env, rel, json_integer_value(v),
					 slash + 1, out);
		else if (rc == 0 && rel && json_is_integer(v)) {
			text = orm_display(env, rel, json_integer_value(v));
			*out = json_string(text);
			free(text);
		} else if (rc == 0) {
			*out = json_is_false(v) && f->type != FT_BOOLEAN
				       ? json_string("")
				       : json_incref(v);
		}
	}
	json_decref(v);
	free(name);
	return rc;
}

static int do_export_data(struct env *env, const struct model *m,
			  const json_t *args, json_t **result)
{
	const json_t *paths = json_object_get(args, "fields_to_export");
	json_t *datas = json_array(), *id, *p, *cell;
	size_t i, k;
	int rc = orm_check(env, m, ORM_READ);

	if (rc == 0 && env->role == ROLE_CLERK)
		rc = fail_set(env->fail, FAIL_USER, FAIL_USER_ERROR,
			      "You don't have the rights to export data. "
			      "Please contact an Administrator.");
	json_array_foreach (json_object_get(args, "ids"), i, id) {
		json_t *row = json_array();

		json_array_foreach (paths, k, p) {
			cell = NULL;
			if (rc == 0)
				rc = export_cell(env, m, json_integer_value(id),
						 json_is_string(p)
							 ? json_string_value(p)
							 : "",
						 &cell);
			json_array_append_new(row, cell ? cell : json_null());
		}
		json_array_append_new(datas, row);
	}
	*result = json_pack("{so}", "datas", datas);
	return rc;
}

static int do_check_reference(struct env *env, const struct model *m,
			      const json_t *args, json_t **result)
{
	char *xid =
		mem_printf("%s.%s",
			   json_string_value(json_object_get(args, "module")),
			   json_string_value(json_object_get(args, "xml_id")));
	struct extid x;
	int rc = extid_find(env, xid, &x);

	(void)m;
	*result = x.row ? json_pack("[sI]", x.model, x.res_id)
			: json_pack("[bb]", 0, 0);
	free(x.model);
	free(xid);
	return rc;
}

/* --- actions --- */

static int do_apply_inventory(struct env *env, const struct model *m,
			      const json_t *args, json_t **result)
{
	json_t *v;
	size_t i;

	(void)result;
	if (orm_check_call(env, m, ORM_WRITE) < 0)
		return -1;
	json_array_foreach (json_object_get(args, "ids"), i, v) {
		if (orm_must_exist(env, m, json_integer_value(v)) < 0 ||
		    stock_apply(env, json_integer_value(v)) < 0)
			return -1;
	}
	return 0;
}

const struct method methods_more[] = {
	{"fields_get", NULL, 0, false, "allfields,attributes", NULL,
	 do_fields_get},
	{"default_get", NULL, 0, false, "fields!", "fields!", do_default_get},
	{"read_group", NULL, 0, false,
	 "domain!,fields!,groupby!,offset,limit,orderby,lazy", NULL,
	 group_read},
	{"formatted_read_group", NULL, 19, false,
	 "domain!,groupby,aggregates,having,offset,limit,order", NULL,
	 group_formatted},
	{"has_access", NULL, 19, true, "operation!", NULL, do_has_access},
	{"check_access_rights", NULL, 0, false, "operation!,raise_exception",
	 NULL, do_check_access},
	{"context_get", "res.users", 0, false, "", NULL, do_context_get},
	{"has_group", "res.users", 19, true, "group_ext_id!", NULL,
	 do_has_group},
	{"has_group", "res.users", 14, false, "group_ext_id!", NULL,
	 do_has_group},
	{"get_external_id", NULL, 0, true, "", NULL, do_get_external_id},
	{"get_metadata", NULL, 0, true, "", NULL, do_get_metadata},
	{"export_data", NULL, 0, true, "fields_to_export!", NULL,
	 do_export_data},
	{"check_object_reference", "ir.model.data", 0, false,
	 "module!,xml_id!,raise_on_access_error", NULL, do_check_reference},
	{"action_apply_inventory", "stock.quant", 19, true, "", NULL,
	 do_apply_inventory},
	{NULL, NULL, 0, false, NULL, NULL, NULL},
};
