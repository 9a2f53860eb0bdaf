/*
 * rd_idoc.c - SAP IDocs as flat files, record types of version 4, or as XML
 *
 * A control record EDI_DC40 begins an IDoc, which lasts until the next one.
 * Each line behind it is a segment: 63 characters with its name, number, parent
 * and level, then its data, of which blanks at the end may be cut.
 *
 * Spec: SAP, "IDoc Interface: Structure of Data and Control Records", record
 * types of SAP Release 4.0 (EDI_DC40, EDI_DD40).
 */
#include <stdlib.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/num.h"
#include "core/rec.h"
#include "read/fx_line.h"
#include "read/idoc_layout.h"
#include "read/idoc_xml.h"
#include "read/reader.h"
#include "read/tree.h"

#define LEVELS_MAX 64
#define UNKNOWN    (-1)

static const struct {
	const char *name;
	size_t len;
} control[] = {
	{"TABNAM", 10}, {"MANDT", 3},    {"DOCNUM", 16}, {"DOCREL", 4},
	{"STATUS", 2},  {"DIRECT", 1},   {"OUTMOD", 1},  {"EXPRSS", 1},
	{"TEST", 1},    {"IDOCTYP", 30}, {"CIMTYP", 30}, {"MESTYP", 30},
	{"MESCOD", 3},  {"MESFCT", 3},   {"STD", 1},     {"STDVRS", 6},
	{"STDMES", 6},  {"SNDPOR", 10},  {"SNDPRT", 2},  {"SNDPFC", 2},
	{"SNDPRN", 10}, {"SNDSAD", 21},  {"SNDLAD", 70}, {"RCVPOR", 10},
	{"RCVPRT", 2},  {"RCVPFC", 2},   {"RCVPRN", 10}, {"RCVSAD", 21},
	{"RCVLAD", 70}, {"CREDAT", 8},   {"CRETIM", 6},  {"REFINT", 14},
	{"REFGRP", 14}, {"REFMES", 14},  {"ARCKEY", 70}, {"SERIAL", 20},
};

/* A segment whose children may still come. */
struct open_segment {
	int64_t number, level;
	char type[IDOC_NAME_MAX];
	size_t type_len;
};

struct idoc {
	struct input *in;
	struct charset cs;
	struct idoc_layout *l; /* NULL: none */
	struct idoc_xml *xml;  /* NULL: the file is flat */
	struct fx_line line;
	struct tree tree;
	struct open_segment path[LEVELS_MAX]; /* below the root */
	size_t depth;

	bool warned;  /* of segments that are their own parents */
	bool open;    /* an IDoc is being read */
	uint64_t row; /* its first line */
	char docnum[64];
	size_t docnum_len;
	uint64_t segments, wrong_segment;
	uint64_t length;   /* of bytes that are let go, it is too long */
	struct buf begins; /* what of them is shown */

	const char *code; /* what is wrong with it, the first thing */
	struct err why;
	uint64_t byte; /* of the input */
};

/* ---- pieces of a line -------------------------------------------------- */

static struct span cut_blanks(struct span s)
{
	while (s.len && s.p[s.len - 1] == ' ')
		s.len--;
	return s;
}

static struct span piece(const struct idoc *d, size_t from, size_t len)
{
	return cut_blanks(fx_line_piece(&d->line, from, len));
}

/* UNKNOWN for blanks; -2 where it is no number. */
static int64_t number_of(const struct idoc *d, size_t from, size_t len)
{
	struct span s = span_trim(piece(d, from, len));
	int64_t n;

	if (!s.len)
		return UNKNOWN;
	return num_parse(s, 0, 999999, &n) < 0 ? -2 : n;
}

__attribute__((format(printf, 3, 4))) static void wrong(struct idoc *d,
							const char *code,
							const char *fmt, ...)
{
	struct err what = ERR_INIT;
	va_list ap;

	if (d->code)
		return;
	va_start(ap, fmt);
	err_vset(&what, ERR_DATA, fmt, ap);
	va_end(ap);
	d->code = code;
	d->wrong_segment = d->segments;
	err_set(&d->why, ERR_DATA, "line %llu: %s",
		(unsigned long long)d->in->line, what.msg);
	d->byte = d->in->offset + d->in->at -
		  (uint64_t)(d->line.raw.len ? d->line.raw.len : 1);
}

/* ---- the control record ------------------------------------------------ */

