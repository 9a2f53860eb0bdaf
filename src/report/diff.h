/*
 * diff.h - two records field by field; pure
 *
 * Numbers are compared by value, exactly or within a tolerance named for the
 * field; a number that one side wrote as text is a number.  Nothing, null and
 * the empty text are the same.  Lists are compared element by element.
 */
#ifndef SLUICE_DIFF_H
#define SLUICE_DIFF_H

#include "core/dec.h"
#include "core/opt.h"
#include "core/rec.h"
#include "report/report.h"

#define TOLERANCES_MAX 64

struct tolerance {
	struct span field; /* "qty", "lines.qty" */
	struct dec by;
};

struct tolerances {
	struct tolerance list[TOLERANCES_MAX];
	size_t n;
};

/* Read "FIELD=N" words, which stay borrowed.  -1 with ERR_USAGE. */
int tolerances_read(struct tolerances *t, const struct opt_list *words,
		    struct err *err);

/* Whether two JSON numbers are as good as equal in this field. */
bool diff_same_number(const struct tolerances *t, struct span field,
		      struct span a, struct span b);

/* The two records in hand. */
struct diff {
	const struct tolerances *tolerances;
	struct report *report;
	struct rec *here, *there;
	struct difference base; /* entity, key, site, src of all of it */
	struct buf field;       /* the place: "lines[0].qty" */
	struct buf plain;       /* the same without places in lists */
	uint64_t n;             /* differences of this record */
};

/*
 * Report what differs between the objects `a` of d->here and `b` of d->there
 * (either may be NULL: no fields).
 */
void diff_fields(struct diff *d, const struct rec_node *a,
		 const struct rec_node *b);

#endif
