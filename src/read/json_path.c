#include "read/json_path.h"

#include "core/num.h"

#define PATH_TEXT_MAX ((size_t)4096)

static int add_step(struct json_path *p, struct span name, bool any,
		    struct buf *why)
{
	struct json_step *s = &p->step[p->n];

	if (p->n == JSON_STEPS_MAX) {
		buf_adds(why, "it has too many steps");
		return -1;
	}
	*s = (struct json_step){
		.from = p->text.len, .len = name.len, .index = -1, .any = any};
	buf_add_span(&p->text, name);
	if (p->text.over) {
		buf_adds(why, "it is too long");
		return -1;
	}
	if (num_parse(name, 0, INT32_MAX, &s->index) < 0)
		s->index = -1;
	p->n++;
	return 0;
}

/* A step of a JSON pointer, whose ~1 is / and ~0 is ~. */
static int add_pointer_step(struct json_path *p, struct span raw,
			    struct buf *why)
{
	struct buf name = BUF_INIT(PATH_TEXT_MAX);
	size_t i;
	int rc;

	for (i = 0; i < raw.len; i++) {
		char next = i + 1 < raw.len ? raw.p[i + 1] : '\0';

		if (raw.p[i] == '~' && (next == '0' || next == '1')) {
			buf_addc(&name, next == '0' ? '~' : '/');
			i++;
		} else {
			buf_addc(&name, raw.p[i]);
		}
	}
	rc = add_step(p, buf_span(&name), span_is(raw, "*"), why);
	buf_release(&name);
	return rc;
}

static int parse_pointer(struct json_path *p, const char *text, struct buf *why)
{
	while (*text == '/') {
		size_t len = strcspn(text + 1, "/");

		/* "/" alone and a last one mean nothing more. */
		if (!len && !text[1])
			break;
		if (add_pointer_step(p, (struct span){text + 1, len}, why) < 0)
			return -1;
		text += 1 + len;
	}
	return 0;
}

/* What stands in brackets; behind it, or NULL. */
static const char *parse_bracket(struct json_path *p, const char *at,
				 struct buf *why)
{
	char quote = *at == '\'' || *at == '"' ? *at : '\0';
	const char *end = quote ? strchr(at + 1, quote) : strchr(at, ']');
	struct span name;

	if (!end || (quote && end[1] != ']')) {
		buf_adds(why, "a ] is missing");
		return NULL;
	}
	name = quote ? (struct span){at + 1, (size_t)(end - at - 1)}
		     : (struct span){at, (size_t)(end - at)};
	at = end + 1 + (quote != '\0');
	if (!quote && (span_is(name, "*") || !name.len))
		return at; /* arrays are gone through */
	if (!quote && strspn(name.p, "0123456789") < name.len) {
		buf_addf(why,
			 "[%.*s]: a path has [*], a number or a name in quotes "
			 "in brackets, but no conditions",
			 SPAN_FMT(name));
		return NULL;
	}
	return add_step(p, name, false, why) < 0 ? NULL : at;
}

static int parse_dotted(struct json_path *p, const char *at, struct buf *why)
{
	bool first = true;

	if (*at == '$') {
		at++;
		first = false;
	}
	while (*at) {
		size_t len;

		if (*at == '[') {
			at = parse_bracket(p, at + 1, why);
			if (!at)
				return -1;
			first = false;
			continue;
		}
		at += *at == '.' && !first;
		len = strcspn(at, ".[");
		if (!len) {
			buf_adds(why, "a name is missing");
			return -1;
		}
		if (add_step(p, (struct span){at, len}, len == 1 && *at == '*',
			     why) < 0)
			return -1;
		at += len;
		first = false;
	}
	return 0;
}

int json_path_parse(struct json_path *p, const char *text, struct buf *why)
{
	*p = (struct json_path){.text = BUF_INIT(PATH_TEXT_MAX)};
	if (!text)
		return 0;
	return *text == '/' ? parse_pointer(p, text, why)
			    : parse_dotted(p, text, why);
}

void json_path_release(struct json_path *p)
{
	buf_release(&p->text);
}

bool json_path_is(const struct json_path *p, unsigned i, struct span name)
{
	const struct json_step *s = &p->step[i];

	return s->any ||
	       span_eq((struct span){p->text.data + s->from, s->len}, name);
}

static void hit(struct json_hits *h, const struct rec_node *n)
{
	h->node = mem_grow(h->node, h->n, &h->cap, sizeof(*h->node));
	h->node[h->n++] = n;
}

/* The depth of a line is bounded by rec_parse. */
static void walk(const struct json_path *p, unsigned k, struct rec *r,
		 const struct rec_node *n, struct json_hits *h)
{
	const struct rec_node *m;
	int64_t i = 0;

	if (k == p->n) {
		h->reached = true;
		if (n->type == REC_ARRAY)
			rec_each (r, n, m)
				hit(h, m);
		else if (n->type != REC_NULL)
			hit(h, n);
	} else if (n->type == REC_OBJECT) {
		rec_each (r, n, m)
			if (json_path_is(p, k, rec_key(r, m)))
				walk(p, k + 1, r, m, h);
	} else if (n->type == REC_ARRAY) {
		h->reached = h->reached || k;
		rec_each (r, n, m) {
			bool is = p->step[k].index == i++;

			if (p->step[k].index < 0 || is)
				walk(p, k + is, r, m, h);
		}
	}
}

void json_path_select(const struct json_path *p, struct rec *r,
		      struct json_hits *hits)
{
	hits->n = 0;
	hits->reached = false;
	walk(p, 0, r, r->node, hits);
}
