/*
 * model.h - what models and fields there are, per release
 *
 * Data only: a model is a row with a table of fields (models_*.c).  Adding
 * one is adding a table; what cannot be said in a table is a rule (rules.h).
 *
 * Where a value lives:
 *
 *	plain    a column of the model's own table
 *	via F    in the record that the many2one F leads to, as delegation
 *		 (product.product to its template) and as "of the only variant"
 *	sql      computed; an SQL expression in which "$." stands for the row
 *	one2many the other side's many2one; many2many: a table of pairs
 */
#ifndef SLUICE_SANDBOX_MODEL_H
#define SLUICE_SANDBOX_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"

enum field_type {
	FT_CHAR,
	FT_TEXT,
	FT_HTML,
	FT_BINARY, /* base64 */
	FT_BOOLEAN,
	FT_INTEGER,
	FT_FLOAT,
	FT_MONETARY,
	FT_DATE,
	FT_DATETIME,
	FT_SELECTION,
	FT_MANY2ONE,
	FT_ONE2MANY,
	FT_MANY2MANY,
	FT_REFERENCE, /* many2one_reference: an id, the model is elsewhere */
};

#define FIELD_REQUIRED 1u
#define FIELD_READONLY 2u
/* fields_get says store: false, whatever the place. */
#define FIELD_UNSTORED 4u

struct field {
	const char *name;
	enum field_type type;
	const char *label;
	const char *rel;     /* the other model, of the relational types */
	const char *inverse; /* one2many: the many2one over there */
	const char *sel;     /* selection: "key=Label|key=Label" */
	const char *init;    /* default, as a load cell; "@xid": by id */
	const char *via, *sql;
	unsigned flags;
	int digits; /* kept behind the point; 0: all of a double */
	int size;   /* longest char, in characters; 0: any */
	int only;   /* 14 or 19; 0: both */
};

struct model;
struct rules;

struct model {
	const char *name;  /* "res.partner" */
	const char *label; /* "Contact", as errors say */
	const char *label_14;
	const struct field *fields; /* up to a row without a name */
	const char *display;        /* SQL of the display name; NULL: $.name */
	const char *find;   /* fields that a name is looked for in, "a,b" */
	const char *order;  /* default order; NULL: id */
	const char *parent; /* the many2one of the tree, or NULL */
	const char *groups; /* who may create, for the refusal, 19 */
	const char *groups_14;
	const struct rules *rules; /* or NULL */
	int only;
};

/* The model of that name in that release, or NULL. */
const struct model *model_find(int release, const char *name);
/* The i-th model of the release, or NULL behind the last. */
const struct model *model_at(int release, size_t i);

/* The field, common ones (id, display_name, create_date ...) too; NULL. */
const struct field *field_find(const struct model *m, int release,
			       const char *name);
/* The i-th field of the model, the common ones first; NULL behind the last. */
const struct field *field_at(const struct model *m, int release, size_t i);

const char *model_label(const struct model *m, int release);
const char *field_type_name(enum field_type t);
bool field_is_number(const struct field *f);
bool field_is_text(const struct field *f);
/* A column of the model's own table. */
bool field_is_column(const struct field *f);

/* Table of a model, and of the pairs of a many2many; appended to `b`. */
void model_table(struct buf *b, const struct model *m);
void field_pairs(struct buf *b, const struct model *m, const struct field *f);

/*
 * The key of the selection's `i`-th choice and its label; false behind the
 * last.  They point into the table.
 */
struct choice {
	struct span key, label;
};
bool field_choice(const struct field *f, size_t i, struct choice *out);

/* The tables, one array a file. */
extern const struct model models_base[], models_product[], models_stock[];

#endif
