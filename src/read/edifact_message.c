/*
 * edifact_message.c - a message: gathered, held to its trailer, made a record
 */
#include <string.h>

#include "core/rec.h"
#include "read/edifact.h"

/* ---- what is wrong with one ---------------------------------------------- */

static bool is_contrl(const struct edifact *x)
{
	return span_is(buf_span(&x->type), "CONTRL");
}

static void answer(struct edifact *x, const struct edifact_fault *fault)
{
	edifact_ack_message(x->ack, buf_span(&x->raw_reference),
			    buf_span(&x->raw_header), is_contrl(x), fault);
}

/* The message in hand, which has the bytes since the mark. */
static void refuse(struct edifact *x, struct rd_record *r, const char *code,
		   struct span bytes, const struct edifact_fault *fault)
{
	edifact_set_place(x, r, x->unh.number, true);
	rd_begin(r, x->unh.line);
	rd_reject(r, code, bytes, &x->cs);
	r->byte = input_mark_offset(x->input.in);
	answer(x, fault);
}

/* It has no end: a segment that is none of its own came. */
static enum rd_status refuse_open(struct edifact *x, struct rd_record *r,
				  const struct edi_seg *next)
{
	const struct edifact_fault fault = {EDIFACT_MISSING, "UNT", 0};
	struct span bytes = input_marked(x->input.in);

	bytes.len = (size_t)(next->text.p - bytes.p);
	refuse(x, r, "bad-envelope", bytes, &fault);
	buf_addf(&r->why, "message %s has no UNT: segment %llu is %.*s",
		 buf_str(&x->reference), (unsigned long long)next->number, 3,
		 next->text.p);
	edi_back(&x->input, next);
	return RD_REJECT;
}

/* Segments that are in no message. */
static bool ends_message(const struct edifact *x, struct span text)
{
	static const char *const tag[] = {"UNH", "UNE", "UNG",
					  "UNZ", "UNB", "UNA"};
	size_t i;

	if (text.len < 3 || text.p[0] != 'U')
		return false;
	for (i = 0; i < sizeof(tag) / sizeof(*tag); i++)
		if (edifact_has(x, text, tag[i]))
			return true;
	return false;
}

/* Beyond the limit: its beginning is kept, the rest passed over. */
static enum rd_status pass_over(struct edifact *x, struct rd_record *r,
				bool piece, struct err *err)
{
	const struct edifact_fault fault = {EDIFACT_UNSPECIFIED, NULL, 0};
	struct edi_seg s;

	refuse(x, r, "too-long", input_marked(x->input.in), &fault);
	for (;;) {
		enum input_got got = edifact_next(x, false, &s, err);
		bool rest = piece; /* of a segment, whatever it looks like */

		if (got == INPUT_FAIL)
			return RD_FATAL;
		if (got == INPUT_END)
			break;
		piece = got == INPUT_PIECE;
		if (rest || piece)
			continue;
		if (edifact_has(x, s.text, "UNT"))
			break;
		if (ends_message(x, s.text)) {
			edi_back(&x->input, &s);
			break;
		}
	}
	return edi_end_long(&x->input, r, "message");
}

/* Behind the segment that begins at `p`. */
static const char *behind(const struct edifact *x, const char *p,
			  const char *end)
{
	const char *hit = p;
	bool wide = false;

	while (hit < end) {
		const char *from = hit;

		hit = memchr(hit, x->marks.segment, (size_t)(end - hit));
		if (!hit)
			break;
		hit++;
		if (!edifact_is_data(
			    &x->marks, (struct span){p, (size_t)(hit - p)},
			    (size_t)(hit - from), x->escapes ? &wide : NULL))
			return hit;
	}
	return end;
}

/* Bytes that are no text; the answer says in which segment. */
static enum rd_status refuse_byte(struct edifact *x, struct rd_record *r,
				  struct span bytes, size_t bad)
{
	struct edifact_fault fault = {EDIFACT_BAD_CHARACTER, NULL, 1};
	const char *end = bytes.p + bytes.len;
	const char *p = behind(x, bytes.p, end);

