/*
 * check.h - what is wrong with the record in hand
 *
 * Rules report through check_fail; all that is wrong with a record is
 * gathered, so that a clerk corrects it once.  Sentences never repeat the
 * value, which may be sensitive; it stands beside them, masked where it is.
 */
#ifndef SLUICE_CHECK_H
#define SLUICE_CHECK_H

#include "core/buf.h"
#include "core/rec.h"

struct rules;

#define CHECK_VIOLATIONS_MAX 32 /* told for one record; the rest is counted */
#define CHECK_MASK           "***"

struct violation {
	const char *rule; /* keyword: "minimum" */
	const char *code; /* of the reject: "too-small" */
	/* in check.text */
	size_t field, field_len, value, value_len, why, why_len;
};

/* One step of the way to the value in hand. */
struct check_step {
	struct span name; /* of a member, as it stands in the line */
	size_t index;     /* of an element, where name.p is NULL */
};

struct check {
	struct rec *rec;
	bool partial;   /* the record need not be complete */
	bool last_word; /* nothing more comes: what is unknown stays unknown */
	bool repeated;  /* its key came before: one complaint is enough */
	bool show_sensitive;
	struct rules *rules; /* across records; NULL: none */
	uint32_t entity;     /* of the record, as rules_entity gave it */
	struct span site;    /* of the record */
	size_t n_pending;    /* references not known yet */

	size_t n_failed; /* violations, also those not told */
	struct violation violation[CHECK_VIOLATIONS_MAX];
	size_t n_told;
	struct buf text;
	struct check_step step[REC_DEPTH_MAX + 1];
	size_t n_steps;
	unsigned sensitive; /* schemas above that are */

	const struct rec_node **slot; /* see kw_object.c */
	size_t n_slots, cap_slots;
};

void check_init(struct check *c);
/* Ready for the record in `rec`. */
void check_begin(struct check *c, struct rec *rec);
void check_release(struct check *c);

static inline void check_enter(struct check *c, struct span name, size_t index)
{
	c->step[c->n_steps++] = (struct check_step){name, index};
}

static inline void check_leave(struct check *c)
{
	c->n_steps--;
}

/*
 * `value` (or NULL) at the place in hand breaks `rule`.  `rule` and `code`
 * are literals, or live as long as the schema.  Always false.
 */
bool check_fail(struct check *c, const char *rule, const char *code,
		const struct rec_node *value, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

static inline struct span check_text(const struct check *c, size_t at,
				     size_t len)
{
	return (struct span){c->text.data + at, len};
}

/* Append all that was told as a JSON array. */
void check_put_json(const struct check *c, struct buf *out);

#endif
