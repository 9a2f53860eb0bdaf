/*
 * cmd_extract.c - legacy files to raw records
 */
#include <unistd.h>

#include "cmd_extract_look.h"
#include "cmd_extract_trailer.h"
#include "command.h"
#include "conf/feed.h"
#include "core/base64.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/progress.h"
#include "core/rec.h"
#include "core/stream.h"
#include "read/checksum.h"
#include "read/input_zip.h"
#include "read/reader.h"
#include "read/sniff.h"

/* Options that are settings of read_conf.h, by its names. */
enum setting {
	SET_ACK,
	SET_BY,
	SET_COPYBOOK,
	SET_DELIMITER,
	SET_DIALECT,
	SET_DOMAIN,
	SET_DONE,
	SET_DROP_BYTES,
	SET_ENCODING,
	SET_ESCAPE,
	SET_FIELDS,
	SET_FLOATS,
	SET_FORMAT,
	SET_FRAMING,
	SET_GOOD,
	SET_HEADER,
	SET_HIDDEN,
	SET_INVALID,
	SET_LAYOUT,
	SET_MEMBER,
	SET_MODEL,
	SET_OCCURS,
	SET_QUOTE,
	SET_RAGGED,
	SET_RECORD,
	SET_SHEET,
	SET_SKIP,
	SET_SKIP_BYTES,
	SET_TARGET,
	SET_TARGETS,
	SET_TIME_FORMAT,
	SET_WINDOW,
	SET_ZONE,
	N_SETTINGS,
};

static struct {
	const char *profile;
	const char *setting[N_SETTINGS];
	bool detect, checksum, archived, probe, profile_data;
} opt;

