/*
 * rules.c - what several models share: trees, constraints; partners, units
 */
#include "sandbox/rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "sandbox/orm.h"

#define DEPTH_MAX 200

int rules_constraint(struct env *env, const char *constraint, const char *words)
{
	if (env->release == 14) {
		fail_set(env->fail, FAIL_DB, FAIL_VALIDATION, "'%s'", words);
		return fail_rpc(env->fail, "%s", constraint);
	}
	fail_set(env->fail, FAIL_DB, FAIL_VALIDATION, "%s", words);
	return fail_rpc(env->fail, "The operation cannot be completed: %s",
			words);
}

int rules_others(struct env *env, const struct model *m, json_int_t id,
		 const char *column, json_int_t *n)
{
	struct buf b = BUF_INIT(4096);
	json_t *args = json_pack("[I]", id);
	int rc;

	*n = 0;
	buf_adds(&b, "SELECT count(*) FROM ");
	model_table(&b, m);
	buf_addf(&b, " o,");
	model_table(&b, m);
	buf_addf(&b, " t WHERE t.id=?1 AND o.id<>t.id AND o.\"%s\"=t.\"%s\"",
		 column, column);
	rc = store_int(env->db, buf_str(&b), args, 0, n, env->fail);
	buf_release(&b);
	json_decref(args);
	return rc;
}

int rules_no_loop(struct env *env, const struct model *m, json_int_t id,
		  const char *name, const char *words)
{
	json_int_t at = id;
	int i;

	for (i = 0; i < DEPTH_MAX; i++) {
		at = orm_id(env, m, at, m->parent);
		if (!at)
			return env->fail->kind == FAIL_NONE ? 0 : -1;
		if (at == id)
			break;
	}
	return fail_set(env->fail, FAIL_USER, name, "%s", words);
}

static int set_text(struct env *env, const struct model *m, json_int_t id,
		    const char *column, const char *text)
{
	json_t *v;
	int rc;

	if (!field_find(m, env->release, column))
		return 0;
	v = json_string(text);
	rc = orm_set(env, m, id, column, v);
	json_decref(v);
	return rc;
}

/* Location paths leave out what is above a view, as Odoo's do. */
static bool starts_path(struct env *env, const struct model *m, json_int_t id)
{
	json_t *usage = NULL;
	bool out;

	if (!field_find(m, env->release, "usage"))
		return false;
	orm_value(env, m, id, "usage", &usage);
	out = json_is_string(usage) &&
	      !strcmp(json_string_value(usage), "view");
	json_decref(usage);
	return out;
}

static char *own_path(struct env *env, const struct model *m, json_int_t id,
		      json_int_t parent, const char *separator)
{
	json_t *name = NULL, *above = NULL;
	char *path;

	orm_value(env, m, id, "name", &name);
	if (parent && !starts_path(env, m, id))
		orm_value(env, m, parent, "complete_name", &above);
	if (json_is_string(above))
		path = mem_printf("%s%s%s", json_string_value(above), separator,
				  json_string_value(name));
	else
		path = mem_strdup(json_is_string(name) ? json_string_value(name)
						       : "");
	json_decref(name);
	json_decref(above);
	return path;
}

static int set_paths(struct env *env, const struct model *m, json_int_t id,
		     const char *separator)
{
	json_int_t parent = orm_id(env, m, id, m->parent);
	char *names = own_path(env, m, id, parent, separator), *ids = NULL;
	json_t *above = NULL;
	int rc;

	if (parent && field_find(m, env->release, "parent_path"))
		orm_value(env, m, parent, "parent_path", &above);
	ids = mem_printf("%s%lld/",
			 json_is_string(above) ? json_string_value(above) : "",
			 id);
	rc = set_text(env, m, id, "complete_name", names);
	if (rc == 0)
		rc = set_text(env, m, id, "parent_path", ids);
	json_decref(above);
	free(names);
	free(ids);
	return rc;
}

static int below(struct env *env, const struct model *m, json_int_t id,
		 const char *separator, int depth)
{
	json_t *domain = json_pack("[[ssI]]", m->parent, "=", id), *ids, *v;
	struct orm_query q = {.domain = domain, .all = true, .order = "id"};
	size_t i;
	int rc = set_paths(env, m, id, separator);

	if (rc == 0 && depth < DEPTH_MAX) {
		rc = orm_search(env, m, &q, &ids);
		json_array_foreach (rc == 0 ? ids : NULL, i, v) {
			if (rc == 0)
				rc = below(env, m, json_integer_value(v),
					   separator, depth + 1);
		}
		if (rc == 0)
			json_decref(ids);
	}
	json_decref(domain);
	return rc;
}

int rules_tree_names(struct env *env, const struct model *m, json_int_t id,
		     const char *separator)
{
	return below(env, m, id, separator, 0);
}

