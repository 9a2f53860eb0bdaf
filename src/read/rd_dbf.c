/*
 * rd_dbf.c - tables of dBase III to Visual FoxPro, with their memos
 *
 * Records have a fixed length and come one by one; memos are read from the
 * file beside when a record has one.  Spec: dbf_head.h.
 */
#include <stdlib.h>

#include "core/fs.h"
#include "core/log.h"
#include "core/mem.h"
#include "core/rec.h"
#include "read/cell.h"
#include "read/dbf_head.h"
#include "read/dbf_memo.h"
#include "read/dbf_value.h"
#include "read/reader.h"

struct dbf {
	struct input *in;
	struct charset cs;
	bool guessed; /* the file names no code page */
	bool beyond;  /* and has text beyond ASCII */
	struct dbf_head head;
	struct dbf_memo memo;
	struct cell_table table;
	struct buf text; /* of a memo */
	uint64_t row;    /* of the table, from 1, deleted ones counted */
	uint64_t deleted;
};

static void dbf_close(void *state)
{
	struct dbf *d = state;

	if (!d)
		return;
	dbf_memo_close(&d->memo);
	dbf_head_release(&d->head);
	charset_release(&d->cs);
	buf_release(&d->text);
	free(d);
}

static void *dbf_open(struct input *in, const struct read_conf *conf,
		      struct err *err)
{
	struct dbf *d = mem_zalloc(sizeof(*d));

	d->in = in;
	d->cs.conv = (iconv_t)-1;
	d->memo.fd = -1;
	d->text = (struct buf)BUF_INIT(LINE_CEILING);
	if (dbf_head_read(&d->head, in, conf->encoding, &d->cs, err) < 0 ||
	    dbf_memo_open(&d->memo, in->path, &d->head, err) < 0) {
		dbf_close(d);
		return NULL;
	}
	d->guessed = !conf->encoding && !d->head.page;
	cell_table_init(&d->table, d->cs.ascii ? &d->cs : NULL);
	return d;
}

/* ---- values ------------------------------------------------------------ */

static bool is_ascii(struct span s)
{
	size_t i;

	for (i = 0; i < s.len; i++)
		if (s.p[i] & 0x80)
			return false;
	return true;
}

static bool flag(const struct dbf *d, const char *record, int bit)
{
	return bit >= 0 && d->head.nulls &&
	       (record[d->head.nulls->from + (size_t)bit / 8] >> (bit % 8) & 1);
}

/* -1 with fault; where fault.code is NULL then, the file with err. */
static int put_memo(struct dbf *d, struct buf *b, const struct dbf_field *f,
		    struct span bytes, struct dbf_fault *fault, struct err *err)
{
	uint64_t number;
	bool is_text;

	if (dbf_memo_number(f, bytes, &number) < 0) {
		fault->code = "bad-memo";
		return err_set(&fault->why, ERR_DATA,
			       "not the number of a memo");
	}
	if (!number) {
		buf_adds(b, "null");
		return 0;
	}
	if (d->memo.fd < 0)
		return err_set(err, ERR_DATA,
			       "%s: record %llu has a memo in field %s, and "
			       "there is no memo file (.dbt, .fpt) beside it",
			       d->in->path, (unsigned long long)d->row,
			       f->name);
	buf_clear(&d->text);
	if (dbf_memo_read(&d->memo, number, &d->text, &is_text, err) < 0) {
		if (err->code != ERR_DATA)
			return -1;
		fault->code = "bad-memo";
		return err_set(&fault->why, ERR_DATA, "%s", err->msg);
	}
	if (d->text.over) {
		fault->code = "too-long";
		return err_set(&fault->why, ERR_DATA,
			       "a memo of more than %zu bytes", LINE_CEILING);
	}
	if (d->guessed && !f->binary && is_text && !d->beyond)
		d->beyond = !is_ascii(buf_span(&d->text));
	if (!f->binary && is_text)
		return dbf_text_put(b, buf_span(&d->text), &d->table, &d->cs,
				    fault);
	dbf_bytes_put(b, buf_span(&d->text));
	return 0;
}

static int put_field(struct dbf *d, struct buf *b, const struct dbf_field *f,
		     const char *record, struct dbf_fault *fault,
		     struct err *err)
{
	struct span bytes = {record + f->from, f->len};

	if (flag(d, record, f->null_bit)) {
		buf_adds(b, "null");
		return 0;
	}
	if (f->memo)
		return put_memo(d, b, f, bytes, fault, err);
	if (d->guessed && !d->beyond && f->type == 'C' && !f->binary)
		d->beyond = !is_ascii(bytes);
	if (f->varies && flag(d, record, f->len_bit)) {
		size_t len = f->len ? (unsigned char)bytes.p[f->len - 1] : 0;

		if (len >= f->len) {
			fault->code = "bad-record";
			return err_set(&fault->why, ERR_DATA,
				       "a length of %zu in a field of %zu", len,
				       f->len);
		}
		bytes.len = len;
	}
	return dbf_value_put(b, f, bytes, &d->table, &d->cs, fault);
}

