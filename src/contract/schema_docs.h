/*
 * schema_docs.h - the documents that schemas are in, and what refers to what
 *
 * A document has resources (a schema with an $id, or its root), known by their
 * URIs, and these have anchors.  A document that is referred to and not there
 * yet comes from a folder that --schema-map names for its URI, or is one of
 * the meta-schemas that are built in.  Nothing is ever fetched.
 *
 * Spec: JSON Schema 2020-12 core, sections 8 and 9.
 */
#ifndef SLUICE_SCHEMA_DOCS_H
#define SLUICE_SCHEMA_DOCS_H

#include "contract/schema.h"

/* Vocabularies whose keywords hold; the others of 2020-12 are notes. */
#define VOCAB_APPLICATOR  1u
#define VOCAB_UNEVALUATED 2u
#define VOCAB_VALIDATION  4u
#define VOCAB_ASSERT      8u /* format-assertion */
#define VOCAB_ALL         7u

/* A URI and the folder that has what begins with it. */
struct schema_map {
	const char *const *uri;
	const char *const *dir;
	size_t n;
};

struct anchor {
	char *name;
	const struct yt_node *node; /* while compiling */
	bool dynamic;
	struct schema *schema; /* where a $dynamicRef may lead to it, or NULL */
};

struct resource {
	char *uri;
	const struct yt_node *node; /* while compiling */
	unsigned vocab;
	struct anchor *anchor;
	size_t n, cap;
};

struct known;

struct docs {
	const struct schema_map *map; /* or NULL */
	struct yt_node **doc;         /* those read here */
	size_t n_docs, cap_docs;
	struct resource **res;
	size_t n_res, cap_res;
	struct known *known; /* URIs of resources */
	size_t n_known, cap_known;
};

/* Let go of the trees: once all is compiled. */
void docs_settle(struct docs *d);
void docs_release(struct docs *d);

/* Take in a document; NULL with ERR_CONFIG.  The tree stays the caller's. */
struct resource *docs_add(struct docs *d, const struct yt_node *root,
			  const char *uri, struct err *err);

/* The resource whose root is this node, or NULL. */
struct resource *docs_resource_at(struct docs *d, const struct yt_node *n);

/* What a reference in `from` leads to. */
struct docs_target {
	const struct yt_node *node;
	struct resource *res;
	const struct anchor *anchor; /* dynamic; NULL for any other */
};
int docs_resolve(struct docs *d, const struct resource *from,
		 const struct yt_node *ref, struct docs_target *to,
		 struct err *err);

/* The dynamic anchor of the resource, or NULL. */
struct schema *resource_dynamic(const struct resource *res, const char *name);

/* Whether the keyword holds anything in the resource. */
bool vocab_has(unsigned vocab, const struct kw *k);
/* Of a meta-schema: its $vocabulary. */
int vocab_read(const struct yt_node *meta, unsigned *vocab, struct err *err);

/* The text of a meta-schema of 2020-12, or NULL. */
const char *meta_find(const char *uri);

#endif
