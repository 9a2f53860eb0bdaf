#include "contract/schema_docs.h"

#include <stdlib.h>

#include "conf/json_tree.h"
#include "contract/uri.h"
#include "core/mem.h"

#define URI_CEILING ((size_t)65536)
#define DIALECT     "https://json-schema.org/draft/2020-12/schema"

/* A URI by which a resource is known. */
struct known {
	char *uri;
	struct resource *res;
};

void docs_settle(struct docs *d)
{
	size_t i;

	for (i = 0; i < d->n_docs; i++)
		yt_free(d->doc[i]);
	free(d->doc);
	d->doc = NULL;
	d->n_docs = d->cap_docs = 0;
}

void docs_release(struct docs *d)
{
	size_t i, j;

	docs_settle(d);
	for (i = 0; i < d->n_res; i++) {
		struct resource *r = d->res[i];

		for (j = 0; j < r->n; j++)
			free(r->anchor[j].name);
		free(r->anchor);
		free(r->uri);
		free(r);
	}
	for (i = 0; i < d->n_known; i++)
		free(d->known[i].uri);
	free(d->res);
	free(d->known);
}

/* ---- documents, their resources and anchors ---------------------------- */

static struct resource *find_known(const struct docs *d, const char *uri)
{
	size_t i;

	for (i = 0; i < d->n_known; i++)
		if (!strcmp(d->known[i].uri, uri))
			return d->known[i].res;
	return NULL;
}

static void add_known(struct docs *d, const char *uri, struct resource *res)
{
	d->known = mem_grow(d->known, d->n_known, &d->cap_known,
			    sizeof(*d->known));
	d->known[d->n_known++] = (struct known){mem_strdup(uri), res};
}

static struct resource *add_resource(struct docs *d, const char *uri,
				     const struct yt_node *n, unsigned vocab)
{
	struct resource *r = mem_zalloc(sizeof(*r));

	r->uri = mem_strdup(uri);
	r->node = n;
	r->vocab = vocab;
	d->res = mem_grow(d->res, d->n_res, &d->cap_res, sizeof(*d->res));
	d->res[d->n_res++] = r;
	add_known(d, uri, r);
	return r;
}

struct resource *docs_resource_at(struct docs *d, const struct yt_node *n)
{
	size_t i;

	for (i = 0; i < d->n_res; i++)
		if (d->res[i]->node == n)
			return d->res[i];
	return NULL;
}

static const struct anchor *find_anchor(const struct resource *r,
					const char *name)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (!strcmp(r->anchor[i].name, name))
			return &r->anchor[i];
	return NULL;
}

static bool is_anchor_name(const char *p)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";

	return *p && strchr(first, *p) &&
	       !p[1 + strspn(p + 1, "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._")];
}

static int add_anchor(struct resource *r, const struct yt_node *schema,
		      const char *keyword, struct err *err)
{
	const struct yt_node *n = yt_get(schema, keyword);
	const struct anchor *was;
	bool dynamic = !strcmp(keyword, "$dynamicAnchor");

	if (!n)
		return 0;
	if (n->type != YT_SCALAR || !is_anchor_name(n->text))
		return yt_err(n, err,
			      "%s is a name of letters, digits, '-', '_' and "
			      "'.'",
			      keyword);
	was = find_anchor(r, n->text);
	if (was && was->node != schema)
		return yt_err(n, err, "there are two anchors '%s'", n->text);
	r->anchor = mem_grow(r->anchor, r->n, &r->cap, sizeof(*r->anchor));
	r->anchor[r->n++] = (struct anchor){.name = mem_strdup(n->text),
					    .node = schema,
					    .dynamic = dynamic};
	return 0;
}

/* What holds schemas, and how. */
enum holds { HOLDS_ONE, HOLDS_LIST, HOLDS_MAP, HOLDS_NONE };

static enum holds holds_of(const char *key)
{
	static const char *const one[] = {"additionalProperties",
					  "contains",
					  "contentSchema",
					  "else",
					  "if",
					  "items",
					  "not",
					  "propertyNames",
					  "then",
					  "unevaluatedItems",
					  "unevaluatedProperties"};
	static const char *const list[] = {"allOf", "anyOf", "oneOf",
					   "prefixItems"};
	static const char *const map[] = {"$defs", "dependentSchemas",
					  "patternProperties", "properties"};
	size_t i;

	for (i = 0; i < sizeof(one) / sizeof(*one); i++)
		if (!strcmp(key, one[i]))
			return HOLDS_ONE;
	for (i = 0; i < sizeof(list) / sizeof(*list); i++)
		if (!strcmp(key, list[i]))
			return HOLDS_LIST;
	for (i = 0; i < sizeof(map) / sizeof(*map); i++)
		if (!strcmp(key, map[i]))
			return HOLDS_MAP;
	return HOLDS_NONE;
}

static int dialect_of(struct docs *d, const struct yt_node *schema,
		      unsigned *vocab, struct err *err);

