/*
 * rd_fixed.c - fixed-width records by a layout
 *
 * A line (or record_length bytes) is taken, page matter and lines to be passed
 * over go, the rules of the layout tell which record it is, and its fields
 * are written one by one.  Headers and trailers are held against what is
 * between them.
 *
 * Spec: none; the layout is sluice-formats(7), section fixed.  ASA carriage
 * control as in ISO/IEC 1539-1:1991 section 9.4.5 and IBM SC26-7410.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "core/rec.h"
#include "core/utf8.h"
#include "read/cell.h"
#include "read/columns.h"
#include "read/fx_layout.h"
#include "read/fx_line.h"
#include "read/fx_number.h"
#include "read/fx_rule.h"
#include "read/fx_totals.h"
#include "read/reader.h"

#define FORM_FEED '\f'

struct fixed {
	struct input *in;
	struct charset cs;
	char *path; /* of the layout */
	struct fx_layout *l;
	struct fx_line line;
	struct cell_table table;
	struct fx_totals totals;
	struct fx_view view;
	struct arena arena;  /* of one line */
	struct buf cleaned;  /* NULs to blanks */
	struct buf *context; /* by type: its last record as JSON, or empty */
	struct buf printed;  /* the line before, for overprinting */
	size_t heading;      /* lines of the page's top still to come */
	size_t begins;       /* of the line's bytes: where the fields begin */
};

/* ---- what rules and totals look at ------------------------------------- */

static struct span view_text(void *ctx, size_t from, size_t len,
			     struct arena *arena)
{
	struct fixed *x = ctx;

	return fx_line_text(&x->line, fx_line_piece(&x->line, from, len),
			    arena);
}

static struct span view_line(void *ctx, struct arena *arena)
{
	struct fixed *x = ctx;

	return fx_line_text(&x->line,
			    fx_line_piece(&x->line, 0, x->line.length), arena);
}

static void look_at_line(struct fixed *x)
{
	struct fx_line *l = &x->line;

	arena_clear(&x->arena);
	x->view.is_plain = !l->indexed && (!l->by_bytes || l->cs->ascii);
	x->view.plain = l->by_bytes ? l->raw : l->text;
}

/* The record whose fields are read, for fx_totals. */
struct at_hand {
	struct fixed *x;
	const struct fx_record *r;
};

static int amount_of(void *ctx, size_t field, struct dec *out)
{
	const struct at_hand *h = ctx;
	const struct fx_field *f = &h->r->field[field];
	struct err ignored = ERR_INIT;

	return (int)fx_number(f, view_text(h->x, f->from, f->len, &h->x->arena),
			      out, &ignored);
}

/* ---- fields ------------------------------------------------------------ */

/* A record that cannot be read. */
struct fault {
	const char *code; /* NULL: none */
	const struct fx_field *f;
	size_t at; /* position in the line */
	struct err why;
};

static struct span trimmed(struct span s, enum fx_trim trim)
{
	if (trim == FX_RIGHT || trim == FX_BOTH)
		while (s.len && s.p[s.len - 1] == ' ')
			s.len--;
	if (trim == FX_LEFT || trim == FX_BOTH)
		while (s.len && s.p[0] == ' ')
			s.p++, s.len--;
	return s;
}

static void fault_at(struct fault *e, const char *code,
		     const struct fx_field *f)
{
	e->code = code;
	e->f = f;
	e->at = f->from;
}

static void put_text(struct fixed *x, struct buf *b, const struct fx_field *f,
		     struct span piece, struct fault *e)
{
	struct span s = trimmed(piece, f->trim);
	bool good;

	if (x->l->figurative && (span_is(s, "*BLANKS") || span_is(s, "*BLANK")))
		s.len = 0;
	else if (x->l->figurative &&
		 (span_is(s, "*ZEROS") || span_is(s, "*ZERO")))
		s = SPAN("0");
	buf_addc(b, '"');
	good = x->line.by_bytes ? cell_put_in(b, &x->table, &x->cs, s)
				: cell_put(b, &x->table, s.p, s.len);
	buf_addc(b, '"');
	if (!good)
		fault_at(e, "bad-encoding", f);
}

