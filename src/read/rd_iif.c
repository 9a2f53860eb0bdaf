/*
 * rd_iif.c - QuickBooks IIF: lists and transactions, told apart by keywords
 *
 * A line "!KEY" names the columns of the lines "KEY" behind it.  TRNS to
 * ENDTRNS is one record, its lines under SPL, and must add up to zero; every
 * other line is one.
 *
 * Spec: Intuit Interchange Format as QuickBooks Desktop 2024 exports it;
 * sluice-formats(7).
 */
#include <stdlib.h>

#include "core/dec.h"
#include "core/mem.h"
#include "core/rec.h"
#include "core/utf8.h"
#include "read/columns.h"
#include "read/csv_split.h"
#include "read/reader.h"

#define KEYS_MAX ((size_t)1000)

/* What a line "!KEY" said. */
struct key {
	char *name;
	struct columns columns;
	size_t amount; /* position of AMOUNT; columns.n: there is none */
};

struct iif {
	struct input *in;
	struct charset cs;
	struct csv_split split;
	bool begun; /* the delimiter is known */
	struct key *key;
	size_t n_keys, keys_cap;
	struct buf line; /* converted */
	struct buf name;

	/* the cells of the line at hand */
	struct buf cells;
	size_t *end;
	size_t n, end_cap;
	size_t line_len;    /* bytes of it in the input */
	uint64_t row;       /* of it */
	const char *broken; /* code of a line that cannot be read, or NULL */
	bool again;         /* it was looked at, and is not yet taken */

	/* the transaction that is open */
	bool open, splits;
	uint64_t open_row;
	struct dec trns, spl; /* amounts: its own, and the sum of its splits */
	bool amounts;         /* every line has the column, maybe empty */
	const char *code;     /* why it will be a reject, or NULL */
	struct buf why;
	/* a line or transaction beyond the limit: its beginning, its length */
	struct buf begins;
	uint64_t gone;
};

static void iif_close(void *state)
{
	struct iif *f = state;
	size_t i;

	if (!f)
		return;
	for (i = 0; i < f->n_keys; i++) {
		free(f->key[i].name);
		columns_release(&f->key[i].columns);
	}
	free(f->key);
	csv_split_release(&f->split);
	charset_release(&f->cs);
	buf_release(&f->line);
	buf_release(&f->name);
	buf_release(&f->cells);
	buf_release(&f->why);
	buf_release(&f->begins);
	free(f->end);
	free(f);
}

static void take_cell(void *text, size_t len, void *ctx)
{
	struct iif *f = ctx;

	buf_add(&f->cells, text, len);
	f->end = mem_grow(f->end, f->n, &f->end_cap, sizeof(*f->end));
	f->end[f->n++] = f->cells.len;
}

static struct span cell(const struct iif *f, size_t i)
{
	size_t from = i ? f->end[i - 1] : 0;

	return (struct span){f->cells.data + from, f->end[i] - from};
}

static void *iif_open(struct input *in, const struct read_conf *conf,
		      struct err *err)
{
	struct iif *f = mem_zalloc(sizeof(*f));

	f->in = in;
	f->cs.conv = (iconv_t)-1;
	f->line = (struct buf)BUF_INIT(8 * LINE_CEILING);
	f->cells = (struct buf)BUF_INIT(8 * LINE_CEILING);
	f->name = (struct buf)BUF_INIT(4096);
	f->why = (struct buf)BUF_INIT(4096);
	f->begins = (struct buf)BUF_INIT(RD_SHOWN);
	if (rd_charset(&f->cs, in, conf->encoding ? conf->encoding : "CP1252",
		       err) == 0)
		return f;
	iif_close(f);
	return NULL;
}

/* ---- lines -------------------------------------------------------------- */

/* Tabs; commas where the first line has those and no tab. */
static int begin(struct iif *f, struct span text, struct err *err)
{
	struct csv_dialect d = {.delimiter = SPAN("\t"),
				.quote = '"',
				.escape = -1,
				.doubled = true,
				.one_line = true};

	if (!memchr(text.p, '\t', text.len) && memchr(text.p, ',', text.len))
		d.delimiter = SPAN(",");
	f->begun = true;
	return csv_split_init(&f->split, &d, false, take_cell, f, err);
}

