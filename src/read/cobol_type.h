/*
 * cobol_type.h - conditions that choose among the items of the same bytes
 *
 *	types: {COMPANY: "SEGMENT-ID = 'C'", PERSON: "SEGMENT-ID = 'P'"}
 *
 * A name in a condition is an item below the one that is chosen, else the last
 * one of that name before it.
 */
#ifndef SLUICE_COBOL_TYPE_H
#define SLUICE_COBOL_TYPE_H

#include "conf/yaml_tree.h"
#include "core/buf.h"
#include "read/copybook.h"

/* The value an item had last; text, numbers as text. */
struct cobol_value {
	struct buf text;
	bool known; /* it has one */
	size_t at;  /* byte of the record */
};

struct cobol_type;

struct cobol_types {
	struct cobol_type **of; /* by item; NULL where there is no condition */
	size_t n;
};

/* Marks the items that conditions use as kept.  -1 with ERR_CONFIG. */
int cobol_types_load(struct cobol_types *t, struct copybook *book,
		     const struct yt_node *types, const char *profiles,
		     const char *feed_path, struct err *err);
void cobol_types_release(struct cobol_types *t);

static inline bool cobol_types_has(const struct cobol_types *t, size_t item)
{
	return t->of && t->of[item];
}

/* Whether the condition of `item` holds; false where it cannot be told. */
bool cobol_types_hold(const struct cobol_types *t, size_t item,
		      const struct cobol_value *value);

#endif
