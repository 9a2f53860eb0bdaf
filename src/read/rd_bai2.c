/*
 * rd_bai2.c - balance reports of US banks: each account is a record
 *
 * A logical record begins with its code and ends with a slash or with its
 * line; continuations (88) belong to the one before.  There may be several on
 * a line.  A line that begins with no code goes on with the text before it.
 *
 * Spec: bai2_account.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/num.h"
#include "core/rec.h"
#include "read/bai2_account.h"
#include "read/bank_check.h"
#include "read/reader.h"

/* Totals of what is open: a group, or the file. */
struct level {
	bool open;
	struct bank_sum total;
	uint64_t parts; /* accounts, groups */
	uint64_t records;
};

struct bai2 {
	struct input *in;
	struct charset cs;
	struct buf line;   /* the line in UTF-8, */
	size_t at;         /* dealt with up to here */
	uint64_t byte;     /* of the line */
	struct buf record; /* the logical record, without its code */
	char code[3];      /* "" where there is none */
	struct buf file_json, group_json;
	char currency[8]; /* of the group */
	struct level file, group;
	struct bai2_account account;
	bool in_account, ended;
	uint64_t row, from; /* of the account */
	struct buf raw;     /* its lines */
	bool line_kept;     /* the line is in `raw` */
	size_t bad;         /* first bad byte of `raw`, or SIZE_MAX */
	bool any;
	struct bank_check check;
};

static void bai2_close(void *state)
{
	struct bai2 *x = state;

	if (!x)
		return;
	charset_release(&x->cs);
	buf_release(&x->line);
	buf_release(&x->record);
	buf_release(&x->file_json);
	buf_release(&x->group_json);
	buf_release(&x->account.json);
	buf_release(&x->raw);
	free(x);
}

static void *bai2_open(struct input *in, const struct read_conf *conf,
		       struct err *err)
{
	struct bai2 *x = mem_zalloc(sizeof(*x));

	x->in = in;
	x->cs.conv = (iconv_t)-1;
	x->line = (struct buf)BUF_INIT(8 * LINE_CEILING);
	x->record = (struct buf)BUF_INIT(LINE_CEILING);
	x->file_json = (struct buf)BUF_INIT(LINE_CEILING);
	x->group_json = (struct buf)BUF_INIT(LINE_CEILING);
	x->account.json = (struct buf)BUF_INIT(LINE_CEILING);
	x->raw = (struct buf)BUF_INIT(LINE_CEILING);
	x->bad = SIZE_MAX;
	buf_reserve(&x->line, 1); /* spans point into it */
	if (rd_charset(&x->cs, in, conf->encoding, err) < 0) {
		bai2_close(x);
		return NULL;
	}
	return x;
}

/* ---- lines and logical records ---------------------------------------- */

/* Whether `s` begins with the code of a record. */
static bool begins_record(struct span s)
{
	static const char *const code[] = {"01,", "02,", "03,", "16,", "88,",
					   "49,", "98,", "99,", NULL};
	size_t i;

	for (i = 0; code[i]; i++)
		if (s.len >= 3 && !memcmp(s.p, code[i], 3))
			return true;
	return false;
}

/* Without blanks in front. */
static struct span skip_blanks(struct span s)
{
	while (s.len && span_is_space(s.p[0]))
		s.p++, s.len--;
	return s;
}

/* Where the record at the beginning of `s` ends: at its slash, or at the end
 * of the line.  A slash in a text has no record behind it, or no blank: the
 * text "3/16,000" goes on. */
static size_t record_length(struct span s, bool text)
{
	size_t i;

	for (i = 0; i < s.len; i++) {
		struct span rest = {s.p + i + 1, s.len - i - 1};

		if (s.p[i] != '/')
			continue;
		rest = skip_blanks(rest);
		if (!rest.len || (begins_record(rest) &&
				  !(text && !span_is_space(s.p[i + 1]))))
			return i;
	}
	return s.len;
}

