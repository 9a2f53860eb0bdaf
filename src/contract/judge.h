/*
 * judge.h - what a contract says beyond its schema: x-rules between the fields
 * of a record and across records, x-duplicates
 *
 *	x-rules:
 *	- {name: totals, check: "lines[].amount | sum = total"}
 *	- {name: priced, each: lines, check: "qty | mul(price) = amount"}
 *	- {name: no-loop, acyclic: {from: product, to: "components[].product"}}
 *	x-duplicates:
 *	- {by: [vat], is: exact}
 *
 * Compiled once; a contract without them has none and costs nothing.
 *
 * Spec: sluice-contract(5).
 */
#ifndef SLUICE_JUDGE_H
#define SLUICE_JUDGE_H

#include "contract/envelope.h"
#include "contract/schema.h"

struct judge;

/* A record that was there before under another key. */
struct judge_twin {
	struct span entity, key;
	const struct rec_node *src; /* or NULL */
	bool exact;                 /* else it is likely */
	bool quarantined;
	const char *const *by; /* as the contract has it */
	size_t n_by;
};

/* What the caller wants of duplicates. */
struct judge_wish {
	bool exact, likely; /* are rejected */
	/* Called for each; rules_put_first and rules_first are of the other.
	   0, or -1 with `err`: then it is not called again. */
	int (*found)(void *to, const struct judge_twin *twin, struct err *err);
	void *to;
	struct err *err;
	bool failed;
};

/*
 * Of the contract `root`, whose schema is `s`.  *out is NULL where it has
 * neither.  `option` is --profiles, `path` that of the contract: tables are
 * looked for there.  -1 with ERR_CONFIG.
 */
int judge_new(struct judge **out, const struct yt_node *root,
	      const struct schema *s, const char *option, const char *path,
	      struct err *err);
void judge_free(struct judge *j); /* takes NULL */

bool judge_has_duplicates(const struct judge *j); /* takes NULL */

/*
 * Hold the record in c->rec to it, after its schema: its fields are those of
 * `e`.  A record that only others can tell about is pending (check.h) until
 * c->last_word.
 */
void judge_record(struct judge *j, struct check *c, const struct envelope *e,
		  struct judge_wish *wish);

#endif