/*
 * Blanks at the end of a line may be cut, never digits; only where the file
 * itself breaks off within a number, what is left of it is not that number.
 */
static bool is_cut_number(const struct fixed *x, const struct fx_field *f)
{
	return x->in->unended && x->line.length > f->from &&
	       x->line.length < f->from + f->len;
}

/* With implied decimals digits that are missing at the end change the value;
 * only a sign that is a blank may have been cut. */
static bool lacks_digits(const struct fixed *x, const struct fx_field *f)
{
	size_t sign = f->sign == FX_ANY || f->sign == FX_TRAILING;

	return f->implied && x->line.length > f->from &&
	       x->line.length + sign < f->from + f->len;
}

static void put_decimal(struct fixed *x, struct buf *b,
			const struct fx_field *f, struct span piece,
			struct fault *e)
{
	char text[DEC_TEXT_MAX];
	struct dec d;

	if (lacks_digits(x, f) && trimmed(piece, FX_BOTH).len) {
		fault_at(e, "bad-number", f);
		err_set(&e->why, ERR_DATA, "the line ends within the number");
		return;
	}
	switch (fx_number(f, fx_line_text(&x->line, piece, &x->arena), &d,
			  &e->why)) {
	case FX_NOTHING:
		buf_adds(b, "null");
		return;
	case FX_WRONG:
		fault_at(e, "bad-number", f);
		return;
	case FX_VALUE:
		break;
	}
	buf_addc(b, '"');
	buf_add(b, text, dec_text(d, text));
	buf_addc(b, '"');
}

static void put_fields(struct fixed *x, struct buf *b,
		       const struct fx_record *r, bool first, struct fault *e)
{
	size_t i;

	for (i = 0; i < r->n && !e->code; i++) {
		const struct fx_field *f = &r->field[i];
		struct span piece = fx_line_piece(&x->line, f->from, f->len);

		if (!first)
			buf_addc(b, ',');
		first = false;
		buf_add_span(b, f->prefix);
		if (f->kind == FX_DECIMAL)
			put_decimal(x, b, f, piece, e);
		else
			put_text(x, b, f, piece, e);
	}
}

static bool is_blank(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] != ' ')
			return false;
	return true;
}

/* Too long, or too short where that matters. */
static void check_length(struct fixed *x, const struct fx_record *r,
			 struct fault *e)
{
	size_t length = x->line.length;

	if (length < r->length && x->l->short_reject) {
		e->code = "too-short";
		err_set(&e->why, ERR_DATA, "%zu %s where there should be %zu",
			length, x->l->unit == FX_BYTES ? "bytes" : "characters",
			r->length);
		return;
	}
	if (length <= r->length ||
	    is_blank(fx_line_text(&x->line,
				  fx_line_piece(&x->line, r->length,
						length - r->length),
				  &x->arena)))
		return;
	e->code = "too-wide";
	e->at = r->length;
	err_set(&e->why, ERR_DATA,
		"%zu %s where the layout ends at %zu, and not only blanks "
		"beyond",
		length, x->l->unit == FX_BYTES ? "bytes" : "characters",
		r->length);
}

/* ---- records ----------------------------------------------------------- */

static size_t find_type(struct fixed *x)
{
	size_t i;

	for (i = 0; i < x->l->n; i++)
		if (fx_rule_holds(&x->l->record[i].rule, &x->l->record[i],
				  &x->view))
			return i;
	return SIZE_MAX;
}

static void put_record(struct fixed *x, struct buf *b, size_t type,
		       struct fault *e)
{
	const struct fx_record *r = &x->l->record[type];
	bool first = true;
	size_t i;

