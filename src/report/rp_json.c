/*
 * rp_json.c - differences as JSON lines, for programs
 */
#include "core/rec.h"
#include "report/report.h"

static void add_value(struct buf *b, const char *name, struct span s)
{
	if (s.p)
		rec_add_str(b, name, s);
	else
		rec_add_raw(b, name, SPAN("null"));
}

static void put(struct report *r, const struct difference *d)
{
	struct buf *b = &r->out.buf;

	rec_put_open(b, '{');
	rec_add_str(b, "entity", d->entity);
	rec_add_str(b, "key", d->key);
	if (d->site.len)
		rec_add_str(b, "site", d->site);
	rec_add_str(b, "diff", span_of(diff_kind_word[d->kind]));
	if (d->kind == DIFF_VALUE) {
		rec_add_str(b, "field", d->field);
		add_value(b, "here", d->here);
		add_value(b, "there", d->there);
	}
	if (d->src.len)
		rec_add_raw(b, "src", d->src);
	if (d->where.len)
		rec_add_str(b, "odoo_field", d->where);
	rec_put_close(b, '}');
	buf_addc(b, '\n');
}

const struct report_ops rp_json = {"json", NULL, put, NULL};
