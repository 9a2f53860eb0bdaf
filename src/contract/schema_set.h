/*
 * schema_set.h - all schemas of one: those it refers to, wherever they are
 *
 * A document has resources (a schema with an $id, or its root), known by their
 * URIs, and these have anchors.  A document that is referred to and not there
 * yet comes from a folder that --schema-map names for its URI, or is one of
 * the meta-schemas that are built in.  Nothing is ever fetched.
 *
 * Spec: JSON Schema 2020-12 core, sections 8 and 9.
 */
#ifndef SLUICE_SCHEMA_SET_H
#define SLUICE_SCHEMA_SET_H

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

struct schema_set *set_new(const struct schema_map *map);
/* With all its schemas. */
void set_free(struct schema_set *set);
/* Once all is compiled: let go of the documents. */
void set_settle(struct schema_set *set);

/* Take in a document; NULL with ERR_CONFIG.  The tree stays the caller's. */
struct resource *set_add(struct schema_set *set, const struct yt_node *root,
			 const char *uri, struct err *err);

/* The resource whose root is this node, or NULL. */
struct resource *set_resource_at(struct schema_set *set,
				 const struct yt_node *n);

/* What a reference in `from` leads to. */
struct target {
	const struct yt_node *node;
	struct resource *res;
	const struct anchor *anchor; /* dynamic; NULL for any other */
};
int set_resolve(struct schema_set *set, const struct resource *from,
		const struct yt_node *ref, struct target *to, struct err *err);

/*
 * The schema at this node as compiled in this mode; made where there is none.
 * What is made is compiled by and by: set_next has it, or NULL.
 */
struct schema *set_schema(struct schema_set *set, const struct yt_node *n,
			  struct resource *res, unsigned mode, bool *fresh);
void set_queue(struct schema_set *set, struct schema *s);
struct schema *set_next(struct schema_set *set);

/* A schema that is referred to; it is compiled by and by. */
struct schema *schema_refer(struct schema *s, const struct target *to,
			    struct schema_load *l);
/* One that is only there to be referred to. */
int schema_define(const struct yt_node *n, struct schema_load *l,
		  struct err *err);

/* A $dynamicRef of `s` to anchors of this name, which is kept. */
const char *set_add_dynamic(struct schema_set *set, struct schema *s,
			    const char *name);
/* Bring all anchors that these may lead to into the queue. */
void set_queue_dynamic(struct schema_set *set, unsigned mode);
/* All is compiled: loops, what masks, what is scoped. */
int set_link(struct schema_set *set, struct err *err);

/* The dynamic anchor of the resource, or NULL. */
struct schema *resource_dynamic(const struct resource *res, const char *name);

/* Whether the keyword holds anything in the resource. */
bool vocab_has(unsigned vocab, const struct kw *k);
/* Of a meta-schema: its $vocabulary. */
int vocab_read(const struct yt_node *meta, unsigned *vocab, struct err *err);

/* The text of a meta-schema of 2020-12, or NULL. */
const char *meta_find(const char *uri);

#endif
