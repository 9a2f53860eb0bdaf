/*
 * map.h - a compiled feed: raw records to canonical ones
 *
 * The `map` section of a feed is a list of entries, each of which makes one
 * canonical record of a raw one, unless its `when` is false; with `each` one
 * for every element of a list in it.  A raw record goes through as a whole or
 * not at all: one bad field, and none of its records is written.
 *
 * With `group` consecutive raw records are mapped together, and go through
 * together.  What `running` names lives from one raw record to the next.
 *
 * Spec: DESIGN sections 2 and 4, sluice-profile(5), sluice-record(5).
 */
#ifndef SLUICE_MAP_H
#define SLUICE_MAP_H

#include "conf/feed.h"
#include "expr/members.h"

/* One member of `fields`. */
struct map_field {
	const char *name;   /* in the feed's tree */
	struct span prefix; /* its name as JSON: "name": */
	struct expr *value;
	struct map_list
		*list; /* where it is a list of objects; value is NULL */
};

/* A list that is walked: its elements are a level of columns of their own. */
struct map_list {
	struct expr *each; /* of the level around: what is walked; NULL: the
			      rows of a group */
	struct expr *when; /* or NULL */
	struct expr_scope scope;
	struct members members;
	struct map_field *field;
	size_t n_fields;
	struct map_list *next; /* of all in the feed */
};

/* Constant text, or an expression: one of the two is set. */
struct map_value {
	struct span text;
	struct expr *value;
};

struct map_entry {
	const char *entity;
	struct span head;   /* the record's beginning: {"entity":"x","key": */
	struct span middle; /* ,"op":"upsert","fields":{ where constant */
	struct map_list *each;   /* NULL: the raw record itself */
	struct expr *key, *when; /* when may be NULL */
	struct map_value site, op;
	bool has_site, grouped;
	struct map_field *field;
	size_t n_fields;
};

/* Why a record was refused; spans are valid until the next map_run. */
struct map_fault {
	const char *code;   /* "bad-date" */
	const char *entity; /* NULL: it is not about an entry */
	struct span to;     /* the canonical field, or "key", "site" ... */
	struct span column, value, rule, why;
	size_t row; /* of a group, from 0 */
};

enum map_got {
	MAP_DONE,
	MAP_SKIP,   /* no entry applies */
	MAP_REJECT, /* map->fault says why */
};

struct map {
	const struct feed *feed; /* borrowed */
	struct expr_scope scope;
	struct map_entry *entry;
	size_t n_entries;
	struct map_list *lists;  /* all of them, inner ones first */
	struct running *running; /* NULL: the feed has none */
	struct group *group;     /* NULL: no entry is grouped */
	uint64_t told; /* rows refused before, as far as records told of them */
	/* src.file and src.row of the last record, where somebody asks. */
	struct buf file;
	int64_t row;
	struct members members;
	struct arena arena; /* of the record at hand */
	struct map_fault *fault;
	size_t n_faults, cap_faults;
	struct map_trace *trace; /* trace.h; NULL: nobody asks */
};

/*
 * Compile the `map` section of `f`, which stays in use.  -1 with ERR_CONFIG
 * names file, line and column.
 */
int map_compile(struct map *m, const struct feed *f, const char *profiles,
		struct err *err);
void map_release(struct map *m);

/*
 * Where the opening line of a stream says which columns it has, all that the
 * feed uses must be there.  -1 with ERR_CONFIG.
 */
int map_check_columns(const struct map *m, struct rec *opening,
		      struct err *err);

/*
 * Map record `r`: append its canonical records, each a line with its newline,
 * to `out` and set *n_records.  Nothing is appended but for MAP_DONE.  Not
 * where there are groups.
 */
enum map_got map_run(struct map *m, struct rec *r, struct buf *out,
		     size_t *n_records);

/* What becomes of raw records: each of them is told of once. */
struct map_sink {
	void *ctx;
	struct buf *out; /* canonical records are appended to it */
	/* `n` raw records became so many, which are in out; 0: skipped. */
	int (*made)(void *ctx, size_t n, size_t n_records, struct err *err);
	/*
	 * The raw record at `row` of `r` is a reject; `again`: this is a
	 * further reason.
	 */
	int (*refused)(void *ctx, struct rec *r, const struct rec_node *row,
		       const struct map_fault *f, bool again, struct err *err);
};

/*
 * The next raw record, in groups or not; what comes of it goes to the sink,
 * now or later.  -1 where the sink says so, or ERR_IO.
 */
int map_push(struct map *m, struct rec *r, const struct map_sink *sink,
	     struct err *err);
/* A further stream begins: so do running values, and groups end. */
void map_push_open(struct map *m);
/* A raw record was refused before it came here. */
int map_push_lost(struct map *m, const struct map_sink *sink, struct err *err);
/*
 * So many were refused so far, by stages before; of those that `gap` did not
 * tell of nobody knows where they were.
 */
int map_push_refused(struct map *m, uint64_t n, const struct map_sink *sink,
		     struct err *err);
/* All records have come. */
int map_finish(struct map *m, const struct map_sink *sink, struct err *err);
/* Forget all records that came. */
void map_restart(struct map *m);

/* Append the mapping as it was compiled, for a person. */
void map_explain(const struct map *m, struct buf *out);

/*
 * Run the feed's `examples`, appending a line to `out` for each that fails.
 * *n is how many there are, *failed how many failed.  -1 with ERR_CONFIG
 * where an example is no example.
 */
int map_examples(struct map *m, struct buf *out, size_t *n, size_t *failed,
		 struct err *err);

#endif
