#include "read/bai2_account.h"

#include <stdio.h>

#include "core/date.h"
#include "core/num.h"
#include "core/rec.h"

bool bai2_field(struct span *rest, struct span *field)
{
	size_t n = 0;

	*field = (struct span){"", 0};
	if (!rest->p)
		return false;
	while (n < rest->len && rest->p[n] != ',' && rest->p[n] != '\n')
		n++;
	*field = span_trim((struct span){rest->p, n});
	if (n == rest->len)
		*rest = (struct span){NULL, 0};
	else
		*rest = (struct span){rest->p + n + 1, rest->len - n - 1};
	return true;
}

struct span bai2_text(struct span rest)
{
	return rest.p ? span_trim(rest) : (struct span){"", 0};
}

void bai2_put(struct buf *b, const char *name, struct span text)
{
	if (text.len)
		rec_add_str(b, name, text);
}

void bai2_put_date(struct buf *b, const char *name, struct span text)
{
	struct err e = ERR_INIT;
	struct date_time t;
	char iso[DATE_TEXT_MAX];

	if (text.len == 6 && date_scan(text, SPAN("%y%m%d"), &t, &e) == 0) {
		date_text(t.date, iso);
		text = span_of(iso);
		rec_add_str(b, name, text);
		return;
	}
	bai2_put(b, name, text);
}

/* Digits behind the point that ISO 4217 gives the currency. */
static unsigned decimals_of(const char *currency)
{
	static const char none[] = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF "
				   "UGX UYI VND VUV XAF XOF XPF";
	static const char three[] = "BHD IQD JOD KWD LYD OMR TND";
	static const char four[] = "CLF UYW";

	if (strlen(currency) != 3)
		return 2;
	return strstr(none, currency)    ? 0
	       : strstr(three, currency) ? 3
	       : strstr(four, currency)  ? 4
					 : 2;
}

static void fault(struct bai2_account *a, const char *code, const char *field,
		  const char *why)
{
	if (a->code)
		return;
	a->code = code;
	a->field = field;
	snprintf(a->why, sizeof(a->why), "%s", why);
}

/* An amount, empty is none.  False: there is none, or it is wrong. */
static bool parse_amount(struct bai2_account *a, const char *name,
			 struct span text, struct dec *d)
{
	struct err e = ERR_INIT;

	if (!text.len)
		return false;
	if (dec_parse_as(text, '.', SPAN(""), d, &e) < 0) {
		fault(a, "bad-number", name, "it is no amount");
		return false;
	}
	return true;
}

/* As money: the point is implied, unless it is there. */
static void put_amount(struct bai2_account *a, const char *name, struct dec d)
{
	char text[DEC_TEXT_MAX];

	if (!d.scale && dec_implied(d, decimals_of(a->currency), &d) < 0)
		fault(a, "bad-number", name, "it has too many digits");
	dec_text(d, text);
	rec_add_str(&a->json, name, span_of(text));
}

static void add_total(struct bai2_account *a, struct dec d)
{
	if (dec_add(a->total, d, &a->total) < 0)
		fault(a, "bad-number", "amount", "the sum is too large");
}

/* D: so many pairs of days and an amount. */
static void put_distributions(struct bai2_account *a, struct span *rest)
{
	struct span f;
	struct dec d;
	int64_t n;

	bai2_field(rest, &f);
	if (num_parse(f, 0, 999, &n) < 0) {
		fault(a, "bad-number", "distributions", "it is no number");
		return;
	}
	rec_put_key(&a->json, SPAN("distributions"));
	rec_put_open(&a->json, '[');
	for (; n > 0; n--) {
		rec_put_open(&a->json, '{');
		if (!bai2_field(rest, &f))
			fault(a, "bad-segment", "distributions",
			      "the record ends within them");
		bai2_put(&a->json, "days", f);
		bai2_field(rest, &f);
		if (parse_amount(a, "distributions", f, &d))
			put_amount(a, "amount", d);
		rec_put_close(&a->json, '}');
		if (!rest->p)
			break;
	}
	rec_put_close(&a->json, ']');
}

/* When the amount is available. */
static void put_funds(struct bai2_account *a, struct span *rest)
{
	static const char *const when[] = {"immediate", "one_day", "later"};
	struct span f;
	struct dec d;
	int i;

	bai2_field(rest, &f);
	bai2_put(&a->json, "funds", f);
	if (span_is(f, "V")) {
		bai2_field(rest, &f);
		bai2_put_date(&a->json, "value_date", f);
		bai2_field(rest, &f);
		bai2_put(&a->json, "value_time", f);
	} else if (span_is(f, "S")) {
		for (i = 0; i < 3; i++) {
			bai2_field(rest, &f);
			if (parse_amount(a, when[i], f, &d))
				put_amount(a, when[i], d);
		}
	} else if (span_is(f, "D")) {
		put_distributions(a, rest);
	}
}

