/*
 * rd_mt940.c - bank statements of SWIFT: each statement line is a record
 *
 * A record has what field :61: says and what the fields :86: behind it add, and
 * the statement it is of as its member `statement`.  A statement is read whole
 * before its first record, so that its closing balance is in each.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/num.h"
#include "core/rec.h"
#include "read/bank_check.h"
#include "read/mt940.h"
#include "read/reader.h"

struct rd_mt940 {
	struct mt940 m;
	struct buf head;    /* the statement, as JSON */
	struct buf details; /* of a line */
	struct buf all;     /* bytes of a line and its details */
	size_t next;        /* field */
	bool open;          /* fields are there to be delivered */
	bool any;           /* a statement was read */
	struct bank_check check;
	struct bank_sum sum, credit, debit;
	uint64_t n_credit, n_debit;
};

static void mt940_close_reader(void *state)
{
	struct rd_mt940 *x = state;

	if (!x)
		return;
	mt940_close(&x->m);
	buf_release(&x->head);
	buf_release(&x->details);
	buf_release(&x->all);
	free(x);
}

static void *mt940_open_reader(struct input *in, const struct read_conf *conf,
			       struct err *err)
{
	struct rd_mt940 *x = mem_zalloc(sizeof(*x));

	x->head = (struct buf)BUF_INIT(LINE_CEILING);
	x->details = (struct buf)BUF_INIT(LINE_CEILING);
	x->all = (struct buf)BUF_INIT(LINE_CEILING);
	if (mt940_open(&x->m, in, conf->encoding, err) < 0) {
		mt940_close_reader(x);
		return NULL;
	}
	return x;
}

/* ---- the statement ---------------------------------------------------- */

static bool is_tag(const struct rd_mt940 *x, size_t i, const char *tag)
{
	return !strcmp(x->m.field[i].tag, tag);
}

/* :60F: and :60M: alike. */
static bool is_kind(const struct rd_mt940 *x, size_t i, const char *tag)
{
	return !strncmp(x->m.field[i].tag, tag, 2);
}

static void put_decimal(struct buf *b, const char *name, struct dec d)
{
	char text[DEC_TEXT_MAX];

	dec_text(d, text);
	rec_add_str(b, name, span_of(text));
}

static void put_date(struct buf *b, const char *name, struct date d)
{
	char text[DATE_TEXT_MAX];

	date_text(d, text);
	rec_add_str(b, name, span_of(text));
}

static void put_balance(struct rd_mt940 *x, const char *name, size_t i)
{
	struct mt940_balance bal;
	struct buf *b = &x->head;
	struct span text = mt940_text(&x->m, i);

	if (mt940_balance_parse(text, &bal) < 0) {
		bank_wrong(&x->check,
			   "%s:%llu: field :%s: is no balance: a mark, a "
			   "date, a currency and an amount are expected",
			   x->m.in->path, (unsigned long long)x->m.field[i].row,
			   x->m.field[i].tag);
		rec_add_str(b, name, text);
		return;
	}
	rec_put_key(b, span_of(name));
	rec_put_open(b, '{');
	rec_add_str(b, "tag", span_of(x->m.field[i].tag));
	put_date(b, "date", bal.date);
	rec_add_str(b, "currency", bal.currency);
	put_decimal(b, "amount", bal.amount);
	rec_put_close(b, '}');
}

/* The first field of this kind from `from` on, or n. */
static size_t find(const struct rd_mt940 *x, const char *tag, size_t from)
{
	while (from < x->m.n && !is_kind(x, from, tag))
		from++;
	return from;
}

static void put_number(struct rd_mt940 *x, size_t i)
{
	struct span s = mt940_text(&x->m, i);
	const char *slash = s.len ? memchr(s.p, '/', s.len) : NULL;
	size_t n = slash ? (size_t)(slash - s.p) : s.len;

	rec_add_str(&x->head, "number", (struct span){s.p, n});
	if (slash)
		rec_add_str(&x->head, "sequence",
			    (struct span){slash + 1, s.len - n - 1});
}