	buf_addc(b, '{');
	if (x->l->typed) {
		rec_add_str(b, x->l->type_member, span_of(r->name));
		first = false;
	}
	for (i = 0; i < x->l->n; i++)
		if (i != type && x->context[i].len) {
			rec_put_key(b, span_of(x->l->record[i].into));
			rec_put_raw(b, buf_span(&x->context[i]));
		}
	put_fields(x, b, r, first, e);
	buf_addc(b, '}');
}

/* What the records that follow are to have of this one; those of types behind
 * it belonged to the one before. */
static void set_context(struct fixed *x, size_t type)
{
	const struct fx_record *r = &x->l->record[type];
	struct fault ignored = {.code = NULL};
	size_t i;

	if (!r->into)
		return;
	for (i = type; i < x->l->n; i++)
		buf_clear(&x->context[i]);
	buf_addc(&x->context[type], '{');
	put_fields(x, &x->context[type], r, true, &ignored);
	buf_addc(&x->context[type], '}');
}

static enum rd_status reject(struct fixed *x, struct rd_record *r, size_t type,
			     const struct fault *e, struct err *err)
{
	struct span raw = input_marked(x->in);
	size_t bad;

	if (fx_totals_lost(&x->totals, type, r->row, err) < 0)
		return RD_FATAL;
	/* The records that follow must not get those of the one before. */
	for (bad = type; bad < x->l->n && x->l->record[type].into; bad++)
		buf_clear(&x->context[bad]);
	bad = strcmp(e->code, "bad-encoding") ? raw.len
					      : rd_first_bad(&x->cs, raw);
	if (bad < raw.len) {
		rd_reject_byte(r, raw, bad, &x->cs, input_mark_offset(x->in));
	} else {
		rd_reject(r, e->code, raw, &x->cs);
		r->byte = input_mark_offset(x->in) + x->begins;
		if (x->line.by_bytes)
			r->byte += e->at;
		buf_adds(&r->why,
			 e->why.msg[0] ? e->why.msg : "a character is cut");
	}
	if (e->f)
		buf_adds(&r->field, e->f->name);
	return RD_REJECT;
}

static enum rd_status fail_cut(struct fixed *x, const struct fx_field *f,
			       struct err *err)
{
	err_set(err, ERR_DATA,
		"%s:%llu: the file is cut within field %s of its last line",
		x->in->path, (unsigned long long)x->in->line, f->name);
	return RD_FATAL;
}

static enum rd_status reject_unknown(struct fixed *x, struct rd_record *r,
				     struct err *err)
{
	struct fault e = {.code = "unknown-record"};
	struct span begin = view_text(x, 0, 20, &x->arena);

	err_set(&e.why, ERR_DATA, "no record of the layout begins so: '%.*s'",
		SPAN_FMT(begin));
	return reject(x, r, SIZE_MAX, &e, err);
}

/* The line at hand.  RD_END: it is no record. */
static enum rd_status take_line(struct fixed *x, struct rd_record *r,
				struct err *err)
{
	struct fault e = {.code = NULL, .why = ERR_INIT};
	struct at_hand hand = {.x = x};
	const struct fx_record *rec;
	size_t type, i;

	rd_begin(r, x->in->line);
	if (x->line.bad != SIZE_MAX ||
	    (x->line.length &&
	     memchr(x->view.plain.p, '\0', x->view.plain.len))) {
		e.code = "bad-encoding";
		return reject(x, r, SIZE_MAX, &e, err);
	}
	type = find_type(x);
	if (type == SIZE_MAX)
		return reject_unknown(x, r, err);
	rec = hand.r = &x->l->record[type];
	if (rec->role == FX_SKIP)
		return RD_END;
	for (i = 0; i < rec->n; i++)
		if (rec->field[i].kind == FX_DECIMAL &&
		    is_cut_number(x, &rec->field[i]))
			return fail_cut(x, &rec->field[i], err);
	check_length(x, rec, &e);
	if (!e.code)
		put_record(x, r->out, type, &e);
	if (e.code)
		return reject(x, r, type, &e, err);
	if (fx_totals_take(&x->totals, type, r->row, amount_of, &hand, err) < 0)
		return RD_FATAL;
	set_context(x, type);
	if (!rec->deliver)
		return RD_END;
	if (rd_end(r))
		return RD_RECORD;
	e.code = "too-long";
	err_set(&e.why, ERR_DATA, "more than 16 MiB with all its members");
	return reject(x, r, type, &e, err);
}

