/*
 * expr.h - expressions and conditions, compiled once
 *
 *	UOM | trim | table('uom-codes')
 *	if(STATUS = 'D' and QTY > 0, 'blocked', 'open')
 *
 * A scope holds what the expressions of one feed share: the columns they use,
 * by number, and the tables and patterns they need.  Whoever evaluates gives
 * the columns as an array in that order, so that a record's members are
 * looked up once, however often they are used.
 *
 *	struct expr_scope scope;
 *	expr_scope_init(&scope, profiles, path);
 *	x = expr_compile(&scope, yaml_node, &err);
 *	...
 *	env.column = values; (scope.n_columns of them, order of scope.column)
 *	arena_clear(&arena); expr_true(x, &env, &yes)
 *
 * Where a list is walked, its elements are a level of their own: a scope
 * whose columns are the elements' members, below the scope around it, as
 * expr_env.outer is the environment around.
 *
 * Language: DESIGN section 4, sluice-profile(5).
 */
#ifndef SLUICE_EXPR_H
#define SLUICE_EXPR_H

#include "conf/yaml_tree.h"
#include "expr/val.h"

struct lookup;
struct expr;

/* Nesting of brackets, filters in a chain and arguments of one call. */
#define EXPR_DEPTH_MAX 64
#define EXPR_CHAIN_MAX 256
#define EXPR_ARGS_MAX  64
/* Bytes that the values of one record may take while it is mapped: filters
 * make texts longer, and chains of them are many. */
#define EXPR_MEMORY_MAX ((size_t)128 << 20)

/* A column that an expression names. */
struct expr_column {
	struct span name;
	struct yt_node at; /* where it is first named, for messages: file, line
			      and column only */
};

/* Something that is freed with the scope. */
struct expr_owned {
	void *p;
	void (*free)(void *p);
};

struct expr_scope {
	struct expr_scope *parent; /* of the level around, or NULL: the root */
	const char *profiles;      /* option --profiles, or NULL */
	const char *profile_path;  /* of the feed, to find tables */
	struct arena arena;        /* of all that is compiled */
	struct expr_column *column;
	size_t n_columns, cap_columns;
	struct lookup **table; /* named tables, each loaded once */
	size_t n_tables, cap_tables;
	struct pattern **pattern;
	size_t n_patterns, cap_patterns;
	struct expr_owned *owned; /* what filters prepared */
	size_t n_owned, cap_owned;
	const char **running; /* of the root: names of the running values,
				 borrowed */
	size_t n_running, cap_running;
	/* Of the root: there are `$rows`, the rows of a group, and they are
	 * used. */
	bool has_rows, uses_rows;
};

/* The texts are borrowed as long as the scope lives. */
void expr_scope_init(struct expr_scope *s, const char *profiles,
		     const char *profile_path);
/* The scope of elements: one level further in than `parent`, which stays. */
void expr_scope_init_inner(struct expr_scope *s, struct expr_scope *parent);
/* `$name` is from now on a running value, the next by number. */
void expr_add_running(struct expr_scope *s, const char *name);
/* Frees all expressions compiled in it, too. */
void expr_scope_release(struct expr_scope *s);

/*
 * Compile the text of scalar `n`, which may be let go afterwards.  NULL with
 * ERR_CONFIG: file, line and column of the offending word, what is wrong with
 * it and what was expected.
 */
struct expr *expr_compile(struct expr_scope *s, const struct yt_node *n,
			  struct err *err);
/* The expression as it was written. */
struct span expr_source(const struct expr *x);
/* Whether it is `$rows` and nothing else. */
bool expr_is_rows(const struct expr *x);
/* The column at its left end, where the value comes from; empty for none. */
struct span expr_origin(const struct expr *x);

/*
 * Whether all columns that expressions use are among `names`, the columns a
 * table has.  -1 with ERR_CONFIG names the first that is not, where it is
 * used, and the one probably meant.
 */
int expr_check_columns(const struct expr_scope *s, const struct span *names,
		       size_t n_names, struct err *err);

/* Why a record cannot be mapped. */
struct expr_fault {
	const char *code;   /* of the reject: "bad-date" */
	struct span value;  /* the value at fault, or empty */
	struct span column; /* where it came from, or empty */
	struct span rule;   /* the filter or comparison as written */
	struct err why;     /* in words */
};

/* A running value, which lives from record to record. */
struct expr_running {
	struct val val;
	bool known;
	struct span why; /* why it is not */
};

/* What evaluation works on. */
struct expr_env {
	const struct val *column;     /* by number in the scope */
	const struct expr_env *outer; /* of the level around; with a parent */
	const struct val *self;       /* the element; with a parent */
	size_t index;                 /* its position, from 1; with a parent */
	const struct expr_running *running; /* by number in the root */
	const struct val *rows; /* of a group, a list; where uses_rows */
	struct rec *rec;     /* the record that VAL_NODEs are of; may be NULL */
	struct arena *arena; /* of the record: the caller clears it */
	struct expr_fault fault;
};

/* Whether what stands at its left end, before any filter, is not there. */
bool expr_is_absent(const struct expr *x, struct expr_env *env);
/* 0, or -1 with env->fault filled. */
int expr_eval(const struct expr *x, struct expr_env *env, struct val *out);
/* The same for a condition: true or false; nothing counts as false. */
int expr_true(const struct expr *x, struct expr_env *env, bool *yes);

#endif