static void take_control(struct idoc *d)
{
	struct span docnum = piece(d, 13, 16);
	size_t at = 0, i;

	tree_open(&d->tree, SPAN("EDI_DC40"), false);
	for (i = 0; i < sizeof(control) / sizeof(*control); i++) {
		tree_text(&d->tree, span_of(control[i].name),
			  piece(d, at, control[i].len), false);
		at += control[i].len;
	}
	tree_close(&d->tree);
	if (piece(d, at, SIZE_MAX / 2).len)
		wrong(d, "too-wide",
		      "the control record has more than %zu characters", at);
	d->docnum_len =
		docnum.len < sizeof(d->docnum) ? docnum.len : sizeof(d->docnum);
	if (docnum.len)
		memcpy(d->docnum, docnum.p, d->docnum_len);
}

/* ---- segments ---------------------------------------------------------- */

static void close_to(struct idoc *d, size_t depth)
{
	while (d->depth > depth) {
		tree_close(&d->tree);
		d->depth--;
	}
}

/* The depth below which the segment of this number is, or SIZE_MAX. */
static size_t find_number(const struct idoc *d, int64_t number)
{
	size_t i;

	for (i = d->depth; i > 0; i--)
		if (d->path[i - 1].number == number)
			return i;
	return SIZE_MAX;
}

static size_t find_type(const struct idoc *d, struct span type)
{
	size_t i;

	for (i = d->depth; i > 0; i--)
		if (span_eq((struct span){d->path[i - 1].type,
					  d->path[i - 1].type_len},
			    type))
			return i;
	return SIZE_MAX;
}

/* The next one up that is of a higher level. */
static size_t find_level(const struct idoc *d, int64_t level)
{
	size_t i;

	for (i = d->depth; i > 0; i--)
		if (d->path[i - 1].level < level)
			return i;
	return 0;
}

/*
 * Where a segment belongs: below the segment whose number it names; where it
 * names none, or itself, as the layout says, else by its level.  SIZE_MAX:
 * nowhere.
 */
static size_t find_parent(struct idoc *d, const struct idoc_segment *s,
			  int64_t number, int64_t parent, int64_t level)
{
	size_t depth;

	if (parent > 0 && parent != number) {
		depth = find_number(d, parent);
		if (depth == SIZE_MAX)
			wrong(d, "bad-parent",
			      "its parent is segment %lld, which is not one "
			      "that it is in",
			      (long long)parent);
		return depth;
	}
	if (s && s->parent.len) {
		depth = find_type(d, s->parent);
		if (depth == SIZE_MAX)
			wrong(d, "bad-parent",
			      "segment %.*s without a %.*s before it",
			      SPAN_FMT(s->name), SPAN_FMT(s->parent));
		return depth;
	}
	/* Parent 0 is the top; itself is what only a wrong writer says. */
	if (parent > 0 && !s && !d->warned)
		log_warn("%s:%llu: a segment is its own parent; where the "
			 "layout does not say more, it is put at the top",
			 d->in->path, (unsigned long long)d->in->line);
	d->warned = d->warned || (parent > 0 && !s);
	return parent == UNKNOWN && level > 0 ? find_level(d, level) : 0;
}

static void put_data(struct idoc *d, const struct idoc_segment *s)
{
	size_t i, end = s ? s->len : 0;
	struct span rest;

	for (i = 0; s && i < s->n; i++)
		tree_text(&d->tree, s->field[i].name,
			  piece(d, IDOC_HEAD + s->field[i].from,
				s->field[i].len),
			  false);
	rest = piece(d, IDOC_HEAD + end, SIZE_MAX / 2);
	if (!s)
		tree_text(&d->tree, SPAN("SDATA"), rest, false);
	else if (rest.len)
		tree_text(&d->tree, SPAN("REST"), rest, false);
}

static void push(struct idoc *d, struct span type, int64_t number,
		 int64_t level)
{
	struct open_segment *o = &d->path[d->depth++];

	o->number = number;
	o->level = level;
	o->type_len = type.len < IDOC_NAME_MAX ? type.len : IDOC_NAME_MAX;
	memcpy(o->type, type.p, o->type_len);
}

