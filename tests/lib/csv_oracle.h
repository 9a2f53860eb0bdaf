/*
 * csv_oracle.h - libcsv and our own reader over the same bytes
 *
 * csv_both() splits them with both and compares every cell, the ends of the
 * rows and how it ended.  NULL where they agree, else what differs.
 */
#ifndef SLUICE_CSV_ORACLE_H
#define SLUICE_CSV_ORACLE_H

#include <stdio.h>

#include "read/csv_split.h"

/* Cells as text: each with its length before it, rows ended by a '!'. */
static inline void csv_oracle_cell(void *text, size_t len, void *ctx)
{
	struct buf *b = ctx;

	buf_addf(b, "%zu:", len);
	buf_add(b, text, len);
}

/* One line with its line end: LF, CR LF or CR. */
static inline size_t csv_oracle_line(const char *p, size_t len)
{
	size_t i = 0;

	while (i < len && p[i] != '\n' && p[i] != '\r')
		i++;
	if (i + 1 < len && p[i] == '\r' && p[i + 1] == '\n')
		return i + 2;
	return i < len ? i + 1 : len;
}

static inline void csv_oracle_split(const struct csv_dialect *d, bool own,
				    const char *p, size_t len, struct buf *out)
{
	struct csv_split s;
	struct err err = ERR_INIT;
	bool begun = false;
	int step = CSV_MORE;

	if (csv_split_init(&s, d, own, csv_oracle_cell, out, &err) < 0)
		abort();
	while (len) {
		size_t n = csv_oracle_line(p, len);
		bool blank = *p == '\n' || *p == '\r';

		if (begun || !blank) {
			step = csv_split_feed(&s, p, n, &err);
			if (step < 0)
				abort();
			begun = step == CSV_MORE;
			if (step == CSV_ROW)
				buf_addc(out, '!');
		}
		p += n;
		len -= n;
	}
	step = csv_split_end(&s, &err);
	/* Cells of a row that an open quote spoils come from neither reader
	 * alike; that it is open must be said by both. */
	buf_adds(out, step == CSV_OPEN ? "open" : step == CSV_ROW ? "!" : "");
	csv_split_release(&s);
}

static inline const char *csv_both(const struct csv_dialect *d, const char *p,
				   size_t len)
{
	static char what[512];
	struct buf lib = BUF_INIT((size_t)1 << 28);
	struct buf own = BUF_INIT((size_t)1 << 28);
	bool same;

	csv_oracle_split(d, false, p, len, &lib);
	csv_oracle_split(d, true, p, len, &own);
	same = span_eq(buf_span(&lib), buf_span(&own));
	if (!same)
		snprintf(what, sizeof(what), "libcsv %.200s, own %.200s",
			 buf_str(&lib), buf_str(&own));
	buf_release(&lib);
	buf_release(&own);
	return same ? NULL : what;
}

#endif
