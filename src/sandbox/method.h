/*
 * method.h - the methods that may be called, and their arguments
 *
 * One table: a method is a row with the names of its parameters, "a!" for
 * a required one.  Arguments arrive by place (JSON-RPC) or by name (both)
 * and are handed over by name.
 */
#ifndef SLUICE_SANDBOX_METHOD_H
#define SLUICE_SANDBOX_METHOD_H

#include "sandbox/env.h"

struct method {
	const char *name;
	const char *model;              /* only of this model, or NULL */
	int only;                       /* release, 0: both */
	bool on_ids;                    /* works on records */
	const char *params, *params_14; /* _14 NULL: the same */
	/* *result stays NULL for Python's None.  `args` has "ids" too. */
	int (*run)(struct env *env, const struct model *m, const json_t *args,
		   json_t **result);
};

const struct method *method_find(int release, const struct model *m,
				 const char *name);

/*
 * Arguments by name, a new object.  -1 with env->fail, a TypeError in
 * Python's words (method_bind) or JSON-2's (`by_name`).
 *
 * list  by place, behind the ids; may be NULL
 * named may be NULL
 */
int method_bind(struct env *env, const struct method *method,
		const json_t *list, const json_t *named, bool by_name,
		json_t **args);

extern const struct method methods_records[], methods_more[];

#endif
