/*
 * reads.h - reading records back, in bulk
 *
 * By external id: through ir.model.data where the user may read it.  On 19
 * only users with Access Rights may; for others MODEL.get_metadata tells the
 * external ids of records whose ids are known (hints from the state, a sweep
 * over the model), and ir.model.data.check_object_reference answers for one
 * name.  Which way is cheapest is decided here.
 */
#ifndef SLUICE_READS_H
#define SLUICE_READS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/span.h"
#include "odoo/session.h"

#define READS_CHUNK 1000

/*
 * The ids of records of `model` by external id ("module.name").
 *
 * xid  n of them, all with a module
 * ids  in: where the record is believed to be, or 0; out: its id, or 0 where
 *      no record of this model has that external id
 */
int reads_ids(struct session *s, const char *model, const struct span *xid,
	      int64_t *ids, size_t n, struct err *err);

/*
 * Of which model a record is, by external id: a name owned by the caller, or
 * NULL where there is none.  One request, or where the user may not read
 * ir.model.data one for each.  (reads_models.c)
 */
int reads_models(struct session *s, const struct span *xid, size_t n,
		 char **model, struct err *err);

/*
 * Values of records, archived ones too.
 *
 * ids      n of them; 0 is passed over
 * fields   array of names
 * context  or NULL
 * out      n pointers: an object (new reference) with "id" and the fields,
 *          or NULL where there is no such record.  Empty is JSON false, a
 *          many2one [id, name]; NaN is JSON null.
 */
int reads_values(struct session *s, const char *model, const int64_t *ids,
		 size_t n, const json_t *fields, json_t *context, json_t **out,
		 struct err *err);

/* The same; `plain`: a many2one is its id (19 and later). */
int reads_rows(struct session *s, const char *model, const int64_t *ids,
	       size_t n, const json_t *fields, json_t *context, bool plain,
	       json_t **out, struct err *err);

/*
 * The same where the names of records that others refer to do not matter,
 * which Odoo would have to compute: a many2one is [id, name] or id.
 * (reads_cells.c)
 */
int reads_cells(struct session *s, const char *model, const int64_t *ids,
		size_t n, const json_t *fields, json_t *context, json_t **out,
		struct err *err);

/*
 * The other way: external ids of records ("module.name", owned by the caller,
 * NULL where a record has none).  Where it has several, one in module
 * "sluice" is preferred.
 */
int reads_xids(struct session *s, const char *model, const int64_t *ids,
	       size_t n, char **out, struct err *err);

/*
 * Whether a record of `model` has an external id of module "sluice": 1, or 0,
 * or -1 with err.  1 also where the user may not look.
 */
int reads_any_xid(struct session *s, const char *model, struct err *err);

/*
 * Whether a record of `model`, be it archived, has all of these fields: 1, or
 * 0, or -1 with err.
 */
int reads_any_with(struct session *s, const char *model,
		   const char *const *field, size_t n, struct err *err);

/*
 * Pages over all records of a domain in the order of their ids, stable while
 * others write.
 */
struct reads_pages {
	struct session *session;
	char *model;
	json_t *domain, *fields, *context;
	int64_t last; /* id */
	size_t size;  /* of a page */
	bool end;
};
void reads_pages_init(struct reads_pages *p, struct session *s,
		      const char *model, const json_t *domain,
		      const json_t *fields, json_t *context);
/* The next page, an array (new reference); an empty one at the end.  NULL. */
json_t *reads_pages_next(struct reads_pages *p, struct err *err);
void reads_pages_release(struct reads_pages *p);

/* search_read of all pages as one array (new reference).  NULL with err. */
json_t *reads_search(struct session *s, const char *model, const json_t *domain,
		     const json_t *fields, json_t *context, struct err *err);

/*
 * Records by natural key, archived ones too.
 *
 * key     n_key names of Odoo fields; a relation is compared by id
 * values  array of n arrays of n_key values: text or numbers (ids)
 * out     array (new reference) of n arrays of candidate ids
 */
int reads_natural(struct session *s, const char *model, const char *const *key,
		  size_t n_key, const json_t *values, json_t **out,
		  struct err *err);

#endif
