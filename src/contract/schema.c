#include "contract/schema.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/suggest.h"

static const struct kw *const tables[] = {
	kw_core, kw_value, kw_object, kw_array, kw_number, kw_string, kw_rule,
};

#define N_TABLES  (sizeof(tables) / sizeof(tables[0]))
#define WORDS_MAX 96

/* Of the vocabularies of 2020-12, those that have no row yet. */
static const char *const not_yet[] = {
	"$anchor",
	"$defs",
	"$dynamicAnchor",
	"$dynamicRef",
	"$id",
	"$ref",
	"$vocabulary",
	"allOf",
	"anyOf",
	"contains",
	"contentEncoding",
	"contentMediaType",
	"contentSchema",
	"dependentRequired",
	"dependentSchemas",
	"else",
	"if",
	"maxContains",
	"maxProperties",
	"minContains",
	"minProperties",
	"not",
	"oneOf",
	"patternProperties",
	"prefixItems",
	"propertyNames",
	"then",
	"unevaluatedItems",
	"unevaluatedProperties",
	"uniqueItems",
	"x-deprecated",
	"x-rules",
	NULL,
};

static const struct kw *find_keyword(const char *name)
{
	const struct kw *k;
	size_t i;

	for (i = 0; i < N_TABLES; i++)
		for (k = tables[i]; k->name; k++)
			if (!strcmp(k->name, name))
				return k;
	return NULL;
}

static int unknown_keyword(const struct yt_node *n, struct err *err)
{
	const char *words[WORDS_MAX + 1], *near;
	const struct kw *k;
	size_t n_words = 0, i;

	for (i = 0; not_yet[i]; i++)
		if (!strcmp(not_yet[i], n->key))
			return yt_err_key(n, err,
					  "the keyword '%s' is not supported",
					  n->key);
	for (i = 0; i < N_TABLES; i++)
		for (k = tables[i]; k->name && n_words < WORDS_MAX; k++)
			words[n_words++] = k->name;
	words[n_words] = NULL;
	near = suggest((struct span){n->key, strlen(n->key)}, words);
	if (near)
		return yt_err_key(n, err,
				  "unknown keyword '%s'; did you mean '%s'?",
				  n->key, near);
	return yt_err_key(n, err, "unknown keyword '%s'", n->key);
}

static struct kw_use *add_use(struct schema *s, const struct kw *k)
{
	struct kw_use *u;

	s->use = mem_grow(s->use, s->n, &s->cap, sizeof(*s->use));
	u = &s->use[s->n++];
	*u = (struct kw_use){.kw = k, .types = k->types};
	return u;
}

struct kw_use *schema_use(struct schema *s, const struct kw *k)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->use[i].kw == k)
			return &s->use[i];
	return add_use(s, k);
}

static int compile_keyword(struct schema *s, const struct yt_node *n,
			   struct schema_load *l, struct err *err)
{
	const struct kw *k = find_keyword(n->key);
	struct kw_use use, *kept;
	int rc;

	if (!k)
		return unknown_keyword(n, err);
	if (!l->contract && !strncmp(k->name, "x-", 2))
		return yt_err_key(n, err, "'%s' belongs in a contract",
				  k->name);
	if (!k->compile)
		return 0;
	/* a compile may add uses, and so move the array: work on a copy */
	use = *schema_use(s, k);
	if (n->type == YT_SCALAR && !use.text)
		use.text = mem_dup(n->text, n->len);
	rc = k->compile(s, &use, n, l, err);
	kept = schema_use(s, k);
	*kept = use;
	return rc;
}

struct schema *schema_compile(const struct yt_node *n, struct schema_load *l,
			      struct err *err)
{
	struct schema *s = mem_zalloc(sizeof(*s));
	const char *outer = l->about;
	const struct yt_node *c;

	if (yt_is_true(n))
		return s;
	if (yt_is_false(n)) {
		s->never = true;
		return s;
	}
	if (n->type != YT_MAP) {
		yt_err(n, err, "a schema is a map of keywords, true or false");
		goto fail;
	}
	c = yt_get(n, "description");
	l->about = c && c->type == YT_SCALAR ? c->text : NULL;
	yt_each (n, c)
		if (compile_keyword(s, c, l, err) < 0)
			goto fail;
	/* A plain schema may say that nothing is right; a contract means
	   something. */
	if (l->contract && s->object && kw_object_settle(s->object, n, err) < 0)
		goto fail;
	l->about = outer;
	return s;
fail:
	schema_free(s);
	return NULL;
}

void schema_free(struct schema *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->n; i++) {
		if (s->use[i].kw->release)
			s->use[i].kw->release(&s->use[i]);
		free(s->use[i].text);
		free(s->use[i].about);
	}
	free(s->use);
	free(s);
}

bool schema_check(const struct schema *s, struct check *c,
		  const struct rec_node *n)
{
	const struct kw_use *u = s->use;
	unsigned bit = KW_BIT(n->type);
	size_t left;
	bool right = true;

	if (s->never)
		return check_fail(c, "false", "not-allowed", n,
				  "nothing is allowed here");
	c->sensitive += s->sensitive;
	for (left = s->n; left; left--, u++)
		if (u->types & bit && !u->kw->check(u, c, n))
			right = false;
	c->sensitive -= s->sensitive;
	return right;
}

/* Depth is bounded by REC_DEPTH_MAX, so recursion is too. */
void schema_put_masked(const struct schema *s, struct rec *r,
		       const struct rec_node *n, struct buf *out)
{
	const struct rec_node *m;

	if (s && s->sensitive) {
		rec_put_str(out, SPAN(CHECK_MASK));
	} else if (!s || !s->masks || n->type < REC_ARRAY) {
		rec_put_node(out, r, n);
	} else if (n->type == REC_ARRAY) {
		rec_put_open(out, '[');
		rec_each (r, n, m)
			schema_put_masked(s->items, r, m, out);
		rec_put_close(out, ']');
	} else {
		rec_put_open(out, '{');
		rec_each (r, n, m) {
			rec_put_key_raw(out, (struct span){m->key, m->key_len});
			schema_put_masked(
				s->object ? kw_object_member(s->object,
							     rec_key(r, m))
					  : NULL,
				r, m, out);
		}
		rec_put_close(out, '}');
	}
}
