/*
 * tp_jsonrpc.c - POST /jsonrpc, Odoo 14 to 21
 *
 * Everything is HTTP 200; a JSON object with `error` tells failures, one with
 * neither `error` nor `result` is Python's None (FACTS: 19).  The uid and the
 * key travel in every call.  Ids and the leading arguments go by position,
 * since the modules' own methods name them as they like.
 *
 * Spec: Odoo documentation, "External RPC API"; JSON-RPC 2.0.
 */
#include <inttypes.h>
#include <string.h>

#include "core/rec.h"
#include "odoo/transport.h"

static void path(struct buf *out, const struct call *c)
{
	(void)c;
	buf_adds(out, "/jsonrpc");
}

static void put_text(struct buf *out, const char *s)
{
	buf_addc(out, '"');
	rec_put_escaped(out, span_of(s));
	buf_addc(out, '"');
}

/* authenticate, version: no model, no uid. */
static void common_body(struct buf *out, const struct call *c)
{
	size_t i;

	buf_adds(out, "{\"jsonrpc\":\"2.0\",\"method\":\"call\",\"id\":1,"
		      "\"params\":{\"service\":\"common\",\"method\":");
	put_text(out, c->method);
	buf_adds(out, ",\"args\":[");
	for (i = 0; i < c->n_args; i++) {
		if (i)
			buf_addc(out, ',');
		buf_add_span(out, call_arg_text(c, &c->arg[i]));
	}
	buf_adds(out, "]}}");
}

static void put_keywords(struct buf *out, const struct call *c)
{
	bool first = true;
	size_t i;

	for (i = 0; i < c->n_args; i++) {
		if (!c->arg[i].keyword)
			continue;
		if (!first)
			buf_addc(out, ',');
		first = false;
		put_text(out, c->arg[i].name);
		buf_addc(out, ':');
		buf_add_span(out, call_arg_text(c, &c->arg[i]));
	}
	if (c->context) {
		buf_adds(out, first ? "\"context\":" : ",\"context\":");
		call_put_json(out, c->context);
	}
}

static void body(struct buf *out, const struct login *l, const struct call *c)
{
	bool first = true;
	size_t i;

	if (!strcmp(c->model, CALL_COMMON)) {
		common_body(out, c);
		return;
	}
	buf_adds(out, "{\"jsonrpc\":\"2.0\",\"method\":\"call\",\"id\":1,"
		      "\"params\":{\"service\":\"object\","
		      "\"method\":\"execute_kw\",\"args\":[");
	put_text(out, l->database);
	buf_addf(out, ",%" PRId64 ",", l->uid);
	put_text(out, l->key);
	buf_addc(out, ',');
	put_text(out, c->model);
	buf_addc(out, ',');
	put_text(out, c->method);
	buf_adds(out, ",[");
	for (i = 0; i < c->n_args; i++) {
		if (c->arg[i].keyword)
			continue;
		if (!first)
			buf_addc(out, ',');
		first = false;
		buf_add_span(out, call_arg_text(c, &c->arg[i]));
	}
	buf_adds(out, "],{");
	put_keywords(out, c);
	buf_adds(out, "}]}}");
}

static void interpret(const struct http_answer *a, struct reply *r)
{
	json_t *j = transport_json(&a->body);
	json_t *error = json_object_get(j, "error");
	json_t *result = json_object_get(j, "result");

	if (!json_is_object(j) || !json_object_get(j, "jsonrpc")) {
		r->how = REPLY_STRANGE;
	} else if (json_object_get(error, "data")) {
		transport_error(r, json_object_get(error, "data"));
	} else if (error) {
		r->how = REPLY_STRANGE;
		r->message = transport_text(error, "message");
	} else {
		r->how = REPLY_RESULT;
		r->result = result ? json_incref(result) : json_null();
	}
	json_decref(j);
}

static void prove(struct call *c, const struct login *l)
{
	call_init(c, CALL_COMMON, "authenticate", CALL_READ);
	call_arg_str(c, "db", span_of(l->database));
	call_arg_str(c, "login", span_of(l->user));
	call_arg_str(c, "password", span_of(l->key));
	call_arg_raw(c, "user_agent_env", SPAN("{}"));
}

static int64_t proved(const json_t *result)
{
	return json_is_integer(result) ? json_integer_value(result) : 0;
}

const struct transport_ops tp_jsonrpc = {
	.name = "jsonrpc",
	.release_from = 8,
	.path = path,
	.body = body,
	.interpret = interpret,
	.prove = prove,
	.proved = proved,
};
