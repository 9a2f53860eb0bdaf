/*
 * rules.h - what a model does beyond its table of fields
 *
 * Rules run inside create, write and unlink.  They return 0 or -1 with
 * env->fail, and may change the values handed to them.
 */
#ifndef SLUICE_SANDBOX_RULES_H
#define SLUICE_SANDBOX_RULES_H

#include "sandbox/env.h"

struct rules {
	/*
	 * Before a record is made.  *id set: that record is what the create
	 * answers, and nothing is made.
	 */
	int (*before_create)(struct env *env, const struct model *m,
			     json_t *vals, json_int_t *id);
	/* The row is there, values that live elsewhere are not yet. */
	int (*after_insert)(struct env *env, const struct model *m,
			    json_int_t id, const json_t *vals);
	int (*before_write)(struct env *env, const struct model *m,
			    json_int_t id, json_t *vals);
	/* After both, when everything is in place. */
	int (*check)(struct env *env, const struct model *m, json_int_t id,
		     const json_t *vals, bool created);
	int (*before_unlink)(struct env *env, const struct model *m,
			     json_int_t id);
};

extern const struct rules rules_partner, rules_tree, rules_uom, rules_template,
	rules_product, rules_warehouse, rules_location, rules_lot, rules_quant;

/* Columns of a tree: the path of names and of ids, at and below a record. */
int rules_tree_names(struct env *env, const struct model *m, json_int_t id,
		     const char *separator);
/* -1 with `words` where the record is above itself. */
int rules_no_loop(struct env *env, const struct model *m, json_int_t id,
		  const char *name, const char *words);
/* A database constraint refuses: `constraint` names it to Odoo 14. */
int rules_constraint(struct env *env, const char *constraint,
		     const char *words);
/* How many other records have the same value in `column`. */
int rules_others(struct env *env, const struct model *m, json_int_t id,
		 const char *column, json_int_t *n);

#endif