#define SETTING(name, which, arg, help)                                 \
	{                                                               \
		name, 0, OPT_TEXT, &opt.setting[SET_##which], arg, help \
	}

static const struct opt options[] = {
	{"profile", 0, OPT_TEXT, &opt.profile, "FEED",
	 "read as the section read of this feed says"},
	SETTING("format", FORMAT, "F", "what the files are (csv)"),
	SETTING("encoding", ENCODING, "NAME",
		"character set (UTF-8; a byte order mark wins)"),
	SETTING("ack", ACK, "FILE",
		"write the answer to the interchange there (997, CONTRL)"),
	SETTING("layout", LAYOUT, "FILE",
		"how records are laid out, instead of the layouts by name"),
	SETTING("delimiter", DELIMITER, "S",
		"between cells (a comma, or what a first line sep=X says)"),
	SETTING("quote", QUOTE, "C|none", "around cells (a double quote)"),
	{"detect", 0, OPT_FLAG, &opt.detect, NULL,
	 "find what is not given of the dialect, and say so"},
	SETTING("escape", ESCAPE, "C|none",
		"makes the next character plain (a doubled quote is one)"),
	SETTING("header", HEADER, "yes|no|N",
		"rows that name the columns (yes: one)"),
	SETTING("sheet", SHEET, "NAME|N",
		"sheet of a workbook (the first that is not hidden)"),
	SETTING("hidden", HIDDEN, "keep|skip", "hidden rows of a sheet (keep)"),
	SETTING("skip", SKIP, "N", "lines before the header to pass over (0)"),
	SETTING("ragged", RAGGED, "reject|keep",
		"rows with too few or too many cells (reject)"),
	SETTING("member", MEMBER, "GLOB",
		"which members of a zip archive (all)"),
	{"checksum", 0, OPT_FLAG, &opt.checksum, NULL,
	 "hold each file against the checksum beside it"},
	SETTING("done", DONE, "SUFFIX",
		"wait for this marker beside each file: exit 75 without it"),
	SETTING("record", RECORD, "PATH",
		"xml, json, jsonl: which elements or values; sqldump: a table"),
	SETTING("copybook", COPYBOOK, "FILE",
		"cobol: what a record looks like"),
	SETTING("dialect", DIALECT, "D",
		"sqldump: mysql, postgresql or mssql (found)"),
	SETTING("drop-bytes", DROP_BYTES, "N",
		"cobol: bytes behind the last record (0)"),
	SETTING("floats", FLOATS, "ibm|ieee",
		"cobol: COMP-1, COMP-2 (ibm with EBCDIC, else ieee)"),
	SETTING("framing", FRAMING, "HOW",
		"cobol: fixed, rdw, rdw-net, rdw-le, rdw-net-le, vb, lines"),
	SETTING("invalid", INVALID, "reject|null",
		"cobol: numbers that are none (reject)"),
	SETTING("occurs", OCCURS, "max|actual",
		"cobol: bytes OCCURS DEPENDING ON takes (max)"),
	SETTING("skip-bytes", SKIP_BYTES, "N",
		"cobol: bytes before the first record (0)"),
	SETTING("by", BY, "COLUMN",
		"historian: windows by what this column holds, not by tag"),
	SETTING("good", GOOD, "A,B",
		"historian: qualities that are good (Good, OK, G, 192, none)"),
	SETTING("time-format", TIME_FORMAT, "FORMAT",
		"historian: how times are written (ISO 8601)"),
	SETTING("window", WINDOW, "LENGTH",
		"historian: one record for each tag (--by) and so long"),
	SETTING("zone", ZONE, "ZONE",
		"historian: of times without one, of windows (UTC)"),
	SETTING("target", TARGET, "T",
		"odoo: which one, by its name in the targets file"),
	SETTING("targets", TARGETS, "FILE",
		"odoo: the targets file (targets.yaml of the profiles)"),
	SETTING("model", MODEL, "M", "odoo: whose records"),
	SETTING("fields", FIELDS, "A,B",
		"odoo: which fields (what is stored and no list)"),
	SETTING("domain", DOMAIN, "JSON", "odoo: which records (all)"),
	{"archived", 0, OPT_FLAG, &opt.archived, NULL,
	 "odoo: archived records as well"},
	{"probe", 0, OPT_FLAG, &opt.probe, NULL,
	 "say what a file seems to be, as a draft of a feed"},
	{"profile-data", 0, OPT_FLAG, &opt.profile_data, NULL,
	 "say what the columns hold, and nothing else"},
	{NULL, 0, OPT_FLAG, NULL, NULL, NULL},
};

/* Rejects that are told while records are only looked at. */
#define LOOK_REJECTS 10

/* One run. */
struct extract {
	struct job *job;
	struct feed feed;
	const char *feed_name; /* NULL without a feed */
	struct read_conf conf;
	const struct reader_ops *ops;
	struct stream_out out;
	struct rd_record record;
	struct progress progress;
	bool opened; /* the opening line is written */
	bool keep_ragged;
	struct trailer *trailer; /* NULL: the feed has none */
	struct buf reject_record, reject_src;
	struct look look;
	bool looks; /* records are looked at and not written */
};

static const char *option_value(const struct opt *o)
{
	if (o->kind == OPT_FLAG)
		return *(const bool *)o->to ? "true" : NULL;
	return *(const char *const *)o->to;
}

/* The feed first, then the options, which replace its settings. */
static int configure(struct extract *x, struct err *err)
{
	const struct opt *o;

	x->conf.profiles = x->job->opt.profiles;
	if (opt.profile) {
		if (feed_load(&x->feed, x->job->opt.profiles, opt.profile,
			      err) < 0)
			return -1;
		x->feed_name = x->feed.name;
		x->conf.feed_path = x->feed.path;
		if (read_conf_load(&x->conf, x->feed.read, reader_names, err) <
		    0)
			return -1;
	}
	for (o = options; o->name; o++)
		if (o->to != &opt.profile && o->to != &opt.probe &&
		    o->to != &opt.profile_data &&
		    read_conf_option(&x->conf, o->name, option_value(o),
				     reader_names, err) < 0)
			return -1;
	if (read_conf_check(&x->conf, err) < 0)
		return -1;
	x->keep_ragged = x->conf.ragged == 1;
	x->ops = reader_find(x->conf.format);
	if (!x->conf.trailer.when)
		return 0;
	x->trailer =
		trailer_new(&x->conf, x->job->opt.profiles, x->feed.path, err);
	return x->trailer ? 0 : -1;
}

/* The opening line, before the first file, and the trailer's columns. */
static int begin_file(struct extract *x, const struct input *in, void *state,
		      struct err *err)
{
	struct buf columns = BUF_INIT(8 * LINE_CEILING);
	struct buf b = BUF_INIT(8 * LINE_CEILING);
	int rc = 0;

	if (x->ops->columns)
		x->ops->columns(state, &columns);
	if (x->trailer)
		rc = trailer_begin(x->trailer, in ? in->path : x->ops->name,
				   buf_span(&columns), err);
	if (x->looks)
		look_settings(&x->look, x->ops, state, &x->conf,
			      buf_span(&columns));
	if (rc == 0 && !x->opened && !x->looks) {
		if (x->feed_name)
			rec_add_str(&b, "feed", span_of(x->feed_name));
		if (columns.len)
			rec_add_raw(&b, "columns", buf_span(&columns));
		stream_open(&x->out, x->job->stage, x->job->run, buf_span(&b));
		x->opened = true;
	}
	buf_release(&columns);
	buf_release(&b);
	return rc;
}

/* Who only looks is shown a few rejects; the report counts the rest. */
static bool is_silent(struct extract *x)
{
	if (!x->looks || x->job->opt.rejects || x->job->rejected < LOOK_REJECTS)
		return false;
	x->job->rejected++;
	return true;
}

/* The src member of a record that did not become one. */
static void put_src(struct extract *x)
{
	struct rd_record *r = &x->record;
	struct buf *b = &x->reject_src;
	struct span head = buf_span(&r->head);

	buf_clear(b);
	/* The head is {"src":{...,"row": */
	buf_add(b, head.p + strlen("{\"src\":"),
		head.len - strlen("{\"src\":"));
	rec_put_count(b, r->row);
	if (r->place.len)
		rec_put_raw(b, buf_span(&r->place));
	rec_put_close(b, '}');
}

/* A record the reader could not make sense of: its text and its bytes. */
static int reject_bytes(struct extract *x, struct err *err)
{
	struct rd_record *r = &x->record;
	struct buf *b = &x->reject_record, code = BUF_INIT(2 * RD_SHOWN);
	struct buf extra = BUF_INIT(64);
	struct reject reject = {.code = r->code};
	int rc;

	if (is_silent(x))
		return 0;
	base64_put(&code, buf_span(&r->bytes));
	buf_clear(b);
	rec_put_open(b, '{');
	rec_add_str(b, "text", buf_span(&r->text));
	rec_add_str(b, "base64", buf_span(&code));
	rec_add_count(b, "length", r->length);
	rec_put_close(b, '}');
	if (r->byte != UINT64_MAX)
		rec_add_count(&extra, "byte", r->byte);
	put_src(x);
	reject.field = buf_span(&r->field);
	reject.why = buf_span(&r->why);
	reject.record = buf_span(b);
	reject.src = buf_span(&x->reject_src);
	reject.extra = buf_span(&extra);
	rc = job_reject(x->job, &reject, err);
	buf_release(&code);
	buf_release(&extra);
	return rc;
}

/* A row with too few or too many cells; as a record it is at r->start. */
static int reject_ragged(struct extract *x, struct err *err)
{
	struct rd_record *r = &x->record;
	struct buf *b = &x->reject_record, why = BUF_INIT(256);
	struct reject reject = {.code = "ragged"};
	int rc;

	if (is_silent(x)) {
		rd_take_back(r);
		return 0;
	}
	buf_clear(b);
	buf_add(b, r->out->data + r->raw, r->out->len - r->raw - 1);
	rd_take_back(r);
	buf_addf(&why, "%zu cell%s where there are %zu columns", r->cells,
		 r->cells == 1 ? "" : "s", r->columns);
	put_src(x);
	reject.why = buf_span(&why);
	reject.record = buf_span(b);
	reject.src = buf_span(&x->reject_src);
	rc = job_reject(x->job, &reject, err);
	buf_release(&why);
	return rc;
}

/* 1 where the record is the trailer row, which is none; 0, -1. */
static int take_trailer(struct extract *x, struct err *err)
{
	struct rd_record *r = &x->record;
	struct span line = {r->out->data + r->start, r->out->len - r->start};
	int rc;

	if (!x->trailer)
		return 0;
	rc = trailer_row(x->trailer, line, r->row, err);
	if (rc != 0)
		rd_take_back(r);
	return rc;
}

static int look_at(struct extract *x, struct err *err)
{
	struct rd_record *r = &x->record;
	struct span line = {r->out->data + r->start, r->out->len - r->start};
	int rc = look_record(&x->look, line, r->row, err);

	rd_take_back(r);
	return rc;
}

static int take_record(struct extract *x, struct err *err)
{
	struct rd_record *r = &x->record;
	int rc = take_trailer(x, err);

	if (rc != 0)
		return rc < 0 ? -1 : 0;
	x->job->in++;
	if (r->cells != r->columns && !x->keep_ragged) {
		r->gap++;
		return reject_ragged(x, err);
	}
	r->gap = 0;
	x->job->out++;
	if (x->looks)
		return look_at(x, err);
	stream_put_end(&x->out);
	r->start = r->out->len;
	if (x->out.out.failed)
		return out_flush(&x->out.out, err);
	return 0;
}

static int read_records(struct extract *x, struct input *in, void *state,
			struct err *err)
{
	for (;;) {
		switch (x->ops->next(state, &x->record, err)) {
		case RD_RECORD:
			if (take_record(x, err) < 0)
				return -1;
			break;
		case RD_REJECT:
			if (x->trailer &&
			    trailer_lost(x->trailer, x->record.row, err) < 0)
				return -1;
			x->job->in++;
			x->record.gap++;
			if (reject_bytes(x, err) < 0)
				return -1;
			break;
		case RD_END:
			return x->trailer ? trailer_end(x->trailer, err) : 0;
		case RD_FATAL:
			rd_take_back(&x->record);
			return -1;
		}
		progress_tick(&x->progress, x->job->in, in ? in->file_read : 0,
			      in ? in->file_size : 0);
	}
}

/* `in` is NULL for a source that is no file. */
static int read_source(struct extract *x, struct input *in, struct err *err)
{
	void *state;
	int rc = -1;

	rd_record_origin(&x->record, x->feed_name, in ? in->name : NULL);
	if (in && in->archive)
		rd_record_archive(&x->record, in->archive);
	state = x->ops->open(in, &x->conf, err);
	if (state) {
		rc = begin_file(x, in, state, err);
		if (rc == 0)
			rc = read_records(x, in, state, err);
	}
	x->ops->close(state);
	return rc;
}

/* What the file is, by its first bytes. */
static int probe_format(struct extract *x, struct input *in, struct err *err)
{
	int rc = look_format(&x->look, in, &x->conf, err);

	x->ops = reader_find(x->conf.format);
	return rc;
}

/*
 * A draft describes one kind of file: where no pattern says which members are
 * of one kind, the first one is looked at, by its name.
 */
static int probe_members(struct extract *x, struct input_zip *z,
			 struct input *member, struct err *err)
{
	struct buf pattern = BUF_INIT(LINE_CEILING);
	bool more = !x->conf.member && input_zip_more(z), narrow;
	int rc = z->given == 1 ? probe_format(x, member, err) : 0;

	/* A workbook is taken out of an archive by its name only. */
	narrow = !x->conf.member && rc == 0 && (more || x->ops->takes_zip);
	if (narrow) {
		input_zip_pattern(member->name, &pattern);
		x->conf.member = buf_str(&pattern);
	}
	if (more)
		log_info("%s: the first member is looked at, there are more "
			 "(--member)",
			 member->path);
	if (rc == 0)
		rc = read_source(x, member, err);
	if (narrow) {
		x->conf.member = NULL;
		z->at = z->set.n;
	}
	buf_release(&pattern);
	return rc;
}

/* Each member of an archive is a file of its own. */
static int read_members(struct extract *x, struct input *archive,
			struct err *err)
{
	struct input_zip z;
	struct input member;
	int rc = input_zip_open(&z, archive, x->conf.member, err);

	while (rc == 0) {
		rc = input_zip_next(&z, &member, err);
		if (rc <= 0)
			break;
		rc = opt.probe ? probe_members(x, &z, &member, err)
			       : read_source(x, &member, err);
		input_close(&member);
	}
	input_zip_close(&z);
	return rc;
}

static int read_input(struct extract *x, struct input *in, struct err *err)
{
	struct span head;
	bool whole;

	if (input_peek(in, 4, &head, err) < 0)
		return -1;
	whole = opt.probe && !x->conf.format ? sniff_is_workbook(in)
					     : x->ops->takes_zip;
	if (zip_is_head(head) && !x->conf.member && !x->ops->takes_zip &&
	    !opt.probe && sniff_is_workbook(in))
		return err_set(err, ERR_DATA,
			       "%s: a workbook, not %s: its format is xlsx or "
			       "ods; a part of it is read with --member",
			       in->path, x->ops->name);
	if (zip_is_head(head) && (x->conf.member || !whole))
		return read_members(x, in, err);
	if (x->conf.member)
		return err_set(err, ERR_DATA,
			       "%s: no zip archive, so it has no member '%s'",
			       in->path, x->conf.member);
	if (opt.probe && probe_format(x, in, err) < 0)
		return -1;
	return read_source(x, in, err);
}

/* Whether the file is whole, as those say who left it. */
static int check_file(const struct extract *x, const char *path,
		      struct err *err)
{
	if (!x->conf.checksum && !x->conf.done)
		return 0;
	if (!strcmp(path, "-"))
		return err_set(err, ERR_USAGE,
			       "standard input has no %s beside it",
			       x->conf.checksum ? "checksum" : "marker");
	if (x->conf.done && checksum_marker(path, x->conf.done, err) < 0)
		return -1;
	return x->conf.checksum ? checksum_check(path, err) : 0;
}

static int read_file(struct extract *x, const char *path, struct err *err)
{
	struct input in;
	int rc;

	if (check_file(x, path, err) < 0)
		return -1;
	rc = input_open(&in, path, err);
	if (rc == 0)
		rc = read_input(x, &in, err);
	if (rc < 0 && opt.probe && err->code == ERR_USAGE)
		err_wrap(err, "%s %s, so it seems to be %s", path,
			 buf_str(&x->look.why), x->look.format);
	if (rc == 0 && opt.probe)
		look_put(&x->look, x->job->rejected, &x->out.out.buf);
	input_close(&in);
	return rc;
}

static int read_files(struct extract *x, int n, char **path, struct err *err)
{
	int i;

	if (x->ops->no_file) {
		if (n)
			return err_set(err, ERR_USAGE,
				       "format %s reads no files: %s",
				       x->ops->name, path[0]);
		return read_source(x, NULL, err);
	}
	if (n > 1 && opt.probe)
		return err_set(err, ERR_USAGE, "--probe takes one file, not %d",
			       n);
	if (n > 1 && x->conf.ack)
		return err_set(err, ERR_USAGE, "--ack answers one file, not %d",
			       n);
	if (!n)
		return read_file(x, "-", err);
	for (i = 0; i < n; i++)
		if (read_file(x, path[i], err) < 0)
			return -1;
	return 0;
}

static int run(struct job *job, int argc, char **argv, struct err *err)
{
	struct extract x = {.job = job,
			    .reject_record = BUF_INIT(LINE_CEILING),
			    .reject_src = BUF_INIT(LINE_CEILING)};
	struct err late = ERR_INIT;
	int rc;

	read_conf_init(&x.conf);
	stream_out_init(&x.out, STDOUT_FILENO, job->opt.unbuffered);
	rd_record_init(&x.record, &x.out.out.buf);
	progress_begin(&x.progress, "records", job->opt.quiet);
	x.looks = opt.probe || opt.profile_data;
	look_init(&x.look, opt.probe);
	rc = configure(&x, err);
	if (rc == 0)
		rc = read_files(&x, argc, argv, err);
	progress_end(&x.progress);
	if (rc == 0 && opt.profile_data && !opt.probe)
		look_put(&x.look, job->rejected, &x.out.out.buf);
	/* What was read before an error is delivered, without an end line. */
	if (rc == 0)
		rc = job_settle(job, err);
	if (rc == 0)
		rc = x.looks ? out_flush(&x.out.out, err)
			     : stream_close(&x.out, job->rejected, err);
	else
		out_flush(&x.out.out, &late);
	rd_record_release(&x.record);
	stream_out_release(&x.out);
	buf_release(&x.reject_record);
	buf_release(&x.reject_src);
	look_release(&x.look);
	trailer_free(x.trailer);
	read_conf_release(&x.conf);
	feed_release(&x.feed);
	return rc;
}

const struct command command = {
	.name = "sluice-extract",
	.stage = "extract",
	.synopsis = "[--profile FEED] [--format F] [option ...] [FILE ...]",
	.summary = "Reads legacy files into raw records, as JSON lines.",
	.options = options,
	.reads_stream = true,
	.run = run,
};
