/*
 * odoo_side.h - a canonical stream compared with what Odoo holds
 *
 * The stream is read to its end first, into a file without a name: a stream
 * that was cut short says nothing about what is missing.  Then its records are
 * taken in handfuls, each entity for itself, found in Odoo by external id and
 * compared field by field as the binding says: what the legacy system owns and
 * the record speaks of.  Bindings with an identity of their own (stock) are in
 * odoo_counts.c.
 *
 *	odoo_side.c    the stream, entities, handfuls
 *	odoo_values.c  values of both sides, in words
 *	odoo_extra.c   what Odoo has and the stream has not
 *	odoo_counts.c  records that come and go in Odoo
 *
 * Spec: DESIGN section 6, FACTS.md.
 */
#ifndef SLUICE_ODOO_SIDE_H
#define SLUICE_ODOO_SIDE_H

#include "contract/envelope.h"
#include "core/job.h"
#include "core/mem.h"
#include "core/opt.h"
#include "push/cell.h"
#include "report/diff.h"
#include "report/known.h"
#include "report/refs.h"

struct odoo_options {
	const struct tolerances *tolerances;
	const struct opt_list *entities; /* only these; none: all */
	const char *profiles;
	bool allow_filtered;
	bool no_extra; /* the stream carries only a part */
};

/* Compare the files (none: standard input) with Odoo. */
int odoo_compare(struct job *job, const struct odoo_options *opt,
		 const struct known *known, char **files, size_t n_files,
		 struct report *report, struct err *err);

/* ---- between the files --------------------------------------------------- */

/* A field of a record: what the stream wants, as a cell and in words. */
struct odoo_cell {
	bool set;
	struct span want, words;
	struct span field; /* as the stream calls it; lives in the binding */
	struct span have;  /* odoo_counts.c: what Odoo holds, summed */
};

/* A record of the stream, in the arena of its handful. */
struct odoo_item {
	struct span key, site, src, xid;
	bool archive; /* must not be active */
	bool present; /* only whether it is there matters */
	struct odoo_cell *cell;
	int64_t id;
	json_t *row; /* of Odoo, or NULL */
	bool met;    /* odoo_counts.c: Odoo has some */
};

struct odoo_entity {
	char *name;
	struct binding *b; /* NULL: there is none, records are passed over */
	json_t *names;     /* of the fields to read */
	struct arena arena;
	struct odoo_item **item; /* the handful */
	size_t n, cap;
	struct hset seen;  /* external ids of the stream */
	struct hset sites; /* sites of the stream */
};

struct odoo_side {
	struct job *job;
	const struct odoo_options *opt;
	const struct known *known;
	struct session *session; /* the same as in `known` */
	struct report *report;
	struct odoo_entity *entity;
	size_t n_entities, cap_entities;
	struct refs refs;
	struct check check;
	struct rec rec;
	struct buf text;
	bool framed; /* the stream had its opening and end line */
};

#define ODOO_HANDFUL 500

/* The difference with what all of the item's have in common. */
struct difference odoo_base(const struct odoo_entity *e,
			    const struct odoo_item *it, enum diff_kind kind);

/* odoo_values.c: compare what was read with what is wanted. */
int odoo_compare_values(struct odoo_side *o, struct odoo_entity *e,
			struct odoo_item *it, struct err *err);
/* Whether the two cells of a field are as good as equal. */
bool odoo_same(const struct odoo_side *o, const struct bind_field *f,
	       struct span want, struct span have);
/* The name of a field as the stream has it. */
struct span odoo_field_name(const struct bind_field *f);
/* What Odoo holds, in the words of the stream, appended to `out`; false where
 * it holds nothing. */
bool odoo_put_words(struct odoo_side *o, const struct bind_field *f,
		    const json_t *value, struct span cell, struct buf *out,
		    struct err *err);

/* odoo_extra.c: report the entity's records that the stream lacks. */
int odoo_report_extra(struct odoo_side *o, struct odoo_entity *e,
		      struct err *err);

/* odoo_counts.c: all records of an entity with an identity of its own. */
int odoo_compare_counts(struct odoo_side *o, struct odoo_entity *e,
			struct err *err);

#endif
