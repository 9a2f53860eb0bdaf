/*
 * tree.h - a nested raw record in the making, where its parts come unordered
 *
 * For formats whose records are trees (XML, EDI, IDoc).  Members are added in
 * the order of the file; one that comes again under the same parent makes a
 * list of both, in the place of the first.  A record whose parts come in the
 * order of the output needs no tree: it writes with rec_put_* at once.
 *
 * Names and texts are copied.  What a record takes is bounded: beyond
 * LINE_CEILING bytes of names and texts, or REC_DEPTH_MAX levels, `over` is
 * set, nothing is added any more, and the record is to be rejected (too-long).
 * So it is beyond TREE_MEMORY, where a record has a million parts of a byte.
 */
#ifndef SLUICE_TREE_H
#define SLUICE_TREE_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/span.h"

/* Memory for one record, in bytes. */
#define TREE_MEMORY ((size_t)128 << 20)

struct tree_node;

struct tree {
	struct arena arena;
	struct tree_node *root, *at; /* at: the object that is open */
	size_t bytes;                /* that the output will have, or more */
	unsigned depth;
	bool over;
};

#define TREE_INIT                   \
	{                           \
		.arena = ARENA_INIT \
	}

/* Begin a record: an object without members, which is open. */
void tree_begin(struct tree *t);

/*
 * Add member `name` to the open object: an object, which is open then.  Its
 * name is UTF-8.  `list`: it is an element of a list also where it is the only
 * one.
 */
void tree_open(struct tree *t, struct span name, bool list);

/* Close the object that is open; its parent is open then. */
void tree_close(struct tree *t);

/* Add a member with a text (UTF-8 without U+0000), or null. */
void tree_text(struct tree *t, struct span name, struct span text, bool list);
void tree_null(struct tree *t, struct span name, bool list);

/*
 * Add members that are JSON already ("A":"x","B":["y"]), UTF-8 without U+0000,
 * to the open object.  No other member of it, before or after, has a name of
 * theirs.
 */
void tree_members(struct tree *t, struct span json);

/*
 * Close the open object and make it a text instead, where it has no member
 * but texts are what a parent's member is to be (<a>x</a>).
 */
void tree_close_as_text(struct tree *t, struct span text);
/* The same with null. */
void tree_close_as_null(struct tree *t);

/* Whether the object that is open has members. */
bool tree_is_empty(const struct tree *t);

/* An object of this record, to come back to. */
struct tree_spot {
	struct tree_node *at;
	unsigned depth;
};

/* The object that is open now. */
static inline struct tree_spot tree_spot(const struct tree *t)
{
	return (struct tree_spot){t->at, t->depth};
}

/* Make an object that was open before the open one, closing all others. */
static inline void tree_go(struct tree *t, struct tree_spot spot)
{
	t->at = spot.at;
	t->depth = spot.depth;
}

/* Append the record as JSON; all its objects are closed. */
void tree_put(const struct tree *t, struct buf *b);

void tree_release(struct tree *t);

#endif
