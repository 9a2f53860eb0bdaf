/*
 * rd_cobol.c - files of COBOL programs, as their copybook describes them
 *
 * Spec: see copybook.h, cobol_number.h, cobol_frame.h.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "core/rec.h"
#include "read/cobol_frame.h"
#include "read/cobol_walk.h"
#include "read/reader.h"

struct cobol {
	struct input *in;
	struct charset cs;
	struct copybook book;
	struct cobol_frame frame;
	struct cobol_walk walk;
};

static void cobol_close(void *state)
{
	struct cobol *c = state;

	if (!c)
		return;
	cobol_walk_release(&c->walk);
	cobol_frame_release(&c->frame);
	copybook_release(&c->book);
	charset_release(&c->cs);
	free(c);
}

static int open_charset(struct cobol *c, const char *name, struct err *err)
{
	/* What the format comes from; a record has no byte order mark. */
	if (charset_open(&c->cs, name ? name : "CP037", SPAN(""), err) < 0)
		return -1;
	if (c->cs.kind == CHARSET_WIDE)
		return err_set(err, ERR_USAGE,
			       "format cobol wants a set of single bytes, not "
			       "%s",
			       c->cs.name);
	input_set_charset(c->in, &c->cs);
	return 0;
}

static int open_copybook(struct cobol *c, const struct read_conf *conf,
			 struct err *err)
{
	char *path;
	int rc;

	if (!conf->copybook)
		return err_set(err, ERR_USAGE,
			       "format cobol wants a copybook (--copybook)");
	path = read_conf_file(conf, "copybook", conf->copybook, NULL, err);
	if (!path)
		return -1;
	rc = copybook_load(&c->book, path, err);
	free(path);
	return rc;
}

static int open_frame(struct cobol *c, const struct read_conf *conf,
		      struct err *err)
{
	struct cobol_frame *f = &c->frame;

	f->in = c->in;
	f->framing = conf->framing == READ_UNSET
			     ? READ_FIXED
			     : (enum read_framing)conf->framing;
	f->actual = conf->occurs == READ_OCCURS_ACTUAL;
	f->size = c->book.size;
	f->drop = (size_t)conf->drop_bytes;
	f->blank = (char)c->walk.set.blank;
	f->line = (struct buf)BUF_INIT(2 * LINE_CEILING);
	if (f->drop > LINE_CEILING)
		return err_set(err, ERR_USAGE,
			       "drop-bytes: %zu at most, not %zu", LINE_CEILING,
			       f->drop);
	if (f->drop && f->framing == READ_LINES)
		return err_set(err, ERR_USAGE,
			       "drop-bytes: not with framing lines");
	return cobol_frame_begin(f, (size_t)conf->skip_bytes, err);
}

static void *cobol_open(struct input *in, const struct read_conf *conf,
			struct err *err)
{
	struct cobol *c = mem_zalloc(sizeof(*c));
	struct cobol_walk *w = &c->walk;

	c->in = in;
	c->cs.conv = (iconv_t)-1;
	w->book = &c->book;
	w->cs = &c->cs;
	w->actual = conf->occurs == READ_OCCURS_ACTUAL;
	w->null_invalid = conf->invalid == READ_INVALID_NULL;
	if (open_copybook(c, conf, err) < 0 ||
	    open_charset(c, conf->encoding, err) < 0 ||
	    cobol_types_load(&w->types, &c->book, conf->types, conf->profiles,
			     conf->feed_path, err) < 0)
		goto fail;
	cobol_walk_init(w, conf->floats == READ_UNSET
				   ? false
				   : conf->floats == READ_FLOATS_IBM);
	if (conf->floats == READ_UNSET)
		w->set.ibm_floats = w->set.ebcdic;
	if (open_frame(c, conf, err) < 0)
		goto fail;
	return c;
fail:
	cobol_close(c);
	return NULL;
}

static enum rd_status reject(struct cobol *c, struct rd_record *r,
			     struct span record)
{
	const struct cobol_flaw *f = &c->walk.flaw;
	const struct copybook_item *it = &c->book.item[f->item];
	size_t i, from = f->at < 4 ? 0 : f->at - 4;

	rd_reject(r, f->code, record, &c->cs);
	if (f->item)
		buf_add_span(&r->field,
			     it->name.len ? it->name : SPAN("FILLER"));
	r->byte = c->frame.offset + f->at;
	buf_addf(&r->why, "byte %zu of the record", f->at + 1);
	if (f->at < record.len)
		buf_addf(&r->why, " (0x%02X)", (unsigned char)record.p[f->at]);
	buf_addf(&r->why, ": %s", f->why);
	if (f->at >= record.len)
		return RD_REJECT;
	buf_adds(&r->why, "; around it");
	for (i = from; i < record.len && i < f->at + 5; i++)
		buf_addf(&r->why, " %02X", (unsigned char)record.p[i]);
	return RD_REJECT;
}

/* Bytes of the record that the copybook does not describe. */
static bool is_surplus(const struct cobol *c, struct span record, size_t used,
		       size_t *at)
{
	for (*at = used; *at < record.len; ++*at)
		if (record.p[*at] && record.p[*at] != c->frame.blank)
			return true;
	return false;
}

static enum rd_status too_long(struct cobol *c, struct rd_record *r,
			       struct span record)
{
	rd_reject(r, "too-long", record, &c->cs);
	buf_addf(&r->why, "a record of more than %zu bytes", LINE_CEILING);
	return RD_REJECT;
}

/* A record that says itself how long it is, and was not understood. */
static enum rd_status lost(struct cobol *c, struct err *err)
{
	const struct cobol_flaw *f = &c->walk.flaw;
	struct span name = c->book.item[f->item].name;

	err_set(err, ERR_DATA,
		"%s:%llu: byte %llu: %.*s: %s: where the next record begins is "
		"not known",
		c->in->path, (unsigned long long)c->frame.row,
		(unsigned long long)c->frame.offset + f->at, SPAN_FMT(name),
		f->why);
	return RD_FATAL;
}

static enum rd_status cobol_next(void *state, struct rd_record *r,
				 struct err *err)
{
	struct cobol *c = state;
	struct span record;
	enum cobol_got got = cobol_frame_next(&c->frame, &record, err);
	bool sized = c->frame.actual && c->frame.framing == READ_FIXED;
	size_t used = 0, at;
	bool ok;

	if (got == COBOL_END)
		return RD_END;
	if (got == COBOL_FAIL)
		return RD_FATAL;
	buf_clear(&r->place);
	rec_add_count(&r->place, "byte", c->frame.offset);
	rd_begin(r, c->frame.row);
	if (got == COBOL_LONG)
		return too_long(c, r, record);
	ok = cobol_walk(&c->walk, record, r->out, &used);
	if (sized) {
		if (!ok)
			return lost(c, err);
		if (cobol_frame_take(&c->frame, &record, used, err) < 0)
			return RD_FATAL;
	}
	if (!ok)
		return reject(c, r, record);
	if (!sized && is_surplus(c, record, used, &at)) {
		c->walk.flaw = (struct cobol_flaw){
			"bad-length", "more bytes than the copybook describes",
			0, at};
		return reject(c, r, record);
	}
	return rd_end(r) ? RD_RECORD : too_long(c, r, record);
}

const struct reader_ops rd_cobol = {
	.name = "cobol",
	.open = cobol_open,
	.next = cobol_next,
	.close = cobol_close,
};
