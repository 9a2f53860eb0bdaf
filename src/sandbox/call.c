/*
 * call.c - see call.h
 */
#include "sandbox/call.h"

#include <string.h>

#include "sandbox/load.h"
#include "sandbox/method.h"

#define NOT_FOUND "werkzeug.exceptions.NotFound"
#define REFUSED   "werkzeug.exceptions.UnprocessableEntity"

/* Equal without telling by the time it takes. */
static bool same_key(const char *a, const char *b)
{
	size_t i, n = strlen(a);
	unsigned diff = n != strlen(b);

	for (i = 0; !diff && i < n; i++)
		diff |= (unsigned)(a[i] ^ b[i]);
	return !diff;
}

const struct user *call_user_by_key(const struct service *s, const char *key)
{
	size_t i;

	for (i = 0; key && *key && i < USERS; i++)
		if (s->user[i].login && *s->user[i].key &&
		    same_key(s->user[i].key, key))
			return &s->user[i];
	return NULL;
}

const struct user *call_user_by_uid(const struct service *s, json_int_t uid)
{
	size_t i;

	for (i = 0; i < USERS; i++)
		if (s->user[i].login && s->user[i].uid == uid)
			return &s->user[i];
	return NULL;
}

const struct user *call_user_by_login(const struct service *s,
				      const char *login)
{
	size_t i;

	for (i = 0; login && i < USERS; i++)
		if (s->user[i].login && !strcmp(s->user[i].login, login))
			return &s->user[i];
	return NULL;
}

/* --- what to run --- */

static int unknown_model(const struct call *c, struct fail *f)
{
	if (c->json2)
		return fail_set(f, FAIL_OTHER, NOT_FOUND,
				"the model '%s' does not exist", c->model);
	return fail_set(f, FAIL_USER, FAIL_USER_ERROR,
			"Object %s doesn't exist", c->model);
}

static int unknown_method(const struct call *c, int release, struct fail *f)
{
	if (c->method[0] == '_' ||
	    (release != 14 && !strcmp(c->method, "check_access"))) {
		if (release == 14)
			return fail_set(f, FAIL_USER, FAIL_ACCESS,
					"Private methods (such as %s) cannot "
					"be called remotely.",
					c->method);
		return fail_set(f, FAIL_USER, FAIL_ACCESS,
				"Private methods (such as '%s.%s') cannot be "
				"called remotely.",
				c->model, c->method);
	}
	if (release == 14)
		return fail_set(f, FAIL_OTHER, FAIL_ATTRIBUTE,
				"type object '%s' has no attribute '%s'",
				c->model, c->method);
	return fail_set(f, FAIL_OTHER, c->json2 ? NOT_FOUND : FAIL_ATTRIBUTE,
			"The method '%s.%s' does not exist", c->model,
			c->method);
}

static json_t *as_ids(const json_t *v)
{
	json_t *out;

	if (json_is_array(v))
		return json_incref(loosen(v));
	out = json_array();
	if (json_is_integer(v))
		json_array_append(out, loosen(v));
	return out;
}

/* The arguments by name, ids among them. */
static int bind(struct env *env, const struct call *c,
		const struct method *method, json_t **args)
{
	json_t *list = c->list ? json_copy(loosen(c->list)) : json_array();
	json_t *named = c->named ? json_copy(loosen(c->named)) : json_object();
	json_t *ids = NULL;
	int rc;

	json_object_del(named, "context");
	if (method->on_ids) {
		ids = as_ids(c->json2 ? c->ids : json_array_get(list, 0));
		json_array_remove(list, 0);
	}
	if (c->json2 && c->ids && !method->on_ids)
		rc = fail_set(env->fail, FAIL_OTHER, REFUSED,
			      "cannot call %s.%s with ids", c->model,
			      c->method);
	else
		rc = method_bind(env, method, list, named, c->json2, args);
	if (rc < 0 && c->json2)
		env->fail->name = REFUSED;
	if (rc == 0 && ids)
		json_object_set(*args, "ids", ids);
	json_decref(ids);
	json_decref(list);
	json_decref(named);
	return rc;
}

static int check_language(const struct call *c, int release, struct fail *f)
{
	const char *lang = json_string_value(
		c->context ? json_object_get(c->context, "lang") : NULL);

	if (release == 14 || !lang || !strcmp(lang, "en_US"))
		return 0;
	return fail_set(f, FAIL_USER, FAIL_USER_ERROR,
			"Invalid language code: %s", lang);
}

