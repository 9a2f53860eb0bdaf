/*
 * schema.h - a compiled JSON Schema
 *
 * A schema is the list of its keywords, each compiled into a kw_use; a
 * keyword is a row of a table in one of the kw_*.c files, or in rule.c for
 * those that begin with x-.  Compiled once; checking a value allocates
 * nothing but, at first, room that is kept.
 *
 * A keyword that is not known is refused when the schema is compiled, never
 * passed over: a rule that was written down is a rule that is held.
 *
 * Spec: JSON Schema 2020-12, core and validation.
 */
#ifndef SLUICE_SCHEMA_H
#define SLUICE_SCHEMA_H

#include "conf/yaml_tree.h"
#include "contract/check.h"
#include "contract/jnum.h"
#include "core/err.h"

struct deprecations;
struct format;
struct kw_use;
struct kw_items;
struct kw_object;
struct ecma;
struct resource;
struct schema;
struct schema_map;
struct schema_set;

/* What is being compiled, and for whom. */
struct schema_load {
	bool contract;       /* x- keywords are allowed */
	bool assert_formats; /* format refuses values; else it is a note */
	struct rules *rules; /* where x- keywords keep what they see */
	const char *const *entities; /* that x-ref may name; NULL: any */
	uint32_t entity;             /* whose contract it is */
	unsigned level;              /* 0 the whole value, 1 its members, ... */
	const char *about; /* description of the schema in hand, or NULL */
	uint32_t n_unique; /* fields with x-unique so far */
	struct deprecations *deprecations; /* where they are gathered */
	const struct schema_map *map; /* where remote schemas are, or NULL */

	/* the rest is schema.c's own */
	bool inside; /* in a schema that is applied through another */
	bool apart;  /* in one whose failure may mean that all is well */
	struct schema_set *set;
	struct resource *res; /* that the schema in hand belongs to */
};

#define KW_BIT(type) (1u << (type))
#define KW_ALL       0x7Fu

struct kw {
	const char *name;
	unsigned types; /* KW_BITs of the values it speaks about; 0: none, it
			   is a note or part of another keyword's work */
	/* 0 or -1 with ERR_CONFIG; NULL: any value is a note */
	int (*compile)(struct schema *s, struct kw_use *u,
		       const struct yt_node *n, struct schema_load *l,
		       struct err *err);
	/* Whether `n` is right; if not, check_fail has been called. */
	bool (*check)(const struct kw_use *u, struct check *c,
		      const struct rec_node *n);
	void (*release)(struct kw_use *u);
};

/* A keyword in a schema. */
struct kw_use {
	const struct kw *kw;
	unsigned types;
	char *text;  /* of its value, where that is a scalar */
	char *about; /* pattern: the schema's description, for people */
	void *data;  /* the keyword's own */
	uint64_t count;
	struct jnum num; /* of `text` */
	const struct format *format;
};

/* A schema that another one applies. */
struct schema_kid {
	struct schema *schema;
	bool here;   /* to the same value; else to what is in it */
	bool always; /* and it is known which it is */
};

struct schema {
	bool never;     /* the schema `false` */
	bool gathers;   /* has unevaluatedItems or unevaluatedProperties */
	bool scoped;    /* a $dynamicRef may ask for its resource */
	bool sensitive; /* x-sensitive */
	bool masks;     /* it, or one below it, is sensitive */
	uint8_t walk;   /* of the search for loops */
	unsigned mode;  /* as what it was compiled, see schema_set.c */
	struct kw_use *use;
	size_t n, cap;
	struct kw_object *object; /* borrowed from the use that owns it */
	struct kw_items *items;   /* the same */
	struct schema_kid *kid;   /* borrowed */
	size_t n_kids, cap_kids;
	struct resource *res;       /* borrowed */
	const struct yt_node *node; /* while it is compiled */
	struct schema_set *set;     /* of the first: all that there are */
};

/* The tables, each ended by a row without a name. */
extern const struct kw kw_core[], kw_value[], kw_object[], kw_member[],
	kw_array[], kw_number[], kw_string[], kw_apply[], kw_rest[], kw_rule[],
	kw_beside[];

/* NULL with ERR_CONFIG and file:line:column.  schema_free it. */
struct schema *schema_compile(const struct yt_node *n, struct schema_load *l,
			      struct err *err);