/* 1, 0 at the end of the file, -1. */
static int next_line(struct bai2 *x, struct err *err)
{
	struct span raw;
	enum input_got got;
	size_t bad;

	input_mark(x->in);
	got = input_line(x->in, &raw, err);
	if (got == INPUT_FAIL)
		return -1;
	if (got == INPUT_END)
		return 0;
	x->byte = input_mark_offset(x->in);
	x->at = 0;
	x->line_kept = false;
	buf_clear(&x->line);
	charset_convert(&x->cs, raw, &x->line, &bad);
	if (got == INPUT_PIECE || x->line.over)
		return err_set(err, ERR_DATA,
			       "%s:%llu: a line of more than "
			       "%zu bytes",
			       x->in->path, (unsigned long long)x->in->line + 1,
			       LINE_CEILING);
	bad = rd_first_bad(&x->cs, raw);
	if (bad == raw.len)
		return 1;
	if (!x->in_account)
		return err_set(err, ERR_DATA, "%s:%llu: byte %llu is not %s",
			       x->in->path, (unsigned long long)x->in->line,
			       (unsigned long long)x->byte + bad, x->cs.name);
	if (x->bad == SIZE_MAX)
		x->bad = x->raw.len + bad;
	return 1;
}

/* The account's lines, for a reject. */
static void keep_line(struct bai2 *x)
{
	if (x->line_kept || !x->in_account)
		return;
	buf_add_span(&x->raw, input_marked(x->in));
	x->line_kept = true;
}

/*
 * The next piece of the line, with its code, which is "" for a line that only
 * goes on.  False where there is none.
 */
static bool next_piece(struct bai2 *x, char code[3], struct span *text)
{
	struct span s = {x->line.data + x->at, x->line.len - x->at};
	size_t n;

	s = skip_blanks(s);
	if (!s.len || (s.len == 1 && s.p[0] == '\x1A'))
		return false;
	code[0] = code[1] = code[2] = '\0';
	if (begins_record(s)) {
		memcpy(code, s.p, 2);
		s.p += 3;
		s.len -= 3;
	}
	n = record_length(s, !code[0] || !strcmp(code, "16") ||
				     !strcmp(code, "88"));
	*text = span_trim((struct span){s.p, n});
	n += n < s.len;
	x->at = (size_t)(s.p + n - x->line.data);
	return true;
}

/* ---- the file and its groups ------------------------------------------ */

static void put_members(struct buf *b, struct span text,
			const char *const *name)
{
	struct span f;

	buf_clear(b);
	rec_put_open(b, '{');
	for (; *name && bai2_field(&text, &f); name++) {
		if (strstr(*name, "date"))
			bai2_put_date(b, *name, f);
		else
			bai2_put(b, *name, f);
	}
	rec_put_close(b, '}');
}

static void begin_level(struct level *l)
{
	*l = (struct level){.open = true, .records = 1};
}

static void take_file(struct bai2 *x, struct span text)
{
	static const char *const name[] = {
		"sender",      "receiver",     "date",    "time", "id",
		"line_length", "block_length", "version", NULL};

	put_members(&x->file_json, text, name);
	begin_level(&x->file);
	x->any = true;
}

static void take_group(struct bai2 *x, struct span text)
{
	static const char *const name[] = {"receiver",      "originator",
					   "status",        "date",
					   "time",          "currency",
					   "date_modifier", NULL};
	struct span f;
	int i;

	put_members(&x->group_json, text, name);
	for (i = 0; i < 6; i++)
		bai2_field(&text, &f);
	/* A longer one is none, and may not be cut. */
	if (f.len >= sizeof(x->currency))
		f.len = 0;
	snprintf(x->currency, sizeof(x->currency), "%.*s", SPAN_FMT(f));
	begin_level(&x->group);
}