/* ---- lines ------------------------------------------------------------- */

static struct span without_end(const struct fixed *x, struct span s)
{
	size_t unit = x->cs.unit, i;
	bool end = true;

	while (end && s.len >= unit) {
		const unsigned char *p =
			(const unsigned char *)s.p + s.len - unit;
		size_t low = x->cs.big_endian ? unit - 1 : 0;

		end = p[low] == x->in->lf || p[low] == x->in->cr;
		for (i = 0; i < unit; i++)
			end = end && (i == low || !p[i]);
		if (end)
			s.len -= unit;
	}
	return s;
}

/* NULs (low values) to blanks, where the layout says so. */
static struct span without_nuls(struct fixed *x, struct span s)
{
	size_t i;

	if (!x->l->nul_blank || x->cs.unit != 1 || !s.len ||
	    !memchr(s.p, '\0', s.len))
		return s;
	buf_clear(&x->cleaned);
	buf_add_span(&x->cleaned, s);
	for (i = 0; i < s.len; i++)
		if (!x->cleaned.data[i])
			x->cleaned.data[i] = x->cs.ascii ? ' ' : '@';
	return buf_span(&x->cleaned);
}

/* A line beyond the ceiling: its beginning is kept, the rest passed over. */
static enum rd_status pass_over(struct fixed *x, struct rd_record *r,
				struct err *err)
{
	uint64_t length = 0;

	if (fx_totals_lost(&x->totals, SIZE_MAX, x->in->line, err) < 0)
		return RD_FATAL;
	rd_begin(r, x->in->line + !x->in->line_taken);
	rd_reject(r, "too-long", input_marked(x->in), &x->cs);
	for (;;) {
		struct span line;
		enum input_got got;

		length += input_marked(x->in).len;
		input_mark(x->in);
		if (x->in->line_taken)
			break;
		got = input_line(x->in, &line, err);
		if (got == INPUT_FAIL)
			return RD_FATAL;
		if (got == INPUT_END)
			break;
	}
	r->length = length;
	buf_addf(&r->why, "a record of %llu bytes; %zu are the limit",
		 (unsigned long long)length, LINE_CEILING);
	return RD_REJECT;
}

/* What may stand behind the last record: ends of line, of file, filling. */
static bool is_filling(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] != '\0' && s.p[i] != '\r' && s.p[i] != '\n' &&
		    s.p[i] != '\x1A')
			return false;
	return true;
}

/* The next record of `record_length` bytes or characters. */
static enum input_got next_block(struct fixed *x, struct span *line,
				 struct err *err)
{
	size_t n =
		x->l->record_length * (x->l->unit == FX_BYTES ? 1 : x->cs.unit);
	enum input_got got = input_bytes(x->in, n, line, err);

	if (got != INPUT_PIECE)
		return got;
	if (is_filling(*line))
		return INPUT_END;
	err_set(err, ERR_DATA,
		"%s: the file is cut: record %llu has %zu bytes of %zu",
		x->in->path, (unsigned long long)x->in->line, line->len, n);
	return INPUT_FAIL;
}

static void new_page(struct fixed *x)
{
	x->heading = x->l->heading;
	buf_clear(&x->printed);
}

/*
 * Page matter: form feeds, the control character, a page's heading.  True
 * where the line is none to be read; *over: it prints over the one before.
 */
