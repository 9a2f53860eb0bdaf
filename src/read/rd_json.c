/*
 * rd_json.c - JSON documents: each value that a path names is a record
 *
 * The document is walked as it comes: memory is that of one record.  A record
 * is found by its brackets and quotes, then parsed as a line of a stream is;
 * what lies outside of records is checked as strictly.
 *
 * Spec: RFC 8259; json_path.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/rec.h"
#include "read/json_path.h"
#include "read/reader.h"
#include "read/text_in.h"

/* Of what lies outside of records. */
#define DEPTH_MAX 256

#define DEAD (-1)

/* A container that is open. */
struct level {
	char bracket;
	bool empty;   /* nothing was in it yet */
	bool records; /* its elements are records */
	int steps;    /* of the path that lead here; DEAD: it leads elsewhere */
	int64_t next; /* element, from 0 */
};

struct json {
	struct text_in text;
	struct json_path path;
	struct rec rec;
	struct level level[DEPTH_MAX];
	unsigned depth;
	bool within;  /* a document has begun and not ended */
	bool after;   /* a value has ended: a comma or a bracket is next */
	bool reached; /* this document has something at the path */
	int steps;    /* that lead to the value that is next */
	bool record;  /* it is one, whatever it is */
	bool parsed;  /* take_scalar has it in `rec` */
};

/* A value in the text: how far it goes. */
struct extent {
	char open[REC_DEPTH_MAX * 4]; /* brackets; deeper ones are not kept */
	unsigned depth;
	bool quoted, escaped, begun;
};

static uint64_t row_of(const struct json *j)
{
	const char *p = j->text.view.p;
	const char *end = j->text.at ? p + j->text.at : p;
	uint64_t row = j->text.line;

	while (p < end && (p = memchr(p, '\n', (size_t)(end - p)))) {
		row++;
		p++;
	}
	return row;
}

/* The document is damaged at `at` of the view. */
static enum rd_status fail(struct json *j, struct err *err, const char *what)
{
	if (j->text.failed)
		return RD_FATAL;
	err_set(err, ERR_DATA, "%s:%llu: byte %llu: %s", j->text.in->path,
		(unsigned long long)row_of(j),
		(unsigned long long)j->text.offset + j->text.at, what);
	return RD_FATAL;
}

static const char *const cut = "the file is cut within a value";

/* The next byte that is no white space, or -1 at the end. */
static int skip_space(struct json *j, struct err *err)
{
	int c;

	while ((c = text_in_peek(&j->text, err)) == ' ' || c == '\n' ||
	       c == '\r' || c == '\t') {
		j->text.at++;
		if (j->text.at == j->text.view.len)
			text_in_drop(&j->text);
	}
	return c;
}

/* ---- values ---------------------------------------------------------- */

/* Take a byte of a value: 1 where it is the last, 0, -1 where it is wrong. */
static int extent_byte(struct extent *x, char c)
{
	if (x->quoted) {
		if (x->escaped)
			x->escaped = false;
		else if (c == '\\')
			x->escaped = true;
		else if (c == '"')
			x->quoted = false;
		return !x->quoted && !x->depth;
	}
	switch (c) {
	case '"':
		x->quoted = true;
		return 0;
	case '{':
	case '[':
		if (x->depth < sizeof(x->open))
			x->open[x->depth] = c;
		x->depth++;
		return 0;
	case '}':
	case ']':
		if (!x->depth)
			return -1;
		x->depth--;
		if (x->depth < sizeof(x->open) &&
		    x->open[x->depth] != (c == '}' ? '{' : '['))
			return -1;
		return !x->depth;
	default:
		return 0;
	}
}

/* Whether a number, true, false or null ends before this byte. */
static bool ends_word(int c)
{
	return c < 0 || (c && strchr(",]} \n\r\t:[{\"", c));
}

/* Bytes within a container or a string that decide nothing. */
static size_t run_length(const struct extent *x, const char *p, size_t len)
{
	size_t i = 0;

	if (x->escaped)
		return 0;
	if (x->quoted)
		while (i < len && p[i] != '"' && p[i] != '\\')
			i++;
	else if (x->depth)
		while (i < len && p[i] != '"' && (p[i] | 0x20) != '{' &&
		       (p[i] | 0x20) != '}')
			i++;
	return i;
}

