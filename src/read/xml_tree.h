/*
 * xml_tree.h - an element and all in it as a raw record
 *
 * Attributes are members @name, elements members by their local name, text is
 * the member #text of an element that has other members and otherwise its
 * value.  White space between elements goes; other text stays as it is.  An
 * element with xsi:nil and nothing else is null.
 */
#ifndef SLUICE_XML_TREE_H
#define SLUICE_XML_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/rec.h"
#include "read/tree.h"
#include "read/xml_stream.h"

/* Elements inside each other that a record's line has room for. */
#define XML_TREE_DEPTH_MAX (REC_DEPTH_MAX / 2)

/* Names of elements that are lists also where there is one; sorted. */
struct xml_lists {
	struct span *name;
	size_t n;
};

struct xml_level {
	size_t text; /* where its text begins in `text` */
	bool parts;  /* has elements in it */
	bool nil;
};

struct xml_tree {
	struct tree tree;
	const struct xml_lists *lists; /* NULL: none */
	struct buf text;               /* of the open elements, one by one */
	struct buf name;
	size_t run; /* where the text since the last tag begins */
	struct xml_level level[XML_TREE_DEPTH_MAX];
	unsigned depth; /* elements that are open */
	bool deep;      /* more than a record may have */
	bool over;      /* larger than a record may be */
};

void xml_tree_init(struct xml_tree *t, const struct xml_lists *lists);
void xml_tree_release(struct xml_tree *t);

/* Begin a record without an element of its own. */
void xml_tree_begin(struct xml_tree *t);
/* The first start is that of the record's element, unless it was begun. */
void xml_tree_start(struct xml_tree *t, const struct xml_name *name,
		    const char **att);
void xml_tree_text(struct xml_tree *t, struct span text);
/* Whether it is the record's element that ends. */
bool xml_tree_end(struct xml_tree *t);

/* Whether the record cannot be written; over or deep says why. */
static inline bool xml_tree_fails(const struct xml_tree *t)
{
	return t->over || t->deep;
}

#endif
