/*
 * x12_set.c - a transaction: gathered, held to its trailer, made a record
 */
#include <string.h>

#include "core/rec.h"
#include "read/x12.h"

/* The transaction in hand, which has the bytes since the mark. */
static void refuse(struct x12 *x, struct rd_record *r, const char *code,
		   struct span bytes, const struct x12_fault *fault)
{
	x12_set_place(x, r, x->st.number, true);
	rd_begin(r, x->st.line);
	rd_reject(r, code, bytes, &x->cs);
	r->byte = input_mark_offset(x->input.in);
	x12_ack_set(x->ack, buf_span(&x->type), buf_span(&x->control), fault);
}

/* ---- what is wrong with one ---------------------------------------------- */

/* It has no end: a segment that is none of its own came, or nothing. */
static enum rd_status refuse_open(struct x12 *x, struct rd_record *r,
				  const struct edi_seg *next)
{
	const struct x12_fault fault = {.set = 2};
	struct span bytes = input_marked(x->input.in);

	if (next)
		bytes.len = (size_t)(next->text.p - bytes.p);
	refuse(x, r, "bad-envelope", bytes, &fault);
	buf_addf(&r->why, "transaction %s has no SE: ", buf_str(&x->control));
	if (!next) {
		buf_adds(&r->why, "the file ends");
		return RD_REJECT;
	}
	buf_addf(&r->why, "segment %llu is %.*s",
		 (unsigned long long)next->number,
		 next->text.p[2] == x->isa.marks.element ? 2 : 3, next->text.p);
	edi_back(&x->input, next);
	return RD_REJECT;
}

static bool ends_set(const struct x12 *x, struct span text)
{
	static const char *const tag[] = {"ST", "GE", "GS", "IEA", "ISA"};
	size_t i;

	if (*text.p != 'S' && *text.p != 'G' && *text.p != 'I')
		return false;
	for (i = 0; i < sizeof(tag) / sizeof(*tag); i++)
		if (x12_is(x, text, tag[i]))
			return true;
	return false;
}

/* Beyond the limit: its beginning is kept, the rest passed over. */
static enum rd_status pass_over(struct x12 *x, struct rd_record *r, bool piece,
				struct err *err)
{
	const struct x12_fault fault = {.set = 5};
	struct edi_seg s;

	refuse(x, r, "too-long", input_marked(x->input.in), &fault);
	for (;;) {
		enum input_got got = x12_next(x, false, &s, err);
		bool rest = piece; /* of a segment, whatever it looks like */

		if (got == INPUT_FAIL)
			return RD_FATAL;
		if (got == INPUT_END)
			break;
		piece = got == INPUT_PIECE;
		if (rest || piece)
			continue;
		if (x12_is(x, s.text, "SE"))
			break;
		if (ends_set(x, s.text)) {
			edi_back(&x->input, &s);
			break;
		}
	}
	return edi_end_long(&x->input, r, "transaction");
}

/* Bytes that are no text; the acknowledgment says where. */
static enum rd_status refuse_byte(struct x12 *x, struct rd_record *r,
				  struct span bytes, size_t bad)
{
	struct x12_fault fault = {.set = 5, .segment = 8, .data = 6};
	const char *p = bytes.p, *at = bytes.p + bad, *from = p;

	for (; p < at; p++) {
		if (*p == x->isa.marks.segment) {
			fault.position++;
			fault.element = 0;
			from = p + 1;
		} else if (*p == x->isa.marks.element) {
			fault.element++;
		}
	}
	fault.position++;
	while (from < at && span_is_space(*from))
		from++;
	for (p = from; p < at && *p != x->isa.marks.element; p++)
		;
	fault.tag = (struct span){from, (size_t)(p - from)};
	if (!x12_is_tag(fault.tag))
		fault.segment = 0;
	refuse(x, r, "bad-encoding", bytes, &fault);
	rd_reject_byte(r, bytes, bad, &x->cs, input_mark_offset(x->input.in));
	buf_addf(&r->why, ", in segment %llu of the transaction",
		 (unsigned long long)fault.position);
	return RD_REJECT;
}

/* ---- a record of it ------------------------------------------------------ */

