/*
 * merge.h - records of one thing from several sources become one
 *
 * A merge profile says which feeds are trusted how much, what makes two
 * records the same, and for each field whose value survives.  The work has
 * three parts, each a module:
 *
 *	merge.c        the profile
 *	merge_group.c  the records of one identity to one record
 *	merge_run.c    a stream of any size: sorted by identity in bounded
 *	               memory, written in the order of first appearance
 *
 * Spec: sluice-profile(5), MERGES.
 */
#ifndef SLUICE_MERGE_H
#define SLUICE_MERGE_H

#include "conf/yaml_tree.h"
#include "core/rec.h"

#define MERGE_SOURCES_MAX 64

enum merge_how {
	MERGE_FIRST,  /* the first source of the order that has a value */
	MERGE_LATEST, /* ... the record with the latest date first */
	MERGE_ALL,    /* one list of all, each element once */
	MERGE_MAX,
	MERGE_MIN,
	MERGE_LONGEST,
};

struct merge_rule {
	const char *field; /* NULL: of all fields without a rule */
	enum merge_how how;
	const char *latest; /* the field with the date */
	unsigned *order;    /* sources, as numbers: who may give a value */
	size_t n_order;
};

struct merge {
	struct yt_node *root; /* texts live in it */
	char *path;           /* of the file */
	const char *name, *entity;
	int64_t version;
	const char *source[MERGE_SOURCES_MAX]; /* most trusted first */
	size_t n_sources;
	const char **match; /* fields; none: the key */
	size_t n_match;
	unsigned *require; /* sources */
	size_t n_require;
	bool skip_missing;   /* ... what lacks them is skipped, not rejected */
	bool accept_rejects; /* what sources refused is taken for nothing */
	struct merge_rule rest, *rule;
	size_t n_rules;
	const struct yt_node *examples; /* or NULL */
};

/*
 * Find the profile (folder "merges") and read it.  -1 with ERR_CONFIG: file,
 * line and column, what is wrong and what was expected.
 */
int merge_load(struct merge *m, const char *profiles, const char *name,
	       struct err *err);
void merge_release(struct merge *m);

/* The number of a source, or -1. */
int merge_source(const struct merge *m, struct span feed);
/* The rule for a field. */
const struct merge_rule *merge_rule_of(const struct merge *m,
				       struct span field);

/* Append the rules for a person. */
void merge_explain(const struct merge *m, struct buf *out);

/* Run the examples, as map_examples does. */
int merge_examples(const struct merge *m, struct buf *out, size_t *n,
		   size_t *failed, struct err *err);

/* ---- one identity: merge_group.c ---------------------------------------- */

/* Why records cannot be merged; spans as long as the group is not changed. */
struct merge_fault {
	const char *code; /* "op-conflict" */
	struct span field, value, why;
	struct span extra; /* further members of the reject, JSON text */
};

struct merge_group;

struct merge_group *merge_group_new(const struct merge *m);
void merge_group_free(struct merge_group *g);
/* Forget the records, not the memory. */
void merge_group_clear(struct merge_group *g);
/*
 * Add the record `line` (copied) of a source.  False where the group has one
 * of this source already; then merge_group_first tells it.
 */
bool merge_group_add(struct merge_group *g, unsigned source, struct span line);
/*
 * Records of this source were refused, nobody knows which: a record that one
 * of them could have changed is a fault from here.
 */
void merge_group_doubt(struct merge_group *g, unsigned source);
/* The line of that source; empty where there is none. */
struct span merge_group_line(const struct merge_group *g, unsigned source);
size_t merge_group_count(const struct merge_group *g);

enum merge_got {
	MERGE_DONE,
	MERGE_SKIP,   /* a source that is required is missing */
	MERGE_REJECT, /* the fault says why; it is that of all its records */
};

/* Append the one record to `out`, without a newline. */
enum merge_got merge_group_run(struct merge_group *g, struct buf *out,
			       struct merge_fault *f);

/* ---- a stream: merge_run.c ----------------------------------------------- */

struct merge_run;

enum merge_item_kind {
	MERGE_ITEM_RECORD, /* `line` is a record of the output */
	MERGE_ITEM_REJECT, /* `line` is a record that was read */
	MERGE_ITEM_SKIP,
};

/* What becomes of records; spans until the next call. */
struct merge_item {
	enum merge_item_kind kind;
	uint64_t n_in; /* records of the input it stands for */
	struct span line;
	struct merge_fault fault;
};

struct merge_run *merge_run_new(const struct merge *m);
void merge_run_free(struct merge_run *r);

/*
 * Take the record `rec`, read from `line`.  1 taken, 0 refused (`f` says why,
 * valid until the next call), -1 with err.
 */
int merge_run_add(struct merge_run *r, struct rec *rec, struct span line,
		  struct merge_fault *f, struct err *err);

/*
 * Records of `feed` were refused before they came here.  Where it is none of
 * the sources, they may be of any.
 */
void merge_run_doubt(struct merge_run *r, struct span feed);

/*
 * When all was added: what comes out, in the order of first appearance.  1,
 * or 0 behind the last, -1 with err.
 */
int merge_run_next(struct merge_run *r, struct merge_item *item,
		   struct err *err);

/* Records without a value to be matched by: they stand alone. */
uint64_t merge_run_unmatched(const struct merge_run *r);

#endif
