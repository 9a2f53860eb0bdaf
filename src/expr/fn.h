/*
 * fn.h - filters: one row of one table each
 *
 * A filter changes a value in place.  Its row says what it is called, what
 * arguments it takes and which values reach it, so that a filter's own code
 * is about its matter only.
 */
#ifndef SLUICE_FN_H
#define SLUICE_FN_H

#include "expr/ast.h"

enum fn_flags {
	/* Input becomes text first; of a list, each element.  Numbers and
	 * booleans have a text, objects are refused. */
	FN_TEXT = 1,
	/* A text of white space only becomes absent, and is passed over. */
	FN_BLANK = 2,
	/* Also called with no value; others are passed over then. */
	FN_NOTHING = 4,
	/* name(a, b) has no input: all are arguments. */
	FN_ALONE = 8,
};

struct fn {
	const char *name;
	/*
	 * A letter for each argument behind the input: t text in quotes, n
	 * whole number, w word, m table, x any expression.  '?': those behind
	 * it may be left out; '*': the last may be repeated.
	 */
	const char *args;
	unsigned flags;
	/* Check the arguments, make call->data; NULL: nothing to do. */
	int (*prepare)(struct expr *call, struct expr_compile *c);
	/* 0, or -1 by expr_fail with `v` unchanged. */
	int (*run)(const struct expr *call, struct expr_env *e, struct val *v);
	const char *synopsis; /* "cut(from[, length])" */
	const char *what;     /* a line for the list of filters */
};

extern const struct fn fn_table[]; /* ends with a NULL name */

/* NULL where there is none; *near is then one with a similar name, or NULL. */
const struct fn *fn_find(struct span name, const char **near);
unsigned fn_min_args(const struct fn *f);
/* UINT_MAX: any number. */
unsigned fn_max_args(const struct fn *f);
/* The letter of argument `i`, from 0 behind the input; 0 for too many. */
char fn_arg_kind(const struct fn *f, unsigned i);

/* Argument `i`, from 0 behind the input, or NULL where it was left out. */
static inline const struct expr *fn_arg(const struct expr *call, size_t i)
{
	return i + 1 < call->n_args ? call->arg[i + 1] : NULL;
}

/* The text of a 't' or 'w' argument, or `otherwise`. */
static inline struct span fn_text_arg(const struct expr *call, size_t i,
				      struct span otherwise)
{
	const struct expr *a = fn_arg(call, i);

	return a ? a->value.text : otherwise;
}

/* The number of an 'n' argument, or `otherwise`. */
static inline int64_t fn_num_arg(const struct expr *call, size_t i,
				 int64_t otherwise)
{
	const struct expr *a = fn_arg(call, i);

	return a ? a->n : otherwise;
}

/* An argument of kind 'n' must lie within [min, max]. */
int fn_check_range(struct expr *call, struct expr_compile *c, size_t i,
		   int64_t min, int64_t max);

/* Argument `i` is half_up or half_even, into call->n. */
int fn_rounding(struct expr *call, struct expr_compile *c, size_t i);

#define FN_PREPARE(name) int name(struct expr *call, struct expr_compile *c)
#define FN_RUN(name) \
	int name(const struct expr *call, struct expr_env *e, struct val *v)

/* fn_text.c */
FN_RUN(fn_trim);
FN_RUN(fn_squeeze);
FN_RUN(fn_upper);
FN_RUN(fn_lower);
FN_PREPARE(fn_cut_prepare);
FN_RUN(fn_cut);
FN_PREPARE(fn_pad_prepare);
FN_RUN(fn_pad);
FN_RUN(fn_strip_zeros);
FN_PREPARE(fn_replace_prepare);
FN_RUN(fn_replace);
FN_PREPARE(fn_replace_pattern_prepare);
FN_RUN(fn_replace_pattern);

/* fn_unicode.c */
FN_PREPARE(fn_ascii_prepare);
FN_RUN(fn_ascii);
FN_RUN(fn_nfc);

/* The ASCII for `cp` into `out` of FN_ASCII_MAX; -1 where there is none. */
#define FN_ASCII_MAX 72
int fn_ascii_of(uint32_t cp, char *out);

/* fn_normal.c */
FN_RUN(fn_normal);

/* fn_list.c */
FN_PREPARE(fn_split_prepare);
FN_RUN(fn_split);
FN_RUN(fn_join);
FN_RUN(fn_concat);
FN_PREPARE(fn_template_prepare);
FN_RUN(fn_template);

/* Expression `i` in the text of a template; NULL behind the last, and for all
 * other filters. */
const struct expr *fn_template_part(const struct expr *call, size_t i);

/* fn_num.c */
FN_PREPARE(fn_decimal_prepare);
FN_RUN(fn_decimal);
FN_RUN(fn_number);
FN_PREPARE(fn_implied_prepare);
FN_RUN(fn_implied);
FN_RUN(fn_trailing_sign);
FN_PREPARE(fn_overpunch_prepare);
FN_RUN(fn_overpunch);
FN_PREPARE(fn_scale_prepare);
FN_RUN(fn_scale);
FN_PREPARE(fn_round_prepare);
FN_RUN(fn_round);
FN_RUN(fn_add);
FN_RUN(fn_sub);
FN_RUN(fn_mul);
FN_PREPARE(fn_div_prepare);
FN_RUN(fn_div);
FN_RUN(fn_negate);
FN_RUN(fn_abs);

/* fn_sum.c */
FN_RUN(fn_sum);
FN_RUN(fn_count);
FN_RUN(fn_min);
FN_RUN(fn_max);
FN_RUN(fn_distinct);
FN_RUN(fn_first);
FN_RUN(fn_last);

/* fn_date.c */
FN_PREPARE(fn_date_prepare);
FN_RUN(fn_date);
FN_PREPARE(fn_datetime_prepare);
FN_RUN(fn_datetime);

FN_RUN(fn_cyyddd);
FN_PREPARE(fn_yyddd_prepare);
FN_RUN(fn_yyddd);
FN_RUN(fn_cyymmdd);
FN_PREPARE(fn_excel_date_prepare);
FN_RUN(fn_excel_date);
FN_PREPARE(fn_excel_datetime_prepare);
FN_RUN(fn_excel_datetime);

/* fn_code.c */
FN_PREPARE(fn_table_prepare);
FN_RUN(fn_table_run);
FN_RUN(fn_table_at);

/* fn_choice.c */
FN_PREPARE(fn_bool_prepare);
FN_RUN(fn_bool);
FN_RUN(fn_default);
FN_RUN(fn_if);
FN_RUN(fn_case);
FN_RUN(fn_nullif);
FN_RUN(fn_required);

/* fn_unit.c */
FN_PREPARE(fn_convert_prepare);
FN_RUN(fn_convert);

/* fn_mask.c */
FN_PREPARE(fn_keyed_hash_prepare);
FN_RUN(fn_keyed_hash);
FN_RUN(fn_last4);
FN_RUN(fn_redact);

/* fn_check.c */
FN_PREPARE(fn_gtin_prepare);
FN_RUN(fn_gtin);
FN_RUN(fn_iban);
FN_RUN(fn_vat);

#endif
