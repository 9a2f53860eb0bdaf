/*
 * fit.h - whether Odoo will take what a binding sends, before it is sent
 *
 * binding_learn finds fields that are not there or of another kind.  Here are
 * fields that Odoo calls read-only, and values that a selection does not have.
 */
#ifndef SLUICE_PUSH_FIT_H
#define SLUICE_PUSH_FIT_H

#include "odoo/session.h"
#include "push/binding.h"

/* One of the values that a canonical field may have. */
typedef int fit_on_value(void *to, struct span value, struct err *err);

/* Who knows which values a canonical field may have: a contract. */
struct fit_values {
	const void *context;
	/* Call `on` for each, as long as it returns 0; none where any may
	 * come. */
	int (*each)(const void *context, const char *field, fit_on_value *on,
		    void *to, struct err *err);
};

/*
 * Hold a binding that has learned to `fields`, an answer of fields_get.
 * `values` may be NULL: only what the binding itself sends is looked at.
 * ERR_CONFIG with the binding's file:line:column.
 */
int fit_binding(const struct binding *b, const json_t *fields,
		const struct fit_values *values, struct err *err);

/* Warn of fields that the model requires, that have no default there, and that
 * the binding does not set.  A request at most.  ERR_AGAIN. */
int fit_required(struct session *s, const struct binding *b,
		 const json_t *fields, struct err *err);

#endif
