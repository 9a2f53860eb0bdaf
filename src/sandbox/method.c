/*
 * method.c - see method.h
 */
#include "sandbox/method.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static const struct method *const tables[] = {methods_records, methods_more};

const struct method *method_find(int release, const struct model *m,
				 const char *name)
{
	const struct method *x;
	size_t t;

	for (t = 0; t < sizeof(tables) / sizeof(*tables); t++)
		for (x = tables[t]; x->name; x++)
			if (!strcmp(x->name, name) &&
			    (!x->only || x->only == release) &&
			    (!x->model || !strcmp(x->model, m->name)))
				return x;
	return NULL;
}

/* The i-th parameter; false behind the last. */
static bool param(const struct env *env, const struct method *x, size_t i,
		  struct span *name, bool *required)
{
	const char *p =
		env->release == 14 && x->params_14 ? x->params_14 : x->params;

	while (p && *p && i--) {
		p = strchr(p, ',');
		p = p ? p + 1 : NULL;
	}
	if (!p || !*p)
		return false;
	*name = (struct span){p, strcspn(p, ",")};
	*required = name->p[name->len - 1] == '!';
	name->len -= *required ? 1 : 0;
	return true;
}

/* Python says whose method it is in 19. */
static const char *owner(const struct env *env)
{
	return env->release == 14 ? "" : "BaseModel.";
}

static int too_many(struct env *env, const struct method *x, size_t takes,
		    size_t given)
{
	return fail_set(env->fail, FAIL_OTHER, FAIL_TYPE,
			"%s%s() takes %zu positional arguments but %zu were "
			"given",
			owner(env), x->name, takes + 1, given + 1);
}

static int unexpected(struct env *env, const struct method *x, const char *name,
		      bool by_name)
{
	if (by_name)
		return fail_set(env->fail, FAIL_OTHER, FAIL_TYPE,
				"got an unexpected keyword argument '%s'",
				name);
	return fail_set(env->fail, FAIL_OTHER, FAIL_TYPE,
			"%s%s() got an unexpected keyword argument '%s'",
			owner(env), x->name, name);
}

static int check_names(struct env *env, const struct method *x,
		       const json_t *named, bool by_name)
{
	const char *name;
	struct span p;
	json_t *v;
	bool required;
	size_t i;

	json_object_foreach (loosen(named), name, v) {
		for (i = 0; param(env, x, i, &p, &required); i++)
			if (span_is(p, name))
				break;
		if (!param(env, x, i, &p, &required))
			return unexpected(env, x, name, by_name);
	}
	return 0;
}

/* "search_count() missing 2 required positional arguments: 'a' and 'b'" */
static int missing(struct env *env, const struct method *x, const json_t *args,
		   bool by_name)
{
	struct buf b = BUF_INIT(4096);
	struct span p;
	bool required;
	size_t n = 0, i;

	for (i = 0; param(env, x, i, &p, &required); i++) {
		if (!required || json_object_getn(args, p.p, p.len))
			continue;
		if (by_name) {
			buf_release(&b);
			return fail_set(env->fail, FAIL_OTHER, FAIL_TYPE,
					"missing a required argument: '%.*s'",
					SPAN_FMT(p));
		}
		buf_addf(&b, "%s'%.*s'", n ? " and " : "", SPAN_FMT(p));
		n++;
	}
	if (n)
		fail_set(env->fail, FAIL_OTHER, FAIL_TYPE,
			 "%s%s() missing %zu required positional argument%s: "
			 "%s",
			 owner(env), x->name, n, n > 1 ? "s" : "", buf_str(&b));
	buf_release(&b);
	return n ? -1 : 0;
}

int method_bind(struct env *env, const struct method *x, const json_t *list,
		const json_t *named, bool by_name, json_t **args)
{
	size_t n = json_array_size(list), i;
	struct span p;
	bool required;

	*args = json_object();
	for (i = 0; param(env, x, i, &p, &required); i++) {
		json_t *v = i < n ? json_array_get(list, i)
				  : json_object_getn(named, p.p, p.len);

		if (v)
			json_object_setn(*args, p.p, p.len, v);
	}
	if (n > i) {
		too_many(env, x, i, n);
		goto fail;
	}
	/* What is asked too much is said before what is missing. */
	if ((by_name && missing(env, x, *args, true) < 0) ||
	    check_names(env, x, named, by_name) < 0 ||
	    missing(env, x, *args, false) < 0)
		goto fail;
	return 0;
fail:
	json_decref(*args);
	*args = NULL;
	return -1;
}
