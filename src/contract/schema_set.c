#include "contract/schema_set.h"

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

struct dynamic {
	char *name;
	struct schema *from;
};

struct schema_set {
	const struct schema_map *map;
	struct yt_node **doc; /* those read here */
	size_t n_docs, cap_docs;
	struct resource **res;
	size_t n_res, cap_res;
	struct known *known;
	size_t n_known, cap_known;
	struct schema **schema;
	size_t n, cap;
	struct schema **bucket; /* by node and mode; open addressing */
	size_t n_buckets;
	struct schema **queue;
	size_t n_queued, cap_queue, n_taken;
	struct dynamic *dynamic;
	size_t n_dynamic, cap_dynamic;
};

struct schema_set *set_new(const struct schema_map *map)
{
	struct schema_set *set = mem_zalloc(sizeof(*set));

	set->map = map;
	return set;
}

void set_settle(struct schema_set *set)
{
	size_t i;

	for (i = 0; i < set->n_docs; i++)
		yt_free(set->doc[i]);
	free(set->doc);
	free(set->bucket);
	free(set->queue);
	set->doc = NULL;
	set->bucket = set->queue = NULL;
	set->n_docs = set->n_buckets = set->n_queued = 0;
	for (i = 0; i < set->n; i++)
		set->schema[i]->node = NULL;
}

static void free_schema(struct schema *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		if (s->use[i].kw->release)
			s->use[i].kw->release(&s->use[i]);
		free(s->use[i].text);
		free(s->use[i].about);
	}
	free(s->use);
	free(s->kid);
	free(s);
}

void set_free(struct schema_set *set)
{
	size_t i, j;

	set_settle(set);
	for (i = 0; i < set->n; i++)
		free_schema(set->schema[i]);
	for (i = 0; i < set->n_res; i++) {
		struct resource *r = set->res[i];

		for (j = 0; j < r->n; j++)
			free(r->anchor[j].name);
		free(r->anchor);
		free(r->uri);
		free(r);
	}
	for (i = 0; i < set->n_known; i++)
		free(set->known[i].uri);
	for (i = 0; i < set->n_dynamic; i++)
		free(set->dynamic[i].name);
	free(set->schema);
	free(set->res);
	free(set->known);
	free(set->dynamic);
	free(set);
}

/* ---- documents, their resources and anchors ---------------------------- */

static struct resource *find_known(const struct schema_set *set,
				   const char *uri)
{
	size_t i;

	for (i = 0; i < set->n_known; i++)
		if (!strcmp(set->known[i].uri, uri))
			return set->known[i].res;
	return NULL;
}

static void add_known(struct schema_set *set, const char *uri,
		      struct resource *res)
{
	set->known = mem_grow(set->known, set->n_known, &set->cap_known,
			      sizeof(*set->known));
	set->known[set->n_known++] = (struct known){mem_strdup(uri), res};
}

static struct resource *add_resource(struct schema_set *set, const char *uri,
				     const struct yt_node *n, unsigned vocab)
{
	struct resource *r = mem_zalloc(sizeof(*r));

	r->uri = mem_strdup(uri);
	r->node = n;
	r->vocab = vocab;
	set->res = mem_grow(set->res, set->n_res, &set->cap_res,
			    sizeof(*set->res));
	set->res[set->n_res++] = r;
	add_known(set, uri, r);
	return r;
}

