#include "read/dbf_head.h"

#include <stdlib.h>

#include "core/log.h"
#include "core/mem.h"
#include "core/rec.h"
#include "core/utf8.h"
#include "read/reader.h"

/* dBase II has room for 32 fields, always. */
#define II_HEAD   521
#define II_FIELDS 32

/* Language drivers: byte 29 to a set of iconv. */
static const struct {
	uint8_t page;
	const char *name;
} pages[] = {
	{0x01, "CP437"},
	{0x02, "CP850"},
	{0x03, "CP1252"},
	{0x04, "MACINTOSH"},
	{0x08, "CP865"},
	{0x09, "CP437"},
	{0x0A, "CP850"},
	{0x0B, "CP437"},
	{0x0D, "CP437"},
	{0x0E, "CP850"},
	{0x0F, "CP437"},
	{0x10, "CP850"},
	{0x11, "CP437"},
	{0x12, "CP850"},
	{0x13, "CP932"},
	{0x14, "CP850"},
	{0x15, "CP437"},
	{0x16, "CP850"},
	{0x17, "CP865"},
	{0x18, "CP437"},
	{0x19, "CP437"},
	{0x1A, "CP850"},
	{0x1B, "CP437"},
	{0x1C, "CP863"},
	{0x1D, "CP850"},
	{0x1F, "CP852"},
	{0x22, "CP852"},
	{0x23, "CP852"},
	{0x24, "CP860"},
	{0x25, "CP850"},
	{0x26, "CP866"},
	{0x37, "CP850"},
	{0x40, "CP852"},
	{0x4D, "CP936"},
	{0x4E, "CP949"},
	{0x4F, "CP950"},
	{0x50, "CP874"},
	{0x57, "CP1252"},
	{0x58, "CP1252"},
	{0x59, "CP1252"},
	{0x64, "CP852"},
	{0x65, "CP866"},
	{0x66, "CP865"},
	{0x67, "CP861"},
	{0x6A, "CP737"},
	{0x6B, "CP857"},
	{0x6C, "CP863"},
	{0x78, "CP950"},
	{0x79, "CP949"},
	{0x7A, "CP936"},
	{0x7B, "CP932"},
	{0x7C, "CP874"},
	{0x86, "CP737"},
	{0x87, "CP852"},
	{0x88, "CP857"},
	{0x96, "MAC-CYRILLIC"},
	{0x97, "MAC-CENTRALEUROPE"},
	{0x98, "MACGREEK"},
	{0xC8, "CP1250"},
	{0xC9, "CP1251"},
	{0xCA, "CP1254"},
	{0xCB, "CP1253"},
	{0xCC, "CP1257"},
};

static const struct {
	uint8_t version;
	enum dbf_family family;
} versions[] = {
	{0x02, DBF_II},     {0x03, DBF_III},    {0x83, DBF_III},
	{0xFB, DBF_FOX},    {0x43, DBF_IV},     {0x63, DBF_IV},
	{0x7B, DBF_IV},     {0x8B, DBF_IV},     {0x8E, DBF_IV},
	{0xCB, DBF_IV},     {0x05, DBF_IV},     {0xF5, DBF_FOX},
	{0x30, DBF_VISUAL}, {0x31, DBF_VISUAL}, {0x32, DBF_VISUAL},
};

static int find_family(struct dbf_head *h, const struct input *in,
		       struct err *err)
{
	size_t i;

	for (i = 0; i < sizeof(versions) / sizeof(*versions); i++)
		if (versions[i].version == h->version) {
			h->family = versions[i].family;
			return 0;
		}
	return err_set(err, ERR_DATA,
		       (h->version & 7) == 4
			       ? "%s: a table of dBase 7 (version 0x%02X), "
				 "which is not read"
			       : "%s: no DBF file that is known: its first "
				 "byte is 0x%02X",
		       in->path, h->version);
}

static int open_set(const struct dbf_head *h, const struct input *in,
		    const char *encoding, struct charset *cs, struct err *err)
{
	const char *name = encoding;
	size_t i;

	for (i = 0; !name && i < sizeof(pages) / sizeof(*pages); i++)
		if (pages[i].page == h->page)
			name = pages[i].name;
	if (!name && h->page)
		return err_set(err, ERR_DATA,
			       "%s: the code page of language driver 0x%02X is "
			       "not known; --encoding says it",
			       in->path, h->page);
	if (!name)
		name = h->family == DBF_VISUAL ? "CP1252" : "CP850";
	return charset_open(cs, name, SPAN(""), err);
}

static int cut(const struct input *in, struct err *err)
{
	return err_set(err, ERR_DATA, "%s: the file is cut within its header",
		       in->path);
}

