/*
 * fx_rule.h - rules that tell which record a line is
 *
 * A rule is a text at a position ({at: 1, is: H}), a condition of the feeds'
 * language over the record's fields and LINE, or a list of both: all must
 * hold.  *BLANKS and *ZEROS stand for a place filled with these.
 */
#ifndef SLUICE_FX_RULE_H
#define SLUICE_FX_RULE_H

#include "read/fx_layout.h"

/* What a rule looks at. */
struct fx_view {
	void *ctx;
	/* The text at a position, blanks behind its end cut; `whole`: the
	 * line.  Valid until `arena` is cleared. */
	struct span (*text)(void *ctx, size_t from, size_t len,
			    struct arena *arena);
	struct span (*line)(void *ctx, struct arena *arena);
	/* Bytes where position and bytes are the same and ASCII is itself;
	 * else NULL. */
	struct span plain;
	bool is_plain;
	struct arena *arena;
};

/* `at`, `length` of a map; see fx_layout.c. */
int fx_place(const struct yt_node *n, size_t *from, size_t *len,
	     struct err *err);

/* Load the rule at `n`; `r` has the fields its condition may use, or NULL.
 * fx_rule_release it also after -1. */
int fx_rule_load(struct fx_rule *rule, const struct yt_node *n,
		 struct fx_layout *l, const struct fx_record *r,
		 const char *profiles, struct err *err);
void fx_rule_release(struct fx_rule *rule);

/* Whether the rule holds; a condition that cannot be judged does not. */
bool fx_rule_holds(const struct fx_rule *rule, const struct fx_record *r,
		   const struct fx_view *v);

#endif
