/*
 * xlsx_book.h - a workbook of Office Open XML without its sheets' rows
 *
 * Where its parts are, its sheets, its shared strings and which number formats
 * are dates.
 *
 * Spec: ECMA-376-1:2016 (SpreadsheetML, Transitional and Strict), ECMA-376-2
 * (packages).
 */
#ifndef SLUICE_XLSX_BOOK_H
#define SLUICE_XLSX_BOOK_H

#include "read/grid.h"
#include "read/texts.h"
#include "read/xlsx_value.h"
#include "read/xml_part.h"

#define XLSX_STYLES_MAX ((size_t)1 << 20)
#define XLSX_SHEETS_MAX ((size_t)65536)

struct xlsx_sheet {
	char *relation;
	char *part; /* "xl/worksheets/sheet1.xml"; NULL: no rows (a chart) */
};

struct xlsx_book {
	const char *path;
	struct zip_file_set zip;
	struct grid_sheet *sheet;      /* names, for grid_choose */
	struct xlsx_sheet *sheet_part; /* of each */
	size_t n_sheets, sheets_cap, parts_cap;
	bool since_1904;
	struct xlsx_format *style; /* of the cells with this style */
	size_t n_styles, styles_cap;
	struct texts strings;
};

/*
 * Open; takes the input.  -1 with ERR_DATA where it is no workbook, damaged or
 * encrypted; xlsx_book_close it also then.
 */
int xlsx_book_open(struct xlsx_book *b, struct input *in, struct err *err);
void xlsx_book_close(struct xlsx_book *b);

#endif
