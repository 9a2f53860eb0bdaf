#include "read/reader.h"

#include "core/rec.h"
#include "core/utf8.h"

/* clang-format off */
static const struct reader_ops *const readers[] = {
	&rd_bai2,
	&rd_camt,
	&rd_cobol,
	&rd_csv,
	&rd_dbf,
	&rd_edifact,
	&rd_fixed,
	&rd_historian,
	&rd_idoc,
	&rd_iif,
	&rd_json,
	&rd_jsonl,
	&rd_mt940,
	&rd_odoo,
	&rd_ods,
	&rd_sqldump,
	&rd_x12,
	&rd_xls,
	&rd_xlsx,
	&rd_xml,
};

const char *const reader_names[] = {
	"bai2",
	"camt",
	"cobol",
	"csv",
	"dbf",
	"edifact",
	"fixed",
	"historian",
	"idoc",
	"iif",
	"json",
	"jsonl",
	"mt940",
	"odoo",
	"ods",
	"sqldump",
	"x12",
	"xls",
	"xlsx",
	"xml",
	NULL,
};
/* clang-format on */

const struct reader_ops *reader_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(readers) / sizeof(*readers); i++)
		if (!strcmp(readers[i]->name, name ? name : "csv"))
			return readers[i];
	return NULL;
}

void rd_record_init(struct rd_record *r, struct buf *out)
{
	*r = (struct rd_record){.out = out,
				.head = BUF_INIT(2 * PATH_CEILING),
				.place = BUF_INIT(LINE_CEILING / 16),
				.field = BUF_INIT(LINE_CEILING),
				.why = BUF_INIT(4096),
				.text = BUF_INIT(4 * RD_SHOWN),
				.bytes = BUF_INIT(RD_SHOWN)};
}

void rd_record_release(struct rd_record *r)
{
	buf_release(&r->head);
	buf_release(&r->place);
	buf_release(&r->field);
	buf_release(&r->why);
	buf_release(&r->text);
	buf_release(&r->bytes);
}

void rd_record_origin(struct rd_record *r, const char *feed, const char *file)
{
	struct buf *b = &r->head, name = BUF_INIT(2 * PATH_CEILING);

	buf_clear(&r->place);
	buf_clear(b);
	rec_put_open(b, '{');
	rec_put_key(b, SPAN("src"));
	rec_put_open(b, '{');
	if (feed)
		rec_add_str(b, "feed", span_of(feed));
	/* A file name may be any bytes; a stream is UTF-8. */
	if (file) {
		utf8_repair(&name, span_of(file));
		rec_add_str(b, "file", buf_span(&name));
	}
	rec_put_key(b, SPAN("row"));
	buf_release(&name);
}

void rd_record_archive(struct rd_record *r, const char *archive)
{
	struct buf *b = &r->head, name = BUF_INIT(2 * PATH_CEILING);

	b->len -= strlen(",\"row\":");
	utf8_repair(&name, span_of(archive));
	rec_add_str(b, "archive", buf_span(&name));
	rec_put_key(b, SPAN("row"));
	buf_release(&name);
}

void rd_begin(struct rd_record *r, uint64_t row)
{
	r->start = r->out->len;
	r->row = row;
	r->cells = r->columns = 0;
	buf_add_span(r->out, buf_span(&r->head));
	rec_put_count(r->out, row);
	if (r->place.len)
		rec_put_raw(r->out, buf_span(&r->place));
	if (r->gap)
		rec_add_count(r->out, "gap", r->gap);
	buf_adds(r->out, "},\"raw\":");
	r->raw = r->out->len;
}

bool rd_end(struct rd_record *r)
{
	buf_addc(r->out, '}');
	if (!r->out->over && r->out->len - r->start <= LINE_CEILING)
		return true;
	rd_take_back(r);
	return false;
}

void rd_take_back(struct rd_record *r)
{
	r->out->len = r->start;
	r->out->over = false;
}

void rd_repair(struct buf *b, struct span bytes, struct charset *cs)
{
	struct buf text = BUF_INIT(b->ceiling);
	const char *p, *end, *nul;
	size_t bad;

	if (!bytes.len)
		return;
	charset_convert(cs, bytes, &text, &bad);
	p = text.data;
	end = p + text.len;
	while (text.len && p < end) {
		nul = memchr(p, '\0', (size_t)(end - p));
		utf8_repair(b,
			    (struct span){p, (size_t)((nul ? nul : end) - p)});
		if (nul)
			buf_adds(b, "\xEF\xBF\xBD");
		p = nul ? nul + 1 : end;
	}
	buf_release(&text);
}

/* The offset of the first NUL character, or bytes.len. */
static size_t first_nul(const struct charset *cs, struct span bytes)
{
	size_t i, j;

	for (i = 0; i + cs->unit <= bytes.len; i += cs->unit) {
		for (j = 0; j < cs->unit && !bytes.p[i + j]; j++)
			;
		if (j == cs->unit)
			return i;
	}
	return bytes.len;
}

size_t rd_first_bad(struct charset *cs, struct span bytes)
{
	struct buf text = BUF_INIT(8 * LINE_CEILING);
	size_t nul = first_nul(cs, bytes), bad;

	charset_convert(cs, bytes, &text, &bad);
	buf_release(&text);
	return bad < nul ? bad : nul;
}

void rd_reject(struct rd_record *r, const char *code, struct span bytes,
	       struct charset *cs)
{
	struct span shown = bytes;

	rd_take_back(r);
	if (shown.len > RD_SHOWN)
		shown.len = RD_SHOWN;
	r->code = code;
	r->byte = UINT64_MAX;
	r->length = bytes.len;
	buf_clear(&r->field);
	buf_clear(&r->why);
	buf_clear(&r->text);
	buf_clear(&r->bytes);
	rd_repair(&r->text, shown, cs);
	buf_add_span(&r->bytes, shown);
}

void rd_reject_byte(struct rd_record *r, struct span bytes, size_t at,
		    struct charset *cs, uint64_t offset)
{
	size_t i;
	bool nul = first_nul(cs, bytes) == at;

	rd_reject(r, nul ? "nul-byte" : "bad-encoding", bytes, cs);
	r->byte = offset + at;
	buf_addf(&r->why, "byte %zu of the record", at + 1);
	if (nul) {
		buf_adds(&r->why, " is a NUL, which no text has");
		return;
	}
	buf_adds(&r->why, " (0x");
	for (i = 0; i < cs->unit && at + i < bytes.len; i++)
		buf_addf(&r->why, "%02X", (unsigned char)bytes.p[at + i]);
	buf_addf(&r->why, ") is not %s", cs->name);
}

int rd_charset(struct charset *cs, struct input *in, const char *name,
	       struct err *err)
{
	struct span head;
	const char *mark;
	size_t len;

	if (input_peek(in, 4, &head, err) < 0)
		return -1;
	mark = charset_bom(head, &len);
	if (charset_open(cs,
			 mark   ? mark
			 : name ? name
				: "UTF-8",
			 head, err) < 0)
		return -1;
	input_skip(in, len);
	input_set_charset(in, cs);
	return 0;
}
