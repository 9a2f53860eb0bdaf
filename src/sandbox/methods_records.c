/*
 * methods_records.c - load, create, write, unlink, search and read
 */
#include <string.h>

#include "sandbox/load.h"
#include "sandbox/method.h"
#include "sandbox/orm.h"

static int do_load(struct env *env, const struct model *m, const json_t *args,
		   json_t **result)
{
	return load_rows(env, m, json_object_get(args, "fields"),
			 json_object_get(args, "data"), result);
}

static int do_create(struct env *env, const struct model *m, const json_t *args,
		     json_t **result)
{
	const json_t *list = json_object_get(args, "vals_list");
	json_int_t id;
	json_t *v;
	size_t i;

	if (orm_check_call(env, m, ORM_CREATE) < 0)
		return -1;
	if (!json_is_array(list)) {
		if (orm_create(env, m, list, &id) < 0)
			return -1;
		*result = json_integer(id);
		return 0;
	}
	*result = json_array();
	json_array_foreach (list, i, v) {
		if (orm_create(env, m, v, &id) < 0)
			return -1;
		json_array_append_new(*result, json_integer(id));
	}
	return 0;
}

static int do_write(struct env *env, const struct model *m, const json_t *args,
		    json_t **result)
{
	const json_t *vals = json_object_get(args, "vals");
	json_t *v;
	size_t i;

	if (orm_check_call(env, m, ORM_WRITE) < 0)
		return -1;
	json_array_foreach (json_object_get(args, "ids"), i, v) {
		if (orm_write(env, m, json_integer_value(v), vals) < 0)
			return -1;
	}
	*result = json_true();
	return 0;
}

static int do_unlink(struct env *env, const struct model *m, const json_t *args,
		     json_t **result)
{
	json_t *v;
	size_t i;

	if (orm_check(env, m, ORM_UNLINK) < 0)
		return -1;
	json_array_foreach (json_object_get(args, "ids"), i, v) {
		if (orm_unlink(env, m, json_integer_value(v)) < 0)
			return -1;
	}
	*result = json_true();
	return 0;
}

static int set_active(struct env *env, const struct model *m,
		      const json_t *args, bool active)
{
	json_t *vals = json_pack("{sb}", "active", active), *v;
	size_t i;
	int rc = orm_check(env, m, ORM_WRITE);

	json_array_foreach (json_object_get(args, "ids"), i, v) {
		if (rc == 0)
			rc = orm_write(env, m, json_integer_value(v), vals);
	}
	json_decref(vals);
	return rc;
}

static int do_archive(struct env *env, const struct model *m,
		      const json_t *args, json_t **result)
{
	*result = env->release == 14 ? json_true() : NULL;
	return set_active(env, m, args, false);
}

static int do_unarchive(struct env *env, const struct model *m,
			const json_t *args, json_t **result)
{
	*result = env->release == 14 ? json_true() : NULL;
	return set_active(env, m, args, true);
}

static int do_read(struct env *env, const struct model *m, const json_t *args,
		   json_t **result)
{
	const json_t *load = json_object_get(args, "load");

	if (orm_check(env, m, ORM_READ) < 0)
		return -1;
	return orm_read(env, m, json_object_get(args, "ids"),
			json_object_get(args, "fields"),
			!load || json_truth(load), result);
}

static const json_t *domain_of(const json_t *args)
{
	const json_t *v = json_object_get(args, "domain");

	return v ? v : json_object_get(args, "args");
}

static struct orm_query query_of(const json_t *args)
{
	return (struct orm_query){
		.domain = domain_of(args),
		.order = json_string_value(json_object_get(args, "order")),
		.offset = json_integer_value(json_object_get(args, "offset")),
		.limit = json_integer_value(json_object_get(args, "limit")),
	};
}

static int do_search(struct env *env, const struct model *m, const json_t *args,
		     json_t **result)
{
	struct orm_query q = query_of(args);
	json_int_t n;

	if (orm_check(env, m, ORM_READ) < 0)
		return -1;
	if (!json_truth(json_object_get(args, "count")))
		return orm_search(env, m, &q, result);
	if (orm_count(env, m, q.domain, &n) < 0)
		return -1;
	*result = json_integer(n);
	return 0;
}

static int do_search_count(struct env *env, const struct model *m,
			   const json_t *args, json_t **result)
{
	json_int_t n;
	json_int_t limit = json_integer_value(json_object_get(args, "limit"));

	if (orm_check(env, m, ORM_READ) < 0 ||
	    orm_count(env, m, domain_of(args), &n) < 0)
		return -1;
	*result = json_integer(limit && n > limit ? limit : n);
	return 0;
}

