#include "odoo/call.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/rec.h"

void call_init(struct call *c, const char *model, const char *method,
	       enum call_kind kind)
{
	*c = (struct call){
		.model = mem_strdup(model),
		.method = mem_strdup(method),
		.kind = kind,
		.text = BUF_INIT(CALL_CEILING),
	};
}

void call_release(struct call *c)
{
	free(c->model);
	free(c->method);
	json_decref(c->context);
	buf_release(&c->text);
	*c = (struct call){.model = NULL};
}

struct buf *call_arg_open(struct call *c, const char *name)
{
	assert(c->n_args < CALL_ARGS_MAX);
	c->arg[c->n_args] = (struct call_arg){
		.name = name,
		.from = c->text.len,
	};
	return &c->text;
}

void call_arg_close(struct call *c)
{
	struct call_arg *a = &c->arg[c->n_args++];

	a->len = c->text.len - a->from;
}

static void put_ids(struct buf *b, const int64_t *ids, size_t n)
{
	size_t i;

	buf_addc(b, '[');
	for (i = 0; i < n; i++)
		buf_addf(b, "%s%" PRId64, i ? "," : "", ids[i]);
	buf_addc(b, ']');
}

void call_ids(struct call *c, const int64_t *ids, size_t n)
{
	assert(!c->n_args);
	c->has_ids = true;
	call_arg_ids(c, "ids", ids, n);
}

void call_arg_ids(struct call *c, const char *name, const int64_t *ids,
		  size_t n)
{
	put_ids(call_arg_open(c, name), ids, n);
	call_arg_close(c);
}

void call_arg_raw(struct call *c, const char *name, struct span json)
{
	buf_add_span(call_arg_open(c, name), json);
	call_arg_close(c);
}

static int add_dumped(const char *p, size_t len, void *to)
{
	buf_add(to, p, len);
	return 0;
}

void call_put_json(struct buf *b, const json_t *value)
{
	json_dump_callback(value, add_dumped, b,
			   JSON_COMPACT | JSON_ENCODE_ANY);
}

void call_arg_json(struct call *c, const char *name, const json_t *value)
{
	call_put_json(call_arg_open(c, name), value);
	call_arg_close(c);
}

void call_arg_str(struct call *c, const char *name, struct span text)
{
	struct buf *b = call_arg_open(c, name);

	buf_addc(b, '"');
	rec_put_escaped(b, text);
	buf_addc(b, '"');
	call_arg_close(c);
}

void call_by_name(struct call *c)
{
	assert(c->n_args);
	c->arg[c->n_args - 1].keyword = true;
}

void call_context(struct call *c, json_t *context)
{
	if (!context)
		return;
	if (!c->context)
		c->context = json_object();
	json_object_update(c->context, context);
}

struct span call_arg_text(const struct call *c, const struct call_arg *a)
{
	return (struct span){c->text.data + a->from, a->len};
}
