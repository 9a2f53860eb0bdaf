/*
 * binding.h - a compiled binding: how an entity's records look in Odoo
 *
 * odoo/base/ENTITY.yaml, overlaid by odoo/RELEASE/ENTITY.yaml (maps merge, ~
 * removes, anything else replaces).  Compiled once; then `binding_learn`
 * holds it to what the server says about its fields.  Cells, the values that
 * `load` takes, are made and compared in push/cell.h.
 *
 * Spec: sluice-binding(5), DESIGN section 4.
 */
#ifndef SLUICE_BINDING_H
#define SLUICE_BINDING_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"

enum bind_kind {
	BIND_FIELD, /* the value of a canonical field */
	BIND_REF,   /* another record, by its external id */
	BIND_CONST, /* a fixed text */
	BIND_XID,   /* a fixed record, by external id */
};

enum bind_owner {
	OWNER_LEGACY, /* the legacy system's: kept equal */
	OWNER_FIRST,  /* set at creation, then Odoo's */
	OWNER_ODOO,   /* never sent */
};

/* A field that somebody changed in Odoo, and the legacy system too: who wins */
enum bind_conflict {
	CONFLICT_UNASKED, /* the legacy system; Odoo is not asked */
	CONFLICT_LEGACY,  /* the same, and it is said what was overwritten */
	CONFLICT_ODOO,
	CONFLICT_PERSON, /* neither: the record is rejected */
};

/* Field types of Odoo, as far as cells differ; from fields_get. */
enum bind_type {
	BIND_TYPE_NONE, /* not learned yet */
	BIND_TYPE_TEXT, /* char, text */
	BIND_TYPE_HTML,
	BIND_TYPE_BOOLEAN,
	BIND_TYPE_INTEGER,
	BIND_TYPE_FLOAT, /* float, monetary */
	BIND_TYPE_DATE,
	BIND_TYPE_DATETIME,
	BIND_TYPE_SELECTION,
	BIND_TYPE_BINARY, /* binary, image */
	BIND_TYPE_MANY2ONE,
	BIND_TYPE_MANY2MANY,
};

/* In the place of a canonical field: the record's key. */
#define BIND_KEY "@key"

struct bind_pair {
	char *from, *to;
};

/* How long, where a binding does not say; the most it may say. */
#define HOLD_DAYS     7
#define HOLD_DAYS_MAX 3650

struct binding;

struct bind_field {
	char *name; /* of the Odoo field */
	char *read; /* of the field that shows the value; mostly `name` */
	enum bind_kind kind;
	enum bind_owner owner;
	enum bind_conflict conflict;
	char *from;     /* canonical field; NULL for BIND_CONST, BIND_XID */
	char *ref;      /* BIND_REF: the entity it names */
	char *through;  /* BIND_REF: not that record, but the one in this
			   field of it; or NULL */
	char *by;       /* BIND_FIELD of a relation: the record whose field
			   `by` has the value; or NULL */
	char *holds;    /* 1 where the list holds this, else 0; or NULL */
	char *text;     /* BIND_CONST, BIND_XID */
	char *fallback; /* cell where the canonical field is absent at
			   creation, or null; or NULL */
	bool many;      /* BIND_REF: a list of keys */
	bool deferred;  /* BIND_REF: may follow when the record is there */
	bool exclusive; /* BIND_REF: no two calls at a time name the same */
	bool sensitive; /* masked in receipts and rejects */
	bool writable;  /* Odoo takes it although it is called read-only */
	char *as;       /* what the cell is where the field says anything */
	struct bind_pair *table; /* canonical value to cell; to an external id
				    where the field is a relation */
	size_t n_table;
	struct bind_field *other; /* ("else") what counts where the canonical
				     field says nothing; owned, or NULL */
	struct binding *target;   /* BIND_REF: of the entity it names */
	bool target_is_self;      /* ... which is this very binding */
	/* learned */
	enum bind_type type; /* of `name` */
	int digits;          /* after the point; -1: not said */
	bool required;
	char *relation; /* model a relation leads to, or NULL */
	char *where;    /* "file:line:column", for messages */
};

struct binding {
	char *entity, *model;
	char *where;  /* of `model`: "file:line:column", for messages */
	char **adopt; /* natural key: Odoo fields */
	size_t n_adopt;
	char **identity; /* Odoo fields that are the identity, where records
			    come and go in Odoo: no external id is kept */
	size_t n_identity;
	char **empty; /* identity: only records where these are empty */
	size_t n_empty;
	struct bind_pair *code; /* canonical key to existing external id */
	size_t n_codes;
	json_t *context; /* object; added to the calls' context */
	char **depends;  /* entities to be pushed before, besides the refs */
	size_t n_depends;
	bool per_site;     /* the site belongs to the identity */
	int64_t hold_days; /* how long a record may wait for others */
	struct bind_field *field;
	size_t n_fields;
	unsigned char digest[16]; /* of all of the above: a changed binding
				     makes records different */
};

/*
 * Read and compile the binding of `entity` for an Odoo release (19).  The
 * overlay is that of the release itself, or, where it has no folder of its own,
 * of the next older one that is shipped.
 *
 * option   --profiles or NULL
 * Returns NULL with ERR_CONFIG; where there is no binding for this entity at
 * all, err->code is ERR_NONE.
 */
struct binding *binding_load(const char *option, const char *entity,
			     int release, struct err *err);
void binding_free(struct binding *b); /* takes NULL */

/* More fields than this are refused; columns are kept as bits. */
#define BIND_FIELDS_MAX 64

/*
 * Take over the types from `fields`, an answer of fields_get.  ERR_CONFIG for
 * a field the server does not have, a ref that is no relation, a type that
 * cannot be bound.  A model that has `active` and a binding that does not
 * say so gets it from the canonical field of that name.
 */
int binding_learn(struct binding *b, const json_t *fields, struct err *err);

/*
 * The server refused to say something of the binding's model (or of field `f`,
 * where it is not NULL): put the place before the message.
 */
void binding_blame(const struct binding *b, const struct bind_field *f,
		   struct err *err);

/* Names for binding_learn to ask for, as a new JSON array of strings. */
json_t *binding_field_names(const struct binding *b);

/* The field of Odoo called `name`, or NULL; its place in `field`, or -1. */
const struct bind_field *binding_field(const struct binding *b,
				       const char *name);
int binding_index(const struct binding *b, const char *name);

/* A conflict's word: legacy, odoo, person.  -1: none of them. */
int binding_conflict(const char *word, enum bind_conflict *out);

/* Whether cells of the field name records (external ids). */
bool bind_is_relation(const struct bind_field *f);

/* The external id a code stands for, or NULL. */
const char *binding_code(const struct binding *b, struct span key);

#endif
