/*
 * fit.h - whether Odoo will take what a binding sends, before it is sent
 *
 * binding_learn finds fields that are not there or of another kind.  Here are
 * fields that Odoo calls read-only, values that a selection does not have,
 * relations to another model than that of the entity, what a contract lets
 * through and the field cannot hold, and external ids that are not there.
 */
#ifndef SLUICE_PUSH_FIT_H
#define SLUICE_PUSH_FIT_H

#include "odoo/session.h"
#include "push/binding.h"

/* What a canonical field may be, besides null. */
#define FIT_BOOLEAN 1u
#define FIT_NUMBER  2u
#define FIT_TEXT    4u
#define FIT_LIST    8u
#define FIT_GROUP   16u

struct fit_says {
	unsigned types;     /* of the above; 0: nothing is said */
	bool listed;        /* its values are listed: `each` has them all */
	bool open;          /* more is said of it, such as a pattern */
	const char *format; /* "date", or NULL */
};

/* One of the values that a canonical field may have. */
typedef int fit_on_value(void *to, struct span value, struct err *err);

/* Who knows which values a canonical field may have: a contract. */
struct fit_values {
	const void *context;
	/* Call `on` for each, as long as it returns 0; none where any may
	 * come. */
	int (*each)(const void *context, const char *field, fit_on_value *on,
		    void *to, struct err *err);
	struct fit_says (*says)(const void *context, const char *field);
};

/*
 * Hold a binding that has learned to `fields`, an answer of fields_get.
 * `values` may be NULL: only what the binding itself sends is looked at.
 * ERR_CONFIG with the binding's file:line:column.
 */
int fit_binding(const struct binding *b, const json_t *fields,
		const struct fit_values *values, struct err *err);

/*
 * What a contract says of the canonical fields, held to the one of Odoo; what
 * push could send is never refused.  `about` is what fields_get says.
 * ERR_CONFIG.  (fit_contract.c)
 */
int fit_contract(const struct binding *b, const struct bind_field *f,
		 const json_t *about, const struct fit_values *values,
		 struct err *err);

/* The fields that `through` names, of the entity referred to; a request for
 * each such model that was not asked about yet.  ERR_CONFIG, ERR_AGAIN. */
int fit_through(struct session *s, const struct binding *b, struct err *err);

/*
 * The records that bindings name by external id: one that is not there, or is
 * of another model than the field wants, is ERR_CONFIG; in a table a warning,
 * as is one of module "sluice", which a push may make.  One request for all;
 * bindings that did not learn are passed over.  ERR_AGAIN.  (fit_xids.c)
 */
int fit_xids(struct session *s, const struct binding *const *b, size_t n,
	     struct err *err);

/* Warn of fields that the model requires, that have no default there, and that
 * the binding does not set.  A request at most.  ERR_AGAIN. */
int fit_required(struct session *s, const struct binding *b,
		 const json_t *fields, struct err *err);

#endif