/* A trailer (98, 99): total, parts, records. */
static void check_level(struct bai2 *x, const struct level *l, const char *what,
			const char *parts, struct span text)
{
	struct span total, count, records;
	struct err e = ERR_INIT;
	char where[64];
	struct dec d;
	int64_t n;

	snprintf(where, sizeof(where), "line %llu",
		 (unsigned long long)x->in->line);
	bai2_field(&text, &total);
	bai2_field(&text, &count);
	bai2_field(&text, &records);
	if (dec_parse_as(total, '.', SPAN(""), &d, &e) == 0)
		bank_compare(&x->check, x->in->path, where, what, d, &l->total);
	if (num_parse(count, 0, INT64_MAX, &n) == 0 && (uint64_t)n != l->parts)
		bank_wrong(&x->check, "%s: %s: %lld %s, but there are %llu",
			   x->in->path, where, (long long)n, parts,
			   (unsigned long long)l->parts);
	if (num_parse(records, 0, INT64_MAX, &n) == 0 &&
	    (uint64_t)n != l->records)
		bank_wrong(&x->check,
			   "%s: %s: %lld records, but there are %llu",
			   x->in->path, where, (long long)n,
			   (unsigned long long)l->records);
}

/* The total that a trailer says counts in what is around it. */
static void add_part(struct level *around, struct span text, uint64_t records)
{
	struct span total;
	struct err e = ERR_INIT;
	struct dec d;

	bai2_field(&text, &total);
	if (dec_parse_as(total, '.', SPAN(""), &d, &e) < 0)
		around->total.unknown = true;
	else
		bank_add(&around->total, d);
	around->parts++;
	around->records += records;
}

/* ---- records ----------------------------------------------------------- */

static enum rd_status deliver(struct bai2 *x, struct rd_record *r)
{
	const struct bai2_account *a = &x->account;

	x->in_account = x->ended = false;
	buf_clear(&r->place);
	rec_add_count(&r->place, "byte", x->from);
	rd_begin(r, x->row);
	if (x->bad != SIZE_MAX) {
		rd_reject_byte(r, buf_span(&x->raw), x->bad, &x->cs, x->from);
		return RD_REJECT;
	}
	if (a->code) {
		rd_reject(r, a->code, buf_span(&x->raw), &x->cs);
		buf_adds(&r->field, a->field);
		buf_adds(&r->why, a->why);
		return RD_REJECT;
	}
	rec_put_open(r->out, '{');
	rec_add_raw(r->out, "file", buf_span(&x->file_json));
	rec_add_raw(r->out, "group", buf_span(&x->group_json));
	buf_addc(r->out, ',');
	buf_add_span(r->out, buf_span(&a->json));
	rec_put_close(r->out, '}');
	if (!a->json.over && !x->record.over && !x->raw.over && rd_end(r))
		return RD_RECORD;
	rd_reject(r, "too-long", buf_span(&x->raw), &x->cs);
	buf_addf(&r->why, "an account of more than %zu bytes", LINE_CEILING);
	return RD_REJECT;
}

static int misplaced(struct bai2 *x, const char *code, struct err *err)
{
	return err_set(err, ERR_DATA,
		       "%s:%llu: a record %s that does not belong here: the "
		       "file is damaged",
		       x->in->path, (unsigned long long)x->in->line, code);
}

/* The logical record is whole: what it means. */
static int take_record(struct bai2 *x, struct err *err)
{
	struct span text = buf_span(&x->record);
	const char *code = x->code;

	if (!text.p)
		text = SPAN("");
	if (!strcmp(code, "01") && !x->file.open)
		take_file(x, text);
	else if (!strcmp(code, "02") && x->file.open && !x->group.open)
		take_group(x, text);
	else if (!strcmp(code, "03") && x->in_account)
		bai2_begin(&x->account, text, span_of(x->currency));
	else if (!strcmp(code, "16") && x->in_account &&
		 x->account.transactions)
		bai2_transaction(&x->account, text);
	else if (code[0])
		return misplaced(x, code, err);
	x->code[0] = '\0';
	return 0;
}

