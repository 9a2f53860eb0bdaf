/*
 * call.h - a call on a model, whichever protocol it came by
 */
#ifndef SLUICE_SANDBOX_CALL_H
#define SLUICE_SANDBOX_CALL_H

#include "sandbox/env.h"

#define USER_KEY_MAX 41 /* 40 hex digits and NUL */
#define USERS        5

struct user {
	const char *login;
	json_int_t uid;
	enum role role;
	char key[USER_KEY_MAX]; /* "" may not log in */
};

/* What the protocols share. */
struct service {
	struct store store;
	int release;
	const char *database;
	struct user user[USERS];
};

struct call {
	const struct user *user;
	const char *model, *method; /* borrowed; NULL where it is none */
	const json_t *list;    /* arguments by place, ids among them; or NULL */
	const json_t *named;   /* by name, or NULL */
	const json_t *context; /* or NULL */
	const json_t *ids;     /* JSON-2: by name, or NULL */
	bool json2;            /* arguments by name only, its own errors */
};

/* What a fault makes of a call instead of letting it be. */
enum call_trouble {
	CALL_FINE,
	CALL_CONFLICT, /* it lost against a concurrent update */
	CALL_STOPPED,  /* the server was stopped meanwhile: rolled back */
};

/*
 * Run in a transaction of its own.  0 committed, *result a new reference or
 * NULL for None; -1 rolled back, `f` says why.
 */
int call_run(struct service *s, const struct call *call,
	     enum call_trouble trouble, json_t **result, struct fail *f);

const struct user *call_user_by_key(const struct service *s, const char *key);
const struct user *call_user_by_uid(const struct service *s, json_int_t uid);
const struct user *call_user_by_login(const struct service *s,
				      const char *login);

/* Rows that a call brings: of load, of create; else 0. */
size_t call_rows(const struct call *c);
/* Columns that it names: a new array, or NULL. */
json_t *call_columns(const struct call *c);
/* Ids it works on: a new reference, or NULL. */
json_t *call_ids(const struct call *c);

#endif