static bool take_page(struct fixed *x, struct span *raw, bool *over)
{
	bool feeds = false, behind = false, asa = false, heads;
	char control = ' ';

	while (raw->len && raw->p[0] == FORM_FEED) {
		raw->p++, raw->len--;
		feeds = true;
	}
	while (raw->len && raw->p[raw->len - 1] == FORM_FEED) {
		raw->len--;
		behind = true;
	}
	if (x->l->asa && raw->len) {
		control = raw->p[0];
		raw->p++, raw->len--;
		asa = true;
	}
	if (feeds || control == '1')
		new_page(x);
	*over = control == '+';
	if (asa && !*over) {
		buf_clear(&x->printed);
		buf_add_span(&x->printed, *raw);
	}
	if (!raw->len && (feeds || behind) && !asa) {
		if (behind)
			new_page(x);
		return true;
	}
	heads = x->heading > 0;
	if (heads && !*over)
		x->heading--;
	if (behind)
		new_page(x);
	return heads;
}

/* Bold print and underlines: nothing that was not there before. */
static bool only_overprints(struct fixed *x, struct span raw)
{
	struct span before = buf_span(&x->printed);
	size_t i;

	for (i = 0; i < raw.len; i++)
		if (raw.p[i] != ' ' && raw.p[i] != '_' && raw.p[i] != '-' &&
		    raw.p[i] != '=' &&
		    (i >= before.len || before.p[i] != raw.p[i]))
			return false;
	return true;
}

static enum rd_status reject_overprint(struct fixed *x, struct rd_record *r,
				       struct err *err)
{
	struct fault e = {.code = "overprint", .why = ERR_INIT};

	rd_begin(r, x->in->line);
	err_set(&e.why, ERR_DATA,
		"the line is printed over the one before and says more");
	return reject(x, r, SIZE_MAX, &e, err);
}

static bool is_skipped(struct fixed *x)
{
	size_t i;

	if (!x->l->read_blank &&
	    is_blank(fx_line_text(&x->line,
				  fx_line_piece(&x->line, 0, x->line.length),
				  &x->arena)))
		return true;
	for (i = 0; i < x->l->n_skip; i++)
		if (fx_rule_holds(&x->l->skip[i], NULL, &x->view))
			return true;
	return false;
}

static enum rd_status fixed_next(void *state, struct rd_record *r,
				 struct err *err)
{
	struct fixed *x = state;

	for (;;) {
		struct span raw;
		enum input_got got;
		enum rd_status status;
		bool over = false;

		input_mark(x->in);
		got = x->l->record_length ? next_block(x, &raw, err)
					  : input_line(x->in, &raw, err);
		if (got == INPUT_FAIL)
			return RD_FATAL;
		if (got == INPUT_END)
			return fx_totals_end(&x->totals, err) < 0 ? RD_FATAL
								  : RD_END;
		if (got == INPUT_PIECE || raw.len > LINE_CEILING)
			return pass_over(x, r, err);
		if (!x->l->record_length) {
			raw = without_end(x, raw);
			if (x->in->unended && raw.len == 1 && *raw.p == 0x1A)
				continue;
		}
		if (x->l->paged && take_page(x, &raw, &over))
			continue;
		if (over) {
			if (!only_overprints(x, raw))
				return reject_overprint(x, r, err);
			continue;
		}
		x->begins = (size_t)(raw.p - input_marked(x->in).p);
		fx_line_set(&x->line, without_nuls(x, raw));
		look_at_line(x);
		if (is_skipped(x))
			continue;
		status = take_line(x, r, err);
		if (status != RD_END)
			return status;
		rd_take_back(r);
	}
}

/* ---- opening ----------------------------------------------------------- */

