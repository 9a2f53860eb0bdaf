#include "read/camt_check.h"

#include <stdio.h>

#include "core/num.h"

void camt_begin(struct camt_check *c)
{
	*c = (struct camt_check){.mixed = false};
}

/* The text of an element that may have attributes. */
static struct span text_of(struct rec *r, const struct rec_node *n)
{
	if (rec_is(n, REC_OBJECT))
		n = rec_get(r, n, "#text");
	return rec_is(n, REC_STRING) ? span_trim(rec_text(r, n))
				     : (struct span){"", 0};
}

static const struct rec_node *member(struct rec *r, const struct rec_node *n,
				     const char *name)
{
	return rec_is(n, REC_OBJECT) ? rec_get(r, n, name) : NULL;
}

/* An amount of money as XML has it, and its currency where it has one. */
static int amount_of(struct rec *r, const struct rec_node *n, struct dec *d,
		     struct span *currency)
{
	struct err e = ERR_INIT;

	*currency = rec_text(r, member(r, n, "@Ccy"));
	return dec_parse_as(text_of(r, n), '.', SPAN(""), d, &e);
}

/* 1 credit, -1 debit, 0 neither. */
static int direction(struct rec *r, const struct rec_node *n)
{
	struct span mark = text_of(r, member(r, n, "CdtDbtInd"));

	return span_is(mark, "CRDT") ? 1 : span_is(mark, "DBIT") ? -1 : 0;
}

static void note_currency(struct camt_check *c, struct span currency)
{
	if (!c->currency[0])
		snprintf(c->currency, sizeof(c->currency), "%.*s",
			 SPAN_FMT(currency));
	else if (!span_is(currency, c->currency))
		c->mixed = true;
}

/* Up to .07 the status is a text, from .08 on it has a code in it. */
static bool is_booked(struct rec *r, const struct rec_node *n)
{
	const struct rec_node *status = member(r, n, "Sts");
	const struct rec_node *code = member(r, status, "Cd");

	return span_is(text_of(r, code ? code : status), "BOOK");
}

int camt_take(struct camt_check *c, struct rec *r, const struct rec_node *n,
	      const char **field, const char **why)
{
	struct camt_side *side;
	struct span currency;
	struct dec d;
	int way = direction(r, n);

	*field = "Amt";
	*why = "it is no amount";
	if (amount_of(r, member(r, n, "Amt"), &d, &currency) < 0) {
		c->unknown = true;
		return -1;
	}
	if (!way) {
		*field = "CdtDbtInd";
		*why = "it is neither CRDT nor DBIT";
		c->unknown = true;
		return -1;
	}
	note_currency(c, currency);
	side = way > 0 ? &c->credit : &c->debit;
	side->n_all++;
	bank_add(&side->all, d);
	if (is_booked(r, n)) {
		side->n_booked++;
		bank_add(&side->booked, d);
	}
	return 0;
}

/* The balance of one of these types, signed.  False where there is none. */
static bool find_balance(struct rec *r, const struct rec_node *stmt,
			 const char *type, struct dec *d, struct span *currency)
{
	const struct rec_node *list = member(r, stmt, "Bal"), *b;

	if (!rec_is(list, REC_ARRAY))
		return false;
	rec_each (r, list, b) {
		const struct rec_node *code = member(
			r, member(r, member(r, b, "Tp"), "CdOrPrtry"), "Cd");
		int way = direction(r, b);

		if (!span_is(text_of(r, code), type) || !way ||
		    amount_of(r, member(r, b, "Amt"), d, currency) < 0)
			continue;
		if (way < 0)
			*d = dec_negate(*d);
		return true;
	}
	return false;
}

static void check_balances(struct camt_check *c, struct rec *r,
			   const struct rec_node *stmt, const char *path,
			   const char *where, struct bank_check *check)
{
	struct bank_sum sum = {.unknown = c->unknown ||
					  c->credit.booked.unknown ||
					  c->debit.booked.unknown};
	struct dec opening, closing;
	struct span one, two;

	if (!find_balance(r, stmt, "OPBD", &opening, &one) &&
	    !find_balance(r, stmt, "PRCD", &opening, &one))
		return;
	if (!find_balance(r, stmt, "CLBD", &closing, &two) ||
	    !span_eq(one, two) ||
	    (c->currency[0] && !span_is(one, c->currency)))
		return;
	bank_add(&sum, opening);
	bank_add(&sum, c->credit.booked.sum);
	bank_add(&sum, dec_negate(c->debit.booked.sum));
	bank_compare(check, path, where, "the closing balance", closing, &sum);
}

/* Entries that are not booked may be in a total or not. */
struct total {
	uint64_t n[2];
	struct bank_sum sum[2];
};

static void check_total(struct rec *r, const struct rec_node *says,
			const struct total *t, const char *path,
			const char *where, const char *name,
			struct bank_check *check)
{
	struct span count = text_of(r, member(r, says, "NbOfNtries")), none;
	struct dec sum;
	int64_t n;
	char what[64];

	if (num_parse(count, 0, INT64_MAX, &n) == 0 && (uint64_t)n != t->n[0] &&
	    (uint64_t)n != t->n[1])
		bank_wrong(check,
			   "%s: %s: %s/NbOfNtries is %lld, but there are %llu "
			   "entries",
			   path, where, name, (long long)n,
			   (unsigned long long)t->n[0]);
	if (amount_of(r, member(r, says, "Sum"), &sum, &none) < 0 ||
	    (!t->sum[1].unknown && dec_cmp(sum, t->sum[1].sum) == 0))
		return;
	snprintf(what, sizeof(what), "%s/Sum", name);
	bank_compare(check, path, where, what, sum, &t->sum[0]);
}

static struct total total_of(const struct camt_side *a,
			     const struct camt_side *b)
{
	struct total t = {.n = {a->n_all, a->n_booked},
			  .sum = {a->all, a->booked}};

	if (!b)
		return t;
	t.n[0] += b->n_all;
	t.n[1] += b->n_booked;
	bank_add(&t.sum[0], b->all.sum);
	bank_add(&t.sum[1], b->booked.sum);
	t.sum[0].unknown = t.sum[0].unknown || b->all.unknown;
	t.sum[1].unknown = t.sum[1].unknown || b->booked.unknown;
	return t;
}

void camt_end(struct camt_check *c, struct rec *r, const struct rec_node *stmt,
	      const char *path, struct bank_check *check)
{
	const struct rec_node *says = member(r, stmt, "TxsSummry");
	struct span id = text_of(r, member(r, stmt, "Id"));
	struct total both = total_of(&c->credit, &c->debit);
	struct total credit = total_of(&c->credit, NULL);
	struct total debit = total_of(&c->debit, NULL);
	char where[128];

	if (c->unknown || c->mixed)
		return;
	if (id.len > 64)
		id.len = 0;
	snprintf(where, sizeof(where), "statement %.*s", SPAN_FMT(id));
	check_balances(c, r, stmt, path, where, check);
	check_total(r, member(r, says, "TtlNtries"), &both, path, where,
		    "TtlNtries", check);
	check_total(r, member(r, says, "TtlCdtNtries"), &credit, path, where,
		    "TtlCdtNtries", check);
	check_total(r, member(r, says, "TtlDbtNtries"), &debit, path, where,
		    "TtlDbtNtries", check);
}