static int tree_check(struct env *env, const struct model *m, json_int_t id,
		      const json_t *vals, bool created)
{
	if (json_object_get(vals, m->parent) &&
	    rules_no_loop(env, m, id, FAIL_USER_ERROR, "Recursion Detected.") <
		    0)
		return -1;
	if (created || json_object_get(vals, m->parent) ||
	    json_object_get(vals, "name"))
		return rules_tree_names(env, m, id, " / ");
	return 0;
}

const struct rules rules_tree = {.check = tree_check};

/* --- partners --- */

static int partner_check(struct env *env, const struct model *m, json_int_t id,
			 const json_t *vals, bool created)
{
	json_t *name = NULL, *type = NULL, *v;
	bool nameless;
	char *full;
	int rc = 0;

	orm_value(env, m, id, "name", &name);
	orm_value(env, m, id, "type", &type);
	nameless = !json_truth(name) &&
		   (!json_is_string(type) ||
		    !strcmp(json_string_value(type), "contact"));
	json_decref(name);
	json_decref(type);
	if (nameless)
		return rules_constraint(env, "res_partner_check_name",
					"Contacts require a name");
	if (json_object_get(vals, "parent_id") &&
	    rules_no_loop(env, m, id, FAIL_VALIDATION,
			  "You cannot create recursive Partner hierarchies.") <
		    0)
		return -1;
	v = json_object_get(vals, "company_type");
	if (json_is_string(v)) {
		v = json_integer(!strcmp(json_string_value(v), "company"));
		rc = orm_set(env, m, id, "is_company", v);
		json_decref(v);
	}
	(void)created;
	if (rc < 0 || env->release == 14)
		return rc;
	full = orm_display(env, m, id);
	rc = set_text(env, m, id, "complete_name", full);
	free(full);
	return rc;
}

const struct rules rules_partner = {.check = partner_check};

/* --- units --- */

static double number(struct env *env, const struct model *m, json_int_t id,
		     const char *field)
{
	json_t *v = NULL;
	double out;

	orm_value(env, m, id, field, &v);
	out = json_number_value(v);
	json_decref(v);
	return out;
}

static int zero_ratio(struct env *env, const char *field)
{
	rules_constraint(env, "uom_uom_factor_gt_zero",
			 "The conversion ratio for a unit of measure cannot be "
			 "0!");
	if (env->release != 14)
		env->fail->field = mem_strdup(field);
	return -1;
}

/* 14: one unit of reference a category; a bigger one may give its inverse. */
static int uom_check_14(struct env *env, const struct model *m, json_int_t id)
{
	json_int_t category = orm_id(env, m, id, "category_id"), n = 0;
	json_t *args = json_pack("[I]", category);
	const struct model *cm = model_find(14, "uom.category");
	char *name;
	int rc = store_int(env->db,
			   "SELECT count(*) FROM uom_uom WHERE category_id=?1 "
			   "AND uom_type='reference' AND active",
			   args, 0, &n, env->fail);

	json_decref(args);
	if (rc < 0 || n <= 1)
		return rc;
	name = orm_display(env, cm, category);
	fail_set(env->fail, FAIL_USER, FAIL_VALIDATION,
		 "UoM category %s should only have one reference unit of "
		 "measure.",
		 name);
	free(name);
	return -1;
}

static int uom_before_create(struct env *env, const struct model *m,
			     json_t *vals, json_int_t *id)
{
	const json_t *inverse = json_object_get(vals, "factor_inv");

	(void)m;
	(void)id;
	if (env->release == 14 && json_number_value(inverse) > 0)
		json_object_set_new(vals, "factor",
				    json_real(1 / json_number_value(inverse)));
	return 0;
}

static int uom_before_write(struct env *env, const struct model *m,
			    json_int_t id, json_t *vals)
{
	(void)id;
	return uom_before_create(env, m, vals, NULL);
}

static int uom_check(struct env *env, const struct model *m, json_int_t id,
		     const json_t *vals, bool created)
{
	const char *field = env->release == 14 ? "factor" : "relative_factor";
	double factor = number(env, m, id, field);
	json_int_t up;
	json_t *v;
	int rc;

	(void)vals;
	(void)created;
	if (fabs(factor) < 1e-15)
		return zero_ratio(env, field);
	if (env->release == 14)
		return uom_check_14(env, m, id);
	up = orm_id(env, m, id, "relative_uom_id");
	v = json_real(up ? factor * number(env, m, up, "factor") : factor);
	rc = orm_set(env, m, id, "factor", v);
	json_decref(v);
	return rc;
}

const struct rules rules_uom = {
	.before_create = uom_before_create,
	.before_write = uom_before_write,
	.check = uom_check,
};
