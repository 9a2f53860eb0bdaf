/*
 * fail.h - why a call of the sandbox failed, as Odoo would tell it
 *
 * Not struct err: this one travels to the client, with the name of a Python
 * exception and words that may be long.
 */
#ifndef SLUICE_SANDBOX_FAIL_H
#define SLUICE_SANDBOX_FAIL_H

enum fail_kind {
	FAIL_NONE,
	FAIL_USER,  /* UserError and what derives from it */
	FAIL_DB,    /* the database refused: a constraint */
	FAIL_OTHER, /* any other exception */
};

struct fail {
	enum fail_kind kind;
	const char *name; /* "odoo.exceptions.UserError"; a literal */
	char *message;    /* as load tells it; owned */
	char *rpc;   /* as an RPC error tells it, where that differs; owned */
	char *field; /* the column a constraint is on, or NULL; owned */
};

#define FAIL_INIT                  \
	{                          \
		.kind = FAIL_NONE, \
	}

#define FAIL_USER_ERROR "odoo.exceptions.UserError"
#define FAIL_VALIDATION "odoo.exceptions.ValidationError"
#define FAIL_ACCESS     "odoo.exceptions.AccessError"
#define FAIL_DENIED     "odoo.exceptions.AccessDenied"
#define FAIL_MISSING    "odoo.exceptions.MissingError"
#define FAIL_VALUE      "builtins.ValueError"
#define FAIL_TYPE       "builtins.TypeError"
#define FAIL_KEY        "builtins.KeyError"
#define FAIL_ATTRIBUTE  "builtins.AttributeError"
#define FAIL_INTERFACE  "psycopg2.InterfaceError"

/* Replace what is there.  All return -1. */
int fail_set(struct fail *f, enum fail_kind kind, const char *name,
	     const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* What RPC says instead, where it differs from what load says. */
int fail_rpc(struct fail *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

void fail_clear(struct fail *f);

#endif