/* Fields that no member of its own has, as they are. */
static void put_others(struct rd_mt940 *x)
{
	static const char *const known[] = {"20", "21", "25", "28", "60",
					    "61", "62", "86", NULL};
	struct buf *b = &x->head;
	bool any = false;
	size_t i, k;

	for (i = 0; i < x->m.n; i++) {
		for (k = 0; known[k] && !is_kind(x, i, known[k]); k++)
			;
		if (known[k] || !x->m.field[i].tag[0])
			continue;
		if (!any) {
			rec_put_key(b, SPAN("fields"));
			rec_put_open(b, '[');
		}
		any = true;
		rec_put_open(b, '{');
		rec_add_str(b, "tag", span_of(x->m.field[i].tag));
		rec_add_str(b, "text", mt940_text(&x->m, i));
		rec_put_close(b, '}');
	}
	if (any)
		rec_put_close(b, ']');
}

/* What stands in :86: fields that belong to no line. */
static void put_information(struct rd_mt940 *x)
{
	bool open = false, of_line = false;
	size_t i;

	for (i = 0; i < x->m.n; i++) {
		if (is_tag(x, i, "61"))
			of_line = true;
		else if (!is_tag(x, i, "86"))
			of_line = false;
		if (!is_tag(x, i, "86") || of_line)
			continue;
		if (!open) {
			rec_put_key(&x->head, SPAN("information"));
			rec_put_open(&x->head, '[');
		}
		open = true;
		rec_put_str(&x->head, mt940_text(&x->m, i));
	}
	if (open)
		rec_put_close(&x->head, ']');
}

static void put_statement(struct rd_mt940 *x)
{
	static const struct {
		const char *tag, *name;
	} texts[] = {{"20", "reference"}, {"21", "related"}, {"25", "account"}};
	struct buf *b = &x->head;
	size_t i, k;

	buf_clear(b);
	rec_put_open(b, '{');
	if (!x->m.field[0].tag[0] && x->m.field[0].text_len)
		rec_add_str(b, "header", mt940_text(&x->m, 0));
	for (k = 0; k < sizeof(texts) / sizeof(*texts); k++) {
		i = find(x, texts[k].tag, 0);
		if (i < x->m.n)
			rec_add_str(b, texts[k].name, mt940_text(&x->m, i));
	}
	i = find(x, "28", 0);
	if (i < x->m.n)
		put_number(x, i);
	i = find(x, "60", 0);
	if (i < x->m.n)
		put_balance(x, "opening", i);
	i = find(x, "62", 0);
	if (i < x->m.n)
		put_balance(x, "closing", i);
	put_information(x);
	put_others(x);
	rec_put_close(b, '}');
}

/* ---- what it says of its lines ---------------------------------------- */

static void take_sum(struct rd_mt940 *x, const struct mt940_line *l)
{
	int sign = mt940_sign(l->mark);
	bool credit = l->mark.p[l->mark.len - 1] == 'C';

	if (sign)
		bank_add(&x->sum, sign > 0 ? l->amount : dec_negate(l->amount));
	bank_add(credit ? &x->credit : &x->debit, l->amount);
	*(credit ? &x->n_credit : &x->n_debit) += 1;
}

/* :90D:2EUR12,50, how many debits and what they make; :90C: for credits. */
static void check_count(struct rd_mt940 *x, size_t i, const char *where)
{
	bool credit = x->m.field[i].tag[2] == 'C';
	struct span s = mt940_text(&x->m, i), digits = {s.p, 0};
	uint64_t n = credit ? x->n_credit : x->n_debit;
	struct dec d;
	int64_t says;

	while (digits.len < s.len && s.p[digits.len] >= '0' &&
	       s.p[digits.len] <= '9')
		digits.len++;
	if (num_parse(digits, 0, INT64_MAX, &says) < 0 ||
	    s.len < digits.len + 3)
		return;
	if ((uint64_t)says != n && !x->sum.unknown)
		bank_wrong(&x->check,
			   "%s: %s: field :%s: counts %lld, but there are %llu",
			   x->m.in->path, where, x->m.field[i].tag,
			   (long long)says, (unsigned long long)n);
	s.p += digits.len + 3;
	s.len -= digits.len + 3;
	if (mt940_amount(&s, &d) == 0 && !x->sum.unknown)
		bank_compare(&x->check, x->m.in->path, where,
			     credit ? "the sum of credits in :90C:"
				    : "the sum of debits in :90D:",
			     d, credit ? &x->credit : &x->debit);
}