static int wrong_field(const struct input *in, const char *name, char type,
		       const char *why, struct err *err)
{
	if (type > ' ' && type <= '~')
		return err_set(err, ERR_DATA, "%s: field %s of type %c: %s",
			       in->path, name, type, why);
	return err_set(err, ERR_DATA, "%s: field %s of type 0x%02X: %s",
		       in->path, name, (unsigned char)type, why);
}

/* What a field of this type is, and whether its length is one it can have. */
static int judge_field(struct dbf_head *h, struct dbf_field *f,
		       const struct input *in, const char *name,
		       struct err *err)
{
	bool fits = true;

	switch (f->type) {
	case 'C':
	case 'N':
	case 'F':
		break;
	case 'D':
		fits = f->len == 8;
		break;
	case 'L':
		fits = f->len == 1;
		break;
	case 'B':
		if (h->family == DBF_VISUAL) {
			fits = f->len == 8;
			break;
		}
		f->binary = true;
		f->memo = true;
		break;
	case 'G':
	case 'P':
	case 'W':
		f->binary = true;
		f->memo = true;
		break;
	case 'M':
		f->memo = true;
		break;
	case 'I':
		fits = f->len == 4;
		break;
	case 'T':
	case 'Y':
		fits = f->len == 8;
		break;
	case 'Q':
		f->binary = true;
		f->varies = true;
		break;
	case 'V':
		f->varies = true;
		break;
	case '0':
		f->system = true;
		break;
	default:
		return wrong_field(in, name, f->type, "it is not known", err);
	}
	if (f->memo)
		fits = f->len == 4 || f->len == 10;
	return fits ? 0
		    : wrong_field(in, name, f->type,
				  "its length is not that of its type", err);
}

/* Flags of Visual FoxPro, where a field may be null or vary in length. */
static void number_flags(struct dbf_head *h)
{
	int bit = 0;
	size_t i;

	for (i = 0; i < h->n; i++) {
		struct dbf_field *f = &h->field[i];

		f->null_bit = f->len_bit = -1;
		if (f->type == '0') {
			h->nulls = f;
			continue;
		}
		if (f->varies)
			f->len_bit = bit++;
		if (f->nullable)
			f->null_bit = bit++;
	}
	if (h->nulls && (size_t)(bit + 7) / 8 > h->nulls->len)
		h->nulls = NULL;
}

static void add_field(struct dbf_head *h, const struct dbf_field *f)
{
	h->field = mem_grow(h->field, h->n, &h->cap, sizeof(*h->field));
	h->field[h->n++] = *f;
}

static int take_fields(struct dbf_head *h, const struct input *in,
		       struct span head, size_t at, struct err *err)
{
	size_t step = h->family == DBF_II ? 16 : 32;
	size_t limit = h->family == DBF_II ? 8 + II_FIELDS * step : head.len;

	for (; at + step <= limit && head.p[at] != '\r' && head.p[at];
	     at += step) {
		const char *d = head.p + at;
		struct dbf_field f = {.type = d[11]};
		char name[12];
		size_t len = 0;

		while (len < 11 && d[len]) {
			name[len] = utf8_is_graph(d[len]) ? d[len] : '?';
			len++;
		}
		name[len] = '\0';
		f.len = (unsigned char)d[h->family == DBF_II ? 12 : 16];
		f.decimals = (unsigned char)d[h->family == DBF_II ? 15 : 17];
		if (h->family == DBF_VISUAL) {
			f.system = d[18] & 1;
			f.nullable = (d[18] & 2) != 0;
			f.binary =
				(d[18] & 4) && (f.type == 'C' ||
						f.type == 'M' || f.type == 'V');
		}
		f.from = at; /* of the name, until all are known */
		if (judge_field(h, &f, in, name, err) < 0)
			return -1;
		add_field(h, &f);
	}
	if (!h->n)
		return err_set(err, ERR_DATA, "%s: the header has no fields",
			       in->path);
	return 0;
}

/*
 * Clipper and FoxPro have texts longer than 255: then the decimals are the
 * high byte.  It is so where the record's length says so.
 */
static int place_fields(struct dbf_head *h, const struct input *in,
			struct err *err)
{
	size_t plain = 1, wide = 1, at = 1, i;

	for (i = 0; i < h->n; i++) {
		const struct dbf_field *f = &h->field[i];

		plain += f->len;
		wide += f->len +
			(f->type == 'C' ? (size_t)f->decimals << 8 : 0);
	}
	if (plain != h->record_len && wide == h->record_len) {
		for (i = 0; i < h->n; i++)
			if (h->field[i].type == 'C')
				h->field[i].len += (size_t)h->field[i].decimals
						   << 8;
		plain = wide;
	}
	if (plain > h->record_len)
		return err_set(err, ERR_DATA,
			       "%s: the fields take %zu bytes, a record has "
			       "%zu",
			       in->path, plain, h->record_len);
	if (plain < h->record_len)
		log_warn("%s: a record has %zu bytes, of which no field "
			 "describes the last %zu",
			 in->path, h->record_len, h->record_len - plain);
	for (i = 0; i < h->n; i++) {
		h->field[i].from = at;
		at += h->field[i].len;
	}
	return 0;
}