/* The layout of its type and the group's release, into x->layout. */
static int find_layout(struct x12 *x, struct err *err)
{
	struct span type = buf_span(&x->type), version, name[3];
	struct buf b[3] = {BUF_INIT(4096), BUF_INIT(4096), BUF_INIT(4096)};
	size_t i;
	int rc = 0;

	version = span_of(x->group.version);
	for (i = 0; i < 3; i++) {
		buf_adds(&b[i], "x12-");
		buf_add_span(&b[i], type);
		if (i == 1 && version.len > 6)
			version.len = 6;
		if (i < 2) {
			buf_addc(&b[i], '-');
			buf_add_span(&b[i], version);
		}
		name[i] = buf_span(&b[i]);
		/* The same as that of the transaction before. */
		if (!i && span_eq(name[0], buf_span(&x->layout_of)))
			goto done;
	}
	buf_clear(&x->layout_of);
	rc = edi_layouts_find(x->layouts, type, name, 3, &x->layout, err);
	if (rc == 0)
		buf_add_span(&x->layout_of, name[0]);
done:
	for (i = 0; i < 3; i++)
		buf_release(&b[i]);
	return rc;
}

/* A segment that a strict layout, or nobody, can have. */
static enum rd_status refuse_segment(struct x12 *x, struct rd_record *r,
				     const char *code, unsigned ak3,
				     uint64_t position)
{
	struct x12_fault fault = {.set = 5,
				  .segment = ak3,
				  .tag = x->part.tag,
				  .position = position};

	refuse(x, r, code, input_marked(x->input.in), &fault);
	rd_repair(&r->field, x->part.tag, &x->cs);
	buf_addf(&r->why, "segment %llu of the transaction: ",
		 (unsigned long long)position);
	return RD_REJECT;
}

/* Place the next segment; RD_RECORD: it is in its place. */
static enum rd_status take(struct x12 *x, struct rd_record *r,
			   uint64_t position)
{
	const struct edi_layout *layout = x->placer.layout;
	enum edi_placed placed;
	struct buf tag = BUF_INIT(256);

	x->part.number = x->st.number + position - 1;
	if (position == 1 || position == x->count) {
		edi_place_envelope(&x->placer, &x->part);
		return RD_RECORD;
	}
	if (!x12_is_tag(x->part.tag)) {
		if (x->part.tag.len > EDI_TAG_MAX)
			x->part.tag.len = EDI_TAG_MAX;
		refuse_segment(x, r, "bad-segment", 0, position);
		rd_repair(&tag, x->part.tag, &x->cs);
		buf_addf(&r->why, "'%s' is no tag of a segment", buf_str(&tag));
		buf_release(&tag);
		return RD_REJECT;
	}
	placed = edi_place(&x->placer, &x->part);
	if (placed == EDI_PLACED || !layout->strict)
		return RD_RECORD;
	refuse_segment(x, r, "bad-segment", placed == EDI_SURPLUS ? 5 : 2,
		       position);
	buf_addf(&r->why, "%.*s is %s (%s)", SPAN_FMT(x->part.tag),
		 edi_placed_words(placed), layout->name);
	return RD_REJECT;
}

static enum rd_status place_all(struct x12 *x, struct rd_record *r,
				struct span bytes, struct charset *cs)
{
	const char *p = bytes.p, *end = p + bytes.len, *hit;
	uint64_t position = 0;

	for (; p < end; p = hit) {
		struct span text;

		hit = memchr(p, x->isa.marks.segment, (size_t)(end - p));
		hit = hit ? hit + 1 : end;
		text = edi_trim(&x->input, (struct span){p, (size_t)(hit - p)});
		if (!text.len)
			continue;
		x12_split(&x->isa.marks, text, cs, &x->tree.arena, &x->part);
		if (take(x, r, ++position) == RD_REJECT)
			return RD_REJECT;
	}
	edi_place_end(&x->placer);
	if (x->placer.missing.len && x->placer.layout->strict) {
		x->part.tag = x->placer.missing;
		refuse_segment(x, r, "bad-segment", 3, x->count);
		buf_addf(&r->why, "%.*s is missing (%s)",
			 SPAN_FMT(x->placer.missing), x->placer.layout->name);
		return RD_REJECT;
	}
	return RD_RECORD;
}

static enum rd_status put_record(struct x12 *x, struct rd_record *r)
{
	const struct x12_fault good = {.set = 0}, long_one = {.set = 5};

	if (!x->tree.over) {
		x12_set_place(x, r, x->st.number, true);
		rd_begin(r, x->st.line);
		tree_put(&x->tree, r->out);
		if (rd_end(r)) {
			x12_ack_set(x->ack, buf_span(&x->type),
				    buf_span(&x->control), &good);
			return RD_RECORD;
		}
	}
	refuse(x, r, "too-long", input_marked(x->input.in), &long_one);
	buf_addf(&r->why,
		 "as a record it has more than %zu bytes, or more levels "
		 "than %d",
		 LINE_CEILING, REC_DEPTH_MAX);
	return RD_REJECT;
}

