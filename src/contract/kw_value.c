/*
 * kw_value.c - keywords about any value: type, enum, const
 */
#include <stdlib.h>

#include "contract/same.h"
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
	if (c->quiet)
		return false;
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

unsigned kw_value_types(const struct kw_use *u)
{
	unsigned types = (unsigned)u->count;

	if (u->kw->check != check_type)
		return 0;
	if (types & KW_BIT(INTEGER))
		types |= KW_BIT(REC_NUMBER);
	return types & KW_ALL;
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
		if (same_value(c->rec, n, &v->rec, m))
			return true;
	return !c->quiet && fail_values(u, c, n);
}

int kw_value_each(const struct kw_use *u, schema_on_choice *on, void *to,
		  struct err *err)
{
	struct values *v = u->data;
	const struct rec_node *m;

	if (u->kw->check != check_values || !v)
		return 0;
	rec_each (&v->rec, v->rec.node, m)
		if (m->type != REC_NULL &&
		    on(to, rec_text(&v->rec, m), err) != 0)
			return -1;
	return 0;
}

const struct kw kw_value[] = {
	{"type", KW_ALL, compile_type, check_type, NULL},
	{"enum", KW_ALL, compile_enum, check_values, release_values},
	{"const", KW_ALL, compile_const, check_values, release_values},
	{NULL, 0, NULL, NULL, NULL},
};
