/*
 * val.h - a value on its way from a raw record to a field
 *
 * Text points into the line, into a compiled expression or into the arena of
 * the record; nothing here is owned.  A number keeps the text it was written
 * with until something is computed with it, then it is an exact decimal.
 */
#ifndef SLUICE_VAL_H
#define SLUICE_VAL_H

#include "core/buf.h"
#include "core/dec.h"
#include "core/rec.h"

enum val_type {
	VAL_ABSENT, /* the record has no such member */
	VAL_NULL,
	VAL_FALSE,
	VAL_TRUE,
	VAL_NUMBER, /* `text` is a JSON number; or `exact` and in `dec` */
	VAL_TEXT,
	VAL_NODE, /* an array or object of the raw record */
	VAL_LIST, /* `n` values at `item` */
};

struct val {
	enum val_type type;
	bool exact; /* a number that is in `dec`, its text not made yet */
	bool plain; /* text that needs no escapes in JSON */
	bool dated; /* text that a filter made: a canonical date or instant */
	size_t n;
	struct span text;
	union {
		const struct rec_node *node;
		const struct val *item;
		struct dec dec;
	};
};

static inline void val_set(struct val *v, enum val_type type)
{
	v->type = type;
	v->exact = v->plain = v->dated = false;
}

static inline void val_set_bool(struct val *v, bool yes)
{
	val_set(v, yes ? VAL_TRUE : VAL_FALSE);
}

static inline void val_set_text(struct val *v, struct span text)
{
	val_set(v, VAL_TEXT);
	v->text = text;
}

static inline void val_set_dec(struct val *v, struct dec d)
{
	val_set(v, VAL_NUMBER);
	v->exact = true;
	v->dec = d;
}

/* Absent or null: there is no value. */
static inline bool val_is_nothing(const struct val *v)
{
	return v->type <= VAL_NULL;
}

/* No value, a text of white space only, or a list without elements. */
bool val_is_empty(const struct val *v);

/* The value of a node of `r`; absent for NULL. */
void val_of_node(struct val *v, struct rec *r, const struct rec_node *n);

/*
 * A scalar becomes text: a number its digits, a boolean "true" or "false".
 * -1 for what has none: nothing, arrays, objects, lists.
 */
int val_to_text(struct val *v, struct arena *a);

/*
 * A number becomes exact; also text, where the whole of it (but for white
 * space around it) is digits with a point.  -1 where it is none.
 */
int val_to_dec(struct val *v, struct err *err);

/* As text for messages: of a container its JSON.  Valid as long as `a`. */
struct span val_shown(const struct val *v, struct arena *a);

/* Append as JSON; an absent value must not come here. */
void val_put(struct buf *b, const struct rec *r, const struct val *v);

#endif