/* A value that does not end within a line's length: its beginning is kept. */
struct overlong {
	struct buf shown;
	uint64_t length;
};

static void let_go(struct json *j, struct overlong *o)
{
	size_t n = j->text.at;

	o->length += n;
	if (n > RD_SHOWN - o->shown.len)
		n = RD_SHOWN - o->shown.len;
	buf_add(&o->shown, j->text.view.p, n);
	text_in_drop(&j->text);
}

/*
 * Go behind the value at the beginning of the view: it is [0, at) then, unless
 * it was too long.  RD_RECORD or RD_FATAL.
 */
static enum rd_status take_value(struct json *j, struct overlong *o,
				 struct err *err)
{
	struct extent x = {.depth = 0};
	struct text_in *t = &j->text;
	int c = text_in_peek(t, err), rc;
	bool word = c != '{' && c != '[' && c != '"';

	for (;;) {
		c = text_in_peek(t, err);
		if (c < 0 && t->failed)
			return RD_FATAL;
		if (word && ends_word(c))
			return RD_RECORD;
		if (c < 0)
			return fail(j, err, cut);
		rc = word ? 0 : extent_byte(&x, (char)c);
		if (rc < 0)
			return fail(j, err, "a bracket that closes another");
		t->at++;
		if (rc)
			return RD_RECORD;
		t->at += run_length(&x, t->view.p + t->at, t->view.len - t->at);
		if (t->at > LINE_CEILING)
			let_go(j, o);
	}
}

/* ---- records --------------------------------------------------------- */

/* What JSON may say but a stream may not. */
static const char *refused_code(const struct err *err)
{
	if (strstr(err->msg, "U+0000"))
		return "nul-byte";
	if (strstr(err->msg, "nested too deep"))
		return "too-deep";
	return strstr(err->msg, "surrogate") ? "bad-encoding" : NULL;
}

static enum rd_status reject(struct json *j, struct rd_record *r,
			     const char *code, const char *why)
{
	struct span bytes = {j->text.view.p, j->text.at};
	struct charset utf8 = {.kind = CHARSET_UTF8, .unit = 1};

	rd_reject(r, code, bytes, &utf8);
	buf_adds(&r->why, why);
	return RD_REJECT;
}

static enum rd_status reject_long(struct rd_record *r, struct overlong *o)
{
	struct charset utf8 = {.kind = CHARSET_UTF8, .unit = 1};

	rd_reject(r, "too-long", buf_span(&o->shown), &utf8);
	r->length = o->length;
	buf_addf(&r->why, "a record of %llu bytes; %zu are the limit",
		 (unsigned long long)o->length, LINE_CEILING);
	buf_release(&o->shown);
	return RD_REJECT;
}

/* The record's text does not parse: its own fault, or the file's. */
static enum rd_status refuse(struct json *j, struct rd_record *r,
			     struct err *err)
{
	struct span bytes = {j->text.view.p, j->text.at};
	struct charset utf8 = {.kind = CHARSET_UTF8, .unit = 1};
	size_t bad = rd_first_bad(&utf8, bytes);
	const char *code = refused_code(err);
	struct err what = *err;

	if (bad < bytes.len && !j->text.plain)
		return reject(j, r, "bad-encoding",
			      "a byte that the character set does not define");
	if (bad < bytes.len) {
		snprintf(utf8.name, sizeof(utf8.name), "UTF-8");
		rd_reject_byte(r, bytes, bad, &utf8, j->text.offset);
		return RD_REJECT;
	}
	if (code)
		return reject(j, r, code, what.msg);
	rd_take_back(r);
	j->text.at = 0;
	err_set(err, ERR_DATA, "%s:%llu: a value at byte %llu: %s",
		j->text.in->path, (unsigned long long)row_of(j),
		(unsigned long long)j->text.offset, what.msg);
	return RD_FATAL;
}