static void take_segment(struct idoc *d)
{
	char to[IDOC_NAME_MAX];
	struct span name = piece(d, 0, 30);
	struct span type = idoc_type(name, to), docnum = piece(d, 33, 16);
	const struct idoc_segment *s = idoc_find(d->l, type);
	int64_t number = number_of(d, 49, 6), parent = number_of(d, 55, 6),
		level = number_of(d, 61, 2);
	size_t depth;

	d->segments++;
	if (!name.len || name.len > IDOC_NAME_MAX || name.p[0] == ' ')
		return wrong(d, "bad-segment", "no name of a segment");
	if (number == -2 || parent == -2 || level == -2)
		return wrong(d, "bad-segment",
			     "segment %.*s: its number, parent or level "
			     "(characters 50 to 63) is no number",
			     SPAN_FMT(type));
	if (docnum.len && d->docnum_len &&
	    !span_eq(docnum, (struct span){d->docnum, d->docnum_len}))
		return wrong(d, "bad-segment",
			     "segment %.*s is of IDoc %.*s, in IDoc %.*s",
			     SPAN_FMT(type), SPAN_FMT(docnum),
			     (int)d->docnum_len, d->docnum);
	if (piece(d, IDOC_HEAD + IDOC_DATA_MAX, SIZE_MAX / 2).len)
		return wrong(d, "too-wide",
			     "segment %.*s has more than %d characters",
			     SPAN_FMT(type), IDOC_DATA_MAX);
	depth = find_parent(d, s, number, parent, level);
	if (depth == SIZE_MAX)
		return;
	if (depth >= LEVELS_MAX)
		return wrong(d, "too-deep", "more than %d levels", LEVELS_MAX);
	close_to(d, depth);
	tree_open(&d->tree, type, !(s && s->once));
	put_data(d, s);
	push(d, type, number, level);
}

/* ---- IDocs ------------------------------------------------------------- */

static void begin(struct idoc *d)
{
	d->open = true;
	d->row = d->in->line;
	d->depth = 0;
	d->segments = d->length = 0;
	d->docnum_len = 0;
	d->code = NULL;
	buf_clear(&d->begins);
	tree_begin(&d->tree);
}

/* Let go of bytes once they are too many for a record. */
static void let_go(struct idoc *d)
{
	struct span all = input_marked(d->in), head = all;

	if (!d->length) {
		if (head.len > RD_SHOWN)
			head.len = RD_SHOWN;
		buf_add_span(&d->begins, head);
	}
	d->length += all.len;
	input_mark(d->in);
}

static enum rd_status reject(struct idoc *d, struct rd_record *r)
{
	struct span raw =
		d->length ? buf_span(&d->begins) : input_marked(d->in);
	uint64_t length = d->length + (d->length ? input_marked(d->in).len : 0);
	size_t bad = raw.len;

	if (!strcmp(d->code, "bad-encoding") && !d->length)
		bad = rd_first_bad(&d->cs, raw);
	if (bad < raw.len) {
		rd_reject_byte(r, raw, bad, &d->cs, input_mark_offset(d->in));
		return RD_REJECT;
	}
	rd_reject(r, d->code, raw, &d->cs);
	if (length)
		r->length = length;
	r->byte = d->byte;
	buf_adds(&r->why, d->why.msg);
	return RD_REJECT;
}

static enum rd_status finish(struct idoc *d, struct rd_record *r)
{
	d->open = false;
	buf_clear(&r->place);
	if (d->docnum_len)
		rec_add_str(&r->place, "docnum",
			    (struct span){d->docnum, d->docnum_len});
	if (d->code && d->wrong_segment)
		rec_add_count(&r->place, "segment", d->wrong_segment);
	rd_begin(r, d->row);
	if (d->tree.over || d->length)
		wrong(d, "too-long", "an IDoc of more than %zu bytes",
		      LINE_CEILING);
	if (d->code)
		return reject(d, r);
	close_to(d, 0);
	tree_put(&d->tree, r->out);
	if (rd_end(r))
		return RD_RECORD;
	wrong(d, "too-long", "an IDoc of more than %zu bytes", LINE_CEILING);
	return reject(d, r);
}

/* Whether the line ahead is a control record; -1, 0, 1, or 2 at the end. */
static int ahead_is_control(struct idoc *d, struct err *err)
{
	struct buf text = BUF_INIT(1024);
	struct span ahead;
	size_t bad;
	int rc;

	if (input_peek(d->in, (size_t)8 * d->cs.unit, &ahead, err) < 0)
		return -1;
	if (!ahead.len)
		return 2;
	if (ahead.len > (size_t)8 * d->cs.unit)
		ahead.len = (size_t)8 * d->cs.unit;
	charset_convert(&d->cs, ahead, &text, &bad);
	rc = text.len >= 7 && (!memcmp(text.data, "EDI_DC4", 7) ||
			       !memcmp(text.data, "EDI_DC ", 7));
	buf_release(&text);
	return rc;
}

static bool is_line_end(char c)
{
	return c == '\r' || c == '\n';
}

