/*
 * env.h - who calls: user, context, and where to
 */
#ifndef SLUICE_SANDBOX_ENV_H
#define SLUICE_SANDBOX_ENV_H

#include <stdbool.h>

#include "sandbox/model.h"
#include "sandbox/store.h"

#define ENV_NOW_MAX 32

enum role {
	ROLE_SYSTEM,  /* the seed */
	ROLE_ADMIN,   /* Settings */
	ROLE_LOADER,  /* all managers and Access Rights */
	ROLE_MANAGER, /* all managers */
	ROLE_CLERK,   /* an internal user: reads */
};

struct env {
	struct store *db;
	int release;
	json_int_t uid;
	enum role role;
	const json_t *context; /* an object, or NULL; borrowed */
	char now[ENV_NOW_MAX]; /* the transaction's time, microseconds */
	struct fail *fail;     /* filled where a function returns -1 */
	/* A delegation makes the other record: no second round. */
	bool delegating;
};

/* The member of the context, or NULL. */
const json_t *env_context(const struct env *env, const char *key);
/* Python's truth of the member. */
bool env_flag(const struct env *env, const char *key);
/* Python's truth. */
bool json_truth(const json_t *v);

/* The transaction's time, from the clock. */
void env_set_now(struct env *env);

#endif