static enum rd_status take_record(struct json *j, struct rd_record *r,
				  struct err *err)
{
	struct overlong o = {.shown = BUF_INIT(RD_SHOWN)};
	enum rd_status got = RD_RECORD;

	text_in_drop(&j->text);
	buf_clear(&r->place);
	if (j->text.plain)
		rec_add_count(&r->place, "byte", j->text.offset);
	rd_begin(r, j->text.line);
	if (take_value(j, &o, err) == RD_FATAL) {
		buf_release(&o.shown);
		rd_take_back(r);
		return RD_FATAL;
	}
	if (o.length || j->text.at > LINE_CEILING) {
		let_go(j, &o);
		return reject_long(r, &o);
	}
	if (rec_parse(&j->rec, j->text.view.p, j->text.at, err) < 0) {
		got = refuse(j, r, err);
	} else if (rec_depth(&j->rec) >= REC_DEPTH_MAX) {
		got = reject(j, r, "too-deep",
			     "nested deeper than a record can be");
	} else {
		rec_put_node(r->out, &j->rec, j->rec.node);
		if (!rd_end(r)) {
			let_go(j, &o);
			return reject_long(r, &o);
		}
	}
	if (got != RD_FATAL)
		text_in_drop(&j->text);
	return got;
}

/* ---- what lies around them ------------------------------------------- */

/* A scalar outside of records, or a name: parsed, but not kept. */
static enum rd_status take_scalar(struct json *j, struct err *err)
{
	struct overlong o = {.shown = BUF_INIT(RD_SHOWN)};
	enum rd_status got;
	struct err what = ERR_INIT;

	text_in_drop(&j->text);
	j->parsed = false;
	got = take_value(j, &o, err);
	buf_release(&o.shown);
	if (got == RD_FATAL || o.length)
		return got;
	j->parsed = rec_parse(&j->rec, j->text.view.p, j->text.at, &what) == 0;
	if (j->parsed)
		return RD_RECORD;
	/* What a record may not have hurts nobody outside of them. */
	if (refused_code(&what))
		return RD_RECORD;
	j->text.at = 0;
	return fail(j, err, what.msg);
}

static enum rd_status open_container(struct json *j, char bracket,
				     struct err *err)
{
	struct level *l = &j->level[j->depth];
	int k = j->steps;

	if (j->depth == DEPTH_MAX)
		return fail(j, err, "nested deeper than 256 levels");
	*l = (struct level){.bracket = bracket, .empty = true, .steps = k};
	if (bracket == '[' && k != DEAD) {
		l->records = k == (int)j->path.n;
		j->reached = j->reached || l->records || k > 0;
	}
	j->depth++;
	j->text.at++;
	j->after = false;
	return RD_RECORD;
}

/* The path where an element of the open array is next. */
static void enter_element(struct json *j, struct level *l)
{
	int64_t at = l->next++;
	int k = l->steps;

	j->record = l->records;
	j->steps = k;
	if (k == DEAD || l->records || j->path.step[k].index < 0)
		return;
	j->steps = j->path.step[k].index == at ? k + 1 : DEAD;
}

/* A member's name and colon.  RD_RECORD or RD_FATAL. */
static enum rd_status take_name(struct json *j, struct level *l,
				struct err *err)
{
	int k = l->steps;

	if (text_in_peek(&j->text, err) != '"')
		return fail(j, err, "a name in quotes is missing");
	if (take_scalar(j, err) == RD_FATAL)
		return RD_FATAL;
	j->record = false;
	j->steps = k != DEAD && j->parsed &&
				   json_path_is(&j->path, (unsigned)k,
						rec_text(&j->rec, j->rec.node))
			   ? k + 1
			   : DEAD;
	if (skip_space(j, err) != ':')
		return fail(j, err, "a colon is missing");
	j->text.at++;
	return RD_RECORD;
}

/* The end of a container, a comma, or what comes before a value. */
static enum rd_status go_on(struct json *j, int c, struct err *err)
{
	struct level *l = &j->level[j->depth - 1];