/* Let go of what is marked, but for the beginning. */
static void let_go(struct iif *f)
{
	struct span s = input_marked(f->in), head = s;

	if (!f->gone) {
		if (head.len > RD_SHOWN)
			head.len = RD_SHOWN;
		buf_clear(&f->begins);
		buf_add_span(&f->begins, head);
	}
	f->gone += s.len;
	input_mark(f->in);
}

/* The cells of a line; those at its end without anything are left out. */
static int split_line(struct iif *f, struct span line, struct err *err)
{
	size_t bad;

	buf_clear(&f->cells);
	f->n = 0;
	f->broken = NULL;
	if (f->cs.kind != CHARSET_UTF8) {
		buf_clear(&f->line);
		charset_convert(&f->cs, line, &f->line, &bad);
		line = buf_span(&f->line);
	}
	while (line.len && strchr("\r\n", line.p[line.len - 1]))
		line.len--;
	if (utf8_check(line.p, line.len) != line.len ||
	    (line.len && memchr(line.p, 0, line.len)))
		f->broken = "bad-encoding";
	if (!line.len || (f->in->unended && line.len == 1 && *line.p == 0x1A))
		return 0;
	if (!f->begun && begin(f, line, err) < 0)
		return -1;
	if (csv_split_feed(&f->split, line.p, line.len, err) < 0 ||
	    csv_split_end(&f->split, err) < 0)
		return -1;
	while (f->n && !cell(f, f->n - 1).len)
		f->n--;
	return 0;
}

/* The next line that is not blank.  1, 0 at the end, -1. */
static int next_line(struct iif *f, struct err *err)
{
	bool is_long = false;

	for (;;) {
		struct span line;
		enum input_got got;

		if (!f->open && !is_long)
			input_mark(f->in);
		got = input_line(f->in, &line, err);
		if (got == INPUT_FAIL)
			return -1;
		if (got == INPUT_END)
			return is_long;
		f->line_len = line.len;
		f->row = f->in->line + (got == INPUT_PIECE);
		if (is_long || f->gone || got == INPUT_PIECE ||
		    input_marked(f->in).len > LINE_CEILING) {
			is_long |= got == INPUT_PIECE || !f->open;
			f->code = "too-long";
			let_go(f);
		}
		if (got == INPUT_PIECE)
			continue;
		if (is_long) {
			f->n = 0;
			f->broken = "too-long";
			return 1;
		}
		if (split_line(f, line, err) < 0)
			return -1;
		if (f->n || f->broken)
			return 1;
	}
}

/* ---- columns ------------------------------------------------------------ */

static struct key *find_key(struct iif *f, struct span name)
{
	size_t i;

	for (i = 0; i < f->n_keys; i++)
		if (span_is(name, f->key[i].name))
			return &f->key[i];
	return NULL;
}

static int take_header(struct iif *f, struct err *err)
{
	struct span name = cell(f, 0), *list;
	struct key *k;
	size_t i;
	int rc;

	name.p++;
	name.len--;
	k = find_key(f, name);
	if (!k && f->n_keys >= KEYS_MAX)
		return err_set(err, ERR_DATA, "%s:%llu: more than %zu keywords",
			       f->in->path, (unsigned long long)f->row,
			       KEYS_MAX);
	if (!k) {
		f->key = mem_grow(f->key, f->n_keys, &f->keys_cap,
				  sizeof(*f->key));
		k = &f->key[f->n_keys++];
		*k = (struct key){mem_dup(name.p, name.len), COLUMNS_INIT, 0};
	}
	list = mem_alloc(mem_mul(f->n, sizeof(*list)));
	for (i = 1; i < f->n; i++)
		list[i - 1] = cell(f, i);
	rc = columns_set(&k->columns, list, f->n - 1, err);
	if (rc < 0)
		err_wrap(err, "%s:%llu", f->in->path,
			 (unsigned long long)f->row);
	free(list);
	for (i = 0; i < k->columns.n; i++)
		if (!strcmp(k->columns.col[i].name, "AMOUNT"))
			break;
	k->amount = i;
	return rc;
}

/* Whether there are cells that have no column. */
static bool is_ragged(const struct iif *f, const struct key *k)
{
	return f->n > k->columns.n + 1;
}

