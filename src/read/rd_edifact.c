/*
 * rd_edifact.c - EDIFACT: a record per message, UNH to UNT
 *
 * A message is gathered whole, held to its UNT, taken apart and placed by the
 * layout of its type.  One that is wrong is a reject, and so is a trailer of a
 * group or an interchange that does not agree with what came before it; a file
 * that ends within an interchange is cut.
 *
 * Spec: ISO 9735:1988 (syntax versions 1 to 3), ISO 9735:1998 and 2002 (4);
 * sluice-formats(7).
 */
#include <stdlib.h>
#include <string.h>

#include "core/rec.h"
#include "read/edifact.h"

/* Looked at for lines of one width. */
#define LOOK ((size_t)16 * 1024)

static void edifact_close(void *state)
{
	struct edifact *x = state;

	if (!x)
		return;
	charset_release(&x->cs);
	edi_layouts_free(x->layouts);
	edifact_ack_free(x->ack);
	edi_segment_release(&x->part);
	arena_release(&x->part_arena);
	tree_release(&x->tree);
	edi_input_release(&x->input);
	buf_release(&x->control);
	buf_release(&x->group);
	buf_release(&x->unb);
	buf_release(&x->ung);
	buf_release(&x->type);
	buf_release(&x->reference);
	buf_release(&x->raw_reference);
	buf_release(&x->raw_header);
	buf_release(&x->directory);
	buf_release(&x->user);
	free(x);
}

/* Whether the separators, which are bytes of ASCII, can be found in it. */
static int check_charset(const struct edifact *x, struct err *err)
{
	if (x->cs.kind != CHARSET_WIDE &&
	    (x->cs.kind != CHARSET_BYTE || x->cs.ascii))
		return 0;
	return err_set(err, ERR_CONFIG,
		       "%s: edifact is read in a character set that has ASCII "
		       "as bytes, not in %s",
		       x->input.in->path, x->cs.name);
}

static void *edifact_open(struct input *in, const struct read_conf *conf,
			  struct err *err)
{
	struct edifact *x = mem_zalloc(sizeof(*x));

	edi_input_init(&x->input, in, &x->marks.segment, &x->marks.wrapped);
	x->ack_path = conf->ack;
	x->cs.conv = (iconv_t)-1;
	x->tree = (struct tree)TREE_INIT;
	x->part_arena = (struct arena)ARENA_INIT;
	x->control = x->group = x->unb = x->ung = x->type = x->reference =
		x->raw_reference = x->raw_header = x->directory = x->user =
			(struct buf)BUF_INIT(LINE_CEILING * 2);
	x->placer.file = in->path;
	if (rd_charset(&x->cs, in, conf->encoding, err) < 0 ||
	    check_charset(x, err) < 0)
		goto fail;
	x->cs_given = conf->encoding || in->at > 0;
	x->escapes = !strncmp(x->cs.name, "ISO-2022", 8);
	x->layouts = edi_layouts_new(conf, err);
	if (!x->layouts)
		goto fail;
	if (conf->ack)
		x->ack = edifact_ack_new();
	in->lf_only = true;
	return x;
fail:
	edifact_close(x);
	return NULL;
}

/* ---- where an interchange begins ----------------------------------------- */

/* Whether an interchange begins at `p`, behind something else. */
static bool is_start(const char *p, const char *end)
{
	struct edifact_marks m;
	struct err ignored = ERR_INIT;
	struct span ahead = {p, (size_t)(end - p)};
	size_t length;

	if (edifact_marks_read(&m, ahead, &length, &ignored) < 0)
		return false;
	ahead = (struct span){p + length, ahead.len - length};
	while (length && ahead.len && span_is_space(ahead.p[0]))
		ahead.p++, ahead.len--;
	return ahead.len >= 4 && !memcmp(ahead.p, "UNB", 3) &&
	       ahead.p[3] == m.element;
}

/* The next interchange in `ahead` from byte 1 to `limit`, or limit. */
static size_t find_start(struct span ahead, size_t limit)
{
	size_t i;

	for (i = 1; i < limit; i++) {
		const char *hit = memchr(ahead.p + i, 'U', limit - i);

		if (!hit)
			break;
		i = (size_t)(hit - ahead.p);
		if (is_start(hit, ahead.p + ahead.len))
			return i;
	}
	return limit;
}

/* What is before the next interchange; `err` says what begins here. */
static enum rd_status refuse_text(struct edifact *x, struct rd_record *r,
				  struct err *err)
{
	const size_t look = EDIFACT_HEAD;
	struct span ahead;
	bool first = true;
	uint64_t length = 0, line = x->input.line;
	struct err failed = ERR_INIT;

