#include "odoo/transport.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static const struct transport_ops *const transports[] = {
	&tp_json2, /* the preferred one first */
	&tp_jsonrpc,
	NULL,
};

const struct transport_ops *transport_named(const char *name)
{
	size_t i;

	for (i = 0; transports[i]; i++) {
		if (!strcmp(transports[i]->name, name))
			return transports[i];
	}
	return NULL;
}

const struct transport_ops *transport_for(int release)
{
	size_t i;

	for (i = 0; transports[i]; i++) {
		if (release >= transports[i]->release_from)
			return transports[i];
	}
	return NULL;
}

/* The length of the word at `p` that Python writes for no number, or 0. */
static size_t no_number(const char *p, size_t len)
{
	static const char *const words[] = {"NaN", "-Infinity", "Infinity"};
	size_t w;

	for (w = 0; w < sizeof(words) / sizeof(*words); w++) {
		size_t n = strlen(words[w]);

		if (len >= n && !memcmp(p, words[w], n))
			return n;
	}
	return 0;
}

/* Copy JSON, words outside strings that are no JSON numbers as null. */
static bool mend_words(struct buf *out, const struct buf *in)
{
	bool quoted = false, mended = false;
	size_t i = 0, n;

	while (i < in->len) {
		char c = in->data[i];

		if (quoted && c == '\\' && i + 1 < in->len) {
			buf_add(out, in->data + i, 2);
			i += 2;
			continue;
		}
		if (c == '"')
			quoted = !quoted;
		n = quoted ? 0 : no_number(in->data + i, in->len - i);
		if (n) {
			buf_adds(out, "null");
			mended = true;
			i += n;
			continue;
		}
		buf_addc(out, c);
		i++;
	}
	return mended;
}

json_t *transport_json(const struct buf *body)
{
	const size_t flags = JSON_DECODE_ANY | JSON_ALLOW_NUL;
	struct buf mended = BUF_INIT(2 * HTTP_ANSWER_CEILING);
	json_t *j;

	if (!body->len)
		return NULL;
	j = json_loadb(body->data, body->len, flags, NULL);
	if (!j && mend_words(&mended, body))
		j = json_loadb(mended.data, mended.len, flags, NULL);
	buf_release(&mended);
	return j;
}

char *transport_text(const json_t *object, const char *name)
{
	const json_t *j = json_object_get(object, name);

	return json_is_string(j) ? mem_strdup(json_string_value(j)) : NULL;
}

void transport_error(struct reply *r, const json_t *error)
{
	r->how = REPLY_ERROR;
	r->name = transport_text(error, "name");
	r->message = transport_text(error, "message");
	if (!r->name)
		r->name = mem_strdup("");
	if (!r->message)
		r->message = mem_strdup("");
}

void transport_reply(const struct transport_ops *tp,
		     const struct http_answer *a, struct reply *r)
{
	*r = (struct reply){
		.how = REPLY_NONE,
		.lost = a->lost,
		.status = a->status,
		.retry_after_ms = a->retry_after_ms,
		.took_ms = a->took_ms,
	};
	if (a->lost == LOST_NOT)
		tp->interpret(a, r);
	if (!r->message && a->why)
		r->message = mem_strdup(a->why);
}

void reply_release(struct reply *r)
{
	json_decref(r->result);
	free(r->name);
	free(r->message);
	*r = (struct reply)REPLY_INIT;
}
