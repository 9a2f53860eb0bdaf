/*
 * compat.h - whether one contract may take the place of another
 *
 * Two schemas are compared as trees, keyword by keyword, with $ref and allOf
 * followed.  What cannot be decided is said to be so, never taken for fine.
 *
 *	compat.c         schemas: what holds together, members and elements
 *	compat_value.c   types, and values that are listed
 *	compat_kw.c      other keywords: bounds, texts, x- keywords
 *	compat_tree.c    $ref, and trees compared by what they say
 *
 * Spec: sluice-validate(1), --compat.
 */
#ifndef SLUICE_COMPAT_H
#define SLUICE_COMPAT_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/yaml_tree.h"
#include "core/buf.h"
#include "core/hset.h"
#include "core/sip.h"

enum compat_class {
	COMPAT_FINE,     /* all that passed before passes still */
	COMPAT_READER,   /* the same; but what is new reaches those who read */
	COMPAT_UNKNOWN,  /* not decided */
	COMPAT_BREAKING, /* something that passed before is refused */
};
#define COMPAT_CLASSES 4

/* "compatible", "reader", "unknown", "breaking" */
extern const char *const compat_word[COMPAT_CLASSES];

struct compat_change {
	enum compat_class class;
	char *place;               /* JSON pointer, $ref and allOf followed */
	char *what;                /* a sentence without its end */
	size_t old_line, new_line; /* where there is none: of what is around */
};

struct compat {
	struct compat_change *change; /* by place, in the order of NEW */
	size_t n, cap;
	size_t count[COMPAT_CLASSES];
};

/* Compare two contracts that compile.  compat_release it. */
void compat_compare(struct compat *out, const struct yt_node *was,
		    const struct yt_node *is);
void compat_release(struct compat *c);

/* ---- between the files -------------------------------------------------- */

/* Schemas that hold together for one value: parts of one large schema. */
#define COMPAT_PARTS 32

struct compat_parts {
	const struct yt_node *v[COMPAT_PARTS];
	size_t n;
	bool never;               /* one of them is `false` */
	const struct yt_node *by; /* that one */
	bool unclear;             /* a $ref or a number of parts beyond this */
};

/* One of the two contracts. */
struct compat_side {
	const struct yt_node *root;
	bool has_ids; /* below its top: what # means is not plain */
};

struct compat_frame {
	const struct compat_parts *was, *is;
	const struct compat_frame *outer;
	size_t depth;
};

struct compat_run {
	struct compat *out;
	struct compat_side was, is;
	struct buf place;
	size_t old_line, new_line;        /* of the schemas in hand */
	unsigned silent;                  /* nothing is told */
	enum compat_class worst;          /* while silent */
	size_t steps;                     /* schemas compared so far */
	struct hset done;                 /* pairs that were told about */
	const struct compat_frame *frame; /* that are being compared */
};

#define COMPAT_NULL    (1u << 0)
#define COMPAT_FALSE   (1u << 1)
#define COMPAT_TRUE    (1u << 2)
#define COMPAT_DECIMAL (1u << 3) /* a number that is not whole */
#define COMPAT_WHOLE   (1u << 4)
#define COMPAT_TEXT    (1u << 5)
#define COMPAT_ARRAY   (1u << 6)
#define COMPAT_OBJECT  (1u << 7)
#define COMPAT_NUMBER  (COMPAT_DECIMAL | COMPAT_WHOLE)
#define COMPAT_ANY     255u

/* The two schemas of a value, and the types they let through. */
struct compat_pair {
	const struct compat_parts *was, *is;
	unsigned was_types, is_types;
};

/* Report what `key` (or NULL: the schema itself) is now, at its two nodes,
 * each of which may be NULL. */
void compat_tell(struct compat_run *c, enum compat_class class, const char *key,
		 const struct yt_node *was, const struct yt_node *is,
		 const char *fmt, ...) __attribute__((format(printf, 6, 7)));

/* compat.c: compare what holds for one value in both. */
void compat_schemas(struct compat_run *c, const struct compat_parts *was,
		    const struct compat_parts *is);
/* The worst class that would be told. */
enum compat_class compat_try(struct compat_run *c,
			     const struct compat_parts *was,
			     const struct compat_parts *is);

/* compat_value.c */
unsigned compat_types(const struct compat_parts *p);
void compat_compare_types(struct compat_run *c, const struct compat_pair *p);
void compat_compare_values(struct compat_run *c, const struct compat_pair *p);

/* compat_kw.c */
void compat_keywords(struct compat_run *c, const struct compat_pair *p);
void compat_notes(struct compat_run *c, const struct compat_pair *p);

/* compat_tree.c */
void compat_side_init(struct compat_side *s, const struct yt_node *root);
/* Add a schema, and those it leads to for the same value. */
void compat_flatten(const struct compat_side *s, const struct yt_node *schema,
		    struct compat_parts *to);
/* What `key` is in the next part from number `*at` on; NULL at the end. */
const struct yt_node *compat_next(const struct compat_parts *p, const char *key,
				  size_t *at);
/* The first of them. */
const struct yt_node *compat_get(const struct compat_parts *p, const char *key);
/* Append a value such that equal ones are equal texts. */
void compat_put_value(struct buf *out, const struct yt_node *n);
/* The same of a schema, without its notes. */
void compat_put_schema(struct buf *out, const struct yt_node *n);
/* Whether what `key` is in all parts says the same on both sides, also where
 * it leads to. */
bool compat_same(const struct compat_run *c, const struct compat_pair *p,
		 const char *key);
/* Keywords that hold nothing. */
bool compat_is_note(const char *key);

#endif
