/*
 * fn_sum.c - filters that make one value of a list: totals, counts, the first
 *
 * What is nothing, and text of white space only, is passed over.  A value that
 * is no list is a list of one.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "core/utf8.h"
#include "expr/fn.h"

/* The elements of a value that are something. */
struct list {
	struct val *item;
	size_t n;
};

static bool is_something(const struct val *v)
{
	return !val_is_nothing(v) &&
	       (v->type != VAL_TEXT || !utf8_is_blank(v->text));
}

static struct list list_of(struct expr_env *e, const struct val *v)
{
	const struct val *from = v->type == VAL_LIST ? v->item : v;
	size_t most = v->type == VAL_LIST ? v->n : 1, i;
	struct list l = {NULL, 0};

	l.item = arena_alloc(e->arena, mem_mul(most, sizeof(*l.item)));
	for (i = 0; i < most; i++)
		if (is_something(&from[i]))
			l.item[l.n++] = from[i];
	return l;
}

static int to_dec(struct expr_env *e, const struct expr *call, struct val *v)
{
	if (val_to_dec(v, &e->fault.why) == 0)
		return 0;
	return expr_fail_why(e, call, v, "bad-number");
}

FN_RUN(fn_sum)
{
	struct list l = list_of(e, v);
	struct dec sum = dec_of(0);
	size_t i;

	for (i = 0; i < l.n; i++) {
		if (to_dec(e, call, &l.item[i]) < 0)
			return -1;
		if (dec_add(sum, l.item[i].dec, &sum) < 0)
			return expr_fail(e, call, &l.item[i], "bad-number",
					 "the sum has more than %d digits",
					 DEC_DIGITS_MAX);
	}
	val_set_dec(v, sum);
	return 0;
}

FN_RUN(fn_count)
{
	(void)call;
	val_set_dec(v, dec_of((long long)list_of(e, v).n));
	return 0;
}

static bool any_number(const struct list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->item[i].type == VAL_NUMBER)
			return true;
	return false;
}

/* `sign` is 1 for the greatest, -1 for the least. */
static int extreme(const struct expr *call, struct expr_env *e, struct val *v,
		   int sign)
{
	struct list l = list_of(e, v);
	bool numbers = any_number(&l);
	size_t best = 0, i;

	for (i = 0; i < l.n; i++) {
		struct val *a = &l.item[i];
		int c = 0;

		if (numbers && to_dec(e, call, a) < 0)
			return -1;
		if (!numbers && val_to_text(a, e->arena) < 0)
			return expr_fail(e, call, a, "wrong-type",
					 "a list or an object cannot be "
					 "compared");
		if (i)
			c = numbers ? dec_cmp(a->dec, l.item[best].dec)
				    : span_cmp(a->text, l.item[best].text);
		if (c * sign > 0)
			best = i;
	}
	if (l.n)
		*v = l.item[best];
	else
		val_set(v, VAL_ABSENT);
	return 0;
}

FN_RUN(fn_min)
{
	return extreme(call, e, v, -1);
}

FN_RUN(fn_max)
{
	return extreme(call, e, v, 1);
}

/* ---- distinct ----------------------------------------------------------- */

/* An element by what it is compared with. */
struct keyed {
	struct span key;
	size_t at;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int c = span_cmp(x->key, y->key);

	if (c)
		return c;
	return (x->at > y->at) - (x->at < y->at);
}

/* 1 and 1.0 are one value; beside numbers so is the text "1". */
static int key_of(const struct expr *call, struct expr_env *e,
		  const struct val *v, bool numbers, struct span *key)
{
	struct val copy = *v;
	struct err ignored = ERR_INIT;

	if (numbers && val_to_dec(&copy, &ignored) == 0)
		copy.dec = dec_strip(copy.dec);
	if (val_to_text(&copy, e->arena) < 0)
		return expr_fail(e, call, v, "wrong-type",
				 "a list or an object cannot be compared");
	*key = copy.text;
	return 0;
}

FN_RUN(fn_distinct)
{
	struct list l = list_of(e, v);
	struct keyed *k = arena_alloc(e->arena, mem_mul(l.n, sizeof(*k)));
	bool numbers = any_number(&l);
	size_t n = 0, i;

	for (i = 0; i < l.n; i++) {
		k[i].at = i;
		if (key_of(call, e, &l.item[i], numbers, &k[i].key) < 0)
			return -1;
	}
	if (l.n)
		qsort(k, l.n, sizeof(*k), by_key);
	/* the first of each key stays, in the order they came in */
	for (i = 1; i < l.n; i++)
		if (span_eq(k[i].key, k[i - 1].key))
			val_set(&l.item[k[i].at], VAL_ABSENT);
	for (i = 0; i < l.n; i++)
		if (!val_is_nothing(&l.item[i]))
			l.item[n++] = l.item[i];
	val_set(v, VAL_LIST);
	v->item = l.item;
	v->n = n;
	return 0;
}

FN_RUN(fn_first)
{
	struct list l = list_of(e, v);

	(void)call;
	if (l.n)
		*v = l.item[0];
	else
		val_set(v, VAL_ABSENT);
	return 0;
}

FN_RUN(fn_last)
{
	struct list l = list_of(e, v);

	(void)call;
	if (l.n)
		*v = l.item[l.n - 1];
	else
		val_set(v, VAL_ABSENT);
	return 0;
}
