/*
 * rd_x12.c - X12: a record per transaction, ST to SE
 *
 * A transaction is gathered whole, held to its SE, taken apart and placed by
 * the layout of its type.  One that is wrong is a reject, and so is a trailer
 * of a group or an interchange that does not agree with what came before it; a
 * file that ends within an interchange is cut.
 *
 * Spec: ASC X12.5 and X12.6, releases 00200 to 00801; sluice-formats(7).
 */
#include <stdlib.h>
#include <string.h>

#include "read/x12.h"

static void x12_close(void *state)
{
	struct x12 *x = state;

	if (!x)
		return;
	charset_release(&x->cs);
	edi_layouts_free(x->layouts);
	x12_ack_free(x->ack);
	edi_segment_release(&x->part);
	tree_release(&x->tree);
	edi_input_release(&x->input);
	buf_release(&x->made.before);
	buf_release(&x->made.behind);
	buf_release(&x->layout_of);
	buf_release(&x->type);
	buf_release(&x->control);
	free(x);
}

static void *x12_open(struct input *in, const struct read_conf *conf,
		      struct err *err)
{
	struct x12 *x = mem_zalloc(sizeof(*x));

	edi_input_init(&x->input, in, &x->isa.marks.segment,
		       &x->isa.marks.wrapped);
	x->ack_path = conf->ack;
	x->cs.conv = (iconv_t)-1;
	x->tree = (struct tree)TREE_INIT;
	x->type = x->control = (struct buf)BUF_INIT(LINE_CEILING);
	x->layout_of = (struct buf)BUF_INIT(4096);
	x->made.before = x->made.behind = (struct buf)BUF_INIT(LINE_CEILING);
	x->placer.file = in->path;
	if (rd_charset(&x->cs, in, conf->encoding, err) < 0)
		goto fail;
	if (!x->cs.ascii) {
		err_set(err, ERR_CONFIG,
			"%s: x12 is read in UTF-8 or a set of single bytes "
			"with ASCII in it, not in %s",
			in->path, x->cs.name);
		goto fail;
	}
	x->layouts = edi_layouts_new(conf, err);
	if (!x->layouts)
		goto fail;
	if (conf->ack)
		x->ack = x12_ack_new();
	in->lf_only = true;
	return x;
fail:
	x12_close(x);
	return NULL;
}

/* ---- interchanges -------------------------------------------------------- */

/* The next ISA in `ahead` from byte 1 to `limit`, or limit. */
static size_t find_isa(struct span ahead, size_t limit)
{
	struct x12_isa isa;
	size_t i;

	for (i = 1; i < limit; i++) {
		const char *hit = memchr(ahead.p + i, 'I', limit - i);

		if (!hit)
			break;
		i = (size_t)(hit - ahead.p);
		if (x12_isa_read(&isa, (struct span){hit, ahead.len - i}))
			return i;
	}
	return limit;
}

/* What is before the next ISA and belongs to no interchange. */
static enum rd_status refuse_text(struct x12 *x, struct rd_record *r,
				  struct err *err)
{
	const size_t look = X12_ISA_MAX * 2;
	struct span ahead;
	bool first = true;
	uint64_t length = 0, line = x->input.line;