	while (p <= bytes.p + bad && p < end) {
		fault.position++;
		p = behind(x, p, end);
	}
	refuse(x, r, "bad-encoding", bytes, &fault);
	rd_reject_byte(r, bytes, bad, &x->cs, input_mark_offset(x->input.in));
	buf_addf(&r->why, ", in segment %llu of the message",
		 (unsigned long long)fault.position);
	return RD_REJECT;
}

/* ---- a record of it ------------------------------------------------------ */

/*
 * The directory whose layouts are nearest: that of 1993 up to D.94B, that of
 * 2001 from D.99A on, else that of 1996.
 */
static const char *nearest(const struct edifact *x)
{
	struct span s = buf_span(&x->directory); /* D96A */

	if (s.len < 3)
		return "d96a";
	if (s.p[1] == '8' || (s.p[1] == '9' && s.p[2] < '5'))
		return "d93a";
	return s.p[1] == '9' && s.p[2] < '9' ? "d96a" : "d01b";
}

/* Append in small letters; what is no letter or digit becomes '_'. */
static void add_name(struct buf *b, struct span s)
{
	size_t i;

	for (i = 0; i < s.len && i < 20; i++) {
		char c = s.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		else if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
			c = '_';
		buf_addc(b, c);
	}
}

/* Names of the layout: of the directory and who uses it, down to the type. */
enum { OF_USER, OF_DIRECTORY, OF_NEAREST, OF_96, OF_TYPE, N_NAMES };

/*
 * The layout of its type, from the special to the general:
 * edifact-orders-d96a-ean008, edifact-orders-d96a, those of the nearest
 * directory and of D.96A, edifact-orders.
 */
static int find_layout(struct edifact *x, const struct edi_layout **layout,
		       struct err *err)
{
	struct buf b[N_NAMES];
	struct span name[N_NAMES];
	size_t i, first = x->user.len ? OF_USER : OF_DIRECTORY;
	int rc;

	for (i = 0; i < N_NAMES; i++) {
		b[i] = (struct buf)BUF_INIT(4096);
		buf_adds(&b[i], "edifact-");
		add_name(&b[i], buf_span(&x->type));
		if (i != OF_TYPE)
			buf_addc(&b[i], '-');
		if (i <= OF_DIRECTORY)
			add_name(&b[i], buf_span(&x->directory));
		else if (i != OF_TYPE)
			buf_adds(&b[i], i == OF_96 ? "d96a" : nearest(x));
		if (i == OF_USER) {
			buf_addc(&b[i], '-');
			add_name(&b[i], buf_span(&x->user));
		}
		name[i] = buf_span(&b[i]);
	}
	rc = edi_layouts_find(x->layouts, buf_span(&x->type), name + first,
			      N_NAMES - first, layout, err);
	for (i = 0; i < N_NAMES; i++)
		buf_release(&b[i]);
	return rc;
}

/* A segment that a strict layout, or nobody, can have. */
static enum rd_status refuse_segment(struct edifact *x, struct rd_record *r,
				     enum edifact_code code, uint64_t position)
{
	struct edifact_fault fault = {code, NULL, position};

	refuse(x, r, "bad-segment", input_marked(x->input.in), &fault);
	rd_repair(&r->field, x->part.tag, &x->cs);
	buf_addf(&r->why,
		 "segment %llu of the message: ", (unsigned long long)position);
	return RD_REJECT;
}

