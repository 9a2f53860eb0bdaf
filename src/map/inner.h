/*
 * inner.h - what the modules of map/ share
 */
#ifndef SLUICE_MAP_INNER_H
#define SLUICE_MAP_INNER_H

#include "map/map.h"
#include "map/running.h"

/* ---- compiling ----------------------------------------------------------- */

/* The name of a field: that of member `n`. */
int map_name_field(struct map *m, struct map_field *f, const struct yt_node *n,
		   struct err *err);
/* The words that `op` may be; NULL-terminated. */
extern const char *const map_ops[];

/* Compile `fields` at `n`, in this scope, into *field and *n_fields. */
int map_compile_fields(struct map *m, struct expr_scope *s,
		       const struct yt_node *n, struct map_field **field,
		       size_t *n_fields, struct err *err);

/* A list below `parent`, freed with the map. */
struct map_list *map_new_list(struct map *m, struct expr_scope *parent);
/* {each:, when:, fields:}, a member of fields of the level of `parent`. */
struct map_list *map_compile_list(struct map *m, struct expr_scope *parent,
				  const struct yt_node *n, struct err *err);
/* All columns are known. */
void map_ready_lists(struct map *m);
void map_release_lists(struct map *m);

/* ---- running ------------------------------------------------------------- */

/* Where in the record: an element of a list, which may be in one itself. */
struct map_frame {
	const struct map_frame *up;
	const char *name; /* of the field; NULL: the `each` of an entry */
	size_t index;     /* of the element, from 0 */
};

/* The rows of a group: raw records in one array. */
struct map_rows {
	struct rec *rec;
	const struct rec_node *array; /* row, running values, row, ... */
	size_t n, stride;             /* elements of the array a row takes */
	/* Running values of the first row and of the one at hand. */
	struct expr_running *first, *at;
	size_t n_running;
};

/* One raw record on its way. */
struct run {
	struct map *m;
	struct rec *r;
	const struct map_entry *e;
	const struct rec_node *whole, *raw, *src;
	const struct map_frame *frame;
	const struct map_rows *rows; /* where it is a group */
	size_t row;                  /* the one at hand, from 0 */
	struct buf *out;
	size_t n_records;
};

/* What the evaluation left in `env`; `to` is the field's name. */
void map_fault_env(struct run *u, const struct expr_env *env, struct span to);
/* A fault of our own. */
void map_fault_plain(struct run *u, const char *code, struct span to,
		     const struct val *v, const char *why);

/* The rule and column of the last one are those of `x`. */
void map_fault_rule(struct run *u, const struct expr *x);

/* Append the members and the closing brace. */
void map_put_fields(struct run *u, struct expr_env *env,
		    const struct map_field *field, size_t n);

/* Row `i`, whose element of the array is `row`, is the one at hand. */
void map_load_row(struct run *u, const struct rec_node *row, size_t i);

/* The rows of one group, mapped together as map_run does with one record. */
enum map_got map_run_rows(struct map *m, const struct map_rows *rows,
			  struct buf *out, size_t *n_records);
/*
 * Begin raw record `r`, running values and all, so that expressions of the
 * root can be evaluated in `env`.  false: m->fault says why not.
 */
bool map_enter(struct map *m, struct rec *r, struct expr_env *env);
/*
 * Add a fault that is about no entry: what the evaluation left in `env`, or
 * where that is NULL, `code` and `why`.
 */
void map_fault_whole(struct map *m, const struct expr_env *env,
		     const char *code, const char *to, struct span why);
/* How many rows were refused before the record with this src. */
uint64_t map_gap(struct rec *r, const struct rec_node *src);

/* Elements one by one. */
struct map_walk {
	struct run *u;
	struct map_list *list;
	struct expr_env env; /* of the element at hand */
	struct val self;
	struct val all; /* what `each` gave */
	const struct rec_node *node;
	size_t i, n;
	bool absent; /* there is no list, which is not an empty one */
	bool odd;    /* columns are used, but the element is no object */
};

/*
 * Evaluate `each` in `outer`, which must stay.  false where it cannot be
 * walked: the fault is told, `to` names the field.
 */
bool map_walk_begin(struct map_walk *w, struct run *u, struct map_list *list,
		    struct expr_env *outer, struct span to);
/* The next element is in w->env; false at the end. */
bool map_walk_next(struct map_walk *w);

/*
 * Whether it is an object where one is needed (else the fault is told), and
 * `when` (or NULL) holds for it; `$index` counts those for which it
 * does.
 */
bool map_walk_wants(struct map_walk *w, struct run *u, const struct expr *when);

/* Show the entry where its key is the one asked for, trace.c. */
void map_trace_entry(struct map_trace *t, struct run *u, struct expr_env *env);
/*
 * This row of a group that is refused without being mapped, `first` if it is
 * the group's first: show those of its records whose key is the one asked for.
 */
void map_trace_doomed(struct map *m, struct rec *r, const struct rec_node *row,
		      const struct expr_running *running, bool first,
		      const char *code, const char *why);
/* What becomes of the raw record or group. */
void map_trace_end(struct map_trace *t, const struct run *u);

/* Append the list, its name before it. */
void map_put_list(struct run *u, struct expr_env *env,
		  const struct map_field *f);

#endif
