#include "read/xml_record.h"

#include "core/rec.h"
#include "read/xml_tree.h"

void xml_stream_begin(const struct xml_stream *s, struct rd_record *r)
{
	buf_clear(&r->place);
	if (!s->recode)
		rec_add_count(&r->place, "byte", s->from);
	rd_begin(r, s->line);
}

/* The set's name and the byte, if it is among those that are shown. */
static void reject_byte(struct xml_stream *s, struct rd_record *r,
			struct span bytes)
{
	uint64_t at = s->bad_at - s->from;
	unsigned char c = 0;
	bool shown = at < bytes.len, control = false;

	if (shown) {
		c = (unsigned char)bytes.p[at];
		control = c < ' ';
	}
	rd_reject(r, shown && !c ? "nul-byte" : "bad-encoding", bytes, &s->cs);
	r->byte = s->bad_at;
	buf_addf(&r->why, "byte %llu of the record",
		 (unsigned long long)at + 1);
	if (shown)
		buf_addf(&r->why, " (0x%02X)", c);
	if (control)
		buf_adds(&r->why, " is no character of XML");
	else
		buf_addf(&r->why, " is not %s", s->cs.name);
}

void xml_stream_reject(struct xml_stream *s, struct rd_record *r, bool deep)
{
	struct span bytes = xml_record_bytes(s);

	if (s->bad_at != UINT64_MAX) {
		reject_byte(s, r, bytes);
	} else if (deep) {
		rd_reject(r, "too-deep", bytes, &s->cs);
		buf_addf(&r->why, "elements nested deeper than %d levels",
			 XML_TREE_DEPTH_MAX - 1);
	} else {
		rd_reject(r, "too-long", bytes, &s->cs);
		buf_addf(&r->why, "a record of %llu bytes; %zu are the limit",
			 (unsigned long long)(s->to - s->from), LINE_CEILING);
	}
	r->length = s->to - s->from;
}

void xml_stream_reject_value(struct xml_stream *s, struct rd_record *r,
			     const char *code, const char *field,
			     const char *why)
{
	rd_reject(r, code, xml_record_bytes(s), &s->cs);
	buf_adds(&r->field, field);
	buf_adds(&r->why, why);
	r->length = s->to - s->from;
}
