/*
 * xlsx_text.h - the text of a string of a workbook: plain, rich, phonetic
 *
 * A string is <t>, or runs <r><t>; what says how it is read aloud (<rPh>) is
 * none of its text.  White space at the ends of a <t> counts only where
 * xml:space says so, as spreadsheet programs have it.
 */
#ifndef SLUICE_XLSX_TEXT_H
#define SLUICE_XLSX_TEXT_H

#include <stdbool.h>

#include "core/buf.h"

struct xlsx_text {
	struct buf piece; /* of one <t>, as it stands */
	unsigned phonetic;
	bool in_t, preserve;
};

void xlsx_text_init(struct xlsx_text *t);
/* Elements inside <si> or <is>. */
void xlsx_text_start(struct xlsx_text *t, const char *name, const char **attr);
void xlsx_text_add(struct xlsx_text *t, const char *s, size_t len);
/* What the element has given is appended to `out`. */
void xlsx_text_end(struct xlsx_text *t, const char *name, struct buf *out);
void xlsx_text_release(struct xlsx_text *t);

#endif
