#include "read/fx_totals.h"

#include <stdlib.h>

#include "core/log.h"
#include "core/mem.h"
#include "read/fx_number.h"

struct fx_running {
	uint64_t count;
	struct dec sum;
	bool lost; /* a record whose amount is not known, or whether it
		      counts */
};

void fx_totals_init(struct fx_totals *t, const struct fx_layout *l,
		    const char *path)
{
	size_t i, n = 0;

	*t = (struct fx_totals){.l = l, .path = path, .n = l->n};
	t->first = mem_zalloc(mem_mul(l->n, sizeof(*t->first)));
	t->opened = mem_zalloc(mem_mul(l->n, sizeof(*t->opened)));
	for (i = 0; i < l->n; i++) {
		t->first[i] = n;
		n += l->record[i].n_sums;
	}
	t->run = mem_zalloc(mem_mul(n + 1, sizeof(*t->run)));
}

void fx_totals_release(struct fx_totals *t)
{
	free(t->run);
	free(t->first);
	free(t->opened);
	*t = (struct fx_totals){.l = NULL};
}

/* ---- adding up --------------------------------------------------------- */

static int add_one(struct fx_totals *t, const struct fx_sum *s,
		   struct fx_running *run, size_t field, uint64_t row,
		   fx_amount amount, void *ctx, struct err *err)
{
	struct dec d;

	run->count++;
	if (s->kind == FX_COUNT || field == FX_COUNTED)
		return 0;
	switch ((enum fx_number)amount(ctx, field, &d)) {
	case FX_NOTHING:
		return 0;
	case FX_WRONG:
		run->lost = true;
		return 0;
	case FX_VALUE:
		break;
	}
	if (dec_add(run->sum, d, &run->sum) < 0)
		return err_set(err, ERR_DATA,
			       "%s:%llu: the sum of %s has too many digits",
			       t->path, (unsigned long long)row, s->column);
	return 0;
}

static int add(struct fx_totals *t, size_t type, uint64_t row, fx_amount amount,
	       void *ctx, struct err *err)
{
	size_t i, k;

	for (i = 0; i < t->n; i++) {
		const struct fx_record *r = &t->l->record[i];

		for (k = 0; k < r->n_sums; k++) {
			const struct fx_sum *s = &r->sum[k];

			if (s->of[type] != FX_NOT_OF &&
			    add_one(t, s, &t->run[t->first[i] + k], s->of[type],
				    row, amount, ctx, err) < 0)
				return -1;
		}
	}
	return 0;
}

/* A record that opens what trailers close: they begin anew. */
static int open_scopes(struct fx_totals *t, size_t type, uint64_t row,
		       struct err *err)
{
	size_t i, k;

	for (i = 0; i < t->n; i++) {
		const struct fx_record *r = &t->l->record[i];

		if (r->opens != type)
			continue;
		if (r->role == FX_TRAILER && t->opened[i])
			return err_set(err, ERR_DATA,
				       "%s:%llu: record %s again, without the "
				       "%s of the one on line %zu",
				       t->path, (unsigned long long)row,
				       t->l->record[type].name, r->name,
				       t->opened[i]);
		t->opened[i] = (size_t)row;
		for (k = 0; k < r->n_sums; k++)
			t->run[t->first[i] + k] =
				(struct fx_running){.count = 0};
	}
	return 0;
}

/* ---- trailers ---------------------------------------------------------- */

/* A hash total has as many digits as its field: the sum's last ones. */
static struct dec last_digits(struct dec d, const struct fx_field *f)
{
	dec_int power = 1;
	size_t i;

	for (i = 0; i < f->len && i < DEC_DIGITS_MAX; i++)
		power *= 10;
	if (i == f->len)
		d.units %= power;
	return d;
}

