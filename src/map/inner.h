/*
 * inner.h - what the modules of map/ share
 */
#ifndef SLUICE_MAP_INNER_H
#define SLUICE_MAP_INNER_H

#include "map/map.h"

/* ---- compiling ----------------------------------------------------------- */

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

/* One raw record on its way. */
struct run {
	struct map *m;
	struct rec *r;
	const struct map_entry *e;
	const struct rec_node *raw, *src;
	const struct map_frame *frame;
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

/* Elements one by one. */
struct map_walk {
	struct map_list *list;
	struct expr_env env; /* of the element at hand */
	struct val self;
	struct val all; /* what `each` gave */
	const struct rec_node *node;
	size_t i, n;
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
 * Whether `when` (or NULL) holds for it; `$index` counts those for which it
 * does.
 */
bool map_walk_wants(struct map_walk *w, struct run *u, const struct expr *when);

/* Show the entry where its key is the one asked for, trace.c. */
void map_trace_entry(struct map_trace *t, struct run *u, struct expr_env *env);

/* Append the list, its name before it. */
void map_put_list(struct run *u, struct expr_env *env,
		  const struct map_field *f);

#endif