/* The cells by their names, as an object; the keyword itself is none. */
static void put_cells(const struct iif *f, const struct key *k, struct buf *b)
{
	size_t i;

	rec_put_open(b, '{');
	for (i = 1; i < f->n && i <= k->columns.n; i++) {
		rec_put_key(b, span_of(k->columns.col[i - 1].name));
		rec_put_str(b, cell(f, i));
	}
	for (; i <= k->columns.n; i++) {
		rec_put_key(b, span_of(k->columns.col[i - 1].name));
		rec_put_str(b, SPAN(""));
	}
	rec_put_close(b, '}');
}

/* ---- records ------------------------------------------------------------ */

/* What is marked, but for the last `less` bytes, is a reject. */
static enum rd_status reject(struct iif *f, struct rd_record *r, size_t less)
{
	struct span raw = input_marked(f->in);
	const char *code = f->code;
	size_t at;

	f->code = NULL;
	f->open = false;
	if (f->gone) {
		rd_reject(r, "too-long", buf_span(&f->begins), &f->cs);
		r->length = f->gone;
		f->gone = 0;
		buf_addf(&r->why, "a record of %llu bytes; %zu are the limit",
			 (unsigned long long)r->length, LINE_CEILING);
		return RD_REJECT;
	}
	raw.len -= less < raw.len ? less : raw.len;
	at = rd_first_bad(&f->cs, raw);
	if (at < raw.len) {
		rd_reject_byte(r, raw, at, &f->cs, input_mark_offset(f->in));
		return RD_REJECT;
	}
	rd_reject(r, code ? code : "bad-record", raw, &f->cs);
	r->byte = input_mark_offset(f->in);
	if (code &&
	    (!strcmp(code, "unbalanced") || !strcmp(code, "bad-number")))
		buf_adds(&r->field, "AMOUNT");
	buf_add_span(&r->why, buf_span(&f->why));
	return RD_REJECT;
}

/* The open transaction will be a reject, for the first reason there is. */
static void spoil(struct iif *f, const char *code, const char *why)
{
	if (f->code)
		return;
	f->code = code;
	buf_clear(&f->why);
	buf_addf(&f->why, "line %llu: %s", (unsigned long long)f->row, why);
}

static enum rd_status reject_line(struct iif *f, struct rd_record *r,
				  const char *why)
{
	rd_begin(r, f->row);
	if (!f->code)
		spoil(f, f->broken ? f->broken : "bad-record", why);
	return reject(f, r, 0);
}

/* Add the line's AMOUNT, which may be empty, to *sum. */
static void add_amount(struct iif *f, const struct key *k, struct dec *sum)
{
	struct err e = ERR_INIT;
	struct dec d;
	struct span s;
	size_t i;

	if (is_ragged(f, k))
		spoil(f, "ragged", "it has more cells than columns");
	if (k->amount == k->columns.n)
		f->amounts = false;
	i = k->amount + 1;
	if (i >= f->n || k->amount == k->columns.n)
		return;
	s = span_trim(cell(f, i));
	if (s.len && dec_parse_as(s, '.', SPAN(","), &d, &e) < 0)
		spoil(f, "bad-number", e.msg);
	else if (s.len && dec_add(*sum, d, sum) < 0)
		spoil(f, "bad-number", "the sum has too many digits");
}

/* Debits and credits must agree. */
static void check_balance(struct iif *f)
{
	char one[DEC_TEXT_MAX], two[DEC_TEXT_MAX];
	struct dec sum;

	if (!f->amounts || f->code ||
	    (dec_add(f->trns, f->spl, &sum) == 0 &&
	     dec_cmp(sum, dec_of(0)) == 0))
		return;
	dec_text(f->trns, one);
	dec_text(f->spl, two);
	f->code = "unbalanced";
	buf_clear(&f->why);
	buf_addf(&f->why,
		 "AMOUNT of TRNS is %s and its SPL make %s: together they are "
		 "not zero",
		 one, two);
}

static enum rd_status end_transaction(struct iif *f, struct rd_record *r)
{
	if (f->splits)
		rec_put_close(r->out, ']');
	rec_put_close(r->out, '}');
	if (f->n > 1)
		spoil(f, "bad-record", "ENDTRNS has cells");
	check_balance(f);
	if (f->code)
		return reject(f, r, 0);
	f->open = false;
	if (rd_end(r))
		return RD_RECORD;
	spoil(f, "too-long", "the record is too long");
	return reject(f, r, 0);
}