void schema_free(struct schema *s); /* takes NULL */

/* Whether the value `n` of c->rec satisfies it; if not, `c` says why not. */
bool schema_check(const struct schema *s, struct check *c,
		  const struct rec_node *n);

/* Append the value, what is sensitive in it replaced by CHECK_MASK. */
void schema_put_masked(const struct schema *s, struct rec *r,
		       const struct rec_node *n, struct buf *out);
/* The same for a value below: `s` is that of c->root, c->step leads there. */
void schema_put_masked_at(const struct schema *s, const struct check *c,
			  const struct rec_node *n, struct buf *out);
/* Whether anything in a member of this name is sensitive. */
bool schema_hides(const struct schema *s, struct span member);

/*
 * Call `on` for the text of each value that the schema lists for the member
 * (enum, const), but for null; as long as it returns 0.  What a condition
 * lists is left out.
 */
typedef int schema_on_choice(void *to, struct span text, struct err *err);
int schema_each_choice(const struct schema *s, const char *member,
		       schema_on_choice *on, void *to, struct err *err);

/* What the schema says of a member, whatever the others are. */
struct schema_says {
	unsigned types;     /* KW_BITs: it can be of no other */
	bool typed;         /* there is a type at all */
	bool listed;        /* it is one of those of schema_each_choice */
	bool open;          /* there is more: a pattern, a condition */
	const char *format; /* or NULL */
};
void schema_member_says(const struct schema *s, const char *member,
			struct schema_says *out);

/* ---- for the keywords ------------------------------------------------- */

/* A schema for what is in the value, or for the value itself. */
struct schema *schema_below(struct schema *s, const struct yt_node *n,
			    struct schema_load *l, struct err *err);
struct schema *schema_here(struct schema *s, const struct yt_node *n,
			   struct schema_load *l, struct err *err);
void schema_add_kid(struct schema *s, struct schema *kid, bool here,
		    bool always);

/* Hold a member or an element to it; its own place has been entered. */
bool schema_apply(const struct schema *s, struct check *c,
		  const struct rec_node *n);
/* Hold the value to one more schema. */
bool schema_apply_here(const struct schema *s, struct check *c,
		       const struct rec_node *n);
/*
 * Whether it would hold, without a word of complaint.  What it looked at
 * counts as evaluated if it holds and `counts`.
 */
bool schema_try(const struct schema *s, struct check *c,
		const struct rec_node *n, bool counts);
/* The same for an element or a name. */
bool schema_try_below(const struct schema *s, struct check *c,
		      const struct rec_node *n);

/* The use of another keyword in this schema, made where it is not there. */
struct kw_use *schema_use(struct schema *s, const struct kw *k);

/* kw_apply.c: how a schema of those that are `here` is applied. */
enum kw_applies { KW_ALWAYS, KW_ALTERNATIVE, KW_CONDITION };
enum kw_applies kw_apply_how(const struct schema *s, const struct schema *kid);

/* kw_value.c: the types that a `type` allows, or 0. */
unsigned kw_value_types(const struct kw_use *u);
/* The values of an enum or const. */
int kw_value_each(const struct kw_use *u, schema_on_choice *on, void *to,
		  struct err *err);

/* Call `add` for each schema that may be held to the member or element. */
typedef void schema_add_fn(void *to, const struct schema *s);
void kw_object_member(const struct kw_object *o, struct span name,
		      schema_add_fn *add, void *to);
void kw_items_element(const struct kw_items *a, size_t index,
		      schema_add_fn *add, void *to);
void kw_rest_each(const struct schema *s, schema_add_fn *add, void *to);

/* Once all is compiled: what is required and closed out is refused. */
int kw_object_settle(const struct kw_object *o, const struct yt_node *schema,
		     struct err *err);

/* A count of 0 or more; 2.0 is one too. */
int kw_compile_count(struct schema *s, struct kw_use *u,
		     const struct yt_node *n, struct schema_load *l,
		     struct err *err);

/* A format by its name, or NULL.  `s` is decoded text. */
struct format {
	const char *name;
	const char *code; /* of the reject */
	const char *want; /* "a date such as 2024-01-31" */
	bool (*is)(struct span s);
};
const struct format *format_find(const char *name);
const char *const *format_names(void);

#endif
