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

struct resource;
struct rules;
struct schema;

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

/* Resources whose schemas are being held to the value, the inmost first. */
struct check_scope {
	const struct resource *res;
	const struct check_scope *outer;
};

/* Which members or elements of `of` were evaluated: a byte a node, in
   check.mark from `at` on.  Nothing is noted where `of` is NULL. */
struct check_marks {
	const struct rec_node *of;
	size_t at;
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
	bool has_first;      /* x-key: what names it came before, */
	uint32_t first;      /* with this record, see rules_first */

	size_t n_failed; /* violations, also those not told */
	struct violation violation[CHECK_VIOLATIONS_MAX];
	size_t n_told;
	struct buf text;
	struct check_step step[REC_DEPTH_MAX + 1];
	size_t n_steps;
	unsigned sensitive; /* schemas above that are */

	const struct rec_node **slot; /* see kw_object.c */
	size_t n_slots, cap_slots;

	const struct schema *root; /* that is held to the record */
	unsigned quiet;            /* nothing is told: it need not be wrong */
	bool spent;     /* a limit was passed: nothing more is looked at */
	unsigned depth; /* schemas held to one value through each other */
	uint64_t n_steps_left; /* such schemas that there may be still */
	const struct check_scope *scope;
	struct check_marks marks;
	unsigned char *mark;
	size_t n_marks, cap_marks;
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

/* The same where a limit was passed: it is told whatever it would mean, and
   nothing more is looked at. */
bool check_limit(struct check *c, const char *rule, const char *code,
		 const struct rec_node *value, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));

/* `m`, of the container that `k` is of, was evaluated. */
static inline void check_mark(struct check *c, struct check_marks k,
			      const struct rec_node *m)
{
	if (k.of)
		c->mark[k.at + (size_t)(m - k.of)] = 1;
}

/* While what is in the value is looked at; put them back afterwards. */
static inline struct check_marks check_hide_marks(struct check *c)
{
	struct check_marks k = c->marks;

	c->marks.of = NULL;
	return k;
}

static inline struct span check_text(const struct check *c, size_t at,
				     size_t len)
{
	return (struct span){c->text.data + at, len};
}

/* Append all that was told as a JSON array. */
void check_put_json(const struct check *c, struct buf *out);

#endif