	if (c == (l->bracket == '{' ? '}' : ']') && (j->after || l->empty)) {
		j->depth--;
		j->text.at++;
		j->after = true;
		return RD_END;
	}
	if (j->after) {
		if (c != ',')
			return fail(j, err,
				    c < 0 ? cut
					  : "a comma or a bracket is missing");
		j->text.at++;
		j->after = false;
		c = skip_space(j, err);
	}
	if (c < 0)
		return fail(j, err, cut);
	l->empty = false;
	if (l->bracket == '{')
		return take_name(j, l, err);
	enter_element(j, l);
	return RD_RECORD;
}

/* The value that is next: RD_RECORD or RD_REJECT is one; RD_END: on. */
static enum rd_status value(struct json *j, struct rd_record *r,
			    struct err *err)
{
	int c = skip_space(j, err);
	bool end = j->steps == (int)j->path.n;
	enum rd_status got;

	if (c < 0)
		return fail(j, err, cut);
	if (!j->record && end && c != '[') {
		j->reached = true;
		j->record = c != 'n' || !j->path.n;
	}
	if (j->record) {
		j->after = true;
		return take_record(j, r, err);
	}
	if (c == '{' || c == '[')
		got = open_container(j, (char)c, err);
	else if (strchr("}],:", c))
		return fail(j, err, "a value is missing");
	else
		got = take_scalar(j, err);
	if (c != '{' && c != '[')
		j->after = true;
	return got == RD_FATAL ? got : RD_END;
}

/*
 * Between documents, which begin on lines of their own: RD_END, RD_FATAL, or
 * RD_RECORD where another one begins.
 */
static enum rd_status next_document(struct json *j, struct err *err)
{
	uint64_t row = row_of(j);
	int c = skip_space(j, err);

	if (j->text.failed)
		return RD_FATAL;
	if (j->within && !j->reached) {
		err_set(err, ERR_DATA,
			"%s:%llu: the document ends here and has nothing at "
			"the record path",
			j->text.in->path, (unsigned long long)row);
		return RD_FATAL;
	}
	/* The end of file of DOS. */
	if (c == '\x1A' && j->within) {
		j->text.at++;
		c = text_in_peek(&j->text, err);
		j->text.at -= c >= 0;
	}
	if (c < 0 && !j->within)
		return fail(j, err, "there is no value in it");
	if (c < 0)
		return j->text.failed ? RD_FATAL : RD_END;
	if (j->within && row_of(j) == row)
		return fail(j, err, "text behind the value");
	j->within = true;
	j->after = j->reached = j->record = false;
	j->steps = 0;
	return RD_RECORD;
}

static enum rd_status json_next(void *state, struct rd_record *r,
				struct err *err)
{
	struct json *j = state;
	enum rd_status got;

	for (;;) {
		if (j->depth) {
			got = go_on(j, skip_space(j, err), err);
			if (got == RD_END) /* of a container */
				continue;
		} else {
			got = next_document(j, err);
		}
		if (got != RD_RECORD)
			return got;
		got = value(j, r, err);
		if (got != RD_END)
			return got;
	}
}

static void json_close(void *state)
{
	struct json *j = state;

	if (!j)
		return;
	text_in_close(&j->text);
	json_path_release(&j->path);
	rec_release(&j->rec);
	free(j);
}

static void *json_open(struct input *in, const struct read_conf *conf,
		       struct err *err)
{
	struct json *j = mem_zalloc(sizeof(*j));
	struct buf why = BUF_INIT(1024);

	j->rec = (struct rec)REC_INIT;
	j->text.cs.conv = (iconv_t)-1;
	if (json_path_parse(&j->path, conf->record, &why) < 0) {
		read_conf_wrong(conf, "record", err, "the path '%s': %s",
				conf->record, buf_str(&why));
		buf_release(&why);
		goto fail;
	}
	if (text_in_open(&j->text, in, conf->encoding, err) < 0)
		goto fail;
	return j;
fail:
	json_close(j);
	return NULL;
}

const struct reader_ops rd_json = {
	.name = "json",
	.open = json_open,
	.next = json_next,
	.close = json_close,
};