/* Place the next segment; RD_RECORD: it is in its place. */
static enum rd_status take(struct edifact *x, struct rd_record *r,
			   uint64_t position)
{
	const struct edi_layout *layout = x->placer.layout;
	enum edi_placed placed;
	struct buf tag = BUF_INIT(256);

	x->part.number = x->unh.number + position - 1;
	if (position == 1 || position == x->count) {
		edi_place_envelope(&x->placer, &x->part);
		return RD_RECORD;
	}
	if (!edifact_is_tag(x->part.tag)) {
		if (x->part.tag.len > EDI_TAG_MAX)
			x->part.tag.len = EDI_TAG_MAX;
		refuse_segment(x, r, EDIFACT_NOT_HERE, position);
		rd_repair(&tag, x->part.tag, &x->cs);
		buf_addf(&r->why, "'%s' is no tag of a segment", buf_str(&tag));
		buf_release(&tag);
		return RD_REJECT;
	}
	placed = edi_place(&x->placer, &x->part);
	if (placed == EDI_PLACED || !layout->strict)
		return RD_RECORD;
	refuse_segment(x, r,
		       placed == EDI_SURPLUS ? EDIFACT_TOO_MANY
					     : EDIFACT_NOT_HERE,
		       position);
	buf_addf(&r->why, "%.*s is %s (%s)", SPAN_FMT(x->part.tag),
		 edi_placed_words(placed), layout->name);
	return RD_REJECT;
}

/*
 * The segment as UTF-8, where single bytes do not tell (MULTI): their second
 * ones may look like separators.
 */
static struct span decode(struct edifact *x, struct span text, size_t *bad)
{
	struct buf b = BUF_INIT(8 * LINE_CEILING);

	charset_convert(&x->cs, text, &b, bad);
	text = arena_span(&x->tree.arena, buf_span(&b));
	buf_release(&b);
	return text;
}

/* A segment that alone is no text, though the message is: shifts go on. */
static enum rd_status refuse_text(struct edifact *x, struct rd_record *r,
				  uint64_t position, size_t bad)
{
	struct edifact_fault fault = {EDIFACT_BAD_CHARACTER, NULL, position};

	refuse(x, r, "bad-encoding", input_marked(x->input.in), &fault);
	buf_addf(&r->why, "byte %zu of segment %llu of the message is not %s",
		 bad + 1, (unsigned long long)position, x->cs.name);
	return RD_REJECT;
}

static enum rd_status place_all(struct edifact *x, struct rd_record *r,
				struct span bytes, bool plain)
{
	const char *p = bytes.p, *end = p + bytes.len, *next;
	bool multi = !plain && x->cs.kind == CHARSET_MULTI;
	const struct charset *cs = plain || multi ? NULL : &x->cs;
	uint64_t position = 0;

	for (; p < end; p = next) {
		struct span text;
		size_t bad = SIZE_MAX;

		next = behind(x, p, end);
		text = edi_trim(&x->input,
				(struct span){p, (size_t)(next - p)});
		if (!text.len)
			continue;
		if (multi)
			text = decode(x, text, &bad);
		if (bad != SIZE_MAX)
			return refuse_text(x, r, position + 1, bad);
		edifact_split(&x->marks, text, cs, &x->tree.arena, &x->part);
		if (take(x, r, ++position) == RD_REJECT)
			return RD_REJECT;
	}
	edi_place_end(&x->placer);
	if (x->placer.missing.len && x->placer.layout->strict) {
		x->part.tag = x->placer.missing;
		refuse_segment(x, r, EDIFACT_MISSING, x->count);
		buf_addf(&r->why, "%.*s is missing (%s)",
			 SPAN_FMT(x->placer.missing), x->placer.layout->name);
		return RD_REJECT;
	}
	return RD_RECORD;
}

static enum rd_status put_record(struct edifact *x, struct rd_record *r)
{
	const struct edifact_fault good = {EDIFACT_GOOD, NULL, 0};
	const struct edifact_fault long_one = {EDIFACT_UNSPECIFIED, NULL, 0};

