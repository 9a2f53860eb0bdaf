/*
 * mt940.h - parts of the reader of SWIFT MT940 and MT942
 *
 * mt940_read.c reads one statement into fields; mt940_line.c understands a
 * statement line, mt940_details.c what is said of it.  rd_mt940.c makes
 * records of them.
 *
 * Spec: SWIFT Standards MT, category 9 (MT940 and MT942, release 2023); for
 * the subfields of :86: the German banks' "Anlage 3, Kapitel 8".
 */
#ifndef SLUICE_MT940_H
#define SLUICE_MT940_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/date.h"
#include "core/dec.h"
#include "core/err.h"
#include "core/span.h"
#include "read/charset.h"
#include "read/input.h"

#define MT940_TAG_MAX 4

/* A field with its continuation lines, which are joined by LF. */
struct mt940_field {
	char tag[MT940_TAG_MAX]; /* "61", "60F"; "" before the first one */
	size_t text, text_len;   /* in `text`, without the tag */
	size_t raw, raw_len;     /* in `raw`, with it */
	uint64_t row, byte;
	size_t bad; /* first byte of the raw text that is no character, or
		       SIZE_MAX */
};

struct mt940 {
	struct input *in;
	struct charset cs;
	struct mt940_field *field; /* of the statement */
	size_t n, cap;
	struct buf text, raw;
	struct buf line; /* a converted line */
	bool within;     /* a field has begun */
	bool block;      /* a text block is open: {4: without its "-" */
	bool colon;      /* the last line was the colon of a tag alone */
};

/* -1 with ERR_USAGE; mt940_close it also then. */
int mt940_open(struct mt940 *m, struct input *in, const char *encoding,
	       struct err *err);
void mt940_close(struct mt940 *m);

/*
 * Read the fields of the next statement.  1, 0 at the end of the file, -1 with
 * ERR_DATA.
 */
int mt940_next(struct mt940 *m, struct err *err);

static inline struct span mt940_text(const struct mt940 *m, size_t i)
{
	return (struct span){m->text.data + m->field[i].text,
			     m->field[i].text_len};
}

static inline struct span mt940_raw(const struct mt940 *m, size_t i)
{
	return (struct span){m->raw.data + m->field[i].raw,
			     m->field[i].raw_len};
}

/* Field :61:. */
struct mt940_line {
	struct span value_date, entry_date; /* as written; the latter or "" */
	struct date value, entry;
	bool has_entry;
	struct span mark;  /* C, D, RC, RD, EC, ED */
	struct span funds; /* a letter, or "" */
	struct dec amount;
	struct span type, reference, bank_reference;
	struct span more[2]; /* supplementary details: behind it, next line */
};

/* What is wrong with a field. */
struct mt940_fault {
	const char *code, *field;
	char why[128];
};

/* -1: `fault` says why. */
int mt940_line_parse(struct span text, struct mt940_line *l,
		     struct mt940_fault *fault);

/* 1 adds to the balance, -1 takes off, 0 is not booked yet. */
int mt940_sign(struct span mark);

/* YYMMDD; the 29th and 30th of February, which banks have that count 30 days a
 * month, are its last day. */
int mt940_date(struct span text, struct date *d, struct err *err);

/* "1234,5" at the beginning of *s, which goes behind it. */
int mt940_amount(struct span *s, struct dec *d);

/* A balance: D231016EUR84349,74. */
struct mt940_balance {
	struct span mark, currency;
	struct date date;
	struct dec amount; /* signed */
};

int mt940_balance_parse(struct span text, struct mt940_balance *b);

/*
 * Append to the open object the members that the subfields of :86: are; none
 * where it has none.
 */
void mt940_put_details(struct buf *b, struct span text);

#endif
