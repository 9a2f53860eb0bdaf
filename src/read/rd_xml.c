/*
 * rd_xml.c - XML: each element that a path names is a record
 *
 * Memory is that of one record; what lies outside of records is read and let
 * go, but for the texts that a layout keeps.
 *
 * Spec: XML 1.0 (fifth edition), Namespaces in XML 1.0 (third edition).
 */
#include <stdlib.h>

#include "core/mem.h"
#include "core/rec.h"
#include "read/reader.h"
#include "read/xml_layout.h"
#include "read/xml_record.h"
#include "read/xml_stream.h"
#include "read/xml_tree.h"

struct xml {
	struct xml_stream stream;
	struct xml_layout layout;
	struct xml_tree tree;
	struct buf text; /* a record that gets texts from before it */
};

/* A file of another kind has no records, but not because there are none. */
static void check_root(struct xml *x, const struct xml_name *name)
{
	const struct xml_path *p = &x->layout.record;

	if (x->stream.depth == 1 && !p->state[1])
		xml_fail(&x->stream,
			 "the root element is %.*s, which the record path %s "
			 "does not begin with",
			 SPAN_FMT(name->local), p->text.data);
}

static void on_start(void *ctx, const struct xml_name *name, const char **att)
{
	struct xml *x = ctx;

	if (!x->tree.depth) {
		xml_keep_start(&x->layout, name, att, x->stream.depth);
		if (x->layout.has_record &&
		    !xml_path_enter(&x->layout.record, name)) {
			check_root(x, name);
			return;
		}
		xml_record_begin(&x->stream);
	}
	xml_tree_start(&x->tree, name, att);
}

static void on_text(void *ctx, struct span text)
{
	struct xml *x = ctx;

	if (x->tree.depth)
		xml_tree_text(&x->tree, text);
	else if (x->layout.n_keep)
		xml_keep_text(&x->layout, text, x->stream.depth);
}

static void on_end(void *ctx)
{
	struct xml *x = ctx;

	if (x->tree.depth) {
		if (!xml_tree_end(&x->tree))
			return;
		xml_record_end(&x->stream);
		xml_pause(&x->stream);
	}
	xml_keep_end(&x->layout, x->stream.depth);
	if (x->layout.has_record)
		xml_path_leave(&x->layout.record);
}

static const struct xml_events events = {on_start, on_end, on_text};

static void xml_close_reader(void *state)
{
	struct xml *x = state;

	if (!x)
		return;
	xml_close(&x->stream);
	xml_layout_release(&x->layout);
	xml_tree_release(&x->tree);
	buf_release(&x->text);
	free(x);
}

static void *xml_open_reader(struct input *in, const struct read_conf *conf,
			     struct err *err)
{
	struct xml *x = mem_zalloc(sizeof(*x));

	x->stream.cs.conv = (iconv_t)-1;
	x->text = (struct buf)BUF_INIT(LINE_CEILING);
	xml_tree_init(&x->tree, &x->layout.lists);
	if (xml_layout_open(&x->layout, conf, err) < 0 ||
	    xml_open(&x->stream, in, conf->encoding, &events, x, err) < 0) {
		xml_close_reader(x);
		return NULL;
	}
	return x;
}

/* The texts from before the record, then its own members. */
static void put_with_kept(struct xml *x, struct buf *out)
{
	buf_clear(&x->text);
	tree_put(&x->tree.tree, &x->text);
	rec_put_open(out, '{');
	xml_keep_put(&x->layout, out);
	if (x->text.len > strlen("{}")) {
		buf_addc(out, ',');
		buf_add(out, x->text.data + 1, x->text.len - 1);
	} else {
		rec_put_close(out, '}');
	}
	out->over = out->over || x->text.over;
}

static enum rd_status refuse(struct xml *x, struct rd_record *r)
{
	xml_stream_reject(&x->stream, r, x->tree.deep);
	if (!strcmp(r->code, "too-long") && !x->layout.has_record)
		buf_adds(&r->why, "; --record names smaller ones");
	return RD_REJECT;
}

static enum rd_status xml_next(void *state, struct rd_record *r,
			       struct err *err)
{
	struct xml *x = state;
	const struct xml_stream *s = &x->stream;

	switch (xml_run(&x->stream, err)) {
	case XML_FAILED:
		return RD_FATAL;
	case XML_DONE:
		return RD_END;
	case XML_PAUSED:
		break;
	}
	xml_stream_begin(s, r);
	if (xml_tree_fails(&x->tree) || s->bad_at != UINT64_MAX)
		return refuse(x, r);
	if (xml_keep_any(&x->layout))
		put_with_kept(x, r->out);
	else
		tree_put(&x->tree.tree, r->out);
	return rd_end(r) ? RD_RECORD : refuse(x, r);
}

const struct reader_ops rd_xml = {
	.name = "xml",
	.open = xml_open_reader,
	.next = xml_next,
	.close = xml_close_reader,
};