/* The line as text; false where there is none, or it cannot be read. */
static bool set_line(struct idoc *d, struct span raw)
{
	struct span t;

	fx_line_set(&d->line, raw);
	t = d->line.text;
	while (d->line.length && t.len && is_line_end(t.p[t.len - 1])) {
		t.len--;
		d->line.length--;
	}
	d->line.text = t;
	if (d->in->unended && t.len == 1 && *t.p == 0x1A)
		return false;
	if (!cut_blanks(t).len)
		return false;
	if (d->line.bad != SIZE_MAX || memchr(t.p, '\0', t.len)) {
		wrong(d, "bad-encoding", "a byte that is not %s", d->cs.name);
		return false;
	}
	return true;
}

static int fail_cut(const struct idoc *d, struct err *err)
{
	return err_set(err, ERR_DATA,
		       "%s:%llu: the file is cut within the head of a segment",
		       d->in->path, (unsigned long long)d->in->line);
}

static int take_line(struct idoc *d, bool is_control, struct err *err)
{
	struct span line;
	enum input_got got = input_line(d->in, &line, err);

	if (got == INPUT_FAIL)
		return -1;
	if (got == INPUT_END)
		return 0;
	if (!d->open && got == INPUT_LINE && !is_control &&
	    !cut_blanks(span_trim(line)).len)
		return 0;
	if (!d->open)
		begin(d);
	if (got == INPUT_PIECE || input_marked(d->in).len > LINE_CEILING) {
		let_go(d);
		return 0;
	}
	if (!set_line(d, line) || d->code || d->length)
		return 0;
	if (is_control && fx_line_piece(&d->line, 6, 1).p[0] == ' ')
		wrong(d, "bad-segment",
		      "a control record EDI_DC of SAP 3.x, which is not read");
	else if (is_control)
		take_control(d);
	else if (d->docnum_len == 0 && !d->segments && d->row == d->in->line)
		wrong(d, "bad-segment", "a segment before any control record");
	else if (d->line.length < IDOC_HEAD && d->in->unended)
		return fail_cut(d, err);
	else
		take_segment(d);
	return 0;
}

static enum rd_status idoc_next(void *state, struct rd_record *r,
				struct err *err)
{
	struct idoc *d = state;

	if (d->xml)
		return idoc_xml_next(d->xml, r, err);
	for (;;) {
		int control_ahead = ahead_is_control(d, err);

		if (control_ahead < 0)
			return RD_FATAL;
		if (d->open && control_ahead)
			return finish(d, r);
		if (control_ahead == 2)
			return RD_END;
		if (!d->open)
			input_mark(d->in);
		if (take_line(d, control_ahead == 1, err) < 0)
			return RD_FATAL;
	}
}

/* ---- opening ----------------------------------------------------------- */

static void idoc_close(void *state)
{
	struct idoc *d = state;

	if (!d)
		return;
	idoc_xml_close(d->xml);
	idoc_layout_free(d->l);
	fx_line_release(&d->line);
	tree_release(&d->tree);
	charset_release(&d->cs);
	buf_release(&d->begins);
	free(d);
}

static int open_layout(struct idoc *d, const struct read_conf *conf,
		       struct err *err)
{
	char *path;

	if (!conf->layout)
		return 0;
	path = read_conf_file(conf, "layout", conf->layout, "idoc", err);
	if (path)
		d->l = idoc_layout_load(path, err);
	free(path);
	return d->l ? 0 : -1;
}

static int open_file(struct idoc *d, const struct read_conf *conf,
		     struct err *err)
{
	int is_xml = idoc_xml_is(d->in, err);

	if (is_xml < 0)
		return -1;
	if (is_xml) {
		d->xml = idoc_xml_open(d->in, conf->encoding, d->l, err);
		return d->xml ? 0 : -1;
	}
	if (rd_charset(&d->cs, d->in, conf->encoding, err) < 0)
		return -1;
	/* The whole line becomes UTF-8: positions are characters. */
	fx_line_init(&d->line, &d->cs, false);
	d->line.by_bytes = false;
	return 0;
}

static void *idoc_open(struct input *in, const struct read_conf *conf,
		       struct err *err)
{
	struct idoc *d = mem_zalloc(sizeof(*d));

	d->in = in;
	d->cs.conv = (iconv_t)-1;
	d->tree = (struct tree)TREE_INIT;
	d->begins = (struct buf)BUF_INIT(RD_SHOWN);
	if (open_layout(d, conf, err) == 0 && open_file(d, conf, err) == 0)
		return d;
	idoc_close(d);
	return NULL;
}

const struct reader_ops rd_idoc = {
	.name = "idoc",
	.open = idoc_open,
	.next = idoc_next,
	.close = idoc_close,
};