static int do_search_read(struct env *env, const struct model *m,
			  const json_t *args, json_t **result)
{
	struct orm_query q = query_of(args);
	const json_t *load = json_object_get(args, "load");
	json_t *ids;
	int rc;

	if (orm_check(env, m, ORM_READ) < 0 || orm_search(env, m, &q, &ids) < 0)
		return -1;
	rc = orm_read(env, m, ids, json_object_get(args, "fields"),
		      !load || json_truth(load), result);
	json_decref(ids);
	return rc;
}

static int names_of(struct env *env, const struct model *m, const json_t *ids,
		    json_t **result)
{
	json_t *records, *fields = json_pack("[s]", "display_name"), *v;
	size_t i;
	int rc = orm_read(env, m, ids, fields, false, &records);

	json_decref(fields);
	if (rc < 0)
		return -1;
	*result = json_array();
	json_array_foreach (records, i, v) {
		json_array_append_new(
			*result, json_pack("[OO]", json_object_get(v, "id"),
					   json_object_get(v, "display_name")));
	}
	json_decref(records);
	return 0;
}

static int do_name_get(struct env *env, const struct model *m,
		       const json_t *args, json_t **result)
{
	if (orm_check(env, m, ORM_READ) < 0)
		return -1;
	return names_of(env, m, json_object_get(args, "ids"), result);
}

static int do_name_search(struct env *env, const struct model *m,
			  const json_t *args, json_t **result)
{
	const char *name = json_string_value(json_object_get(args, "name"));
	const char *op = json_string_value(json_object_get(args, "operator"));
	const json_t *limit = json_object_get(args, "limit");
	json_int_t max = limit ? json_integer_value(limit) : 100;
	json_t *found = NULL, *within = NULL, *domain;
	struct orm_query q = {.limit = max};
	int rc;

	if (orm_check(env, m, ORM_READ) < 0)
		return -1;
	if (name && *name) {
		if (orm_find_name(env, m, name, op ? op : "ilike", 0, &found) <
		    0)
			return -1;
		domain = json_pack("[[ssO]]", "id", "in", found);
	} else {
		domain = json_array();
	}
	if (domain_of(args))
		json_array_extend(domain, loosen(domain_of(args)));
	q.domain = domain;
	rc = orm_search(env, m, &q, &within);
	if (rc == 0)
		rc = names_of(env, m, within, result);
	json_decref(found);
	json_decref(within);
	json_decref(domain);
	return rc;
}

static int do_name_create(struct env *env, const struct model *m,
			  const json_t *args, json_t **result)
{
	json_t *vals = json_pack("{sO}", "name", json_object_get(args, "name"));
	json_int_t id;
	json_t *ids, *names = NULL;
	int rc = orm_check(env, m, ORM_CREATE);

	if (rc == 0)
		rc = orm_create(env, m, vals, &id);
	json_decref(vals);
	if (rc < 0)
		return -1;
	ids = json_pack("[I]", id);
	rc = names_of(env, m, ids, &names);
	json_decref(ids);
	if (rc == 0)
		*result = json_incref(json_array_get(names, 0));
	json_decref(names);
	return rc;
}

const struct method methods_records[] = {
	{"load", NULL, 0, false, "fields!,data!", NULL, do_load},
	{"create", NULL, 0, false, "vals_list!", NULL, do_create},
	{"write", NULL, 0, true, "vals!", NULL, do_write},
	{"unlink", NULL, 0, true, "", NULL, do_unlink},
	{"action_archive", NULL, 0, true, "", NULL, do_archive},
	{"action_unarchive", NULL, 0, true, "", NULL, do_unarchive},
	{"read", NULL, 0, true, "fields,load", NULL, do_read},
	{"search", NULL, 0, false, "domain!,offset,limit,order",
	 "args!,offset,limit,order,count", do_search},
	{"search_count", NULL, 0, false, "domain!,limit", "args!",
	 do_search_count},
	{"search_read", NULL, 0, false, "domain,fields,offset,limit,order,load",
	 "domain,fields,offset,limit,order", do_search_read},
	{"name_get", NULL, 14, true, "", NULL, do_name_get},
	{"name_search", NULL, 0, false, "name,domain,operator,limit",
	 "name,args,operator,limit", do_name_search},
	{"name_create", NULL, 0, false, "name!", NULL, do_name_create},
	{NULL, NULL, 0, false, NULL, NULL, NULL},
};
