/*
 * rd_jsonl.c - JSON lines: one value a line
 *
 * Values pass as they were written, numbers and escapes among them, without
 * the white space between.  Empty lines are passed over.  With a record path a
 * line has as many records as the path has values in it.
 *
 * Spec: RFC 8259, jsonlines.org; core/rec.h says what a line may hold.
 */
#include <stdlib.h>

#include "core/mem.h"
#include "core/rec.h"
#include "read/json_path.h"
#include "read/reader.h"

struct jsonl {
	struct input *in;
	struct charset cs;
	struct buf text; /* a converted line */
	struct rec rec;
	struct json_path path; /* no steps: the line is the record */
	bool has_path;
	struct json_hits hits; /* records of the line, */
	size_t next_hit;       /* of which these were delivered */
};

static void jsonl_close(void *state)
{
	struct jsonl *j = state;

	if (!j)
		return;
	charset_release(&j->cs);
	buf_release(&j->text);
	rec_release(&j->rec);
	json_path_release(&j->path);
	free(j->hits.node);
	free(j);
}

static void *jsonl_open(struct input *in, const struct read_conf *conf,
			struct err *err)
{
	struct jsonl *j = mem_zalloc(sizeof(*j));
	int64_t left = conf->skip;
	struct buf why = BUF_INIT(1024);
	struct span ahead;

	j->in = in;
	j->cs.conv = (iconv_t)-1;
	j->text = (struct buf)BUF_INIT(8 * LINE_CEILING);
	j->rec = (struct rec)REC_INIT;
	j->has_path = conf->record;
	if (json_path_parse(&j->path, conf->record, &why) < 0) {
		read_conf_wrong(conf, "record", err, "the path '%s': %s",
				conf->record, buf_str(&why));
		buf_release(&why);
		goto fail;
	}
	if (rd_charset(&j->cs, in, conf->encoding, err) < 0)
		goto fail;
	in->lf_only = true;
	if (in->at && input_peek(in, 1, &ahead, err) < 0)
		goto fail;
	if (in->at && !ahead.len) {
		err_set(err, ERR_DATA,
			"%s: a byte order mark and nothing behind it",
			in->path);
		goto fail;
	}
	while (left > 0) {
		struct span line;
		enum input_got got;

		input_mark(in);
		got = input_line(in, &line, err);
		if (got == INPUT_FAIL)
			goto fail;
		if (got == INPUT_END)
			break;
		left -= got == INPUT_LINE;
	}
	return j;
fail:
	jsonl_close(j);
	return NULL;
}

/* A line beyond the limit: its beginning is kept, the rest passed over. */
static enum rd_status pass_over(struct jsonl *j, struct rd_record *r,
				struct err *err)
{
	uint64_t length = 0;

	rd_reject(r, "too-long", input_marked(j->in), &j->cs);
	for (;;) {
		struct span line;
		enum input_got got;

		length += input_marked(j->in).len;
		input_mark(j->in);
		if (j->in->line_taken)
			break;
		got = input_line(j->in, &line, err);
		if (got == INPUT_FAIL)
			return RD_FATAL;
		if (got == INPUT_END)
			break;
	}
	r->length = length;
	buf_addf(&r->why, "a record of %llu bytes; %zu are the limit",
		 (unsigned long long)length, LINE_CEILING);
	return RD_REJECT;
}

/* Whether the value fits into a line of a stream, one level further in. */
static bool fits(const struct rec *r)
{
	uint32_t end[REC_DEPTH_MAX];
	size_t depth = 0, i;

	if (r->n < REC_DEPTH_MAX)
		return true;
	for (i = 0; i < r->n; i++) {
		while (depth && i >= end[depth - 1])
			depth--;
		if (r->node[i].type < REC_ARRAY)
			continue;
		if (depth == REC_DEPTH_MAX - 1)
			return false;
		end[depth++] = r->node[i].next;
	}
	return true;
}

