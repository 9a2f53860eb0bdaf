/*
 * kw_value.c - keywords about any value: type, enum, const
 */
#include <stdlib.h>

#include "contract/schema.h"
#include "core/mem.h"

/* A number without decimals, beside the types of the codec. */
#define INTEGER 7
/* Values of an enum that a sentence lists. */
#define LISTED_MAX 12

/* In the order of enum rec_type; "boolean" is two of them. */
static const char *const type_word[] = {
	"null",   "boolean", "boolean", "number",
	"string", "array",   "object",  "integer",
};
/* What a clerk calls it. */
static const char *const type_name[] = {
	"nothing", "true or false", "true or false",     "a number",
	"a text",  "a list",        "a group of fields", "a whole number",
};

static int add_type(struct kw_use *u, const struct yt_node *n, struct err *err)
{
	bool found = false;
	unsigned i;

	if (n->type == YT_SCALAR)
		for (i = 0; i <= INTEGER; i++)
			if (!strcmp(type_word[i], n->text)) {
				u->count |= KW_BIT(i);
				found = true;
			}
	if (found)
		return 0;
	return yt_err(n, err,
		      "type is null, boolean, integer, number, string, array "
		      "or object%s%s",
		      n->type == YT_SCALAR ? ", not " : "",
		      n->type == YT_SCALAR ? n->text : "");
}

static int compile_type(struct schema *s, struct kw_use *u,
			const struct yt_node *n, struct schema_load *l,
			struct err *err)
{
	const struct yt_node *c;

	(void)s, (void)l;
	if (n->type == YT_SCALAR)
		return add_type(u, n, err);
	if (n->type == YT_MAP || !n->n)
		return yt_err(n, err, "type is a word or a list of words");
	yt_each (n, c)
		if (add_type(u, c, err) < 0)
			return -1;
	return 0;
}

static bool check_type(const struct kw_use *u, struct check *c,
		       const struct rec_node *n)
{
	struct buf want;
	unsigned i;

	if (u->count & KW_BIT(n->type))
		return true;
	if (n->type == REC_NUMBER && u->count & KW_BIT(INTEGER) &&
	    jnum_is_integer(jnum_of(rec_raw(n))))
		return true;
	want = (struct buf)BUF_INIT(256);
	for (i = 0; i <= INTEGER; i++)
		if (u->count & KW_BIT(i) && i != REC_TRUE)
			buf_addf(&want, "%s%s", want.len ? " or " : "",
				 type_name[i]);
	check_fail(c, "type", "bad-type", n, "%s is wanted here, not %s",
		   buf_str(&want),
		   n->type == REC_NUMBER && !(u->count & KW_BIT(REC_NUMBER)) &&
				   u->count & KW_BIT(INTEGER)
			   ? "one with decimals"
			   : type_name[n->type]);
	buf_release(&want);
	return false;
}

/* ---- enum and const --------------------------------------------------- */

/* Values as one JSON array, and the parsed view of it. */
struct values {
	struct buf text;
	struct rec rec;
};

static int compile_values(struct kw_use *u, const struct yt_node *n, bool list,
			  struct err *err)
{
	struct values *v = mem_zalloc(sizeof(*v));

	v->text.ceiling = LINE_CEILING;
	u->data = v;
	if (!list)
		rec_put_open(&v->text, '[');
	yt_put_json(&v->text, n);
	if (!list)
		rec_put_close(&v->text, ']');
	if (v->text.over ||
	    rec_parse(&v->rec, v->text.data, v->text.len, err) < 0)
		return yt_err(n, err, "%s: a value that JSON does not have",
			      u->kw->name);
	return 0;
}

static int compile_enum(struct schema *s, struct kw_use *u,
			const struct yt_node *n, struct schema_load *l,
			struct err *err)
{
	(void)s, (void)l;
	if (yt_want(n, YT_LIST, "enum", err) < 0)
		return -1;
	return compile_values(u, n, true, err);
}

static int compile_const(struct schema *s, struct kw_use *u,
			 const struct yt_node *n, struct schema_load *l,
			 struct err *err)
{
	(void)s, (void)l;
	return compile_values(u, n, false, err);
}

