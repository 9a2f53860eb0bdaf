/*
 * call.h - one method call on a model of Odoo, before any transport
 *
 * JSON-2 wants every argument by name, /jsonrpc wants some by position: a
 * call keeps both, name and order.  Values are kept as JSON text, so that a
 * batch of rows can be written straight into the call:
 *
 *	struct call c;
 *
 *	call_init(&c, "product.product", "load", CALL_WRITE);
 *	call_arg_json(&c, "fields", names);
 *	rows = call_arg_open(&c, "data");
 *	buf_adds(rows, "[[\"sluice.product.P-1\",\"Bolt\"]]");
 *	call_arg_close(&c);
 *	call_context(&c, context);
 */
#ifndef SLUICE_CALL_H
#define SLUICE_CALL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/span.h"

/* What a repetition does; decides who may repeat the call. */
enum call_kind {
	CALL_READ,  /* changes nothing: repeated freely */
	CALL_WRITE, /* its outcome matters: only the caller repeats it */
};

#define CALL_ARGS_MAX 8
/* Odoo 19 refuses bodies beyond 128 MiB. */
#define CALL_CEILING ((size_t)96 << 20)

struct call_arg {
	const char *name; /* a literal: the Python parameter's name */
	bool keyword;     /* by name on both transports */
	size_t from, len; /* its JSON in `text` */
};

struct call {
	char *model, *method;
	enum call_kind kind;
	int64_t timeout_ms; /* 0: the endpoint's */
	bool has_ids;       /* on records; the ids are arg[0] */
	struct call_arg arg[CALL_ARGS_MAX];
	size_t n_args;
	json_t *context; /* object or NULL */
	struct buf text; /* over: the call is too large and is not sent */
};

/* `model` and `method` are copied. */
void call_init(struct call *c, const char *model, const char *method,
	       enum call_kind kind);
void call_release(struct call *c);

/* On these records (`self`); before all arguments. */
void call_ids(struct call *c, const int64_t *ids, size_t n);

/*
 * The next argument, in the order of the Python method's parameters; `name`
 * is a literal.  Raw JSON text, a jansson value (borrowed), text.
 */
void call_arg_raw(struct call *c, const char *name, struct span json);
void call_arg_json(struct call *c, const char *name, const json_t *value);
void call_arg_str(struct call *c, const char *name, struct span text);
void call_arg_ids(struct call *c, const char *name, const int64_t *ids,
		  size_t n);
/* Append the JSON text of the argument to what is returned, then close. */
struct buf *call_arg_open(struct call *c, const char *name);
void call_arg_close(struct call *c);

/* The argument added last goes by name on /jsonrpc too (limit, order, ...). */
void call_by_name(struct call *c);

/* Add the members of `context` (borrowed; NULL: nothing). */
void call_context(struct call *c, json_t *context);

/* Append a jansson value, compact. */
void call_put_json(struct buf *b, const json_t *value);

/* The JSON text of argument `a`. */
struct span call_arg_text(const struct call *c, const struct call_arg *a);

#endif
