/*
 * rp_csv.c - differences as CSV, for a spreadsheet
 *
 * Spec: RFC 4180.  A cell that a spreadsheet would take for a formula gets an
 * apostrophe in front; a plain negative number is none.
 */
#include "core/rec.h"
#include "report/report.h"

#define COLUMNS "entity,key,site,difference,field,here,there,file,row\r\n"

static bool is_number(struct span s)
{
	size_t i = 0, digits = 0;

	if (i < s.len && s.p[i] == '-')
		i++;
	for (; i < s.len; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9')
			digits++;
		else if (s.p[i] != '.')
			return false;
	}
	return digits > 0;
}

static bool is_formula(struct span s)
{
	while (s.len && (s.p[0] == ' ' || (unsigned char)s.p[0] < 0x20))
		s.p++, s.len--;
	if (!s.len || !strchr("=+-@|%", s.p[0]))
		/* the full-width forms are formulas to some programs */
		return s.len > 2 && !memcmp(s.p, "\xEF\xBC", 2) &&
		       strchr("\x9D\x8B\x8D\xA0", s.p[2]);
	return !is_number(s);
}

static void put_cell(struct buf *b, struct span s, bool last)
{
	bool quoted = is_formula(s) || memchr(s.p ? s.p : "", ',', s.len) ||
		      memchr(s.p ? s.p : "", '"', s.len) ||
		      memchr(s.p ? s.p : "", ';', s.len);
	size_t i;

	if (quoted)
		buf_addc(b, '"');
	if (is_formula(s))
		buf_addc(b, '\'');
	for (i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c == '"')
			buf_addc(b, '"');
		buf_addc(b, c < 0x20 || c == 0x7F ? ' ' : (char)c);
	}
	if (quoted)
		buf_addc(b, '"');
	buf_adds(b, last ? "\r\n" : ",");
}

static void begin(struct report *r)
{
	buf_adds(&r->out.buf, COLUMNS);
}

static void put(struct report *r, const struct difference *d)
{
	struct buf *b = &r->out.buf;
	struct rec rec = REC_INIT;
	struct err ignored = ERR_INIT;
	struct span file = {"", 0}, row = {"", 0};

	if (d->src.len &&
	    rec_parse(&rec, d->src.p, d->src.len, &ignored) == 0) {
		file = rec_text(&rec, rec_get(&rec, rec.node, "file"));
		row = rec_text(&rec, rec_get(&rec, rec.node, "row"));
	}
	put_cell(b, d->entity, false);
	put_cell(b, d->key, false);
	put_cell(b, d->site, false);
	put_cell(b, span_of(diff_kind_word[d->kind]), false);
	put_cell(b, d->field, false);
	put_cell(b, d->here, false);
	put_cell(b, d->there, false);
	put_cell(b, file, false);
	put_cell(b, row, true);
	rec_release(&rec);
}

const struct report_ops rp_csv = {"csv", begin, put, NULL};
