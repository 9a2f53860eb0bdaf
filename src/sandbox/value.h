/*
 * value.h - values of create and write, checked and brought into a column
 */
#ifndef SLUICE_SANDBOX_VALUE_H
#define SLUICE_SANDBOX_VALUE_H

#include "sandbox/env.h"

/*
 * The column's value for what a client wrote, as Odoo converts it: a new
 * reference in *out.  -1 with env->fail: what Python would raise.
 */
int value_to_column(struct env *env, const struct model *m,
		    const struct field *f, const json_t *v, json_t **out);

/*
 * What read answers for a column: false for nothing, but 0 for numbers; dates
 * cut to seconds.  A many2one is its bare id here.
 */
json_t *value_of_column(const struct field *f, sqlite3_stmt *st, int column);

/* A float as text in a file: Python's float(); -1 where it is none. */
int value_float(const char *text, double *out);
/* The same for int(). */
int value_int(const char *text, json_int_t *out);
/* Rounded as a column with so many digits is. */
double value_round(double v, int digits);

/* YYYY-MM-DD, also with " HH:MM:SS" where `time`. */
bool value_is_date(const char *text, bool time);

#endif