static void release_values(struct kw_use *u)
{
	struct values *v = u->data;

	if (!v)
		return;
	rec_release(&v->rec);
	buf_release(&v->text);
	free(v);
}

static bool same(struct rec *r, const struct rec_node *a, const struct rec *vr,
		 const struct rec_node *b);

/* Decodes into the arena of the record, also what belongs to the schema. */
static bool same_text(struct rec *r, const struct rec_node *a,
		      const struct rec_node *b)
{
	if (!a->esc && !b->esc)
		return a->len == b->len && !memcmp(a->text, b->text, a->len);
	return span_eq(rec_text(r, a), rec_text(r, b));
}

static bool same_array(struct rec *r, const struct rec_node *a,
		       const struct rec *vr, const struct rec_node *b)
{
	const struct rec_node *x, *y = b + 1;

	if (a->count != b->count)
		return false;
	rec_each (r, a, x) {
		if (!same(r, x, vr, y))
			return false;
		y = vr->node + y->next;
	}
	return true;
}

/* The member of `c`, of `of`, that is called like `m`; the last such. */
static const struct rec_node *twin(struct rec *r, const struct rec *of,
				   const struct rec_node *c,
				   const struct rec_node *m)
{
	struct span name = rec_key(r, m);
	const struct rec_node *x, *found = NULL;

	rec_each (of, c, x)
		if (span_eq(rec_key(r, x), name))
			found = x;
	return found;
}

static bool same_object(struct rec *r, const struct rec_node *a,
			const struct rec *vr, const struct rec_node *b)
{
	const struct rec_node *m, *x, *y;

	rec_each (r, a, m) {
		x = twin(r, r, a, m);
		y = twin(r, vr, b, m);
		if (!y || !same(r, x, vr, y))
			return false;
	}
	rec_each (vr, b, m)
		if (!twin(r, r, a, m))
			return false;
	return true;
}

/* Depth is bounded by REC_DEPTH_MAX, so recursion is too. */
static bool same(struct rec *r, const struct rec_node *a, const struct rec *vr,
		 const struct rec_node *b)
{
	if (a->type != b->type)
		return false;
	switch ((enum rec_type)a->type) {
	case REC_NULL:
	case REC_FALSE:
	case REC_TRUE:
		return true;
	case REC_NUMBER:
		return !jnum_cmp(jnum_of(rec_raw(a)), jnum_of(rec_raw(b)));
	case REC_STRING:
		return same_text(r, a, b);
	case REC_ARRAY:
		return same_array(r, a, vr, b);
	case REC_OBJECT:
		return same_object(r, a, vr, b);
	}
	return false;
}

static bool fail_values(const struct kw_use *u, struct check *c,
			const struct rec_node *n)
{
	const struct values *v = u->data;
	const struct rec_node *m;
	struct buf list = BUF_INIT(400);
	size_t told = 0;

	rec_each (&v->rec, v->rec.node, m) {
		if (told++ == LISTED_MAX) {
			buf_addf(&list, " ... (%u in all)", v->rec.node->count);
			break;
		}
		buf_adds(&list, told > 1 ? ", " : "");
		buf_add_span(&list, rec_text(c->rec, m));
	}
	if (told == 1)
		check_fail(c, u->kw->name, "not-in-list", n,
			   "must be %s and nothing else", buf_str(&list));
	else
		check_fail(c, u->kw->name, "not-in-list", n, "is not one of %s",
			   buf_str(&list));
	buf_release(&list);
	return false;
}

static bool check_values(const struct kw_use *u, struct check *c,
			 const struct rec_node *n)
{
	const struct values *v = u->data;
	const struct rec_node *m;

	rec_each (&v->rec, v->rec.node, m)
		if (same(c->rec, n, &v->rec, m))
			return true;
	return fail_values(u, c, n);
}

const struct kw kw_value[] = {
	{"type", KW_ALL, compile_type, check_type, NULL},
	{"enum", KW_ALL, compile_enum, check_values, release_values},
	{"const", KW_ALL, compile_const, check_values, release_values},
	{NULL, 0, NULL, NULL, NULL},
};
