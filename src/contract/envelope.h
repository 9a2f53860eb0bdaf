/*
 * envelope.h - what every canonical record is made of, whatever its entity
 *
 *	{"entity":"product","key":"P-100","op":"upsert","site":"PL1",
 *	 "fields":{...},"src":{...}}
 *
 * Spec: DESIGN section 2, sluice-record(5).
 */
#ifndef SLUICE_ENVELOPE_H
#define SLUICE_ENVELOPE_H

#include "contract/check.h"
#include "core/rec.h"

enum envelope_op {
	ENVELOPE_UPSERT,
	ENVELOPE_CREATE,
	ENVELOPE_UPDATE,
	ENVELOPE_ARCHIVE,
	ENVELOPE_CANCEL
};

struct envelope {
	struct span entity, key, site; /* decoded; site may be empty */
	enum envelope_op op;
	const struct rec_node *fields; /* object; NULL where there is none */
	const struct rec_node *src;    /* or NULL */
	unsigned version; /* of the contract the record asks for; 0: none */
};

/*
 * Read the members of the record in c->rec.  False where one is missing or
 * wrong; then `c` says which.  What could be read is filled in all the same.
 */
bool envelope_read(struct envelope *e, struct check *c);

const char *envelope_op_word(enum envelope_op op);

/* Whether such a record need not have all that its contract requires. */
static inline bool envelope_is_partial(const struct envelope *e)
{
	return e->op != ENVELOPE_UPSERT && e->op != ENVELOPE_CREATE;
}

#endif
