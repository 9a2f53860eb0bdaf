#include "cmd_extract_look.h"

#include "conf/yaml_tree.h"
#include "read/draft.h"
#include "read/sniff.h"

void look_init(struct look *l, bool probe)
{
	*l = (struct look){.probe = probe,
			   .why = BUF_INIT(4096),
			   .read = BUF_INIT(LINE_CEILING),
			   .columns = BUF_INIT(8 * LINE_CEILING),
			   .rec = REC_INIT};
	survey_init(&l->survey);
}

void look_release(struct look *l)
{
	survey_release(&l->survey);
	rec_release(&l->rec);
	buf_release(&l->why);
	buf_release(&l->read);
	buf_release(&l->columns);
}

int look_format(struct look *l, struct input *in, struct read_conf *conf,
		struct err *err)
{
	l->file = in->archive ? in->archive : in->name;
	if (conf->format) {
		buf_adds(&l->why, "was given");
	} else {
		conf->format = sniff_format(in, &l->why, err);
		if (!conf->format)
			return -1;
		if (!reader_find(conf->format))
			return err_set(err, ERR_DATA,
				       "%s: %s, so it seems to be %s, which is "
				       "not read",
				       in->path, buf_str(&l->why),
				       conf->format);
	}
	l->format = conf->format;
	conf->detect = !strcmp(conf->format, "csv");
	return 0;
}

void look_settings(struct look *l, const struct reader_ops *ops, void *state,
		   const struct read_conf *conf, struct span columns)
{
	if (!l->columns.len)
		buf_add_span(&l->columns, columns);
	/* Those of the first member of an archive. */
	if (l->read.len)
		return;
	read_conf_put(conf, &l->read);
	if (conf->member && !read_conf_given(conf, "member")) {
		buf_adds(&l->read, "  member: ");
		yt_put_text(&l->read, span_of(conf->member));
		buf_addc(&l->read, '\n');
	}
	if (ops->found)
		ops->found(state, &l->read);
}

int look_record(struct look *l, struct span line, uint64_t row, struct err *err)
{
	const struct rec_node *raw;

	if (rec_parse(&l->rec, line.p, line.len, err) < 0)
		return -1;
	raw = rec_get(&l->rec, l->rec.node, "raw");
	return survey_take(&l->survey, &l->rec, raw, row, err);
}

/* Columns without a record are those of the header. */
static void take_header(struct look *l)
{
	struct err ignored = ERR_INIT;
	const struct rec_node *n;
	size_t i;

	if (l->survey.records || !l->columns.len ||
	    rec_parse(&l->rec, l->columns.data, l->columns.len, &ignored) < 0)
		return;
	for (i = 0; (n = rec_at(&l->rec, l->rec.node, i)); i++)
		survey_name(&l->survey, rec_text(&l->rec, n));
}

void look_put(struct look *l, uint64_t rejected, struct buf *b)
{
	const struct draft draft = {.file = l->file,
				    .format = l->format,
				    .why = buf_span(&l->why),
				    .read = buf_span(&l->read),
				    .rejected = rejected,
				    .survey = &l->survey};

	take_header(l);
	if (l->probe) {
		draft_put(&draft, b);
		return;
	}
	buf_addf(b, "rejected %llu\n", (unsigned long long)rejected);
	survey_put(&l->survey, "", b);
}