static enum rd_status make_record(struct x12 *x, struct rd_record *r,
				  struct err *err)
{
	struct span bytes = input_marked(x->input.in);
	bool plain;
	size_t bad = x12_first_bad(x, bytes, &plain);

	if (bad < bytes.len)
		return refuse_byte(x, r, bytes, bad);
	if (find_layout(x, err) < 0)
		return RD_FATAL;
	tree_begin(&x->tree);
	edi_place_begin(&x->placer, x->layout, &x->tree);
	if (place_all(x, r, edi_unwrap(&x->input, bytes),
		      plain || x->cs.kind == CHARSET_UTF8 ? NULL : &x->cs) ==
	    RD_REJECT)
		return RD_REJECT;
	return put_record(x, r);
}

/* ---- the whole ----------------------------------------------------------- */

/* The trailer is in x->part: what is wrong with the envelope, or 0. */
static unsigned check(struct x12 *x, struct buf *why)
{
	struct span count = x12_element(x, 1), number = x12_element(x, 2);

	if (!x->type.len) {
		buf_adds(why, "ST01, the type of the transaction, is missing");
		return 6;
	}
	if (!x->control.len) {
		buf_adds(why, "ST02, the control number, is missing");
		return 7;
	}
	if (!edi_is_count(count, x->count)) {
		buf_addf(why, "SE01 says '%.*s' segments, there are %llu",
			 SPAN_FMT(count), (unsigned long long)x->count);
		return 4;
	}
	if (!span_eq(number, buf_span(&x->control))) {
		buf_addf(why, "SE02 is '%.*s', but ST02 is '%.*s'",
			 SPAN_FMT(number), SPAN_FMT(buf_span(&x->control)));
		return 3;
	}
	return 0;
}

static enum rd_status finish(struct x12 *x, struct rd_record *r,
			     struct err *err)
{
	struct buf why = BUF_INIT(4096);
	struct x12_fault fault = {.set = check(x, &why)};

	if (!fault.set && x->inside == IN_GROUP) {
		buf_release(&why);
		return make_record(x, r, err);
	}
	refuse(x, r, "bad-envelope", input_marked(x->input.in), &fault);
	if (fault.set)
		buf_add_span(&r->why, buf_span(&why));
	else
		buf_addf(&r->why, "transaction %s is in no group (GS)",
			 buf_str(&x->control));
	buf_release(&why);
	return RD_REJECT;
}

static void keep(struct x12 *x, uint32_t n, struct buf *to)
{
	buf_clear(to);
	buf_add_span(to, x12_element(x, n));
}

enum rd_status x12_set(struct x12 *x, struct rd_record *r,
		       const struct edi_seg *st, struct err *err)
{
	x->st = *st;
	x12_part(x, st->text);
	keep(x, 1, &x->type);
	keep(x, 2, &x->control);
	x->count = 1;
	x->sets++;
	for (;;) {
		struct edi_seg s;
		enum input_got got = x12_next(x, true, &s, err);

		if (got == INPUT_FAIL)
			return RD_FATAL;
		if (got == INPUT_END)
			return refuse_open(x, r, NULL);
		if (got == INPUT_PIECE ||
		    input_marked(x->input.in).len > LINE_CEILING)
			return pass_over(x, r, got == INPUT_PIECE, err);
		if (ends_set(x, s.text))
			return refuse_open(x, r, &s);
		x->count++;
		if (!x12_is(x, s.text, "SE"))
			continue;
		x12_part(x, s.text);
		return finish(x, r, err);
	}
}

enum rd_status x12_alone(struct x12 *x, struct rd_record *r,
			 const struct edi_seg *s)
{
	struct span bytes = input_marked(x->input.in);
	bool plain;
	size_t bad = x12_first_bad(x, bytes, &plain);

	x12_set_place(x, r, s->number, false);
	rd_begin(r, s->line);
	if (bad < bytes.len) {
		rd_reject_byte(r, bytes, bad, &x->cs,
			       input_mark_offset(x->input.in));
		return RD_REJECT;
	}
	tree_begin(&x->tree);
	x12_split(&x->isa.marks, edi_unwrap(&x->input, s->text),
		  x->cs.kind == CHARSET_UTF8 ? NULL : &x->cs, &x->tree.arena,
		  &x->part);
	edi_segment_put_object(&x->part, &x->tree, x->part.tag, false);
	tree_put(&x->tree, r->out);
	if (!x->tree.over && rd_end(r))
		return RD_RECORD;
	rd_reject(r, "too-long", bytes, &x->cs);
	buf_addf(&r->why, "as a record it has more than %zu bytes",
		 LINE_CEILING);
	return RD_REJECT;
}