	for (;;) {
		size_t limit, n;

		if (input_peek(x->input.in, LOOK, &ahead, &failed) < 0) {
			*err = failed;
			return RD_FATAL;
		}
		limit = ahead.len < LOOK ? ahead.len : ahead.len - look;
		n = find_start(ahead, limit);
		if (first) {
			edifact_set_place(x, r, x->input.number, false);
			rd_begin(r, line);
			rd_reject(r, "bad-envelope", (struct span){ahead.p, n},
				  &x->cs);
			r->byte = x->input.in->offset + x->input.in->at;
			first = false;
		}
		length += n;
		x->input.line +=
			edi_count_lines(&x->input, (struct span){ahead.p, n});
		input_skip(x->input.in, n);
		if (n < limit || limit == ahead.len)
			break;
	}
	r->length = length;
	buf_addf(&r->why, "%llu bytes that belong to no interchange",
		 (unsigned long long)length);
	if (x->any || x->input.in->at < x->input.in->to) {
		*err = (struct err)ERR_INIT;
		return RD_REJECT;
	}
	err_wrap(err, "%s:%llu", x->input.in->path, (unsigned long long)line);
	return RD_FATAL;
}

/* ---- UNB ----------------------------------------------------------------- */

/* The character set that UNB names, unless something else has said it. */
static int set_charset(struct edifact *x, struct err *err)
{
	const char *name = edifact_charset(edifact_element(x, 1, 1),
					   edifact_element(x, 1, 4));

	if (!x->cs_given && strcmp(name, x->cs.name) != 0) {
		charset_release(&x->cs);
		if (charset_open(&x->cs, name, (struct span){NULL, 0}, err) < 0)
			return -1;
		x->input.in->utf8 = x->cs.kind == CHARSET_UTF8;
		x->escapes = !strncmp(x->cs.name, "ISO-2022", 8);
	}
	return 0;
}

static const struct edifact_member of_unb[] = {
	{"sender", 2, 1},
	{"receiver", 3, 1},
	{"sender_qualifier", 2, 2},
	{"sender_address", 2, 3},
	{"receiver_qualifier", 3, 2},
	{"receiver_address", 3, 3},
	{"syntax", 1, 1},
	{"syntax_version", 1, 2},
	{"interchange_date", 4, 1},
	{"interchange_time", 4, 2},
	{"application", 7, 1},
	{"priority", 8, 1},
	{"ack_request", 9, 1},
	{"agreement", 10, 1},
	{"test", 11, 1},
};

static const struct edifact_member of_ung[] = {
	{"group_type", 1, 1},     {"group_sender", 2, 1},
	{"group_receiver", 3, 1}, {"group_date", 4, 1},
	{"group_time", 4, 2},     {"group_version", 7, 1},
	{"group_release", 7, 2},
};

/* UNB is at the mark. */
static int take_unb(struct edifact *x, const struct edi_seg *s, struct err *err)
{
	struct span version;
	bool version_4;

	edifact_part(x, s->text);
	version = edifact_element(x, 1, 2);
	version_4 =
		version.len == 1 && version.p[0] >= '4' && version.p[0] <= '9';
	if (set_charset(x, err) < 0)
		return -1;
	edifact_marks_version(&x->marks, version_4);
	edifact_keep(x, 5, 1, &x->control);
	edifact_keep_members(x, of_unb, sizeof(of_unb) / sizeof(*of_unb),
			     &x->unb);
	if (x->marks.decimal == ',')
		rec_add_str(&x->unb, "decimal", SPAN(","));
	x->inside = EDIFACT_INTERCHANGE;
	x->any = true;
	x->groups = x->messages = x->grouped = 0;
	edifact_ack_interchange(x->ack, &x->marks,
				edi_unwrap(&x->input, s->text), version_4);
	return 0;
}

/* The interchange that begins with `ahead`, whose separators are known. */
static enum rd_status begin_interchange(struct edifact *x, size_t una,
					struct err *err)
{
	struct edi_seg s;
	struct span ahead;

	if (input_peek(x->input.in, LOOK, &ahead, err) < 0)
		return RD_FATAL;
	x->marks.wrapped =
		edifact_is_wrapped(&x->marks, ahead, ahead.len < LOOK);
	input_skip(x->input.in, una);
	x->input.number += una > 0;
	x->input.in->lf = (unsigned char)x->marks.segment;
	x->input.in->next_lf = (struct input_seek){0, 0};
	switch (edifact_next(x, false, &s, err)) {
	case INPUT_FAIL:
		return RD_FATAL;
	case INPUT_END:
	case INPUT_PIECE:
		s.text.len = 0;
		break;
	case INPUT_LINE:
		break;
	}
	if (!edifact_has(x, s.text, "UNB")) {
		err_set(err, ERR_DATA, "%s:%llu: no UNB follows UNA",
			x->input.in->path, (unsigned long long)x->input.line);
		return RD_FATAL;
	}
	return take_unb(x, &s, err) < 0 ? RD_FATAL : RD_RECORD;
}

