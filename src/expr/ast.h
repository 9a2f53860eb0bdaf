/*
 * ast.h - a compiled expression, as the modules of map/ see it
 */
#ifndef SLUICE_AST_H
#define SLUICE_AST_H

#include "expr/expr.h"

enum expr_kind {
	EXPR_LITERAL, /* value; n where it is a small whole number */
	EXPR_COLUMN,  /* column, then step by step into it */
	EXPR_OUTER,   /* the same, `up` levels around */
	EXPR_SELF,    /* the element, `up` levels around */
	EXPR_INDEX,   /* its position */
	EXPR_ROWS,    /* those of a group */
	EXPR_RUNNING, /* column is the number of a running value */
	EXPR_CALL,    /* fn; arg[0] is what goes in, or NULL */
	EXPR_TABLE,   /* table: only as an argument of a filter */
	EXPR_COMPARE, /* arg[0] op arg[1] */
	EXPR_IN,      /* arg[0] equals one of the others */
	EXPR_MATCHES, /* arg[0] against pattern */
	EXPR_EMPTY,
	EXPR_NOT,
	EXPR_AND, /* of all arg */
	EXPR_OR,
};

enum expr_op { EXPR_EQ, EXPR_NE, EXPR_LT, EXPR_LE, EXPR_GT, EXPR_GE };

/* One step into a nested value: a member, an element, or every element. */
struct expr_step {
	bool is_index;
	bool each; /* [] */
	size_t index;
	struct span name;
};

struct expr {
	enum expr_kind kind;
	bool negate;       /* of in, matches, empty */
	enum expr_op op;   /* of a comparison */
	struct span text;  /* as written; of a call, the filter alone */
	struct span whole; /* of the outermost: all of it */
	struct val value;
	int64_t n;
	size_t column, up;
	struct expr_step *step;
	size_t n_steps;
	const struct fn *fn;
	void *data; /* what the filter prepared */
	struct lookup *table;
	struct pattern *pattern;
	struct expr **arg;
	size_t n_args;
};

/* What compiling works on. */
struct expr_compile {
	struct expr_scope *scope;
	const struct yt_node *node; /* where the expression stands */
	struct span source;         /* its text, in the scope's arena */
	struct err *err;
	size_t depth;
};

/*
 * Fill err with ERR_CONFIG, placed at `at`, a place in the source; elsewhere
 * the start of the expression is named.  -1.
 */
int expr_refuse(struct expr_compile *c, const char *at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Compile `text`, a part of c->source (or a copy of it, then without exact
 * positions).  NULL with c->err.
 */
struct expr *expr_parse(struct expr_compile *c, struct span text);

/* `p` is freed with `s`. */
void expr_own(struct expr_scope *s, void *p, void (*free)(void *p));

/*
 * The number of a column of `s`, added where it is new; `at` is a place in the
 * source.
 */
size_t expr_column_number(struct expr_compile *c, struct expr_scope *s,
			  struct span name, const char *at);

/* The scope around all others. */
struct expr_scope *expr_root(struct expr_scope *s);

/* The steps of a path from `from` on, the first of which is [].  each.c */
void expr_step_each(const struct expr *x, size_t from, struct expr_env *e,
		    struct val *v);

/* 1 where `a = b` is true, 0 where not, -1 with a fault.  Both are used up. */
int expr_equal(const struct expr *x, struct expr_env *e, struct val *a,
	       struct val *b);

/* Fill the fault of `e`: code, value, rule (of `x`), words.  -1. */
int expr_fail(struct expr_env *e, const struct expr *x, const struct val *v,
	      const char *code, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* The same, where e->fault.why says already what is wrong. */
int expr_fail_why(struct expr_env *e, const struct expr *x, const struct val *v,
		  const char *code);

/* ---- patterns (pcre2), pattern.c -------------------------------------- */

/* NULL with err: what is wrong, *at where in `source`. */
struct pattern *pattern_new(struct span source, size_t *at, struct err *err);
/* The same, kept and freed with `s`. */
struct pattern *pattern_keep(struct expr_scope *s, struct span source,
			     size_t *at, struct err *err);
void pattern_free(struct pattern *p);
/* 1 where it is found in `text`, 0 where not, -1 beyond its limits. */
int pattern_find(const struct pattern *p, struct span text);
/*
 * Whether `text` may replace what is found: $1, ${1}, $name, ${name}, $$.
 * -1 with err, *at is the offending byte.
 */
int pattern_check_replacement(const struct pattern *p, struct span text,
			      size_t *at, struct err *err);
/*
 * Every match in `s` replaced, the result in `a` (or `s` itself).  How many;
 * -1 beyond the limits, -2 where the result is longer than a line.
 */
int pattern_replace(const struct pattern *p, struct span s, struct span by,
		    struct arena *a, struct span *out);

#endif