/* The resource that the $id of this schema begins. */
static int begin_resource(struct docs *d, const struct yt_node *schema,
			  const struct yt_node *id, struct resource **r,
			  struct err *err)
{
	struct buf uri = BUF_INIT(URI_CEILING);
	struct span whole = {"", 0}, fragment = {"", 0};
	const struct resource *was;
	unsigned vocab = (*r)->vocab;
	int rc = -1;

	if (id->type == YT_SCALAR)
		uri_cut((struct span){id->text, id->len}, &whole, &fragment);
	if (id->type != YT_SCALAR || fragment.len) {
		yt_err(id, err, "$id is a URI without a fragment");
		return -1;
	}
	uri_resolve(span_of((*r)->uri), whole, &uri);
	was = find_known(d, buf_str(&uri));
	if (uri.over) {
		yt_err(id, err, "$id is too long");
	} else if ((*r)->node == schema) {
		/* the root of a document is known by where it was, too */
		if (!was)
			add_known(d, buf_str(&uri), *r);
		free((*r)->uri);
		(*r)->uri = mem_strdup(buf_str(&uri));
		rc = was && was != *r
			     ? yt_err(id, err, "there are two schemas '%s'",
				      buf_str(&uri))
			     : 0;
	} else if (was) {
		yt_err(id, err, "there are two schemas '%s'", buf_str(&uri));
	} else if (dialect_of(d, schema, &vocab, err) == 0) {
		*r = add_resource(d, buf_str(&uri), schema, vocab);
		rc = 0;
	}
	buf_release(&uri);
	return rc;
}

/* Depth is bounded by YT_DEPTH_MAX, so recursion is too. */
static int scan(struct docs *d, const struct yt_node *n, struct resource *r,
		struct err *err)
{
	const struct yt_node *c, *m, *id = yt_get(n, "$id");

	if (n->type != YT_MAP)
		return 0;
	if (id && begin_resource(d, n, id, &r, err) < 0)
		return -1;
	if (add_anchor(r, n, "$anchor", err) < 0 ||
	    add_anchor(r, n, "$dynamicAnchor", err) < 0)
		return -1;
	yt_each (n, c) {
		enum holds holds = holds_of(c->key);

		if (holds == HOLDS_ONE && scan(d, c, r, err) < 0)
			return -1;
		if ((holds == HOLDS_LIST && c->type == YT_LIST) ||
		    (holds == HOLDS_MAP && c->type == YT_MAP))
			yt_each (c, m)
				if (scan(d, m, r, err) < 0)
					return -1;
	}
	return 0;
}

struct resource *docs_add(struct docs *d, const struct yt_node *root,
			  const char *uri, struct err *err)
{
	struct resource *r;
	unsigned vocab = VOCAB_ALL;

	if (dialect_of(d, root, &vocab, err) < 0)
		return NULL;
	r = add_resource(d, uri, root, vocab);
	return scan(d, root, r, err) < 0 ? NULL : r;
}

/* ---- documents from elsewhere ------------------------------------------ */

/* Where the map says it is; free() it.  NULL: nowhere. */
static char *mapped_path(const struct docs *d, const char *uri)
{
	struct buf rest = BUF_INIT(PATH_CEILING);
	const char *dir = NULL, *p;
	char *path = NULL;
	size_t best = 0, i;

	for (i = 0; d->map && i < d->map->n; i++) {
		size_t len = strlen(d->map->uri[i]);

		if (!strncmp(uri, d->map->uri[i], len) && len >= best) {
			best = len;
			dir = d->map->dir[i];
		}
	}
	if (!dir || uri_decode(span_of(uri + best), &rest) < 0 || rest.over)
		goto out;
	for (p = buf_str(&rest); *p == '/'; p++)
		;
	/* never out of the folder */
	if (*p && !strstr(p, "/../") && strncmp(p, "../", 3) != 0)
		path = mem_printf("%s/%s", dir, p);
out:
	buf_release(&rest);
	return path;
}

/* NULL with ERR_CONFIG at `ref`. */
static struct yt_node *read_document(struct docs *d, const char *uri,
				     const struct yt_node *ref, struct err *err)
{
	const char *meta = meta_find(uri);
	struct yt_node *root;
	char *path;

	if (meta) {
		root = yt_parse(uri, span_of(meta), err);
	} else {
		path = mapped_path(d, uri);
		if (!path) {
			yt_err(ref, err, "there is no schema '%s' here%s", uri,
			       d->map ? ", and no --schema-map says where "
					"it is"
				      : "");
			return NULL;
		}
		root = json_tree_load(path, err);
		free(path);
		if (!root)
			err_wrap(err, "%s:%zu:%zu", ref->file, ref->line,
				 ref->column);
	}
	if (root) {
		d->doc = mem_grow(d->doc, d->n_docs, &d->cap_docs,
				  sizeof(*d->doc));
		d->doc[d->n_docs++] = root;
	}
	return root;
}

