#include "fuzz_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/rec.h"
#include "core/utf8.h"
#include "read/reader.h"

void fuzz_stop(const char *what, struct span line)
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
		fuzz_stop("a line end inside a record", line);
	if (rec_parse(rec, line.p, line.len, &err) < 0)
		fuzz_stop(err.msg, line);
	if (!rec_get(rec, rec->node, "raw") || !rec_get(rec, rec->node, "src"))
		fuzz_stop("no raw or no src", line);
	buf_clear(r->out);
	r->start = 0;
}

static void check_reject(struct rd_record *r, size_t len)
{
	if (!r->code || !r->why.len || r->out->len != r->start)
		fuzz_stop("a reject that says nothing", buf_span(&r->why));
	if (utf8_check(r->text.data, r->text.len) != r->text.len)
		fuzz_stop("a reject that is no text", buf_span(&r->text));
	if (r->byte != UINT64_MAX && r->byte >= len)
		fuzz_stop("a byte behind the end", buf_span(&r->why));
}

void fuzz_read(const struct read_conf *conf, const uint8_t *data, size_t len)
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
