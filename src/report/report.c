#include "report/report.h"

static const struct report_ops *const formats[] = {
	&rp_json,
	&rp_text,
	&rp_csv,
};

const char *const diff_kind_word[DIFF_KINDS] = {"missing", "extra", "value"};

int report_init(struct report *r, const char *format, int fd, bool unbuffered,
		struct err *err)
{
	size_t i;

	*r = (struct report){.ops = NULL};
	out_init(&r->out, fd, unbuffered);
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!strcmp(formats[i]->name, format))
			r->ops = formats[i];
	if (!r->ops)
		return err_set(err, ERR_USAGE,
			       "--format is json, table or csv, not %s",
			       format);
	if (r->ops->begin)
		r->ops->begin(r);
	return 0;
}

void report_put(struct report *r, const struct difference *d)
{
	r->n[d->kind]++;
	r->ops->put(r, d);
	out_tick(&r->out);
}

int report_end(struct report *r, struct err *err)
{
	if (r->ops && r->ops->end)
		r->ops->end(r);
	r->ops = NULL;
	return out_flush(&r->out, err);
}

void report_release(struct report *r)
{
	struct err ignored = ERR_INIT;

	if (r->ops)
		report_end(r, &ignored);
	out_release(&r->out);
}