/* RD_RECORD: an interchange has begun. */
static enum rd_status look_for_una(struct edifact *x, struct rd_record *r,
				   struct err *err)
{
	struct span ahead;
	size_t una;

	do {
		if (input_peek(x->input.in, EDIFACT_HEAD, &ahead, err) < 0)
			return RD_FATAL;
		if (!ahead.len)
			break;
		edi_skip_blanks(&x->input, &ahead);
	} while (ahead.len < EDIFACT_HEAD && !x->input.in->eof);
	if (!ahead.len && x->any) {
		if (x->ack && edifact_ack_write(x->ack, x->ack_path, err) < 0)
			return RD_FATAL;
		return RD_END;
	}
	if (!ahead.len) {
		err_set(err, ERR_DATA, "%s: no interchange (UNB) is in it",
			x->input.in->path);
		return RD_FATAL;
	}
	if (edifact_marks_read(&x->marks, ahead, &una, err) < 0)
		return refuse_text(x, r, err);
	return begin_interchange(x, una, err);
}

/* ---- UNZ ----------------------------------------------------------------- */

static enum rd_status fail_cut(struct edifact *x, struct err *err)
{
	struct buf control = BUF_INIT(4 * LINE_CEILING);

	buf_add_span(&control, buf_span(&x->control));
	err_set(err, ERR_DATA,
		"%s:%llu: the file is cut: it ends within interchange %.80s, "
		"%s",
		x->input.in->path, (unsigned long long)x->input.line,
		buf_str(&control),
		x->inside == EDIFACT_GROUP ? "before UNE and UNZ"
					   : "before UNZ");
	buf_release(&control);
	return RD_FATAL;
}

/* What UNE or UNZ, which is in x->part, says against what there was. */
static struct edifact_fault check(struct edifact *x, const char *tag,
				  const char *what, uint64_t n,
				  const struct buf *wanted, struct buf *why)
{
	struct buf said = BUF_INIT(2 * LINE_CEILING);
	struct edifact_fault fault = {EDIFACT_GOOD, tag, 0};

	edifact_keep(x, 2, 1, &said);
	if (!edi_is_count(edifact_element(x, 1, 1), n)) {
		fault.code = EDIFACT_BAD_COUNT;
		buf_addf(why, "%s01 says %.*s %s, there are %llu", tag,
			 SPAN_FMT(edifact_element(x, 1, 1)), what,
			 (unsigned long long)n);
	} else if (!said.len) {
		fault.code = EDIFACT_MISSING;
		buf_addf(why, "%s02, the control reference, is missing", tag);
	} else if (!span_eq(buf_span(&said), buf_span(wanted))) {
		fault.code = EDIFACT_BAD_REFERENCE;
		buf_addf(why, "%s02 is '%.*s', but it began as '%.*s'", tag,
			 SPAN_FMT(buf_span(&said)), SPAN_FMT(buf_span(wanted)));
	}
	buf_release(&said);
	return fault;
}

/* A trailer that is wrong; `why` is released. */
static enum rd_status refuse_trailer(struct edifact *x, struct rd_record *r,
				     const struct edi_seg *s, struct buf *why)
{
	edifact_refuse(x, r, s);
	rd_repair(&r->why, buf_span(why), &x->cs);
	buf_release(why);
	return RD_REJECT;
}

/* UNZ.  RD_RECORD: it is right. */
static enum rd_status end_interchange(struct edifact *x, struct rd_record *r,
				      const struct edi_seg *s, struct err *err)
{
	struct buf why = BUF_INIT(4096);
	struct edifact_fault fault;
	enum rd_status rc = RD_RECORD;

	edifact_part(x, s->text);
	fault = check(x, "UNZ", x->groups ? "groups" : "messages",
		      x->groups ? x->groups : x->messages, &x->control, &why);
	if (fault.code && x->input.in->unended) {
		buf_release(&why);
		return fail_cut(x, err);
	}
	if (fault.code)
		rc = refuse_trailer(x, r, s, &why);
	edifact_ack_interchange_end(x->ack, &fault);
	x->inside = EDIFACT_NOWHERE;
	return rc;
}

/* ---- groups -------------------------------------------------------------- */