static void check_statement(struct rd_mt940 *x)
{
	struct mt940_balance opening, closing;
	size_t one = find(x, "60", 0), two = find(x, "62", 0), i;
	char where[64];

	snprintf(where, sizeof(where), "the statement from line %llu",
		 (unsigned long long)x->m.field[0].row);
	for (i = 0; i < x->m.n; i++)
		if (is_tag(x, i, "90C") || is_tag(x, i, "90D"))
			check_count(x, i, where);
	if (one == x->m.n ||
	    mt940_balance_parse(mt940_text(&x->m, one), &opening) < 0)
		return;
	if (two == x->m.n) {
		bank_wrong(&x->check,
			   "%s: %s has no closing balance (:62F:): the file is "
			   "cut",
			   x->m.in->path, where);
		return;
	}
	if (mt940_balance_parse(mt940_text(&x->m, two), &closing) < 0 ||
	    !span_eq(opening.currency, closing.currency))
		return;
	bank_add(&x->sum, opening.amount);
	bank_compare(&x->check, x->m.in->path, where, "the closing balance",
		     closing.amount, &x->sum);
}

/* ---- the lines -------------------------------------------------------- */

/* A field's text with what it needs of others: the first bad byte decides. */
static enum rd_status reject_bytes(struct rd_mt940 *x, struct rd_record *r,
				   size_t i, size_t end)
{
	size_t from = x->m.field[i].raw, k;
	struct span bytes = {x->m.raw.data + from, 0};
	uint64_t byte = x->m.field[i].byte;

	for (k = i; k < end; k++)
		bytes.len += x->m.field[k].raw_len;
	for (k = i; x->m.field[k].bad == SIZE_MAX; k++)
		;
	rd_reject_byte(r, bytes, x->m.field[k].raw - from + x->m.field[k].bad,
		       &x->m.cs, byte);
	x->sum.unknown = true;
	return RD_REJECT;
}

static void put_line(struct rd_mt940 *x, struct buf *b,
		     const struct mt940_line *l)
{
	int sign = mt940_sign(l->mark);

	put_date(b, "value_date", l->value);
	if (l->has_entry)
		put_date(b, "entry_date", l->entry);
	rec_add_str(b, "mark", l->mark);
	if (l->funds.len)
		rec_add_str(b, "funds", l->funds);
	put_decimal(b, "amount", l->amount);
	if (sign)
		put_decimal(b, "signed",
			    sign > 0 ? l->amount : dec_negate(l->amount));
	if (l->type.len)
		rec_add_str(b, "type", l->type);
	if (l->reference.len)
		rec_add_str(b, "reference", l->reference);
	if (l->bank_reference.len)
		rec_add_str(b, "bank_reference", l->bank_reference);
	if (l->more[0].len || l->more[1].len) {
		buf_clear(&x->details);
		buf_add_span(&x->details, l->more[0]);
		if (l->more[0].len && l->more[1].len)
			buf_addc(&x->details, '\n');
		buf_add_span(&x->details, l->more[1]);
		rec_add_str(b, "supplementary", buf_span(&x->details));
	}
}

/* The currency is said once, in the balance. */
static void put_currency(struct rd_mt940 *x, struct buf *b)
{
	struct mt940_balance bal;
	size_t i = find(x, "60", 0);

	if (i < x->m.n && mt940_balance_parse(mt940_text(&x->m, i), &bal) == 0)
		rec_add_str(b, "currency", bal.currency);
}

static void put_details(struct rd_mt940 *x, struct buf *b, size_t i, size_t end)
{
	size_t k;

	if (i == end)
		return;
	buf_clear(&x->details);
	for (k = i; k < end; k++) {
		if (k > i)
			buf_addc(&x->details, '\n');
		buf_add_span(&x->details, mt940_text(&x->m, k));
	}
	rec_add_str(b, "details", buf_span(&x->details));
	mt940_put_details(b, buf_span(&x->details));
}