/* A last line with neither an end nor sense: what made the file broke off. */
static enum rd_status fail_cut(struct jsonl *j, struct err *err)
{
	err->code = ERR_DATA;
	err_wrap(err, "%s:%llu: the file is cut within its last line",
		 j->in->path, (unsigned long long)j->in->line);
	return RD_FATAL;
}

/* The next of the values that the path has in the line. */
static enum rd_status take_hit(struct jsonl *j, struct rd_record *r,
			       struct err *err)
{
	buf_clear(&r->place);
	rec_add_count(&r->place, "item", j->next_hit + 1);
	rd_begin(r, j->in->line);
	rec_put_node(r->out, &j->rec, j->hits.node[j->next_hit++]);
	return rd_end(r) ? RD_RECORD : pass_over(j, r, err);
}

/* The records of a line that is not one itself: RD_END where it has none. */
static enum rd_status take_hits(struct jsonl *j, struct rd_record *r,
				struct err *err)
{
	json_path_select(&j->path, &j->rec, &j->hits);
	j->next_hit = 0;
	if (j->hits.n) {
		rd_take_back(r);
		return take_hit(j, r, err);
	}
	if (j->hits.reached) {
		rd_take_back(r);
		return RD_END;
	}
	rd_reject(r, "no-record", input_marked(j->in), &j->cs);
	buf_adds(&r->why, "there is nothing at the record path");
	return RD_REJECT;
}

static enum rd_status take(struct jsonl *j, struct rd_record *r,
			   struct span text, struct err *err)
{
	struct span raw = input_marked(j->in);
	size_t bad;
	bool good = rec_parse(&j->rec, text.p, text.len, err) == 0;

	if (good && fits(&j->rec) && j->has_path)
		return take_hits(j, r, err);
	if (good && fits(&j->rec)) {
		rec_put_node(r->out, &j->rec, j->rec.node);
		return rd_end(r) ? RD_RECORD : pass_over(j, r, err);
	}
	if (good)
		err_set(err, ERR_DATA, "nested deeper than %d levels",
			REC_DEPTH_MAX - 1);
	else if (j->in->unended)
		return fail_cut(j, err);
	bad = rd_first_bad(&j->cs, raw);
	if (bad < raw.len) {
		rd_reject_byte(r, raw, bad, &j->cs, input_mark_offset(j->in));
		return RD_REJECT;
	}
	rd_reject(r, "bad-json", raw, &j->cs);
	buf_adds(&r->why, err->msg);
	return RD_REJECT;
}

static enum rd_status jsonl_next(void *state, struct rd_record *r,
				 struct err *err)
{
	struct jsonl *j = state;

	if (j->next_hit < j->hits.n)
		return take_hit(j, r, err);
	j->hits.n = j->next_hit = 0;
	buf_clear(&r->place);
	for (;;) {
		struct span line;
		enum input_got got;
		enum rd_status got_record;
		size_t bad;

		input_mark(j->in);
		got = input_line(j->in, &line, err);
		if (got == INPUT_END)
			return RD_END;
		if (got == INPUT_FAIL)
			return RD_FATAL;
		rd_begin(r, j->in->line + (got == INPUT_PIECE));
		if (got == INPUT_PIECE || line.len > LINE_CEILING)
			return pass_over(j, r, err);
		if (j->cs.kind != CHARSET_UTF8) {
			buf_clear(&j->text);
			charset_convert(&j->cs, line, &j->text, &bad);
			line = buf_span(&j->text);
		}
		while (line.len && (line.p[line.len - 1] == '\n' ||
				    line.p[line.len - 1] == '\r'))
			line.len--;
		if (!line.len) {
			rd_take_back(r);
			continue;
		}
		got_record = take(j, r, line, err);
		if (got_record != RD_END)
			return got_record;
	}
}

const struct reader_ops rd_jsonl = {
	.name = "jsonl",
	.open = jsonl_open,
	.next = jsonl_next,
	.close = jsonl_close,
};