static void fixed_close(void *state)
{
	struct fixed *x = state;
	size_t i;

	if (!x)
		return;
	for (i = 0; x->context && i < x->l->n; i++)
		buf_release(&x->context[i]);
	free(x->context);
	if (x->l)
		fx_totals_release(&x->totals);
	fx_line_release(&x->line);
	fx_layout_free(x->l);
	charset_release(&x->cs);
	arena_release(&x->arena);
	buf_release(&x->cleaned);
	buf_release(&x->printed);
	free(x->path);
	free(x);
}

static int skip_lines(struct fixed *x, int64_t left, struct err *err)
{
	while (left > 0) {
		struct span line;
		enum input_got got;

		input_mark(x->in);
		got = x->l->record_length ? next_block(x, &line, err)
					  : input_line(x->in, &line, err);
		if (got == INPUT_FAIL)
			return -1;
		if (got == INPUT_END)
			break;
		left -= got == INPUT_LINE;
	}
	return 0;
}

static int open_layout(struct fixed *x, const struct read_conf *conf,
		       struct err *err)
{
	size_t i;

	if (!conf->layout)
		return err_set(err, ERR_USAGE,
			       "format fixed needs a layout: --layout FILE");
	x->path = read_conf_file(conf, "layout", conf->layout, "layouts", err);
	if (!x->path)
		return -1;
	x->l = fx_layout_load(x->path, conf->profiles, err);
	if (!x->l)
		return -1;
	fx_totals_init(&x->totals, x->l, x->in->path);
	x->context = mem_zalloc(mem_mul(x->l->n, sizeof(*x->context)));
	for (i = 0; i < x->l->n; i++)
		x->context[i] = (struct buf)BUF_INIT(LINE_CEILING);
	x->heading = x->l->heading;
	return 0;
}

static int check_set(const struct fixed *x, struct err *err)
{
	if (x->l->record_length && x->l->unit == FX_CHARACTERS &&
	    x->cs.kind != CHARSET_BYTE && x->cs.kind != CHARSET_WIDE)
		return err_set(err, ERR_CONFIG,
			       "%s: record_length in %s, where characters "
			       "differ in length, needs 'unit: bytes'",
			       x->path, x->cs.name);
	if (x->l->paged && x->cs.unit != 1)
		return err_set(err, ERR_CONFIG, "%s: page: not in %s", x->path,
			       x->cs.name);
	return 0;
}

static void *fixed_open(struct input *in, const struct read_conf *conf,
			struct err *err)
{
	struct fixed *x = mem_zalloc(sizeof(*x));

	x->in = in;
	x->cs.conv = (iconv_t)-1;
	x->cleaned = (struct buf)BUF_INIT(8 * LINE_CEILING);
	x->printed = (struct buf)BUF_INIT(8 * LINE_CEILING);
	if (open_layout(x, conf, err) < 0 ||
	    rd_charset(&x->cs, in, conf->encoding, err) < 0 ||
	    check_set(x, err) < 0) {
		fixed_close(x);
		return NULL;
	}
	fx_line_init(&x->line, &x->cs, x->l->unit == FX_BYTES);
	cell_table_init(&x->table,
			x->line.by_bytes && x->cs.ascii ? &x->cs : NULL);
	x->view = (struct fx_view){.ctx = x,
				   .text = view_text,
				   .line = view_line,
				   .arena = &x->arena};
	if (skip_lines(x, conf->skip, err) == 0)
		return x;
	fixed_close(x);
	return NULL;
}

static void fixed_columns(void *state, struct buf *b)
{
	const struct fixed *x = state;
	size_t i;

	if (x->l->typed)
		return;
	rec_put_open(b, '[');
	for (i = 0; i < x->l->record[0].n; i++)
		rec_put_str(b, span_of(x->l->record[0].field[i].name));
	rec_put_close(b, ']');
}

const struct reader_ops rd_fixed = {
	.name = "fixed",
	.open = fixed_open,
	.next = fixed_next,
	.columns = fixed_columns,
	.close = fixed_close,
};