static int run(struct service *s, const struct call *c, struct fail *f,
	       json_t **result)
{
	struct env env = {.db = &s->store,
			  .release = s->release,
			  .uid = c->user->uid,
			  .role = c->user->role,
			  .context = c->context,
			  .fail = f};
	const struct model *m = model_find(s->release, c->model);
	const struct method *method =
		m ? method_find(s->release, m, c->method) : NULL;
	json_t *args = NULL;
	int rc;

	env_set_now(&env);
	if (!m)
		return unknown_model(c, f);
	if (!method)
		return unknown_method(c, s->release, f);
	if (check_language(c, s->release, f) < 0 ||
	    bind(&env, c, method, &args) < 0)
		return -1;
	rc = method->run(&env, m, args, result);
	json_decref(args);
	return rc;
}

static int conflict(const struct call *c, json_t **result, struct fail *f)
{
	if (c->method && !strcmp(c->method, "load")) {
		*result = load_serialization(call_rows(c));
		return 0;
	}
	return fail_set(f, FAIL_OTHER, "psycopg2.errors.SerializationFailure",
			"could not serialize access due to concurrent "
			"update\n");
}

int call_run(struct service *s, const struct call *c, enum call_trouble trouble,
	     json_t **result, struct fail *f)
{
	struct fail end = FAIL_INIT;
	int rc;

	*result = NULL;
	if (trouble == CALL_CONFLICT)
		return conflict(c, result, f);
	if (store_run(&s->store, "BEGIN IMMEDIATE", NULL, f) < 0)
		return -1;
	rc = run(s, c, f, result);
	if (rc == 0 && trouble == CALL_STOPPED)
		rc = fail_set(f, FAIL_OTHER, FAIL_INTERFACE,
			      "cursor already closed");
	if (rc == 0)
		rc = store_run(&s->store, "COMMIT", NULL, f);
	if (rc < 0) {
		store_run(&s->store, "ROLLBACK", NULL, &end);
		fail_clear(&end);
		json_decref(*result);
		*result = NULL;
	}
	return rc;
}

/* --- for the log --- */

static const json_t *argument(const struct call *c, const char *name,
			      size_t place)
{
	const json_t *v = c->named ? json_object_get(c->named, name) : NULL;

	return v ? v : json_array_get(c->list, place);
}

size_t call_rows(const struct call *c)
{
	const json_t *v;

	if (c->method && !strcmp(c->method, "load"))
		return json_array_size(argument(c, "data", 1));
	if (!c->method || strcmp(c->method, "create") != 0)
		return 0;
	v = argument(c, "vals_list", 0);
	return json_is_array(v) ? json_array_size(v) : 1;
}

static json_t *keys(const json_t *object)
{
	json_t *out = json_array(), *v;
	const char *key;

	json_object_foreach (loosen(object), key, v) {
		json_array_append_new(out, json_string(key));
	}
	return out;
}

json_t *call_columns(const struct call *c)
{
	const json_t *v;

	if (!c->method)
		return NULL;
	if (!strcmp(c->method, "load")) {
		v = argument(c, "fields", 0);
		return v ? json_copy(loosen(v)) : NULL;
	}
	if (!strcmp(c->method, "write"))
		return keys(argument(c, "vals", 1));
	if (!strcmp(c->method, "create")) {
		v = argument(c, "vals_list", 0);
		return keys(json_is_array(v) ? json_array_get(v, 0) : v);
	}
	if (!strcmp(c->method, "read") || !strcmp(c->method, "search_read")) {
		v = argument(c, "fields", 1);
		return v ? json_copy(loosen(v)) : NULL;
	}
	return NULL;
}

json_t *call_ids(const struct call *c)
{
	static const char *const none[] = {
		"load",         "create",
		"search",       "search_read",
		"search_count", "fields_get",
		"default_get",  "read_group",
		"name_search",  "formatted_read_group",
	};
	const json_t *v = c->json2 ? c->ids : json_array_get(c->list, 0);
	size_t i;

	for (i = 0; c->method && i < sizeof(none) / sizeof(*none); i++)
		if (!strcmp(none[i], c->method))
			return NULL;
	return json_is_array(v) || json_is_integer(v) ? json_incref(loosen(v))
						      : NULL;
}
