/*
 * present.h - whether records are there: in the state, or in Odoo
 *
 * By external id, or as a code that stands for one of Odoo's own; then, where
 * the binding takes records over by one text, by a record that has the key
 * there.  Without a session only the state is asked.
 */
#ifndef SLUICE_PRESENT_H
#define SLUICE_PRESENT_H

#include "core/err.h"
#include "core/span.h"
#include "push/binding.h"
#include "push/fit.h"
#include "report/known.h"

struct present_entity {
	char *name;
	struct binding *b; /* NULL: there is none for this release */
	bool no_model;     /* Odoo does not have it */
	bool in_state;     /* the state has a record of it */
	const char *by;    /* field of Odoo that may have the key, or NULL */
	int64_t *code;     /* ids of b->code; NULL: not asked yet */
};

struct present {
	const struct known *known;
	const char *profiles; /* --profiles, or NULL */
	struct present_entity *entity;
	size_t n, cap;
};

void present_init(struct present *p, const struct known *known,
		  const char *profiles);
void present_release(struct present *p);

/*
 * Add an entity: its binding, held to the fields of the server (`values` as
 * fit_binding has it).  ERR_CONFIG where it does not fit, ERR_AGAIN; a model
 * that Odoo does not have is no error.  It is number p->n - 1.
 */
int present_add(struct present *p, const char *entity,
		const struct fit_values *values, struct err *err);

/* Once all are added: the records that their bindings name, see fit_xids. */
int present_fit_xids(const struct present *p, struct err *err);

/* Whether anything can be said of its records. */
bool present_knows(const struct present *p, size_t entity);

/* A record of the entity comes: ERR_CONFIG where its model is not there. */
int present_want_model(const struct present *p, size_t entity, struct err *err);

/* What needs no question to Odoo, but for codes once.  1 it is there, 0 not
 * known, -1 with err. */
int present_here(struct present *p, size_t entity, struct span site,
		 struct span key, struct err *err);

struct present_key {
	struct span site, key;
	bool there; /* the answer */
};

/* Ask Odoo for `n` records of an entity, in a few requests. */
int present_ask(struct present *p, size_t entity, struct present_key *v,
		size_t n, struct err *err);

#endif
