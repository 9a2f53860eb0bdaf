/*
 * report.h - differences on their way out: JSON lines, a table, CSV
 *
 * An output is a row of a table; each lives in a file of its own, rp_*.c.
 * What comes from files and servers is defused on its way to people: control
 * characters in a terminal, formulas in a spreadsheet.
 *
 * Spec: DESIGN sections 2 and 6.
 */
#ifndef SLUICE_REPORT_H
#define SLUICE_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/out.h"
#include "core/span.h"

enum diff_kind {
	DIFF_MISSING, /* here, but not there */
	DIFF_EXTRA,   /* there, but not here */
	DIFF_VALUE,   /* both have it, with different values */
};
#define DIFF_KINDS 3

/* One difference; the spans are borrowed. */
struct difference {
	enum diff_kind kind;
	struct span entity, key, site; /* site may be empty */
	struct span field;             /* DIFF_VALUE */
	struct span here, there;       /* texts; p NULL: nothing */
	struct span src;               /* raw JSON, or empty */
	struct span where;             /* field of Odoo, or empty */
};

struct report;

struct report_ops {
	const char *name;
	void (*begin)(struct report *r);
	void (*put)(struct report *r, const struct difference *d);
	void (*end)(struct report *r);
};

struct report {
	const struct report_ops *ops;
	struct out out;
	uint64_t n[DIFF_KINDS];
	void *state; /* of the output */
};

extern const struct report_ops rp_json, rp_text, rp_csv;

/* "json", "table" or "csv", else -1 with ERR_USAGE. */
int report_init(struct report *r, const char *format, int fd, bool unbuffered,
		struct err *err);
void report_put(struct report *r, const struct difference *d);
/* The rest, flushed. */
int report_end(struct report *r, struct err *err);
void report_release(struct report *r);

static inline uint64_t report_count(const struct report *r)
{
	return r->n[DIFF_MISSING] + r->n[DIFF_EXTRA] + r->n[DIFF_VALUE];
}

extern const char *const diff_kind_word[DIFF_KINDS];

#endif