	for (;;) {
		size_t limit, n;

		if (input_peek(x->input.in, look * 2, &ahead, err) < 0)
			return RD_FATAL;
		limit = ahead.len < look * 2 ? ahead.len : ahead.len - look;
		n = find_isa(ahead, limit);
		if (first) {
			x12_set_place(x, r, x->input.number, false);
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
	if (x->interchanges || x->input.in->at < x->input.in->to)
		return RD_REJECT;
	err_set(err, ERR_DATA,
		"%s:%llu: no interchange begins here or after: "
		"no ISA segment with 16 elements and an end",
		x->input.in->path, (unsigned long long)line);
	return RD_FATAL;
}

static void begin_interchange(struct x12 *x, struct span ahead)
{
	x->input.in->lf = (unsigned char)x->isa.marks.segment;
	x->input.in->next_lf = (struct input_seek){0, 0};
	x->input.line += edi_count_lines(&x->input,
					 (struct span){ahead.p, x->isa.length});
	x->input.number++;
	input_skip(x->input.in, x->isa.length);
	x->inside = IN_INTERCHANGE;
	x->interchanges++;
	x->groups = 0;
	x12_ack_interchange(x->ack, &x->isa);
}

/* RD_RECORD: an interchange has begun. */
static enum rd_status look_for_isa(struct x12 *x, struct rd_record *r,
				   struct err *err)
{
	struct span ahead;

	do {
		if (input_peek(x->input.in, X12_ISA_MAX * 2, &ahead, err) < 0)
			return RD_FATAL;
		if (!ahead.len)
			break;
		edi_skip_blanks(&x->input, &ahead);
	} while (ahead.len < X12_ISA_MAX * 2 && !x->input.in->eof);
	if (!ahead.len && x->interchanges) {
		if (x->ack && x12_ack_write(x->ack, x->ack_path, err) < 0)
			return RD_FATAL;
		return RD_END;
	}
	if (!ahead.len) {
		err_set(err, ERR_DATA, "%s: no interchange (ISA) is in it",
			x->input.in->path);
		return RD_FATAL;
	}
	if (!x12_isa_read(&x->isa, ahead))
		return refuse_text(x, r, err);
	begin_interchange(x, ahead);
	return RD_RECORD;
}

static enum rd_status fail_cut(struct x12 *x, struct err *err)
{
	struct buf number = BUF_INIT(4096);

	rd_repair(&number, x12_isa_text(&x->isa, 13), &x->cs);
	err_set(err, ERR_DATA,
		"%s:%llu: the file is cut: it ends within interchange %s, %s",
		x->input.in->path, (unsigned long long)x->input.line,
		buf_str(&number),
		x->inside == IN_GROUP ? "before GE and IEA" : "before IEA");
	buf_release(&number);
	return RD_FATAL;
}

/* IEA.  RD_RECORD: it is right. */
static enum rd_status end_interchange(struct x12 *x, struct rd_record *r,
				      const struct edi_seg *s, struct err *err)
{
	struct span count, number, wanted = x12_isa_text(&x->isa, 13);
	enum rd_status rc = RD_RECORD;

	x12_part(x, s->text);
	count = x12_element(x, 1);
	number = x12_element(x, 2);
	if (!edi_is_count(count, x->groups)) {
		rc = x12_refuse(x, r, s);
		buf_addf(&r->why, "IEA01 says '%.*s' groups, there are %llu",
			 SPAN_FMT(count), (unsigned long long)x->groups);
	} else if (!x12_same_number(number, wanted)) {
		if (x->input.in->unended)
			return fail_cut(x, err);
		rc = x12_refuse(x, r, s);
		buf_addf(&r->why, "IEA02 is '%.*s', but ISA13 is '%.*s'",
			 SPAN_FMT(number), SPAN_FMT(wanted));
	}
	x12_ack_interchange_end(x->ack);
	x->inside = IN_NOTHING;
	return rc;
}

/* ---- groups -------------------------------------------------------------- */

static void keep_element(const struct x12 *x, uint32_t n,
			 char to[X12_TEXT_MAX + 1])
{
	struct span s = x12_element(x, n);

	if (s.len > X12_TEXT_MAX)
		s.len = X12_TEXT_MAX;
	if (s.len)
		memcpy(to, s.p, s.len);
	to[s.len] = '\0';
}

static void begin_group(struct x12 *x, const struct edi_seg *s)
{
	struct x12_group *g = &x->group;

	x12_part(x, s->text);
	keep_element(x, 1, g->code);
	keep_element(x, 2, g->sender);
	keep_element(x, 3, g->receiver);
	keep_element(x, 4, g->date);
	keep_element(x, 5, g->time);
	keep_element(x, 6, g->number);
	keep_element(x, 8, g->version);
	x->inside = IN_GROUP;
	x->groups++;
	x->sets = 0;
	x12_ack_group(x->ack, g);
}

/* GE.  RD_RECORD: it is right. */
static enum rd_status end_group(struct x12 *x, struct rd_record *r,
				const struct edi_seg *s)
{
	struct span count, number, wanted = span_of(x->group.number);
	enum x12_group_fault fault = X12_GROUP_GOOD;
	enum rd_status rc = RD_RECORD;

	x12_part(x, s->text);
	count = x12_element(x, 1);
	number = x12_element(x, 2);
	if (!edi_is_count(count, x->sets)) {
		fault = X12_GROUP_COUNT;
		rc = x12_refuse(x, r, s);
		buf_addf(&r->why,
			 "GE01 says '%.*s' transactions, there are %llu",
			 SPAN_FMT(count), (unsigned long long)x->sets);
	} else if (!x12_same_number(number, wanted)) {
		fault = X12_GROUP_NUMBER;
		rc = x12_refuse(x, r, s);
		buf_addf(&r->why, "GE02 is '%.*s', but GS06 is '%.*s'",
			 SPAN_FMT(number), SPAN_FMT(wanted));
	}
	x12_ack_group_end(x->ack, count, fault);
	x->inside = IN_INTERCHANGE;
	return rc;
}

/* The group in hand has no GE; `s` is looked at again without it. */
static enum rd_status refuse_group(struct x12 *x, struct rd_record *r,
				   const struct edi_seg *s)
{
	x12_refuse(x, r, s);
	buf_addf(&r->why, "group %s has no GE before this segment",
		 x->group.number);
	x12_ack_group_end(x->ack, SPAN(""), X12_GROUP_NO_TRAILER);
	x->inside = IN_INTERCHANGE;
	edi_back(&x->input, s);
	return RD_REJECT;
}

static enum rd_status refuse_interchange(struct x12 *x, struct rd_record *r,
					 const struct edi_seg *s)
{
	x12_refuse(x, r, s);
	buf_addf(&r->why, "interchange %s has no IEA before this segment",
		 x->isa.element[13]);
	x12_ack_interchange_end(x->ack);
	x->inside = IN_NOTHING;
	edi_back(&x->input, s);
	return RD_REJECT;
}

/* ---- segments of the envelope -------------------------------------------- */

/* RD_RECORD without a record, *done false: go on with the next segment. */
static enum rd_status take(struct x12 *x, struct rd_record *r,
			   const struct edi_seg *s, bool *done, struct err *err)
{
	enum rd_status rc = RD_RECORD;

	*done = true;
	if (x12_is(x, s->text, "ST"))
		return x12_set(x, r, s, err);
	if (x->inside == IN_GROUP) {
		if (x12_is(x, s->text, "GS") || x12_is(x, s->text, "IEA") ||
		    x12_is(x, s->text, "ISA"))
			return refuse_group(x, r, s);
	} else if (x12_is(x, s->text, "ISA")) {
		return refuse_interchange(x, r, s);
	} else if (x12_is(x, s->text, "TA1")) {
		return x12_alone(x, r, s);
	}
	if (x->inside == IN_GROUP && x12_is(x, s->text, "GE")) {
		rc = end_group(x, r, s);
	} else if (x->inside == IN_INTERCHANGE && x12_is(x, s->text, "GS")) {
		begin_group(x, s);
	} else if (x->inside == IN_INTERCHANGE && x12_is(x, s->text, "IEA")) {
		rc = end_interchange(x, r, s, err);
	} else {
		x12_refuse(x, r, s);
		buf_adds(&r->why, "it belongs to no transaction");
		return RD_REJECT;
	}
	*done = rc != RD_RECORD;
	return rc;
}

static enum rd_status read_next(struct x12 *x, struct rd_record *r,
				struct err *err)
{
	for (;;) {
		struct edi_seg s;
		enum rd_status rc;
		bool done;

		if (x->inside == IN_NOTHING) {
			rc = look_for_isa(x, r, err);
			if (rc != RD_RECORD)
				return rc;
			continue;
		}
		switch (x12_next(x, false, &s, err)) {
		case INPUT_FAIL:
			return RD_FATAL;
		case INPUT_END:
			return fail_cut(x, err);
		case INPUT_PIECE:
			return x12_refuse_long(x, r, &s, err);
		case INPUT_LINE:
			rc = take(x, r, &s, &done, err);
			if (done)
				return rc;
		}
	}
}

static enum rd_status x12_read(void *state, struct rd_record *r,
			       struct err *err)
{
	struct x12 *x = state;
	enum rd_status rc = read_next(x, r, err);

	/* Numbers and tags are told as they stand in the file. */
	if (rc == RD_REJECT)
		x12_repair(x, &r->why);
	return rc;
}

const struct reader_ops rd_x12 = {
	.name = "x12",
	.open = x12_open,
	.next = x12_read,
	.close = x12_close,
};