/* A piece that goes on with the record before it. */
static int go_on(struct bai2 *x, const char *code, struct span text,
		 struct err *err)
{
	if (!x->code[0])
		return misplaced(x, code[0] ? code : "without a code", err);
	buf_addc(&x->record, '\n');
	buf_add_span(&x->record, text);
	if (!code[0])
		return 0;
	x->account.records += x->in_account;
	if (!x->in_account) {
		struct level *l = x->group.open ? &x->group : &x->file;

		l->records++;
	}
	return 0;
}

/* A trailer: what it ends must be open, and what is inside must not. */
static int take_trailer(struct bai2 *x, const char *code, struct span text,
			struct err *err)
{
	if (code[0] == '4') {
		if (!x->in_account || !x->account.transactions)
			return misplaced(x, code, err);
		x->account.records++;
		bai2_end(&x->account, text);
		add_part(&x->group, text, x->account.records);
		x->account.transactions = false;
		x->ended = true;
	} else if (code[1] == '8') {
		if (!x->group.open || x->in_account)
			return misplaced(x, code, err);
		x->group.records++;
		check_level(x, &x->group, "the group's control total",
			    "accounts", text);
		add_part(&x->file, text, x->group.records);
		x->group.open = false;
	} else {
		if (!x->file.open || x->group.open)
			return misplaced(x, code, err);
		x->file.records++;
		check_level(x, &x->file, "the file's control total", "groups",
			    text);
		x->file.open = false;
	}
	return 0;
}

static int take_piece(struct bai2 *x, const char *code, struct span text,
		      struct err *err)
{
	if (!code[0] || !strcmp(code, "88"))
		return go_on(x, code, text, err);
	if (take_record(x, err) < 0)
		return -1;
	if (code[0] == '4' || code[0] == '9')
		return take_trailer(x, code, text, err);
	if (!strcmp(code, "03")) {
		if (!x->group.open || x->in_account)
			return misplaced(x, code, err);
		x->in_account = true;
		x->account.transactions = false;
		x->account.records = 0;
		x->row = x->in->line;
		x->from = x->byte;
		x->line_kept = false;
		x->bad = SIZE_MAX;
		buf_clear(&x->raw);
	}
	x->account.records += x->in_account;
	memcpy(x->code, code, sizeof(x->code));
	buf_clear(&x->record);
	buf_add_span(&x->record, text);
	return 0;
}

static enum rd_status at_end(struct bai2 *x, struct err *err)
{
	if (take_record(x, err) < 0)
		return RD_FATAL;
	if (!x->any) {
		err_set(err, ERR_DATA, "%s: there is no BAI2 file (01) in it",
			x->in->path);
		return RD_FATAL;
	}
	if (x->file.open) {
		err_set(err, ERR_DATA,
			"%s:%llu: the file is cut: the trailer of %s (%s) is "
			"missing",
			x->in->path, (unsigned long long)x->in->line,
			x->in_account   ? "an account"
			: x->group.open ? "a group"
					: "the file",
			x->in_account   ? "49"
			: x->group.open ? "98"
					: "99");
		return RD_FATAL;
	}
	return bank_settle(&x->check, err) < 0 ? RD_FATAL : RD_END;
}

static enum rd_status bai2_next(void *state, struct rd_record *r,
				struct err *err)
{
	struct bai2 *x = state;
	struct span text;
	char code[3];
	int rc;

	for (;;) {
		if (!next_piece(x, code, &text)) {
			keep_line(x);
			rc = next_line(x, err);
			if (rc < 0)
				return RD_FATAL;
			if (!rc)
				return at_end(x, err);
			continue;
		}
		if (take_piece(x, code, text, err) < 0)
			return RD_FATAL;
		keep_line(x);
		if (x->ended)
			return deliver(x, r);
	}
}

const struct reader_ops rd_bai2 = {
	.name = "bai2",
	.open = bai2_open,
	.next = bai2_next,
	.close = bai2_close,
};
