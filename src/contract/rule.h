/*
 * rule.h - rules across records: keys seen, references, values used once;
 * and the x- keywords, which speak of them
 *
 * What is kept of a record is a hash of each key and the row it came from, 20
 * bytes or so, in memory up to some two million hashes, the others in files
 * without a name in $TMPDIR (core/hspill, core/tape).
 */
#ifndef SLUICE_RULE_H
#define SLUICE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "contract/check.h"
#include "core/buf.h"
#include "core/span.h"

struct rules;

struct rules *rules_new(void);
void rules_free(struct rules *r); /* takes NULL */

/*
 * To be asked after each record: -1 where a key could not be kept or read
 * again (the disk is full: ERR_IO).  What was said of that record is void.
 */
int rules_trouble(const struct rules *r, struct err *err);

/* The number of an entity by its name; given out at the first call. */
uint32_t rules_entity(struct rules *r, struct span name);

/*
 * The next record begins; `src` (or NULL) is where it came from.  What is
 * entered from here on belongs to it.
 */
void rules_begin(struct rules *r, struct rec *rec, const struct rec_node *src);

/*
 * Enter the key of the record.  False where the stream had it before; then
 * rules_put_first says where.
 */
bool rules_add_key(struct rules *r, uint32_t entity, struct span site,
		   struct span key);
/* Enter a key that is known from elsewhere. */
void rules_add_known(struct rules *r, uint32_t entity, struct span site,
		     struct span key);

/* The same with the values of the fields that x-key names. */
bool rules_add_values(struct rules *r, uint32_t entity, struct span site,
		      uint32_t what, struct rec *rec,
		      const struct rec_node *const *value, size_t n_values);

/* The same with texts; `what` is a number of the caller's own. */
bool rules_add_texts(struct rules *r, uint32_t entity, uint32_t what,
		     const struct span *text, size_t n);

/* After a false: the number of the record that was first, from 0. */
uint32_t rules_first(const struct rules *r);

enum rules_ref {
	RULES_KNOWN,
	RULES_UNKNOWN,
	RULES_UNCHECKED, /* nothing is known of that entity at all */
};

/*
 * Who else knows keys: asked for those that neither the stream nor
 * rules_add_known has told, whether or not anything of the entity was.
 * RULES_UNCHECKED: it has no say in this entity.
 */
typedef enum rules_ref rules_know(void *context, uint32_t entity,
				  struct span site, struct span key);
/* `where` is a literal: "in Odoo". */
void rules_set_know(struct rules *r, rules_know *know, void *context,
		    const char *where);

/*
 * From here on a reference to an entity of which nothing is known is
 * RULES_UNKNOWN; where all records were there (`over`) and rules_know has no
 * say in it, RULES_UNCHECKED.
 */
void rules_wait(struct rules *r, bool over);

/* A reference from a record of `site`; the other may be of that site or none.
 */
enum rules_ref rules_ref(struct rules *r, uint32_t entity, struct span site,
			 struct span key);
/* What was RULES_UNCHECKED since is counted, or where the record is looked at
 * once more, forgotten. */
void rules_count_unchecked(struct rules *r, bool again);
/* At the end: how many were unchecked in all, and for each such entity whether
 * records of it came after all. */
typedef void rules_unchecked_fn(void *to, const char *entity, uint64_t n,
				bool came_later);
uint64_t rules_each_unchecked(const struct rules *r, rules_unchecked_fn *fn,
			      void *to);

/* After a false: the src of the record that was first, as JSON, or nothing. */
void rules_put_first(struct rules *r, struct buf *json);
/* The same of the record of a number that rules_first gave. */
void rules_put_record(struct rules *r, uint32_t record, struct buf *json);
/* The same in words: "ITEMS.csv, row 12" or "record 7". */
void rules_say_first(struct rules *r, struct buf *words);

#endif
