/*
 * reader.h - what a reader is, and the table of them
 *
 * A reader takes the records of one format from an input and writes each as
 * the value of `raw` into the output, text by text, without building it in
 * memory first.  A new format is rd_x.c and a line in reader.c.
 */
#ifndef SLUICE_READER_H
#define SLUICE_READER_H

#include "core/buf.h"
#include "core/err.h"
#include "read/input.h"
#include "read/read_conf.h"

enum rd_status {
	RD_RECORD,
	RD_REJECT, /* this record: code, why, raw say what is wrong */
	RD_END,
	RD_FATAL, /* the file: err says what is wrong */
};

/* Bytes of a rejected record that are shown; of longer ones the beginning. */
#define RD_SHOWN ((size_t)64 * 1024)

/*
 * One record.  The caller owns it and gives the same to every call; a reader
 * begins each with rd_begin.
 */
struct rd_record {
	struct buf *out;  /* ends with the record's line, no newline yet */
	struct buf head;  /* {"src":{"feed":"F","file":"X","row": */
	struct buf place; /* of `src`, behind the row: members the reader keeps
			     up to date with rec_add_* (sheet, segment, ...) */
	size_t start;     /* of the line in `out`; behind a delivered one */
	uint64_t row;     /* line of the file on which the record begins */
	size_t raw;       /* of the value of `raw` in `out` */
	uint64_t gap;     /* records refused since the last one delivered; the
			     caller counts */

	/* RD_RECORD of a table: cells it has and cells it should have.
	 * Where they differ the record is ragged. */
	size_t cells, columns;

	/* RD_REJECT */
	const char *code;
	struct buf field; /* the column's name, where known */
	struct buf why;
	uint64_t byte;    /* of the input, from 0; UINT64_MAX: not known */
	struct buf text;  /* the record's text, repaired, up to RD_SHOWN */
	struct buf bytes; /* its bytes, up to RD_SHOWN */
	uint64_t length;  /* of all its bytes */
};

void rd_record_init(struct rd_record *r, struct buf *out);
void rd_record_release(struct rd_record *r);
/* The records that follow are of this file; NULL: no feed, no file. */
void rd_record_origin(struct rd_record *r, const char *feed, const char *file);
/* And the file is a member of this archive; before the first record. */
void rd_record_archive(struct rd_record *r, const char *archive);

/* Begin the record's line up to and with `"raw":`. */
void rd_begin(struct rd_record *r, uint64_t row);
/* End it.  False where it is too long for a stream; it is then gone. */
bool rd_end(struct rd_record *r);
/* Take the line back. */
void rd_take_back(struct rd_record *r);
/* Fill in a reject, all of it but `field` and `why`; the line is gone.  `cs`
 * may be NULL where there are no bytes. */
void rd_reject(struct rd_record *r, const char *code, struct span bytes,
	       struct charset *cs);
/*
 * Fill in the reject of a record with an undefined byte at `at` of `bytes`,
 * or a NUL: code, why and which byte of the input.
 */
void rd_reject_byte(struct rd_record *r, struct span bytes, size_t at,
		    struct charset *cs, uint64_t offset);

/* Append `bytes` as UTF-8 text with U+FFFD for what is none, and for NUL. */
void rd_repair(struct buf *b, struct span bytes, struct charset *cs);
/* The offset of the first byte `cs` does not define, or of a NUL; len: none */
size_t rd_first_bad(struct charset *cs, struct span bytes);

/*
 * The set of `in`: what its byte order mark says, else `name`, else UTF-8.
 * The mark is taken and line ends are set.
 */
int rd_charset(struct charset *cs, struct input *in, const char *name,
	       struct err *err);

struct reader_ops {
	const char *name; /* as in a feed: "csv" */
	/* NULL with err.  Both are borrowed until close.  `in` is NULL where
	 * the source is no file. */
	void *(*open)(struct input *in, const struct read_conf *conf,
		      struct err *err);
	enum rd_status (*next)(void *state, struct rd_record *r,
			       struct err *err);
	/* Append the JSON list of columns; NULL for what is no table. */
	void (*columns)(void *state, struct buf *b);
	/* Append the settings that were found in the file, not given: lines of
	 * a feed's section `read`, two blanks in front, why behind a #.  NULL
	 * where there is nothing to find. */
	void (*found)(void *state, struct buf *b);
	void (*close)(void *state); /* takes NULL */
	bool takes_zip; /* the format is one itself: members only if asked */
	bool no_file;   /* there is no input; operands are refused */
};

extern const struct reader_ops rd_bai2;
extern const struct reader_ops rd_camt;
extern const struct reader_ops rd_cobol;
extern const struct reader_ops rd_csv;
extern const struct reader_ops rd_dbf;
extern const struct reader_ops rd_edifact;
extern const struct reader_ops rd_fixed;
extern const struct reader_ops rd_historian;
extern const struct reader_ops rd_idoc;
extern const struct reader_ops rd_iif;
extern const struct reader_ops rd_json;
extern const struct reader_ops rd_jsonl;
extern const struct reader_ops rd_mt940;
extern const struct reader_ops rd_odoo;
extern const struct reader_ops rd_ods;
extern const struct reader_ops rd_sqldump;
extern const struct reader_ops rd_x12;
extern const struct reader_ops rd_xls;
extern const struct reader_ops rd_xlsx;
extern const struct reader_ops rd_xml;

/* The character set that the reader of CSV whose state this is reads. */
struct charset *rd_csv_charset(void *state);

/* The reader called `name`, NULL is csv; NULL where there is none. */
const struct reader_ops *reader_find(const char *name);
/* The names, NULL-terminated. */
extern const char *const reader_names[];

#endif