static int check(struct fx_totals *t, const struct fx_record *r,
		 const struct fx_sum *s, const struct fx_running *run,
		 uint64_t row, fx_amount amount, void *ctx, struct err *err)
{
	const char *what =
		s->kind == FX_COUNT ? "number of records" : s->column;
	struct dec says, is = s->kind == FX_COUNT
				      ? dec_of((long long)run->count)
				      : run->sum;
	char text[DEC_TEXT_MAX], said[DEC_TEXT_MAX] = "nothing";
	enum fx_number got;

	if (run->lost) {
		log_warn("%s:%llu: %s of %s was not checked: there are records "
			 "that could not be read",
			 t->path, (unsigned long long)row,
			 r->field[s->says].name, r->name);
		return 0;
	}
	if (s->kind == FX_HASH)
		is = last_digits(is, &r->field[s->says]);
	got = (enum fx_number)amount(ctx, s->says, &says);
	if (got == FX_VALUE && !dec_cmp(says, is))
		return 0;
	dec_text(is, text);
	if (got == FX_VALUE)
		dec_text(says, said);
	return err_set(err, ERR_DATA,
		       "%s:%llu: record %s says %s for %s%s, the records "
		       "before it come to %s",
		       t->path, (unsigned long long)row, r->name, said,
		       s->kind == FX_COUNT ? "the " : "the sum of ", what,
		       text);
}

static int close_scope(struct fx_totals *t, size_t type, uint64_t row,
		       fx_amount amount, void *ctx, struct err *err)
{
	const struct fx_record *r = &t->l->record[type];
	size_t k;

	if (r->role == FX_TRAILER && r->opens != SIZE_MAX && !t->opened[type])
		return err_set(err, ERR_DATA,
			       "%s:%llu: record %s without a %s before it",
			       t->path, (unsigned long long)row, r->name,
			       t->l->record[r->opens].name);
	for (k = 0; k < r->n_sums; k++)
		if (check(t, r, &r->sum[k], &t->run[t->first[type] + k], row,
			  amount, ctx, err) < 0)
			return -1;
	if (r->role == FX_TRAILER) {
		t->opened[type] = 0;
		if (r->opens == SIZE_MAX)
			t->ended = row;
	}
	return 0;
}

static int check_order(struct fx_totals *t, size_t type, uint64_t row,
		       struct err *err)
{
	const struct fx_record *r = type < t->n ? &t->l->record[type] : NULL;
	size_t i;

	if (t->ended)
		return err_set(err, ERR_DATA,
			       "%s:%llu: a record behind the trailer, which "
			       "was on line %llu",
			       t->path, (unsigned long long)row,
			       (unsigned long long)t->ended);
	if (t->any || (r && r->role == FX_HEADER)) {
		t->any = true;
		return 0;
	}
	t->any = true;
	for (i = 0; i < t->n; i++)
		if (t->l->record[i].role == FX_HEADER)
			return err_set(err, ERR_DATA,
				       "%s:%llu: the file does not begin with "
				       "its header, record %s",
				       t->path, (unsigned long long)row,
				       t->l->record[i].name);
	return 0;
}

int fx_totals_take(struct fx_totals *t, size_t type, uint64_t row,
		   fx_amount amount, void *ctx, struct err *err)
{
	enum fx_role role = t->l->record[type].role;

	if (check_order(t, type, row, err) < 0 ||
	    open_scopes(t, type, row, err) < 0 ||
	    add(t, type, row, amount, ctx, err) < 0)
		return -1;
	return role == FX_TRAILER || role == FX_TOTAL
		       ? close_scope(t, type, row, amount, ctx, err)
		       : 0;
}

int fx_totals_lost(struct fx_totals *t, size_t type, uint64_t row,
		   struct err *err)
{
	size_t i, k;

	if (check_order(t, type, row, err) < 0 ||
	    (type != SIZE_MAX && open_scopes(t, type, row, err) < 0))
		return -1;
	for (i = 0; i < t->n; i++) {
		const struct fx_record *r = &t->l->record[i];

		for (k = 0; k < r->n_sums; k++) {
			struct fx_running *run = &t->run[t->first[i] + k];
			const struct fx_sum *s = &r->sum[k];

			if (type == SIZE_MAX)
				run->lost = true;
			else if (s->of[type] != FX_NOT_OF && ++run->count &&
				 s->kind != FX_COUNT)
				run->lost = true;
		}
	}
	return 0;
}

int fx_totals_end(struct fx_totals *t, struct err *err)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		const struct fx_record *r = &t->l->record[i];

		if (r->role == FX_HEADER && !t->any)
			return err_set(err, ERR_DATA,
				       "%s: the file has no header, record %s",
				       t->path, r->name);
		if (r->role != FX_TRAILER)
			continue;
		if (r->opens == SIZE_MAX ? !t->ended : t->opened[i] != 0)
			return err_set(err, ERR_DATA,
				       "%s: the file ends without its "
				       "trailer, record %s: it is not whole",
				       t->path, r->name);
	}
	return 0;
}
