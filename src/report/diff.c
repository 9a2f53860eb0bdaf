#include "report/diff.h"

#include "contract/jnum.h"

int tolerances_read(struct tolerances *t, const struct opt_list *words,
		    struct err *err)
{
	size_t i;

	t->n = 0;
	for (i = 0; i < words->n; i++) {
		const char *word = words->item[i], *cut = strrchr(word, '=');
		struct tolerance *to = &t->list[t->n];

		if (t->n == TOLERANCES_MAX)
			return err_set(err, ERR_USAGE,
				       "more than %d --tolerance",
				       TOLERANCES_MAX);
		if (!cut || cut == word ||
		    dec_parse(span_of(cut + 1), &to->by) < 0 ||
		    to->by.units < 0)
			return err_set(err, ERR_USAGE,
				       "--tolerance wants FIELD=N with a "
				       "number of 0 or more, not '%s'",
				       word);
		to->field = (struct span){word, (size_t)(cut - word)};
		t->n++;
	}
	return 0;
}

bool diff_same_number(const struct tolerances *t, struct span field,
		      struct span a, struct span b)
{
	struct dec x, y, d;
	size_t i;

	if (!jnum_cmp(jnum_of(a), jnum_of(b)))
		return true;
	for (i = 0; t && i < t->n; i++) {
		if (!span_eq(t->list[i].field, field))
			continue;
		if (dec_parse(a, &x) < 0 || dec_parse(b, &y) < 0 ||
		    dec_sub(x, y, &d) < 0)
			return false;
		if (d.units < 0)
			d = dec_negate(d);
		return dec_cmp(d, t->list[i].by) <= 0;
	}
	return false;
}

static bool is_nothing(const struct rec_node *n)
{
	return !n || n->type == REC_NULL ||
	       (n->type == REC_STRING && !n->len) ||
	       (n->type >= REC_ARRAY && !n->count);
}

/* JSON numbers only; `s` may be anything. */
static bool is_number_text(struct span s)
{
	struct dec ignored;

	return s.len && dec_parse(s, &ignored) == 0;
}

static bool both_numbers(const struct rec_node *x, struct span a,
			 const struct rec_node *y, struct span b)
{
	if (x->type != REC_NUMBER && y->type != REC_NUMBER)
		return false;
	return (x->type == REC_NUMBER ||
		(x->type == REC_STRING && is_number_text(a))) &&
	       (y->type == REC_NUMBER ||
		(y->type == REC_STRING && is_number_text(b)));
}

static void differ(struct diff *d, const struct rec_node *a,
		   const struct rec_node *b)
{
	struct difference one = d->base;

	one.kind = DIFF_VALUE;
	one.field = buf_span(&d->field);
	one.here =
		is_nothing(a) ? (struct span){NULL, 0} : rec_text(d->here, a);
	one.there =
		is_nothing(b) ? (struct span){NULL, 0} : rec_text(d->there, b);
	report_put(d->report, &one);
	d->n++;
}

static void diff_value(struct diff *d, const struct rec_node *a,
		       const struct rec_node *b);

/* Step into a member or element, compare, and step out. */
static void diff_below(struct diff *d, struct span name, size_t index,
		       const struct rec_node *a, const struct rec_node *b)
{
	size_t field = d->field.len, plain = d->plain.len;

	if (name.p) {
		if (field) {
			buf_addc(&d->field, '.');
			buf_addc(&d->plain, '.');
		}
		buf_add_span(&d->field, name);
		buf_add_span(&d->plain, name);
	} else {
		buf_addf(&d->field, "[%zu]", index);
	}
	diff_value(d, a, b);
	d->field.len = field;
	d->plain.len = plain;
}

static void diff_lists(struct diff *d, const struct rec_node *a,
		       const struct rec_node *b)
{
	const struct rec_node *x = a + 1, *y = b + 1;
	struct span none = {NULL, 0};
	size_t i;

	for (i = 0; i < a->count || i < b->count; i++) {
		diff_below(d, none, i, i < a->count ? x : NULL,
			   i < b->count ? y : NULL);
		if (i < a->count)
			x = d->here->node + x->next;
		if (i < b->count)
			y = d->there->node + y->next;
	}
}

/* Depth is bounded by REC_DEPTH_MAX, so recursion is too. */
static void diff_value(struct diff *d, const struct rec_node *a,
		       const struct rec_node *b)
{
	struct span s, t;

	if (is_nothing(a) && is_nothing(b))
		return;
	if (is_nothing(a) || is_nothing(b)) {
		differ(d, a, b);
		return;
	}
	if (a->type == REC_OBJECT && b->type == REC_OBJECT) {
		diff_fields(d, a, b);
		return;
	}
	if (a->type == REC_ARRAY && b->type == REC_ARRAY) {
		diff_lists(d, a, b);
		return;
	}
	s = rec_text(d->here, a);
	t = rec_text(d->there, b);
	if (both_numbers(a, s, b, t)) {
		if (!diff_same_number(d->tolerances, buf_span(&d->plain), s, t))
			differ(d, a, b);
		return;
	}
	if (a->type != b->type || !span_eq(s, t))
		differ(d, a, b);
}

void diff_fields(struct diff *d, const struct rec_node *a,
		 const struct rec_node *b)
{
	const struct rec_node *m;

	if (a)
		rec_each (d->here, a, m) {
			struct span name = rec_key(d->here, m);

			diff_below(d, name, 0, rec_find(d->here, a, name),
				   b ? rec_find(d->there, b, name) : NULL);
		}
	if (!b)
		return;
	rec_each (d->there, b, m) {
		struct span name = rec_key(d->there, m);

		if (!a || !rec_find(d->here, a, name))
			diff_below(d, name, 0, NULL,
				   rec_find(d->there, b, name));
	}
}
