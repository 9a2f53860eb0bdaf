/*
 * protocol.c - see protocol.h; and the plain pages around the two protocols
 */
#include "sandbox/protocol.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sandbox/pyjson.h"

static const char type_json[] = "application/json; charset=utf-8";
static const char type_html[] = "text/html; charset=utf-8";

void exchange_init(struct exchange *x)
{
	*x = (struct exchange){.reply = {.status = 200, .type = type_json}};
	x->reply.body = (struct buf)BUF_INIT(REPLY_CEILING);
}

void exchange_release(struct exchange *x)
{
	buf_release(&x->reply.body);
	json_decref(x->body);
	json_decref(x->list);
	json_decref(x->named);
	json_decref(x->context);
	json_decref(x->result);
	free(x->model);
	free(x->method);
	*x = (struct exchange){.answered = false};
}

void reply_html(struct exchange *x, int status, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	x->reply.status = status;
	x->reply.type = type_html;
	buf_clear(&x->reply.body);
	buf_adds(&x->reply.body, text);
	x->answered = true;
}

void reply_json(struct exchange *x, int status, json_t *body)
{
	x->reply.status = status;
	x->reply.type = type_json;
	buf_clear(&x->reply.body);
	if (body)
		pyjson_put(&x->reply.body, body);
	else
		buf_adds(&x->reply.body, "null");
	json_decref(body);
	x->answered = true;
}

json_t *reply_error(int release, const struct fail *f, int status)
{
	const char *message = f->rpc ? f->rpc : f->message;
	json_t *debug = json_sprintf(
		"Traceback (most recent call last):\n"
		"  (a rehearsal server has no Python to show)\n%s: %s\n",
		f->name, message);
	json_t *arguments = json_pack("[s]", message);

	if (status)
		json_array_append_new(arguments, json_integer(status));
	if (!strcmp(f->name, FAIL_KEY)) /* str(KeyError) is the repr */
		message = f->message;
	if (release == 14)
		return json_pack("{ss so ss so s{}}", "name", f->name, "debug",
				 debug, "message", message, "arguments",
				 arguments, "context");
	return json_pack("{ss ss so s{} so}", "name", f->name, "message",
			 message, "arguments", arguments, "context", "debug",
			 debug);
}

static json_t *version(const struct service *s)
{
	char text[8];

	snprintf(text, sizeof(text), "%d.0", s->release);
	return json_pack("{s[iiisis] ss}", "version_info", s->release, 0, 0,
			 "final", 0, "", "version", text);
}

/* Pages that are neither protocol; false where there is none. */
static bool page(const struct service *s, const struct request *r,
		 struct exchange *x)
{
	bool get = !strcmp(r->verb, "GET");

	if (s->release == 14)
		return false;
	if (get && (!strcmp(r->path, "/web/version") ||
		    !strcmp(r->path, "/json/version")))
		reply_json(x, 200, version(s));
	else if (get && !strcmp(r->path, "/web/health"))
		reply_json(x, 200, json_pack("{ss}", "status", "pass"));
	else
		return false;
	return true;
}

void protocol_read(const struct service *s, const struct request *r,
		   struct exchange *x)
{
	if (!strcmp(r->path, "/jsonrpc") ||
	    !strcmp(r->path, "/web/webclient/version_info") ||
	    !strcmp(r->path, "/web/database/list"))
		jsonrpc_read(s, r, x);
	else if (s->release != 14 && !strncmp(r->path, "/json/2/", 8))
		json2_read(s, r, x);
	else if (!page(s, r, x))
		reply_html(x, 404,
			   "<!doctype html>\n<title>404 Not Found</title>\n"
			   "<h1>Not Found</h1>\n");
}

void protocol_answer(struct service *s, struct exchange *x,
		     enum call_trouble trouble)
{
	struct fail f = FAIL_INIT;

	if (x->answered)
		return;
	if (call_run(s, &x->call, trouble, &x->result, &f) == 0) {
		if (x->call.json2)
			json2_result(x);
		else
			jsonrpc_result(s, x);
	} else {
		x->error = f.name;
		if (x->call.json2)
			json2_failure(x, &f);
		else
			jsonrpc_failure(s, x, &f);
	}
	fail_clear(&f);
}
