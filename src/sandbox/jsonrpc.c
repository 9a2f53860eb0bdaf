/*
 * jsonrpc.c - /jsonrpc: services common, db and object
 *
 * HTTP says 200 whatever happens to the call; the error code is 200 in 14
 * and 0 in 19.
 */
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "sandbox/protocol.h"

static void result(const struct service *s, struct exchange *x, json_t *v)
{
	json_t *body = json_pack("{ss sO}", "jsonrpc", "2.0", "id", x->id);

	/* 19 leaves None out. */
	if (v)
		json_object_set_new(body, "result", v);
	else if (s->release == 14)
		json_object_set_new(body, "result", json_null());
	reply_json(x, 200, body);
}

void jsonrpc_result(const struct service *s, struct exchange *x)
{
	result(s, x, x->result ? json_incref(x->result) : NULL);
}

void jsonrpc_failure(const struct service *s, struct exchange *x,
		     const struct fail *f)
{
	reply_json(x, 200,
		   json_pack("{ss sO s{si ss so}}", "jsonrpc", "2.0", "id",
			     x->id, "error", "code", s->release == 14 ? 200 : 0,
			     "message", "Odoo Server Error", "data",
			     reply_error(s->release, f, 0)));
	x->error = f->name;
}

static void fail(const struct service *s, struct exchange *x, const char *name,
		 const char *message)
{
	struct fail f = FAIL_INIT;

	fail_set(&f, FAIL_OTHER, name, "%s", message);
	jsonrpc_failure(s, x, &f);
	fail_clear(&f);
}

static bool check_database(const struct service *s, struct exchange *x,
			   const char *database)
{
	char *text;

	if (database && !strcmp(database, s->database))
		return true;
	text = mem_printf("%sFATAL:  database \"%s\" does not exist\n",
			  s->release == 14 ? ""
					   : "connection to server failed: ",
			  database ? database : "");
	fail(s, x, "psycopg2.OperationalError", text);
	free(text);
	return false;
}

static json_t *server_version(const struct service *s)
{
	char text[8];

	snprintf(text, sizeof(text), "%d.0", s->release);
	return json_pack("{ss s[iiisis] ss si}", "server_version", text,
			 "server_version_info", s->release, 0, 0, "final", 0,
			 "", "server_serie", text, "protocol_version", 1);
}

static void unknown_method(const struct service *s, struct exchange *x,
			   const char *method)
{
	char *text = mem_printf("Method not found: %s", method);

	fail(s, x, "builtins.Exception", text);
	free(text);
}

static void common(const struct service *s, struct exchange *x,
		   const char *method, const json_t *args)
{
	const struct user *u;
	const char *key;

	if (!strcmp(method, "version")) {
		result(s, x, server_version(s));
		return;
	}
	if (strcmp(method, "authenticate") != 0 &&
	    strcmp(method, "login") != 0) {
		unknown_method(s, x, method);
		return;
	}
	if (!check_database(s, x, json_string_value(json_array_get(args, 0))))
		return;
	u = call_user_by_login(s, json_string_value(json_array_get(args, 1)));
	key = json_string_value(json_array_get(args, 2));
	result(s, x,
	       u && u == call_user_by_key(s, key) ? json_integer(u->uid)
						  : json_false());
}

/* args: database, uid, key, model, method, list, names */
static void object(const struct service *s, struct exchange *x,
		   const char *method, const json_t *args)
{
	const char *key = json_string_value(json_array_get(args, 2));
	const char *model = json_string_value(json_array_get(args, 3));
	const char *call = json_string_value(json_array_get(args, 4));
	const struct user *u;

	if (strcmp(method, "execute_kw") != 0 &&
	    strcmp(method, "execute") != 0) {
		unknown_method(s, x, method);
		return;
	}
	if (!check_database(s, x, json_string_value(json_array_get(args, 0))))
		return;
	u = call_user_by_uid(s, json_integer_value(json_array_get(args, 1)));
	if (!u || u != call_user_by_key(s, key)) {
		fail(s, x, FAIL_DENIED, "Access Denied");
		return;
	}
	if (!model || !call) {
		fail(s, x, FAIL_TYPE,
		     "execute_kw() missing required positional arguments");
		return;
	}
	x->model = mem_strdup(model);
	x->method = mem_strdup(call);
	if (!strcmp(method, "execute")) {
		size_t i;

		x->list = json_array();
		for (i = 5; i < json_array_size(args); i++)
			json_array_append(x->list, json_array_get(args, i));
	} else {
		x->list = json_incref(json_array_get(args, 5));
		x->named = json_incref(json_array_get(args, 6));
		x->context = json_incref(
			x->named ? json_object_get(x->named, "context") : NULL);
	}
	x->call = (struct call){
		.user = u,
		.model = x->model,
		.method = x->method,
		.list = x->list,
		.named = json_is_object(x->named) ? x->named : NULL,
		.context = json_is_object(x->context) ? x->context : NULL};
}

