/*
 * json2.c - POST /json/2/MODEL/METHOD, Odoo 19
 *
 * Arguments by name, a bearer key, HTTP's own statuses, the bare result.
 */
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "sandbox/protocol.h"

static const struct {
	const char *name;
	int status;
	bool counted; /* the status is among the arguments */
} statuses[] = {
	{"werkzeug.exceptions.BadRequest", 400, true},
	{"werkzeug.exceptions.Unauthorized", 401, true},
	{"werkzeug.exceptions.NotFound", 404, true},
	{"werkzeug.exceptions.UnprocessableEntity", 422, true},
	{FAIL_ACCESS, 403, false},
	{FAIL_DENIED, 403, false},
	{FAIL_MISSING, 404, false},
	{FAIL_USER_ERROR, 422, false},
	{FAIL_VALIDATION, 422, false},
};

void json2_result(struct exchange *x)
{
	reply_json(x, 200, x->result ? json_incref(x->result) : NULL);
}

void json2_failure(struct exchange *x, const struct fail *f)
{
	int status = 500;
	bool counted = false;
	size_t i;

	for (i = 0; i < sizeof(statuses) / sizeof(*statuses); i++)
		if (!strcmp(statuses[i].name, f->name)) {
			status = statuses[i].status;
			counted = statuses[i].counted;
		}
	reply_json(x, status, reply_error(19, f, counted ? status : 0));
	x->reply.bearer = status == 401;
	x->error = f->name;
}

static void fail(struct exchange *x, const char *name, const char *message)
{
	struct fail f = FAIL_INIT;

	fail_set(&f, FAIL_OTHER, name, "%s", message);
	json2_failure(x, &f);
	fail_clear(&f);
}

static const struct user *authenticate(const struct service *s,
				       const struct request *r,
				       struct exchange *x)
{
	const char *a = r->authorization;
	const struct user *u;

	if (!a || strncasecmp(a, "bearer ", 7) != 0) {
		fail(x, "werkzeug.exceptions.Unauthorized",
		     "User not authenticated, use an API Key with a Bearer "
		     "Authorization header.");
		return NULL;
	}
	for (a += 7; *a == ' '; a++)
		;
	u = call_user_by_key(s, a);
	if (!u)
		fail(x, "werkzeug.exceptions.Unauthorized", "Invalid apikey");
	return u;
}

/* Everything before the call itself; false when answered. */
static bool admit(const struct service *s, const struct request *r,
		  struct exchange *x, const struct user **user)
{
	size_t n = strcspn(r->type, "; ");

	if (r->database && strcmp(r->database, s->database) != 0) {
		reply_html(x, 404,
			   "<!DOCTYPE html>\n<title>404 Not Found</title>\n"
			   "<h1>Not Found</h1>\n<p>No database is selected and "
			   "the requested URL was not found in the server-wide "
			   "controllers.</p>\n");
		return false;
	}
	if (strcmp(r->verb, "POST") != 0) {
		fail(x, "werkzeug.exceptions.NotFound",
		     "Did you mean POST /json/2/<model>/<method>?");
		return false;
	}
	if (r->len &&
	    (n != 16 || strncasecmp(r->type, "application/json", n))) {
		reply_html(x, 415,
			   "<!doctype html>\n<html lang=en>\n"
			   "<title>415 Unsupported Media Type</title>\n"
			   "<h1>Unsupported Media Type</h1>\n");
		return false;
	}
	if (r->over) {
		reply_html(x, 413,
			   "<!doctype html>\n<html lang=en>\n"
			   "<title>413 Request Entity Too Large</title>\n");
		return false;
	}
	*user = authenticate(s, r, x);
	return *user != NULL;
}

static bool read_body(const struct request *r, struct exchange *x)
{
	json_error_t e;
	char *text;

	if (!r->len) {
		x->body = json_object();
		return true;
	}
	x->body = json_loadb(r->body, r->len, JSON_DECODE_ANY | JSON_ALLOW_NUL,
			     &e);
	if (x->body)
		return true;
	text = mem_printf("could not parse the body as json: %s: line %d "
			  "column %d (char %d)",
			  e.text, e.line, e.column, e.position);
	fail(x, "werkzeug.exceptions.BadRequest", text);
	free(text);
	return false;
}

void json2_read(const struct service *s, const struct request *r,
		struct exchange *x)
{
	const char *model = r->path + 8, *slash = strchr(model, '/');
	const struct user *user = NULL;

	x->call.json2 = true;
	if (!slash || !slash[1] || strchr(slash + 1, '/')) {
		fail(x, "werkzeug.exceptions.NotFound",
		     "Did you mean POST /json/2/<model>/<method>?");
		return;
	}
	x->model = mem_dup(model, (size_t)(slash - model));
	x->method = mem_strdup(slash + 1);
	if (!admit(s, r, x, &user) || !read_body(r, x))
		return;
	x->named = json_is_object(x->body) ? json_copy(x->body) : json_object();
	x->context = json_incref(json_object_get(x->named, "context"));
	x->call = (struct call){
		.user = user,
		.model = x->model,
		.method = x->method,
		.named = x->named,
		.context = json_is_object(x->context) ? x->context : NULL,
		.ids = json_is_object(x->body) ? json_object_get(x->body, "ids")
					       : NULL,
		.json2 = true,
	};
	json_object_del(x->named, "ids");
	json_object_del(x->named, "context");
}
