/*
 * The readers of CSV and JSON lines over any bytes: what they write must be
 * lines of a stream, and libcsv and our own reader must agree on every cell.
 *
 * The first three bytes choose format, character set and dialect.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/rec.h"
#include "core/utf8.h"
#include "csv_oracle.h"
#include "fuzz.h"
#include "read/reader.h"

static const char *const sets[] = {"UTF-8",  "CP1252",    "CP850", "UTF-16",
				   "UTF-32", "SHIFT_JIS", "CP037", "UTF-16BE"};
static const char *const delimiters[] = {",", ";", "||", "\xC2\xA7"};

static void choose(const uint8_t *b, struct read_conf *conf)
{
	read_conf_init(conf);
	conf->format = b[0] & 1 ? "jsonl" : "csv";
	conf->encoding = sets[b[0] >> 1 & 7];
	conf->ragged = b[0] >> 4 & 1;
	conf->skip = b[0] >> 5 & 1;
	if (b[1] & 4)
		conf->delimiter = span_of(delimiters[b[1] & 3]);
	conf->quote = b[1] & 8 ? '\'' : b[1] & 16 ? READ_NONE : READ_UNSET;
	conf->escape = b[1] & 32 ? '\\' : b[1] & 64 ? READ_NONE : READ_UNSET;
	conf->header = (int)(b[2] & 3) - 1;
	if (conf->header < 0)
		conf->header = READ_UNSET;
}

static void stop(const char *what, struct span line)
{
	fprintf(stderr, "%s: %.*s\n", what, SPAN_FMT(line));
	abort();
}

/* A record must be one line that the codec reads. */
static void check_record(struct rd_record *r, struct rec *rec)
{
	struct span line = {r->out->data + r->start, r->out->len - r->start};
	struct err err = ERR_INIT;

	if (memchr(line.p, '\n', line.len))
		stop("a line end inside a record", line);
	if (rec_parse(rec, line.p, line.len, &err) < 0)
		stop(err.msg, line);
	if (!rec_get(rec, rec->node, "raw") || !rec_get(rec, rec->node, "src"))
		stop("no raw or no src", line);
	buf_clear(r->out);
	r->start = 0;
}

static void check_reject(struct rd_record *r, size_t len)
{
	if (!r->code || !r->why.len || r->out->len != r->start)
		stop("a reject that says nothing", buf_span(&r->why));
	if (utf8_check(r->text.data, r->text.len) != r->text.len)
		stop("a reject that is no text", buf_span(&r->text));
	if (r->byte != UINT64_MAX && r->byte >= len)
		stop("a byte behind the end", buf_span(&r->why));
}

static void read_all(const struct read_conf *conf, const uint8_t *data,
		     size_t len)
{
	const struct reader_ops *ops = reader_find(conf->format);
	struct buf out = BUF_INIT(4 * LINE_CEILING);
	struct rec rec = REC_INIT;
	struct rd_record r;
	struct err err = ERR_INIT;
	struct input in;
	char path[64];
	void *state = NULL;
	int fd = memfd_create("fuzz", 0);
	bool gzip, more = true;

	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	rd_record_init(&r, &out);
	if (input_open(&in, path, &err) == 0) {
		rd_record_origin(&r, "fuzz", in.name);
		state = ops->open(&in, conf, &err);
	}
	gzip = in.gzip;
	while (state && more) {
		switch (ops->next(state, &r, &err)) {
		case RD_RECORD:
			check_record(&r, &rec);
			break;
		case RD_REJECT:
			check_reject(&r, gzip ? SIZE_MAX : len);
			break;
		case RD_FATAL:
			rd_take_back(&r);
			more = false;
			break;
		case RD_END:
			more = false;
			break;
		}
	}
	if (state && ops->columns)
		ops->columns(state, &out);
	ops->close(state);
	input_close(&in);
	close(fd);
	rd_record_release(&r);
	rec_release(&rec);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct csv_dialect usual = {.delimiter = {",", 1},
						 .quote = '"',
						 .escape = -1,
						 .doubled = true};
	struct read_conf conf;
	const char *wrong;

	if (len < 3)
		return 0;
	choose(data, &conf);
	read_all(&conf, data + 3, len - 3);
	wrong = csv_both(&usual, (const char *)data + 3, len - 3);
	if (wrong)
		stop(wrong, (struct span){(const char *)data + 3, len - 3});
	return 0;
}