static void dispatch(const struct service *s, struct exchange *x)
{
	const json_t *params = json_object_get(x->body, "params");
	const char *service =
		json_string_value(json_object_get(params, "service"));
	const char *method =
		json_string_value(json_object_get(params, "method"));
	const json_t *args = json_object_get(params, "args");

	if (!service || !method || !args) {
		fail(s, x, FAIL_TYPE,
		     s->release == 14
			     ? "jsonrpc() missing 3 required positional "
			       "arguments: 'service', 'method', and 'args'"
			     : "JSONRPC.jsonrpc() missing 3 required "
			       "positional arguments: 'service', 'method', and "
			       "'args'");
	} else if (!strcmp(service, "common")) {
		common(s, x, method, args);
	} else if (!strcmp(service, "object")) {
		object(s, x, method, args);
	} else if (!strcmp(service, "db") && !strcmp(method, "list")) {
		result(s, x, json_pack("[s]", s->database));
	} else if (!strcmp(service, "db")) {
		unknown_method(s, x, method);
	} else if (s->release == 14) {
		fail(s, x, "builtins.UnboundLocalError",
		     "local variable 'dispatch' referenced before assignment");
	} else {
		fail(s, x, FAIL_KEY, service);
	}
}

static bool is_json(const char *type)
{
	size_t n = strcspn(type, "; ");

	return (n == 16 && !strncasecmp(type, "application/json", n)) ||
	       (n == 20 && !strncasecmp(type, "application/json-rpc", n));
}

static void not_json(const struct service *s, struct exchange *x)
{
	if (s->release == 14)
		reply_html(x, 400,
			   "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2 "
			   "Final//EN\">\n<title>400 Bad Request</title>\n"
			   "<h1>Bad Request</h1>\n"
			   "<p>Session expired (invalid CSRF token)</p>\n");
	else
		reply_html(x, 415,
			   "<!doctype html>\n<html lang=en>\n"
			   "<title>415 Unsupported Media Type</title>\n"
			   "<h1>Unsupported Media Type</h1>\n"
			   "<p>Request inferred type is compatible with "
			   "[&#39;http&#39;, &#39;json2&#39;] but "
			   "&#39;/jsonrpc&#39; is type=&#39;jsonrpc&#39;."
			   "<br><br>Please verify the Content-Type request "
			   "header and try again.</p>\n");
}

static void not_an_object(const struct service *s, struct exchange *x)
{
	if (s->release == 14)
		reply_html(x, 500,
			   "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2 "
			   "Final//EN\">\n"
			   "<title>500 Internal Server Error</title>\n"
			   "<h1>Internal Server Error</h1>\n");
	else
		reply_html(x, 400, "Invalid JSON-RPC data");
}

void jsonrpc_read(const struct service *s, const struct request *r,
		  struct exchange *x)
{
	if (strcmp(r->verb, "POST") != 0 || !is_json(r->type)) {
		not_json(s, x);
		return;
	}
	x->id = json_null();
	if (r->over) {
		fail(s, x, "werkzeug.exceptions.RequestEntityTooLarge",
		     "413 Request Entity Too Large");
		return;
	}
	x->body = json_loadb(r->body ? r->body : "", r->len,
			     JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	if (!x->body) {
		reply_html(x, 400, "Invalid JSON data");
		return;
	}
	if (!json_is_object(x->body)) {
		not_an_object(s, x);
		return;
	}
	x->id = json_object_get(x->body, "id");
	x->id = x->id ? x->id : json_null();
	if (!strcmp(r->path, "/web/webclient/version_info"))
		result(s, x, server_version(s));
	else if (!strcmp(r->path, "/web/database/list"))
		result(s, x, json_pack("[s]", s->database));
	else
		dispatch(s, x);
}
