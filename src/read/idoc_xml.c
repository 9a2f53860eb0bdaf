#include "read/idoc_xml.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/rec.h"
#include "core/utf8.h"
#include "read/tree.h"
#include "read/xml_record.h"
#include "read/xml_stream.h"

struct idoc_xml {
	struct xml_stream stream;
	struct tree tree;
	const struct idoc_layout *l;
	unsigned depth; /* of the open IDOC: 1 is itself; 0 none is open */
	bool in_field, any, has_control;
	struct buf field, text; /* its name and value */
	struct buf docnum;
	const char *wrong; /* what is wrong with the IDoc, or NULL */
};

int idoc_xml_is(struct input *in, struct err *err)
{
	struct span ahead;
	size_t i;

	if (input_peek(in, 64, &ahead, err) < 0)
		return -1;
	for (i = 0; i < ahead.len && i < 64; i++) {
		unsigned char c = (unsigned char)ahead.p[i];

		/* A byte order mark, white space, halves of UTF-16. */
		if (c && !span_is_space((char)c) &&
		    !strchr("\xEF\xBB\xBF\xFE\xFF", c))
			return c == '<';
	}
	return 0;
}

/* The first thing that is wrong; from then on nothing is built. */
static void refuse(struct idoc_xml *x, const char *why)
{
	if (!x->wrong)
		x->wrong = why;
}

static bool is_segment(const char **att)
{
	for (; *att; att += 2)
		if (!strcmp(att[0], "SEGMENT"))
			return true;
	return false;
}

static void begin_idoc(struct idoc_xml *x)
{
	x->any = true;
	x->depth = 1;
	x->in_field = x->has_control = false;
	x->wrong = NULL;
	buf_clear(&x->docnum);
	buf_clear(&x->text);
	tree_begin(&x->tree);
	xml_record_begin(&x->stream);
}

static void on_start(void *ctx, const struct xml_name *name, const char **att)
{
	struct idoc_xml *x = ctx;
	char to[IDOC_NAME_MAX];
	struct span type;
	const struct idoc_segment *s;
	bool control;

	if (!x->depth) {
		if (span_is(name->local, "IDOC"))
			begin_idoc(x);
		return;
	}
	if (x->in_field)
		refuse(x, "a field with elements in it");
	if (!utf8_is_blank(buf_span(&x->text)))
		refuse(x, "text beside the fields of a segment");
	buf_clear(&x->text);
	x->depth++;
	if (x->wrong)
		return;
	if (x->depth == 2 || is_segment(att)) {
		type = idoc_type(name->local, to);
		s = idoc_find(x->l, type);
		control = x->depth == 2 && span_is(type, "EDI_DC40");
		if (x->depth == 2 && !control && !x->has_control)
			return refuse(x, "a segment before the control "
					 "record");
		x->has_control = x->has_control || control;
		tree_open(&x->tree, type, !control && !(s && s->once));
		return;
	}
	x->in_field = true;
	buf_clear(&x->field);
	buf_add_span(&x->field, name->local);
}

static void on_text(void *ctx, struct span text)
{
	struct idoc_xml *x = ctx;

	if (x->depth)
		buf_add_span(&x->text, text);
}

static void end_field(struct idoc_xml *x)
{
	struct span value = buf_span(&x->text);

	while (value.len && value.p[value.len - 1] == ' ')
		value.len--;
	tree_text(&x->tree, buf_span(&x->field), value, false);
	if (x->depth == 3 && !x->docnum.len &&
	    span_is(buf_span(&x->field), "DOCNUM"))
		buf_add_span(&x->docnum, value);
	x->in_field = false;
}

static void on_end(void *ctx)
{
	struct idoc_xml *x = ctx;

	if (!x->depth)
		return;
	if (x->text.over)
		x->tree.over = true;
	if (!x->in_field && !utf8_is_blank(buf_span(&x->text)))
		refuse(x, "text beside the fields of a segment");
	if (x->wrong)
		x->in_field = false;
	else if (x->in_field)
		end_field(x);
	else if (x->depth > 1)
		tree_close(&x->tree);
	buf_clear(&x->text);
	if (--x->depth)
		return;
	if (!x->has_control)
		refuse(x, "there is no control record EDI_DC40");
	xml_record_end(&x->stream);
	xml_pause(&x->stream);
}

static const struct xml_events events = {on_start, on_end, on_text};

struct idoc_xml *idoc_xml_open(struct input *in, const char *encoding,
			       const struct idoc_layout *l, struct err *err)
{
	struct idoc_xml *x = mem_zalloc(sizeof(*x));

	x->l = l;
	x->stream.cs.conv = (iconv_t)-1;
	x->tree = (struct tree)TREE_INIT;
	x->field = (struct buf)BUF_INIT(LINE_CEILING);
	x->text = (struct buf)BUF_INIT(LINE_CEILING);
	x->docnum = (struct buf)BUF_INIT(LINE_CEILING / 16);
	if (xml_open(&x->stream, in, encoding, &events, x, err) == 0)
		return x;
	idoc_xml_close(x);
	return NULL;
}

void idoc_xml_close(struct idoc_xml *x)
{
	if (!x)
		return;
	xml_close(&x->stream);
	tree_release(&x->tree);
	buf_release(&x->field);
	buf_release(&x->text);
	buf_release(&x->docnum);
	free(x);
}

enum rd_status idoc_xml_next(struct idoc_xml *x, struct rd_record *r,
			     struct err *err)
{
	switch (xml_run(&x->stream, err)) {
	case XML_FAILED:
		return RD_FATAL;
	case XML_DONE:
		if (x->any)
			return RD_END;
		err_set(err, ERR_DATA, "%s: XML without an element IDOC",
			x->stream.in->path);
		return RD_FATAL;
	case XML_PAUSED:
		break;
	}
	buf_clear(&r->place);
	if (x->docnum.len && x->docnum.len <= 64)
		rec_add_str(&r->place, "docnum", buf_span(&x->docnum));
	rd_begin(r, x->stream.line);
	if (x->tree.over || x->stream.bad_at != UINT64_MAX) {
		xml_stream_reject(&x->stream, r, false);
		return RD_REJECT;
	}
	if (x->wrong) {
		xml_stream_reject_value(&x->stream, r, "bad-segment", "",
					x->wrong);
		return RD_REJECT;
	}
	tree_put(&x->tree, r->out);
	if (rd_end(r))
		return RD_RECORD;
	xml_stream_reject(&x->stream, r, false);
	return RD_REJECT;
}
