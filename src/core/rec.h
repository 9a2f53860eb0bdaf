/*
 * rec.h - the record codec: a line to fields and back
 *
 * A line is scanned once into a flat array of nodes that point into it: no
 * copies, no numbers converted (1.10 stays "1.10").  A container's subtree is
 * the nodes behind it up to `next`.  Writing appends to a buf; what was not
 * changed is copied as the bytes it came in.
 *
 * Spec: RFC 8259, and DESIGN section 2: one value, UTF-8, no U+0000, at most
 * REC_DEPTH_MAX deep, LINE_CEILING long.  Of members with the same name the
 * last one counts, as in jansson, the codec's oracle.
 */
#ifndef SLUICE_REC_H
#define SLUICE_REC_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/mem.h"
#include "core/span.h"

#define REC_DEPTH_MAX 64

enum rec_type {
	REC_NULL,
	REC_FALSE,
	REC_TRUE,
	REC_NUMBER,
	REC_STRING,
	REC_ARRAY,
	REC_OBJECT,
};

struct rec_node {
	const char *key; /* raw name, no quotes; NULL outside objects */
	const char
		*text; /* raw value: string without quotes, container whole */
	uint32_t key_len, len; /* bytes */
	uint32_t next;         /* index of the first node behind the subtree */
	uint32_t count;        /* members or elements of a container */
	uint8_t type;          /* enum rec_type */
	bool key_esc, esc;     /* the raw text has escapes: rec_key, rec_text */
	bool spaced;           /* a container with white space to leave out */
};

struct rec {
	struct rec_node *node; /* node[0] is the value of the line */
	size_t n, cap;
	struct arena arena; /* decoded strings; cleared by rec_parse */
};

#define REC_INIT                                  \
	{                                         \
		.node = NULL, .arena = ARENA_INIT \
	}

/*
 * Scan `len` bytes at `line` (no line end) into `r`, whose nodes point into
 * it: the line is borrowed until the next rec_parse.
 *
 * Returns 0, or -1 with ERR_DATA, "byte N: what is wrong", N counted from 1.
 */
int rec_parse(struct rec *r, const char *line, size_t len, struct err *err);
void rec_release(struct rec *r);
/* Levels of containers: 0 for a scalar. */
size_t rec_depth(const struct rec *r);

/* Walk the members or elements `m` of the container `c` of `r`. */
#define rec_each(r, c, m)                                \
	for ((m) = (c) + 1; (m) < (r)->node + (c)->next; \
	     (m) = (r)->node + (m)->next)

/* The member of object `c` with this decoded name, or NULL. */
const struct rec_node *rec_find(struct rec *r, const struct rec_node *c,
				struct span name);

static inline const struct rec_node *rec_get(struct rec *r,
					     const struct rec_node *c,
					     const char *name)
{
	return rec_find(r, c, span_of(name));
}

/* Element `i` of array `c`, or NULL. */
const struct rec_node *rec_at(const struct rec *r, const struct rec_node *c,
			      size_t i);

static inline bool rec_is(const struct rec_node *n, enum rec_type type)
{
	return n && n->type == type;
}

/*
 * Decoded text of a string, the raw text of anything else; an empty span for
 * NULL.  Valid until the next rec_parse of the line or of `r`.
 */
struct span rec_text(struct rec *r, const struct rec_node *n);
/* Decoded name of a member. */
struct span rec_key(struct rec *r, const struct rec_node *n);
/* Raw JSON of the value, with the quotes of a string. */
struct span rec_raw(const struct rec_node *n);

/* ---- writing: commas take care of themselves ------------------------- */

/* Append the escaped text without quotes around it. */
void rec_put_escaped(struct buf *b, struct span s);
/* Append a value: a string, raw JSON, a count.  In arrays and after a key. */
void rec_put_str(struct buf *b, struct span s);
/* A string known to have nothing to escape. */
void rec_put_plain(struct buf *b, struct span s);
void rec_put_raw(struct buf *b, struct span json);
void rec_put_count(struct buf *b, uint64_t n);
/* Append a node and all below it, compact. */
void rec_put_node(struct buf *b, const struct rec *r, const struct rec_node *n);
/* Open a container ('{' or '['), as an element or after a key; close it. */
void rec_put_open(struct buf *b, char bracket);
void rec_put_close(struct buf *b, char bracket);
/* Append `"name":`; rec_put_key_raw takes the name already escaped. */
void rec_put_key(struct buf *b, struct span name);
void rec_put_key_raw(struct buf *b, struct span raw);

/* Shorthands for whole members with a literal name. */
void rec_add_str(struct buf *b, const char *name, struct span s);
void rec_add_raw(struct buf *b, const char *name, struct span json);
void rec_add_count(struct buf *b, const char *name, uint64_t n);
void rec_add_bool(struct buf *b, const char *name, bool yes);

#endif
