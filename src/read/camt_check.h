/*
 * camt_check.h - what a statement of camt.052 to .054 says of its entries
 *
 * Booked entries must lead from the opening to the closing balance, and counts
 * and sums of TxsSummry must be those of the entries.  What is not there is
 * not checked; nor are statements whose entries have several currencies.
 */
#ifndef SLUICE_CAMT_CHECK_H
#define SLUICE_CAMT_CHECK_H

#include "core/rec.h"
#include "read/bank_check.h"

/* One side of the entries, booked ones alone and all. */
struct camt_side {
	struct bank_sum booked, all;
	uint64_t n_booked, n_all;
};

struct camt_check {
	struct camt_side credit, debit;
	char currency[4];
	bool mixed;   /* several currencies */
	bool unknown; /* an entry could not be read */
};

void camt_begin(struct camt_check *c);

/*
 * Take an entry, the object `n`.  -1: `field` and `why` say what of it cannot
 * be understood.
 */
int camt_take(struct camt_check *c, struct rec *r, const struct rec_node *n,
	      const char **field, const char **why);

/* The statement `n` is at its end. */
void camt_end(struct camt_check *c, struct rec *r, const struct rec_node *n,
	      const char *path, struct bank_check *check);

#endif