/* Names in the file's set; each one once. */
static int name_fields(struct dbf_head *h, const struct input *in,
		       struct span head, struct charset *cs, struct err *err)
{
	struct span *name = mem_alloc(mem_mul(h->n + 1, sizeof(*name)));
	struct buf *text = mem_zalloc(mem_mul(h->n + 1, sizeof(*text)));
	struct buf b = BUF_INIT(LINE_CEILING);
	size_t n = 0, i, k, *from;
	int rc;

	for (i = 0; i < h->n; i++) {
		const char *p = head.p + h->field[i].from;
		struct buf raw = BUF_INIT(64);

		if (h->field[i].system)
			continue;
		for (k = 0; k < 11 && p[k]; k++)
			buf_addc(&raw, p[k]);
		text[n] = (struct buf)BUF_INIT(256);
		rd_repair(&text[n], span_trim(buf_span(&raw)), cs);
		name[n] = buf_span(&text[n]);
		n++;
		buf_release(&raw);
	}
	rc = columns_set(&h->names, name, n, err);
	if (rc < 0)
		err_wrap(err, "%s", in->path);
	from = mem_zalloc(mem_mul(n + 1, sizeof(*from)));
	for (k = 0; k < n && rc == 0; k++) {
		rec_put_str(&b, span_of(h->names.col[k].name));
		buf_addc(&b, ':');
		from[k + 1] = b.len;
	}
	h->prefixes = mem_dup(b.data ? b.data : "", b.len);
	for (i = k = 0; i < h->n && rc == 0; i++) {
		struct dbf_field *f = &h->field[i];

		if (f->system)
			continue;
		f->name = h->names.col[k].name;
		f->prefix = (struct span){h->prefixes + from[k],
					  from[k + 1] - from[k]};
		k++;
	}
	for (i = 0; i < n; i++)
		buf_release(&text[i]);
	buf_release(&b);
	free(from);
	free(name);
	free(text);
	return rc;
}

static int take_head(struct dbf_head *h, struct input *in, struct span *head,
		     struct err *err)
{
	size_t len;
	struct span ahead;

	if (input_peek(in, 32, &ahead, err) < 0)
		return -1;
	if (!ahead.len)
		return err_set(err, ERR_DATA, "%s: an empty file is no DBF",
			       in->path);
	h->version = (uint8_t)ahead.p[0];
	if (find_family(h, in, err) < 0)
		return -1;
	if (ahead.len < 32)
		return cut(in, err);
	if (h->family == DBF_II) {
		h->records = dbf_u16(ahead.p + 1);
		h->record_len = dbf_u16(ahead.p + 6);
		len = II_HEAD;
	} else {
		h->records = dbf_u32(ahead.p + 4);
		len = dbf_u16(ahead.p + 8);
		h->record_len = dbf_u16(ahead.p + 10);
		h->page = (uint8_t)ahead.p[29];
		if (h->family == DBF_IV && ahead.p[15] == 1)
			return err_set(err, ERR_DATA,
				       "%s: the table is encrypted", in->path);
	}
	if (len < 33 || h->record_len < 2)
		return err_set(err, ERR_DATA,
			       "%s: no DBF: a header of %zu bytes, records of "
			       "%zu",
			       in->path, len, h->record_len);
	switch (input_bytes(in, len, head, err)) {
	case INPUT_FAIL:
		return -1;
	case INPUT_LINE:
		return 0;
	case INPUT_PIECE:
	case INPUT_END:
		break;
	}
	return cut(in, err);
}

int dbf_head_read(struct dbf_head *h, struct input *in, const char *encoding,
		  struct charset *cs, struct err *err)
{
	struct span head;

	*h = (struct dbf_head){.version = 0};
	if (take_head(h, in, &head, err) < 0 ||
	    open_set(h, in, encoding, cs, err) < 0 ||
	    take_fields(h, in, head, h->family == DBF_II ? 8 : 32, err) < 0 ||
	    name_fields(h, in, head, cs, err) < 0 ||
	    place_fields(h, in, err) < 0)
		return -1;
	number_flags(h);
	return 0;
}

void dbf_head_release(struct dbf_head *h)
{
	columns_release(&h->names);
	free(h->field);
	free(h->prefixes);
	*h = (struct dbf_head){.version = 0};
}
