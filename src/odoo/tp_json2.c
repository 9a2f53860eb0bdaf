/*
 * tp_json2.c - POST /json/2/MODEL/METHOD, Odoo 19 and later
 *
 * Arguments by name, the bare value in the answer, statuses that mean
 * something; errors are an object with name and message.
 *
 * Spec: Odoo documentation, "External JSON-2 API".
 */
#include "core/rec.h"
#include "odoo/transport.h"

static void path(struct buf *out, const struct call *c)
{
	buf_addf(out, "/json/2/%s/%s", c->model, c->method);
}

static void body(struct buf *out, const struct login *l, const struct call *c)
{
	size_t i;

	(void)l;
	buf_addc(out, '{');
	for (i = 0; i < c->n_args; i++) {
		buf_addf(out, "%s\"%s\":", i ? "," : "", c->arg[i].name);
		buf_add_span(out, call_arg_text(c, &c->arg[i]));
	}
	if (c->context) {
		buf_adds(out, c->n_args ? ",\"context\":" : "\"context\":");
		call_put_json(out, c->context);
	}
	buf_addc(out, '}');
}

static void interpret(const struct http_answer *a, struct reply *r)
{
	json_t *j = transport_json(&a->body);

	if (!j) {
		r->how = REPLY_STRANGE;
	} else if (a->status == 200) {
		r->how = REPLY_RESULT;
		r->result = json_incref(j);
	} else if (json_is_string(json_object_get(j, "name"))) {
		transport_error(r, j);
	} else {
		/* a gateway's error may be JSON as well */
		r->how = REPLY_STRANGE;
		r->message = transport_text(j, "message");
	}
	json_decref(j);
}

static void prove(struct call *c, const struct login *l)
{
	(void)l;
	call_init(c, "res.users", "context_get", CALL_READ);
}

static int64_t proved(const json_t *result)
{
	const json_t *uid = json_object_get(result, "uid");

	return json_is_integer(uid) ? json_integer_value(uid) : -1;
}

const struct transport_ops tp_json2 = {
	.name = "json2",
	.release_from = 19,
	.key_in_header = true,
	.path = path,
	.body = body,
	.interpret = interpret,
	.prove = prove,
	.proved = proved,
};