struct resource *set_resource_at(struct schema_set *set,
				 const struct yt_node *n)
{
	size_t i;

	for (i = 0; i < set->n_res; i++)
		if (set->res[i]->node == n)
			return set->res[i];
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

static int dialect_of(struct schema_set *set, const struct yt_node *schema,
		      unsigned *vocab, struct err *err);

/* The resource that the $id of this schema begins. */
static int begin_resource(struct schema_set *set, const struct yt_node *schema,
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
	was = find_known(set, buf_str(&uri));
	if (uri.over) {
		yt_err(id, err, "$id is too long");
	} else if ((*r)->node == schema) {
		/* the root of a document is known by where it was, too */
		if (!was)
			add_known(set, buf_str(&uri), *r);
		free((*r)->uri);
		(*r)->uri = mem_strdup(buf_str(&uri));
		rc = was && was != *r
			     ? yt_err(id, err, "there are two schemas '%s'",
				      buf_str(&uri))
			     : 0;
	} else if (was) {
		yt_err(id, err, "there are two schemas '%s'", buf_str(&uri));
	} else if (dialect_of(set, schema, &vocab, err) == 0) {
		*r = add_resource(set, buf_str(&uri), schema, vocab);
		rc = 0;
	}
	buf_release(&uri);
	return rc;
}

/* Depth is bounded by YT_DEPTH_MAX, so recursion is too. */
static int scan(struct schema_set *set, const struct yt_node *n,
		struct resource *r, struct err *err)
{
	const struct yt_node *c, *m, *id = yt_get(n, "$id");

	if (n->type != YT_MAP)
		return 0;
	if (id && begin_resource(set, n, id, &r, err) < 0)
		return -1;
	if (add_anchor(r, n, "$anchor", err) < 0 ||
	    add_anchor(r, n, "$dynamicAnchor", err) < 0)
		return -1;
	yt_each (n, c) {
		enum holds holds = holds_of(c->key);

		if (holds == HOLDS_ONE && scan(set, c, r, err) < 0)
			return -1;
		if ((holds == HOLDS_LIST && c->type == YT_LIST) ||
		    (holds == HOLDS_MAP && c->type == YT_MAP))
			yt_each (c, m)
				if (scan(set, m, r, err) < 0)
					return -1;
	}
	return 0;
}

struct resource *set_add(struct schema_set *set, const struct yt_node *root,
			 const char *uri, struct err *err)
{
	struct resource *r;
	unsigned vocab = VOCAB_ALL;

	if (dialect_of(set, root, &vocab, err) < 0)
		return NULL;
	r = add_resource(set, uri, root, vocab);
	return scan(set, root, r, err) < 0 ? NULL : r;
}

/* ---- documents from elsewhere ------------------------------------------ */

/* Where the map says it is; free() it.  NULL: nowhere. */
static char *mapped_path(const struct schema_set *set, const char *uri)
{
	struct buf rest = BUF_INIT(PATH_CEILING);
	const char *dir = NULL, *p;
	char *path = NULL;
	size_t best = 0, i;

	for (i = 0; set->map && i < set->map->n; i++) {
		size_t len = strlen(set->map->uri[i]);

		if (!strncmp(uri, set->map->uri[i], len) && len >= best) {
			best = len;
			dir = set->map->dir[i];
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
static struct yt_node *read_document(struct schema_set *set, const char *uri,
				     const struct yt_node *ref, struct err *err)
{
	const char *meta = meta_find(uri);
	struct yt_node *root;
	char *path;

	if (meta) {
		root = yt_parse(uri, span_of(meta), err);
	} else {
		path = mapped_path(set, uri);
		if (!path) {
			yt_err(ref, err, "there is no schema '%s' here%s", uri,
			       set->map ? ", and no --schema-map says where "
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
		set->doc = mem_grow(set->doc, set->n_docs, &set->cap_docs,
				    sizeof(*set->doc));
		set->doc[set->n_docs++] = root;
	}
	return root;
}

/* *vocab stays as it is where the schema names no dialect. */
static int dialect_of(struct schema_set *set, const struct yt_node *schema,
		      unsigned *vocab, struct err *err)
{
	const struct yt_node *n = yt_get(schema, "$schema");
	const struct yt_node *meta;
	struct span uri, fragment;
	const struct resource *r;
	char *name;
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
	r = find_known(set, name);
	if (!r && !mapped_path(set, name)) {
		free(name);
		return yt_err(n, err, "$schema is %s%s", DIALECT,
			      set->map ? ", or a meta-schema that --schema-map "
					 "has"
				       : " and no other");
	}
	meta = r ? r->node : read_document(set, name, n, err);
	if (meta) {
		*vocab = VOCAB_ALL;
		rc = vocab_read(meta, vocab, err);
	}
	free(name);
	return rc;
}

static struct resource *find_resource(struct schema_set *set, const char *uri,
				      const struct yt_node *ref,
				      struct err *err)
{
	struct resource *r = find_known(set, uri);
	const struct yt_node *root;

	if (r)
		return r;
	root = read_document(set, uri, ref, err);
	return root ? set_add(set, root, uri, err) : NULL;
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

static int follow(struct schema_set *set, const char *p, struct target *to)
{
	struct buf token = BUF_INIT(URI_CEILING);
	struct resource *r;

	while (to->node && *p) {
		if (*p != '/' || next_token(&p, &token) < 0)
			to->node = NULL;
		else
			to->node = child_at(to->node, buf_str(&token));
		r = yt_get(to->node, "$id") ? set_resource_at(set, to->node)
					    : NULL;
		if (r)
			to->res = r;
	}
	buf_release(&token);
	return to->node ? 0 : -1;
}

int set_resolve(struct schema_set *set, const struct resource *from,
		const struct yt_node *ref, struct target *to, struct err *err)
{
	struct buf uri = BUF_INIT(URI_CEILING), place = BUF_INIT(URI_CEILING);
	const struct anchor *a = NULL;
	struct span whole, fragment;
	int rc = -1;

	*to = (struct target){.node = NULL};
	uri_cut((struct span){ref->text, ref->len}, &whole, &fragment);
	uri_resolve(span_of(from->uri), whole, &uri);
	if (uri_decode(fragment, &place) < 0 || uri.over || place.over) {
		yt_err(ref, err, "'%s' is no URI", ref->text);
		goto out;
	}
	to->res = find_resource(set, buf_str(&uri), ref, err);
	if (!to->res)
		goto out;
	to->node = to->res->node;
	if (place.len && *buf_str(&place) != '/') {
		a = find_anchor(to->res, buf_str(&place));
		to->node = a ? a->node : NULL;
		rc = a ? 0 : -1;
	} else {
		rc = follow(set, buf_str(&place), to);
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

/* ---- schemas ------------------------------------------------------------ */

static size_t slot_of(const struct schema_set *set, const struct yt_node *n,
		      unsigned mode)
{
	size_t h = (size_t)((uintptr_t)n >> 4) * 31 + mode;

	return (h ^ h >> 16) & (set->n_buckets - 1);
}

static void grow_buckets(struct schema_set *set)
{
	size_t i;

	set->n_buckets = set->n_buckets ? set->n_buckets * 2 : 64;
	free(set->bucket);
	set->bucket = mem_zalloc(mem_mul(set->n_buckets, sizeof(*set->bucket)));
	for (i = 0; i < set->n; i++) {
		struct schema *s = set->schema[i];
		size_t at = slot_of(set, s->node, s->mode);

		while (set->bucket[at])
			at = (at + 1) & (set->n_buckets - 1);
		set->bucket[at] = s;
	}
}

struct schema *set_schema(struct schema_set *set, const struct yt_node *n,
			  struct resource *res, unsigned mode, bool *fresh)
{
	struct schema *s;
	size_t at;

	if (set->n * 2 >= set->n_buckets)
		grow_buckets(set);
	at = slot_of(set, n, mode);
	for (; (s = set->bucket[at]); at = (at + 1) & (set->n_buckets - 1))
		if (s->node == n && s->mode == mode) {
			*fresh = false;
			return s;
		}
	*fresh = true;
	s = mem_zalloc(sizeof(*s));
	s->node = n;
	s->mode = mode;
	s->res = res;
	set->bucket[at] = s;
	set->schema =
		mem_grow(set->schema, set->n, &set->cap, sizeof(*set->schema));
	set->schema[set->n++] = s;
	return s;
}

void set_queue(struct schema_set *set, struct schema *s)
{
	set->queue = mem_grow(set->queue, set->n_queued, &set->cap_queue,
			      sizeof(*set->queue));
	set->queue[set->n_queued++] = s;
}

struct schema *set_next(struct schema_set *set)
{
	if (set->n_taken == set->n_queued)
		return NULL;
	return set->queue[set->n_taken++];
}

const char *set_add_dynamic(struct schema_set *set, struct schema *s,
			    const char *name)
{
	char *kept = mem_strdup(name);

	set->dynamic = mem_grow(set->dynamic, set->n_dynamic, &set->cap_dynamic,
				sizeof(*set->dynamic));
	set->dynamic[set->n_dynamic++] = (struct dynamic){kept, s};
	return kept;
}

void set_queue_dynamic(struct schema_set *set, unsigned mode)
{
	size_t i, j, k;
	bool fresh;

	for (i = 0; i < set->n_res; i++)
		for (j = 0; j < set->res[i]->n; j++) {
			struct anchor *a = &set->res[i]->anchor[j];

			for (k = 0; k < set->n_dynamic && !a->schema; k++) {
				if (!a->dynamic ||
				    strcmp(set->dynamic[k].name, a->name) != 0)
					continue;
				a->schema =
					set_schema(set, a->node, set->res[i],
						   mode, &fresh);
				if (fresh)
					set_queue(set, a->schema);
			}
		}
}

struct schema *resource_dynamic(const struct resource *res, const char *name)
{
	size_t i;

	for (i = 0; i < res->n; i++)
		if (res->anchor[i].schema && !strcmp(res->anchor[i].name, name))
			return res->anchor[i].schema;
	return NULL;
}

/* ---- when all is compiled ----------------------------------------------- */

struct walk_step {
	struct schema *s;
	size_t next; /* kid */
};

/* Whether the schema comes back to itself for the same value. */
static int find_loop(struct schema *from, struct walk_step **stack, size_t *cap,
		     struct err *err)
{
	size_t n = 0;

	*stack = mem_grow(*stack, n, cap, sizeof(**stack));
	(*stack)[n++] = (struct walk_step){from, 0};
	from->walk = 1;
	while (n) {
		struct walk_step *w = &(*stack)[n - 1];
		const struct schema_kid *k;

		if (w->next == w->s->n_kids) {
			w->s->walk = 2;
			n--;
			continue;
		}
		k = &w->s->kid[w->next++];
		if (!k->here || !k->always || k->schema->walk == 2)
			continue;
		if (k->schema->walk == 1)
			return yt_err(k->schema->node, err,
				      "this schema leads back to itself for "
				      "the same value, without end");
		k->schema->walk = 1;
		*stack = mem_grow(*stack, n, cap, sizeof(**stack));
		(*stack)[n++] = (struct walk_step){k->schema, 0};
	}
	return 0;
}

static void add_dynamic_kids(struct schema_set *set)
{
	size_t i, j;

	for (i = 0; i < set->n_dynamic; i++)
		for (j = 0; j < set->n_res; j++) {
			struct schema *s = resource_dynamic(
				set->res[j], set->dynamic[i].name);

			if (s)
				schema_add_kid(set->dynamic[i].from, s, true,
					       false);
		}
}

static void spread_masks(struct schema_set *set)
{
	bool more = false;
	size_t i, j;

	for (i = 0; i < set->n; i++)
		more |= set->schema[i]->masks;
	while (more) {
		more = false;
		for (i = 0; i < set->n; i++) {
			struct schema *s = set->schema[i];

			for (j = 0; !s->masks && j < s->n_kids; j++)
				if (s->kid[j].schema->masks)
					s->masks = more = true;
		}
	}
}

int set_link(struct schema_set *set, struct err *err)
{
	struct walk_step *stack = NULL;
	size_t cap = 0, i;
	int rc = 0;

	add_dynamic_kids(set);
	spread_masks(set);
	for (i = 0; i < set->n; i++) {
		set->schema[i]->scoped = set->n_dynamic > 0;
		if (rc == 0 && !set->schema[i]->walk)
			rc = find_loop(set->schema[i], &stack, &cap, err);
	}
	free(stack);
	return rc;
}
