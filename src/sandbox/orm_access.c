/*
 * orm_access.c - who may do what to a model
 */
#include <string.h>

#include "sandbox/orm.h"

bool orm_may(const struct env *env, const struct model *m, enum orm_access a)
{
	bool xids = !strcmp(m->name, "ir.model.data");

	switch (env->role) {
	case ROLE_SYSTEM:
	case ROLE_ADMIN:
		return true;
	case ROLE_LOADER:
		if (xids && env->release != 14)
			return true;
		break;
	case ROLE_MANAGER:
		if (xids && env->release != 14)
			return false;
		break;
	case ROLE_CLERK:
		if (!xids)
			return a == ORM_READ;
		if (env->release != 14)
			return false;
		break;
	}
	/* 14 lets everybody give external ids to records. */
	if (xids)
		return a == ORM_READ || a == ORM_CREATE;
	if (strcmp(m->name, "stock.quant") != 0)
		return true;
	/* Only counting makes quants, and only in 19 may managers touch them.
	 */
	return a == ORM_READ || (a != ORM_UNLINK && env->release != 14);
}

int orm_check(struct env *env, const struct model *m, enum orm_access a)
{
	static const char *const verb[] = {"access", "create", "modify",
					   "delete"};
	const char *groups = env->release == 14 ? m->groups_14 : m->groups;

	if (orm_may(env, m, a))
		return 0;
	return fail_set(env->fail, FAIL_USER, FAIL_ACCESS,
			"You are not allowed to %s '%s' (%s) records.\n\n"
			"%s%s\n\n"
			"Contact your administrator to request access if "
			"necessary.",
			verb[a], model_label(m, env->release), m->name,
			groups ? "This operation is allowed for the following "
				 "groups:\n"
			       : "No group currently allows this operation.",
			groups ? groups : "");
}

int orm_check_call(struct env *env, const struct model *m, enum orm_access a)
{
	if (!strcmp(m->name, "stock.quant") && env->role != ROLE_CLERK &&
	    (a == ORM_CREATE || a == ORM_WRITE))
		return 0;
	return orm_check(env, m, a);
}
