/*
 * judge_int.h - what the parts of a judge share
 */
#ifndef SLUICE_JUDGE_INT_H
#define SLUICE_JUDGE_INT_H

#include "contract/cycle.h"
#include "contract/judge.h"
#include "contract/rule.h"
#include "expr/ast.h"
#include "expr/members.h"

/* Expressions over the fields, or over the elements of one of them. */
struct judge_place {
	const char *each; /* the field whose elements it is; NULL: the fields */
	const struct yt_node *schema; /* of each; while it is compiled */
	struct expr_scope scope;
	struct members members;
};

struct judge_rule {
	const char *name, *why;
	struct judge_place *place;
	struct expr *when, *check; /* or NULL */
	struct expr *words;        /* of `why`, where that has {expressions} */
	bool hides;                /* its values are not told */

	/* acyclic */
	struct expr *from, *to; /* from NULL: the key of the record */
	struct cycle *graph;
};

struct judge_twins {
	const char **by;
	struct expr **value;
	struct expr *when;
	size_t n;
	bool exact, hides;
};

struct judge {
	struct judge_place **place; /* the first is the fields */
	size_t n_places, cap_places;
	struct judge_rule *rule;
	size_t n_rules;
	struct judge_twins *twins;
	size_t n_twins;
	bool any_cycle;
	struct arena arena; /* of the record */
	struct arena texts; /* of the judge */
};

/* Call `fn` for each column in `x`, those of the level around included. */
typedef void judge_column_fn(void *to, const struct expr *column);
void judge_columns(const struct expr *x, judge_column_fn *fn, void *to);

/* Whether all that is named is there. */
bool judge_is_there(const struct expr *x, const struct expr_env *env);

/* ---- judge_say.c ----------------------------------------------------------
 */

/* What was found, in words: "lines[].amount | sum is 9.90, total is 10". */
void judge_say(const struct judge_rule *r, struct expr_env *env,
	       struct buf *words);

/* ---- judge_twins.c ---------------------------------------------------------
 */

int judge_twins_compile(struct judge *j, const struct yt_node *root,
			const struct yt_node *n, const struct schema *s,
			struct err *err);
void judge_twins_check(struct judge *j, struct check *c,
		       const struct envelope *e, struct expr_env *env,
		       struct judge_wish *wish);

/* ---- judge.c ----------------------------------------------------------------
 */

/*
 * The expression `n` over the fields; each of its columns is one that the
 * contract `root` declares.  NULL with ERR_CONFIG.  *hides is set where one is
 * sensitive.
 */
struct expr *judge_compile(struct judge *j, const struct yt_node *root,
			   const struct yt_node *n, const struct schema *s,
			   bool *hides, struct err *err);

#endif
