/*
 * domain.h - a search domain to an SQL condition
 *
 * Polish notation as in Odoo: terms next to each other are joined by "&";
 * a term is '&' or '|' and two terms, '!' and one, or [field, operator,
 * value], where field may be a path (location_id.usage).
 */
#ifndef SLUICE_SANDBOX_DOMAIN_H
#define SLUICE_SANDBOX_DOMAIN_H

#include "sandbox/env.h"

/*
 * Append the condition on the row that `alias` names to `b`, and its
 * arguments to `args`.  -1 with env->fail.
 */
int domain_sql(struct env *env, const struct model *m, const json_t *domain,
	       const char *alias, struct buf *b, json_t *args);

/* Whether a term is about this field. */
bool domain_names(const json_t *domain, const char *field);

#endif