static void begin_group(struct edifact *x, const struct edi_seg *s)
{
	edifact_part(x, s->text);
	edifact_keep(x, 5, 1, &x->group);
	edifact_keep_members(x, of_ung, sizeof(of_ung) / sizeof(*of_ung),
			     &x->ung);
	x->inside = EDIFACT_GROUP;
	x->groups++;
	x->grouped = 0;
	edifact_ack_group(x->ack, edi_unwrap(&x->input, s->text));
}

/* UNE.  RD_RECORD: it is right. */
static enum rd_status end_group(struct edifact *x, struct rd_record *r,
				const struct edi_seg *s)
{
	struct buf why = BUF_INIT(4096);
	struct edifact_fault fault;
	enum rd_status rc = RD_RECORD;

	edifact_part(x, s->text);
	fault = check(x, "UNE", "messages", x->grouped, &x->group, &why);
	if (fault.code)
		rc = refuse_trailer(x, r, s, &why);
	edifact_ack_group_end(x->ack, &fault);
	x->inside = EDIFACT_INTERCHANGE;
	return rc;
}

/* The group in hand has no UNE; `s` is looked at again without it. */
static enum rd_status refuse_group(struct edifact *x, struct rd_record *r,
				   const struct edi_seg *s)
{
	const struct edifact_fault fault = {EDIFACT_MISSING, "UNE", 0};

	edifact_refuse(x, r, s);
	buf_addf(&r->why, "group %.80s has no UNE before this segment",
		 buf_str(&x->group));
	edifact_ack_group_end(x->ack, &fault);
	x->inside = EDIFACT_INTERCHANGE;
	edi_back(&x->input, s);
	return RD_REJECT;
}

static enum rd_status refuse_interchange(struct edifact *x, struct rd_record *r,
					 const struct edi_seg *s)
{
	const struct edifact_fault fault = {EDIFACT_MISSING, "UNZ", 0};

	edifact_refuse(x, r, s);
	buf_addf(&r->why, "interchange %.80s has no UNZ before this segment",
		 buf_str(&x->control));
	edifact_ack_interchange_end(x->ack, &fault);
	x->inside = EDIFACT_NOWHERE;
	edi_back(&x->input, s);
	return RD_REJECT;
}

/* ---- segments of the envelope -------------------------------------------- */

static enum rd_status take_message(struct edifact *x, struct rd_record *r,
				   const struct edi_seg *s, struct err *err)
{
	enum rd_status rc = edifact_message(x, r, s, err);

	x->messages++;
	x->grouped++;
	return rc == RD_END ? fail_cut(x, err) : rc;
}

/* RD_RECORD without a record, *done false: go on with the next segment. */
static enum rd_status take(struct edifact *x, struct rd_record *r,
			   const struct edi_seg *s, bool *done, struct err *err)
{
	enum rd_status rc = RD_RECORD;
	bool begins = edifact_has(x, s->text, "UNB") ||
		      edifact_has(x, s->text, "UNA");

	*done = true;
	if (edifact_has(x, s->text, "UNH"))
		return take_message(x, r, s, err);
	if (x->inside == EDIFACT_GROUP) {
		if (begins || edifact_has(x, s->text, "UNG") ||
		    edifact_has(x, s->text, "UNZ"))
			return refuse_group(x, r, s);
	} else if (begins) {
		return refuse_interchange(x, r, s);
	}
	if (x->inside == EDIFACT_GROUP && edifact_has(x, s->text, "UNE")) {
		rc = end_group(x, r, s);
	} else if (edifact_has(x, s->text, "UNG")) {
		begin_group(x, s);
	} else if (edifact_has(x, s->text, "UNZ")) {
		rc = end_interchange(x, r, s, err);
	} else {
		edifact_refuse(x, r, s);
		buf_adds(&r->why, "it belongs to no message");
		return RD_REJECT;
	}
	*done = rc != RD_RECORD;
	return rc;
}

static enum rd_status edifact_read(void *state, struct rd_record *r,
				   struct err *err)
{
	struct edifact *x = state;

	for (;;) {
		struct edi_seg s;
		enum rd_status rc;
		bool done;

		if (x->inside == EDIFACT_NOWHERE) {
			rc = look_for_una(x, r, err);
			if (rc != RD_RECORD)
				return rc;
			continue;
		}
		switch (edifact_next(x, false, &s, err)) {
		case INPUT_FAIL:
			return RD_FATAL;
		case INPUT_END:
			return fail_cut(x, err);
		case INPUT_PIECE:
			return edifact_refuse_long(x, r, &s, err);
		case INPUT_LINE:
			rc = take(x, r, &s, &done, err);
			if (done)
				return rc;
		}
	}
}

const struct reader_ops rd_edifact = {
	.name = "edifact",
	.open = edifact_open,
	.next = edifact_read,
	.close = edifact_close,
};
