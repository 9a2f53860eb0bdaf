/*
 * schema_set.h - all schemas of one: those it refers to, wherever they are
 *
 * A schema is known by where it stands and in which mode it was compiled, so
 * that two references to it are one schema.
 */
#ifndef SLUICE_SCHEMA_SET_H
#define SLUICE_SCHEMA_SET_H

#include "contract/schema_docs.h"

struct schema_set;

struct schema_set *set_new(const struct schema_map *map);
/* With all its schemas. */
void set_free(struct schema_set *set);
/* Of the set; borrowed. */
struct docs *set_docs(struct schema_set *set);
/* Once all is compiled: let go of the documents. */
void set_settle(struct schema_set *set);

/*
 * The schema at this node as compiled in this mode; made where there is none.
 * What is made is compiled by and by: set_next has it, or NULL.
 */
struct schema *set_schema(struct schema_set *set, const struct yt_node *n,
			  struct resource *res, unsigned mode, bool *fresh);
void set_queue(struct schema_set *set, struct schema *s);
struct schema *set_next(struct schema_set *set);

/* A schema that is referred to; it is compiled by and by. */
struct schema *schema_refer(struct schema *s, const struct docs_target *to,
			    struct schema_load *l);
/* One that is only there to be referred to. */
int schema_define(const struct yt_node *n, struct schema_load *l,
		  struct err *err);

/* A $dynamicRef of `s` to anchors of this name. */
void set_add_dynamic(struct schema_set *set, struct schema *s,
		     const char *name);
/* Bring all anchors that these may lead to into the queue. */
void set_queue_dynamic(struct schema_set *set, unsigned mode);
/* All is compiled: loops, what masks, what is scoped. */
int set_link(struct schema_set *set, struct err *err);

#endif