/* Field :61: at `i` and the :86: fields behind it, up to `end`. */
static enum rd_status take_line(struct rd_mt940 *x, struct rd_record *r,
				size_t i, size_t end)
{
	const struct mt940_field *f = &x->m.field[i];
	struct mt940_line l;
	struct mt940_fault fault;
	struct span bytes = {x->m.raw.data + f->raw, 0};
	size_t k;

	buf_clear(&r->place);
	rec_add_count(&r->place, "byte", f->byte);
	rd_begin(r, f->row);
	for (k = i; k < end; k++) {
		bytes.len += x->m.field[k].raw_len;
		if (x->m.field[k].bad != SIZE_MAX)
			return reject_bytes(x, r, i, end);
	}
	if (mt940_line_parse(mt940_text(&x->m, i), &l, &fault) < 0) {
		x->sum.unknown = true;
		rd_reject(r, fault.code, bytes, &x->m.cs);
		buf_adds(&r->field, fault.field);
		buf_adds(&r->why, fault.why);
		return RD_REJECT;
	}
	take_sum(x, &l);
	rec_put_open(r->out, '{');
	rec_add_raw(r->out, "statement", buf_span(&x->head));
	put_line(x, r->out, &l);
	put_currency(x, r->out);
	rec_add_str(r->out, "line", mt940_text(&x->m, i));
	put_details(x, r->out, i + 1, end);
	rec_put_close(r->out, '}');
	if (rd_end(r))
		return RD_RECORD;
	rd_reject(r, "too-long", bytes, &x->m.cs);
	buf_addf(&r->why, "a record of more than %zu bytes", LINE_CEILING);
	return RD_REJECT;
}

/* What belongs to no line must be text, too. */
static int check_text(struct rd_mt940 *x, struct err *err)
{
	bool of_line = false;
	size_t i;

	for (i = 0; i < x->m.n; i++) {
		const struct mt940_field *f = &x->m.field[i];

		of_line = is_tag(x, i, "61") || (of_line && is_tag(x, i, "86"));
		if (!of_line && f->bad != SIZE_MAX)
			return err_set(err, ERR_DATA,
				       "%s:%llu: byte %llu is not %s",
				       x->m.in->path,
				       (unsigned long long)f->row,
				       (unsigned long long)f->byte + f->bad,
				       x->m.cs.name);
	}
	return 0;
}

/* RD_RECORD: fields are there; RD_END, RD_FATAL. */
static enum rd_status begin_statement(struct rd_mt940 *x, struct err *err)
{
	int rc = mt940_next(&x->m, err);

	if (rc < 0)
		return RD_FATAL;
	if (!rc && !x->any) {
		err_set(err, ERR_DATA, "%s: there is no statement in it",
			x->m.in->path);
		return RD_FATAL;
	}
	if (!rc)
		return bank_settle(&x->check, err) < 0 ? RD_FATAL : RD_END;
	if (!x->m.within) {
		err_set(err, ERR_DATA, "%s:%llu: no field (:20:) is in it",
			x->m.in->path, (unsigned long long)x->m.field[0].row);
		return RD_FATAL;
	}
	if (check_text(x, err) < 0)
		return RD_FATAL;
	x->any = x->open = true;
	x->next = 0;
	x->sum = x->credit = x->debit = (struct bank_sum){.unknown = false};
	x->n_credit = x->n_debit = 0;
	put_statement(x);
	return RD_RECORD;
}

static enum rd_status mt940_next_record(void *state, struct rd_record *r,
					struct err *err)
{
	struct rd_mt940 *x = state;
	enum rd_status got;
	size_t i, end;

	for (;;) {
		if (!x->open) {
			got = begin_statement(x, err);
			if (got != RD_RECORD)
				return got;
		}
		i = find(x, "61", x->next);
		if (i < x->m.n) {
			for (end = i + 1; end < x->m.n && is_tag(x, end, "86");
			     end++)
				;
			x->next = end;
			return take_line(x, r, i, end);
		}
		check_statement(x);
		x->open = false;
	}
}

const struct reader_ops rd_mt940 = {
	.name = "mt940",
	.open = mt940_open_reader,
	.next = mt940_next_record,
	.close = mt940_close_reader,
};