/* ---- records ----------------------------------------------------------- */

static enum rd_status reject(struct dbf *d, struct rd_record *r,
			     const struct dbf_field *f,
			     const struct dbf_fault *fault)
{
	struct span raw = input_marked(d->in);
	struct span cell = f ? (struct span){raw.p + f->from, f->len} : raw;
	bool encoding = f && !f->memo && !strcmp(fault->code, "bad-encoding");
	size_t bad = encoding ? rd_first_bad(&d->cs, cell) : cell.len;
	size_t from = f ? f->from : 0;

	if (bad < cell.len) {
		rd_reject_byte(r, raw, from + bad, &d->cs,
			       input_mark_offset(d->in));
	} else {
		rd_reject(r, fault->code, raw, &d->cs);
		r->byte = input_mark_offset(d->in) + from;
		buf_adds(&r->why, fault->why.msg);
	}
	if (f && f->name)
		buf_adds(&r->field, f->name);
	return RD_REJECT;
}

static enum rd_status take(struct dbf *d, struct rd_record *r,
			   const char *record, struct err *err)
{
	struct dbf_fault fault = {.code = NULL, .why = ERR_INIT};
	char before = '{';
	size_t i;

	rd_begin(r, d->row);
	for (i = 0; i < d->head.n; i++) {
		const struct dbf_field *f = &d->head.field[i];

		if (f->system)
			continue;
		buf_addc(r->out, before);
		before = ',';
		buf_add_span(r->out, f->prefix);
		if (put_field(d, r->out, f, record, &fault, err) == 0)
			continue;
		return fault.code ? reject(d, r, f, &fault) : RD_FATAL;
	}
	buf_adds(r->out, before == '{' ? "{}" : "}");
	if (rd_end(r))
		return RD_RECORD;
	fault.code = "too-long";
	err_set(&fault.why, ERR_DATA, "more than %zu bytes with its memos",
		LINE_CEILING);
	return reject(d, r, NULL, &fault);
}

static enum rd_status cut(struct dbf *d, struct err *err)
{
	err_set(err, ERR_DATA,
		"%s: the file is cut: it ends after %llu of the %llu records "
		"its header counts",
		d->in->path, (unsigned long long)d->row - 1,
		(unsigned long long)d->head.records);
	return RD_FATAL;
}

/* Behind the last record: 0x1A, which may be missing, and no more records. */
static enum rd_status at_end(struct dbf *d, struct err *err)
{
	struct span ahead;

	if (input_peek(d->in, d->head.record_len, &ahead, err) < 0)
		return RD_FATAL;
	if (ahead.len >= d->head.record_len &&
	    (ahead.p[0] == ' ' || ahead.p[0] == '*')) {
		err_set(err, ERR_DATA,
			"%s: there are records behind the %llu that its "
			"header counts",
			d->in->path, (unsigned long long)d->head.records);
		return RD_FATAL;
	}
	if (d->beyond)
		log_warn("%s: texts beyond ASCII were read as %s, since the "
			 "file names no code page; --encoding says another",
			 d->in->path, d->cs.name);
	d->beyond = false;
	if (d->deleted)
		log_info("%s: deleted records passed over: %llu", d->in->path,
			 (unsigned long long)d->deleted);
	d->deleted = 0;
	return RD_END;
}

static enum rd_status dbf_next(void *state, struct rd_record *r,
			       struct err *err)
{
	struct dbf *d = state;
	struct dbf_fault fault = {.code = "bad-record", .why = ERR_INIT};

	while (d->row < d->head.records) {
		struct span record;
		enum input_got got;

		input_mark(d->in);
		got = input_bytes(d->in, d->head.record_len, &record, err);
		if (got == INPUT_FAIL)
			return RD_FATAL;
		d->row++;
		if (got != INPUT_LINE)
			return cut(d, err);
		if (record.p[0] == ' ')
			return take(d, r, record.p, err);
		if (record.p[0] == '*') {
			d->deleted++;
			continue;
		}
		rd_begin(r, d->row);
		err_set(&fault.why, ERR_DATA,
			"its first byte is 0x%02X, where a blank marks a live "
			"record and * a deleted one",
			(unsigned char)record.p[0]);
		return reject(d, r, NULL, &fault);
	}
	return at_end(d, err);
}

static void dbf_columns(void *state, struct buf *b)
{
	const struct dbf *d = state;

	columns_put(&d->head.names, b);
}

const struct reader_ops rd_dbf = {
	.name = "dbf",
	.open = dbf_open,
	.next = dbf_next,
	.columns = dbf_columns,
	.close = dbf_close,
};