static void begin_transaction(struct iif *f, struct rd_record *r, struct key *k)
{
	f->open = true;
	f->splits = false;
	f->open_row = f->row;
	f->amounts = true;
	f->trns = f->spl = dec_of(0);
	rd_begin(r, f->row);
	rec_put_open(r->out, '{');
	rec_put_key(r->out, SPAN("TRNS"));
	put_cells(f, k, r->out);
	add_amount(f, k, &f->trns);
}

static void add_split(struct iif *f, struct rd_record *r)
{
	struct key *k = find_key(f, SPAN("SPL"));

	if (!k) {
		spoil(f, "bad-record", "SPL before its line !SPL");
		return;
	}
	if (!f->splits) {
		rec_put_key(r->out, SPAN("SPL"));
		rec_put_open(r->out, '[');
	}
	f->splits = true;
	put_cells(f, k, r->out);
	add_amount(f, k, &f->spl);
}

/* A line while a transaction is open.  RD_END: go on. */
static enum rd_status take_inside(struct iif *f, struct rd_record *r)
{
	struct span key = f->n ? cell(f, 0) : SPAN("");

	if (f->broken) {
		spoil(f, f->broken, "it cannot be read");
		return RD_END;
	}
	if (span_is(key, "SPL")) {
		add_split(f, r);
		return RD_END;
	}
	if (span_is(key, "ENDTRNS"))
		return end_transaction(f, r);
	if (f->code && f->gone) {
		/* Beyond the limit anyhow: only its end is looked for. */
		if (!span_is(key, "TRNS"))
			return RD_END;
	}
	spoil(f, "bad-record", "it stands where ENDTRNS is missing");
	f->again = true;
	return reject(f, r, f->line_len);
}

/* A line that ends a list of lines KEY: ENDKEY and nothing more. */
static bool is_end_of_list(struct iif *f, struct span name)
{
	return f->n == 1 && name.len > 3 && !memcmp(name.p, "END", 3) &&
	       find_key(f, (struct span){name.p + 3, name.len - 3});
}

/* A line of its own.  RD_END: go on. */
static enum rd_status take_outside(struct iif *f, struct rd_record *r,
				   struct err *err)
{
	struct span name = f->n ? cell(f, 0) : SPAN("");
	struct key *k;

	if (f->broken)
		return reject_line(f, r, "it cannot be read");
	if (name.len && *name.p == '!')
		return take_header(f, err) < 0 ? RD_FATAL : RD_END;
	if (!name.len)
		return reject_line(f, r, "no keyword in its first cell");
	if (span_is(name, "SPL") || span_is(name, "ENDTRNS"))
		return reject_line(f, r, "no TRNS before it");
	if (is_end_of_list(f, name))
		return RD_END;
	k = find_key(f, name);
	if (!k)
		return reject_line(f, r,
				   "no line with ! before it names its "
				   "columns");
	if (span_is(name, "TRNS")) {
		begin_transaction(f, r, k);
		return RD_END;
	}
	if (is_ragged(f, k)) {
		spoil(f, "ragged", "it has more cells than columns");
		return reject_line(f, r, "");
	}
	rd_begin(r, f->row);
	rec_put_open(r->out, '{');
	rec_put_key(r->out, name);
	put_cells(f, k, r->out);
	rec_put_close(r->out, '}');
	if (rd_end(r))
		return RD_RECORD;
	return reject_line(f, r, "the record is too long");
}

static enum rd_status iif_next(void *state, struct rd_record *r,
			       struct err *err)
{
	struct iif *f = state;
	enum rd_status s = RD_END;

	while (s == RD_END) {
		int got = 1;

		if (f->again)
			f->in->mark = f->in->at - f->line_len;
		else
			got = next_line(f, err);
		f->again = false;
		if (got < 0)
			return RD_FATAL;
		if (!got && f->open) {
			err_set(err, ERR_DATA,
				"%s:%llu: the transaction that begins here "
				"has no ENDTRNS",
				f->in->path, (unsigned long long)f->open_row);
			return RD_FATAL;
		}
		if (!got && !f->n_keys) {
			err_set(err, ERR_DATA,
				"%s: no line with ! that names columns is in "
				"it",
				f->in->path);
			return RD_FATAL;
		}
		if (!got)
			return RD_END;
		s = f->open ? take_inside(f, r) : take_outside(f, r, err);
	}
	return s;
}

const struct reader_ops rd_iif = {
	.name = "iif",
	.open = iif_open,
	.next = iif_next,
	.close = iif_close,
};