static void set_currency(struct bai2_account *a, struct span own,
			 struct span group)
{
	struct span c = own.len ? own : group.len ? group : SPAN("USD");

	snprintf(a->currency, sizeof(a->currency), "%.*s", SPAN_FMT(c));
	bai2_put(&a->json, "currency", c);
}

/* An account without balances has fields for one that are all empty: whether
 * `rest` goes on so, behind the type; then it is taken. */
static bool is_blank_item(struct span *rest)
{
	struct span ahead = *rest, f;
	int i;

	for (i = 0; i < 3 && bai2_field(&ahead, &f); i++)
		if (f.len)
			return false;
	*rest = ahead;
	return true;
}

void bai2_begin(struct bai2_account *a, struct span text,
		struct span group_currency)
{
	struct span f, amount;
	struct dec d;

	buf_clear(&a->json);
	a->transactions = false;
	a->total = dec_of(0);
	a->code = NULL;
	bai2_field(&text, &f);
	bai2_put(&a->json, "account", f);
	bai2_field(&text, &f);
	set_currency(a, f, group_currency);
	rec_put_key(&a->json, SPAN("summaries"));
	rec_put_open(&a->json, '[');
	while (bai2_field(&text, &f)) {
		if (!f.len && is_blank_item(&text))
			continue;
		rec_put_open(&a->json, '{');
		bai2_put(&a->json, "type", f);
		bai2_field(&text, &amount);
		if (parse_amount(a, "amount", amount, &d)) {
			put_amount(a, "amount", d);
			add_total(a, d);
		}
		bai2_field(&text, &f);
		bai2_put(&a->json, "count", f);
		put_funds(a, &text);
		rec_put_close(&a->json, '}');
	}
	rec_put_close(&a->json, ']');
	rec_put_key(&a->json, SPAN("transactions"));
	rec_put_open(&a->json, '[');
	a->transactions = true;
}

/* The type's range says which way the money goes. */
static const char *direction_of(struct span type)
{
	int64_t n;

	if (num_parse(type, 100, 999, &n) < 0)
		return NULL;
	if (n < 400 || (n >= 920 && n < 960))
		return "credit";
	return n < 700 || n >= 960 ? "debit" : NULL;
}

void bai2_transaction(struct bai2_account *a, struct span text)
{
	struct span type, f;
	const char *direction;
	struct dec d;

	bai2_field(&text, &type);
	direction = direction_of(type);
	rec_put_open(&a->json, '{');
	bai2_put(&a->json, "type", type);
	if (direction)
		rec_add_str(&a->json, "direction", span_of(direction));
	bai2_field(&text, &f);
	if (parse_amount(a, "amount", f, &d)) {
		put_amount(a, "amount", d);
		if (direction)
			put_amount(a, "signed",
				   *direction == 'd' ? dec_negate(d) : d);
		add_total(a, d);
	}
	put_funds(a, &text);
	bai2_field(&text, &f);
	bai2_put(&a->json, "bank_reference", f);
	bai2_field(&text, &f);
	bai2_put(&a->json, "customer_reference", f);
	bai2_put(&a->json, "text", bai2_text(text));
	rec_put_close(&a->json, '}');
}

void bai2_end(struct bai2_account *a, struct span text)
{
	char says[DEC_TEXT_MAX], is[DEC_TEXT_MAX], why[160];
	struct span total, count;
	struct dec d;
	int64_t n;

	rec_put_close(&a->json, ']');
	bai2_field(&text, &total);
	bai2_field(&text, &count);
	if (parse_amount(a, "control_total", total, &d)) {
		put_amount(a, "control_total", d);
		if (dec_cmp(d, a->total) != 0) {
			dec_text(d, says);
			dec_text(a->total, is);
			snprintf(why, sizeof(why),
				 "the control total is %s, but the amounts "
				 "make %s",
				 says, is);
			fault(a, "bad-total", "control_total", why);
		}
	}
	if (num_parse(count, 0, INT64_MAX, &n) == 0 &&
	    (uint64_t)n != a->records) {
		snprintf(why, sizeof(why),
			 "the account counts %lld records, but there are %llu",
			 (long long)n, (unsigned long long)a->records);
		fault(a, "bad-total", "records", why);
	}
}
