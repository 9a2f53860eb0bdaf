/*
 * xlsx_value.h - what a cell of a workbook means: numbers, dates, escapes
 *
 * A number is a date, a time or a duration where its number format says so,
 * and nothing in the file says it otherwise.
 *
 * Spec: ECMA-376-1:2016, 18.8.30 (number formats), 18.17.4 (dates), 22.9.2.19
 * (_xHHHH_).
 */
#ifndef SLUICE_XLSX_VALUE_H
#define SLUICE_XLSX_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

enum xlsx_kind {
	XLSX_NUMBER,
	XLSX_DATE,
	XLSX_DATE_TIME,
	XLSX_TIME,
	XLSX_ELAPSED,  /* [h]:mm: hours beyond a day */
	XLSX_DATE_ANY, /* by the value: formats that are one thing in Japan and
			  another in China */
};

/* A number format: its kind, and whether seconds have decimals. */
struct xlsx_format {
	uint8_t kind; /* enum xlsx_kind */
	bool decimals;
};

/* Of a format that every workbook has, by its number. */
struct xlsx_format xlsx_format_built_in(unsigned long id);
/* Of a format code: `[$-409]d\-mmm\-yy;@`. */
struct xlsx_format xlsx_format_code(const char *code);

/*
 * Append the number that is stored as `text`, in plain decimal: the shortest
 * text of the same double.  An integer stays as it stands.
 * False where it is no number.
 */
bool xlsx_put_number(struct buf *b, struct span text);

/*
 * Append the date or time that a serial number is.  NULL, or what is wrong in
 * words, with nothing appended.
 */
const char *xlsx_put_date(struct buf *b, struct span text,
			  struct xlsx_format format, bool since_1904);

/*
 * Append a text with its _xHHHH_ read.  What would be U+0000 or half a
 * character stays as it stands.
 */
void xlsx_put_text(struct buf *b, struct span text);

/* Whether `text` is the date or time that cells of type d have. */
bool xlsx_is_iso(struct span text);

#endif