/* *vocab stays as it is where the schema names no dialect. */
static int dialect_of(struct docs *d, const struct yt_node *schema,
		      unsigned *vocab, struct err *err)
{
	const struct yt_node *n = yt_get(schema, "$schema");
	const struct yt_node *meta;
	struct span uri, fragment;
	const struct resource *r;
	char *name, *path;
	int rc = -1;

	if (!n)
		return 0;
	if (yt_want(n, YT_SCALAR, "$schema", err) < 0)
		return -1;
	uri_cut((struct span){n->text, n->len}, &uri, &fragment);
	if (span_is(uri, DIALECT)) {
		*vocab = VOCAB_ALL;
		return 0;
	}
	name = mem_dup(uri.p, uri.len);
	r = find_known(d, name);
	path = r ? NULL : mapped_path(d, name);
	if (!r && !path) {
		free(name);
		return yt_err(n, err, "$schema is %s%s", DIALECT,
			      d->map ? ", or a meta-schema that --schema-map "
				       "has"
				     : " and no other");
	}
	free(path);
	meta = r ? r->node : read_document(d, name, n, err);
	if (meta) {
		*vocab = VOCAB_ALL;
		rc = vocab_read(meta, vocab, err);
	}
	free(name);
	return rc;
}

static struct resource *find_resource(struct docs *d, const char *uri,
				      const struct yt_node *ref,
				      struct err *err)
{
	struct resource *r = find_known(d, uri);
	const struct yt_node *root;

	if (r)
		return r;
	root = read_document(d, uri, ref, err);
	return root ? docs_add(d, root, uri, err) : NULL;
}

/* ---- references --------------------------------------------------------- */

/* One token of a JSON pointer, its ~0 and ~1 decoded. */
static int next_token(const char **p, struct buf *token)
{
	buf_clear(token);
	for (++*p; **p && **p != '/'; ++*p) {
		if (**p != '~') {
			buf_addc(token, **p);
			continue;
		}
		++*p;
		if (**p != '0' && **p != '1')
			return -1;
		buf_addc(token, **p == '0' ? '~' : '/');
	}
	return 0;
}

static const struct yt_node *child_at(const struct yt_node *n,
				      const char *token)
{
	char *end;
	size_t i;

	if (n->type == YT_MAP)
		return yt_get(n, token);
	if (n->type != YT_LIST || *token < '0' || *token > '9' ||
	    (*token == '0' && token[1]))
		return NULL;
	i = strtoul(token, &end, 10);
	return !*end && i < n->n ? &n->child[i] : NULL;
}

static int follow(struct docs *d, const char *p, struct docs_target *to)
{
	struct buf token = BUF_INIT(URI_CEILING);
	struct resource *r;

	while (to->node && *p) {
		if (*p != '/' || next_token(&p, &token) < 0)
			to->node = NULL;
		else
			to->node = child_at(to->node, buf_str(&token));
		r = yt_get(to->node, "$id") ? docs_resource_at(d, to->node)
					    : NULL;
		if (r)
			to->res = r;
	}
	buf_release(&token);
	return to->node ? 0 : -1;
}

int docs_resolve(struct docs *d, const struct resource *from,
		 const struct yt_node *ref, struct docs_target *to,
		 struct err *err)
{
	struct buf uri = BUF_INIT(URI_CEILING), place = BUF_INIT(URI_CEILING);
	const struct anchor *a = NULL;
	struct span whole, fragment;
	int rc = -1;

	*to = (struct docs_target){.node = NULL};
	uri_cut((struct span){ref->text, ref->len}, &whole, &fragment);
	uri_resolve(span_of(from->uri), whole, &uri);
	if (uri_decode(fragment, &place) < 0 || uri.over || place.over) {
		yt_err(ref, err, "'%s' is no URI", ref->text);
		goto out;
	}
	to->res = find_resource(d, buf_str(&uri), ref, err);
	if (!to->res)
		goto out;
	to->node = to->res->node;
	if (place.len && *buf_str(&place) != '/') {
		a = find_anchor(to->res, buf_str(&place));
		to->node = a ? a->node : NULL;
		rc = a ? 0 : -1;
	} else {
		rc = follow(d, buf_str(&place), to);
	}
	if (rc < 0)
		yt_err(ref, err, "'%s' leads to nothing", ref->text);
	/* of two anchors of a name, one is dynamic */
	if (a && !a->dynamic && a + 1 < to->res->anchor + to->res->n &&
	    a[1].node == a->node && a[1].dynamic && !strcmp(a[1].name, a->name))
		a++;
	if (a && a->dynamic)
		to->anchor = a;
out:
	buf_release(&uri);
	buf_release(&place);
	return rc;
}

struct schema *resource_dynamic(const struct resource *res, const char *name)
{
	size_t i;

	for (i = 0; i < res->n; i++)
		if (res->anchor[i].schema && !strcmp(res->anchor[i].name, name))
			return res->anchor[i].schema;
	return NULL;
}