	if (!x->tree.over) {
		edifact_set_place(x, r, x->unh.number, true);
		rd_begin(r, x->unh.line);
		tree_put(&x->tree, r->out);
		if (rd_end(r)) {
			answer(x, &good);
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

static enum rd_status make_record(struct edifact *x, struct rd_record *r,
				  struct err *err)
{
	struct span bytes = input_marked(x->input.in);
	const struct edi_layout *layout;
	bool plain;
	size_t bad = edifact_first_bad(x, bytes, &plain);

	if (bad < bytes.len)
		return refuse_byte(x, r, bytes, bad);
	if (find_layout(x, &layout, err) < 0)
		return RD_FATAL;
	tree_begin(&x->tree);
	edi_place_begin(&x->placer, layout, &x->tree);
	if (place_all(x, r, edi_unwrap(&x->input, bytes), plain) == RD_REJECT)
		return RD_REJECT;
	return put_record(x, r);
}

/* ---- the whole ----------------------------------------------------------- */

/* The trailer is in x->part: what is wrong with the envelope. */
static struct edifact_fault check(struct edifact *x, struct buf *why)
{
	struct span count = edifact_element(x, 1, 1);
	struct buf said = BUF_INIT(LINE_CEILING);
	enum edifact_code code = EDIFACT_GOOD;
	const char *tag = "UNT";

	edifact_keep(x, 2, 1, &said);
	if (!x->reference.len) {
		buf_adds(why, "UNH01, the message's reference, is missing");
		code = EDIFACT_MISSING;
		tag = "UNH";
	} else if (!edi_is_count(count, x->count)) {
		buf_addf(why, "UNT01 says %.*s segments, there are %llu",
			 SPAN_FMT(count), (unsigned long long)x->count);
		code = EDIFACT_BAD_COUNT;
	} else if (!span_eq(buf_span(&said), buf_span(&x->reference))) {
		buf_addf(why, "UNT02 is '%s', but UNH01 is '%s'",
			 buf_str(&said), buf_str(&x->reference));
		code = EDIFACT_BAD_REFERENCE;
	}
	buf_release(&said);
	return (struct edifact_fault){code, code ? tag : NULL, 0};
}

static enum rd_status finish(struct edifact *x, struct rd_record *r,
			     struct err *err)
{
	struct buf why = BUF_INIT(4096);
	struct edifact_fault fault = check(x, &why);

	if (!fault.code) {
		buf_release(&why);
		return make_record(x, r, err);
	}
	refuse(x, r, "bad-envelope", input_marked(x->input.in), &fault);
	rd_repair(&r->why, buf_span(&why), &x->cs);
	buf_release(&why);
	return RD_REJECT;
}

/* What UNH says, which is the segment in hand. */
static void take_unh(struct edifact *x, const struct edi_seg *unh)
{
	struct span plain = edi_unwrap(&x->input, unh->text);
	struct buf release = BUF_INIT(LINE_CEILING);

	x->unh = *unh;
	buf_clear(&x->raw_reference);
	buf_clear(&x->raw_header);
	buf_add_span(&x->raw_reference, edifact_raw(&x->marks, plain, 1));
	buf_add_span(&x->raw_header, edifact_raw(&x->marks, plain, 2));
	edifact_part(x, unh->text);
	edifact_keep(x, 1, 1, &x->reference);
	edifact_keep(x, 2, 1, &x->type);
	edifact_keep(x, 2, 5, &x->user);
	edifact_keep(x, 2, 2, &x->directory);
	edifact_keep(x, 2, 3, &release);
	buf_add_span(&x->directory, buf_span(&release));
	buf_release(&release);
	x->count = 1;
}

enum rd_status edifact_message(struct edifact *x, struct rd_record *r,
			       const struct edi_seg *unh, struct err *err)
{
	take_unh(x, unh);
	for (;;) {
		struct edi_seg s;
		enum input_got got = edifact_next(x, true, &s, err);

		if (got == INPUT_FAIL)
			return RD_FATAL;
		if (got == INPUT_END)
			return RD_END;
		if (got == INPUT_PIECE ||
		    input_marked(x->input.in).len > LINE_CEILING)
			return pass_over(x, r, got == INPUT_PIECE, err);
		if (ends_message(x, s.text))
			return refuse_open(x, r, &s);
		x->count++;
		if (!edifact_has(x, s.text, "UNT"))
			continue;
		edifact_part(x, s.text);
		return finish(x, r, err);
	}
}
