/*
 * orm.h - records: create, write, unlink, search, read
 *
 * Values are JSON as they come over the wire.  Functions return 0, or -1
 * with env->fail.  Nothing here commits.
 */
#ifndef SLUICE_SANDBOX_ORM_H
#define SLUICE_SANDBOX_ORM_H

#include "sandbox/env.h"

/* 1 there, 0 not, -1. */
int orm_exists(struct env *env, const struct model *m, json_int_t id);

enum orm_access { ORM_READ, ORM_CREATE, ORM_WRITE, ORM_UNLINK };

bool orm_may(const struct env *env, const struct model *m, enum orm_access a);
/* -1 with an AccessError where not. */
int orm_check(struct env *env, const struct model *m, enum orm_access a);

/*
 * The same for what a call asks: counting stock is allowed to more than the
 * model is, and its rules look closer.
 */
int orm_check_call(struct env *env, const struct model *m, enum orm_access a);

int orm_create(struct env *env, const struct model *m, const json_t *vals,
	       json_int_t *id);
int orm_write(struct env *env, const struct model *m, json_int_t id,
	      const json_t *vals);
int orm_unlink(struct env *env, const struct model *m, json_int_t id);

/* MissingError where it is not there. */
int orm_must_exist(struct env *env, const struct model *m, json_int_t id);

/* Columns set by rules, past all checks. */
int orm_set(struct env *env, const struct model *m, json_int_t id,
	    const char *column, const json_t *value);

/* The default of a field, or NULL: a new reference in the form of vals. */
json_t *orm_default(struct env *env, const struct model *m,
		    const struct field *f);

struct orm_query {
	const json_t *domain;
	const char *order;        /* NULL: the model's */
	json_int_t offset, limit; /* limit 0: none */
	bool all; /* archived ones too, whatever the context says */
};

/* Ids, a new array. */
int orm_search(struct env *env, const struct model *m,
	       const struct orm_query *q, json_t **ids);
int orm_count(struct env *env, const struct model *m, const json_t *domain,
	      json_int_t *n);
/* The condition (archived ones left out as the context says). */
int orm_where(struct env *env, const struct model *m, const json_t *domain,
	      bool all, struct buf *b, json_t *args);

/*
 * Records of these ids in their order, missing ones left out.  `fields` NULL
 * or empty: all.  `names`: a many2one is [id, name], else its id.
 */
int orm_read(struct env *env, const struct model *m, const json_t *ids,
	     const json_t *fields, bool names, json_t **records);
/* One plain value of one record (a many2one's id), or false. */
int orm_value(struct env *env, const struct model *m, json_int_t id,
	      const char *field, json_t **out);
json_int_t orm_id(struct env *env, const struct model *m, json_int_t id,
		  const char *many2one);
char *orm_display(struct env *env, const struct model *m, json_int_t id);

/* Names like `name` (operator as in a domain): ids, a new array. */
int orm_find_name(struct env *env, const struct model *m, const char *name,
		  const char *operation, json_int_t limit, json_t **ids);

#endif
