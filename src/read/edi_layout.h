/*
 * edi_layout.h - the layout of a message: which segments and loops, in order
 *
 * A layout is data, profiles/edi/NAME.yaml:
 *
 *	layout: x12-850
 *	spec: ASC X12 850, release 004010
 *	message: "850"              # optional: of this type only
 *	strict: false               # what is missing or unknown is a reject
 *	segments:
 *	  - {segment: BEG, min: 1}
 *	  - {segment: REF, max: 99}
 *	  - loop: N1
 *	    max: 200
 *	    segments: [N1, {segment: N3, max: 2}, N4]
 *	  - loop: HL
 *	    max: 200000
 *	    area: detail            # what follows is never looked for before it
 *	    nest: {id: HL01, parent: HL02}
 *	    segments: [HL, LIN]
 *	  - {segment: DTM, when: {DTM01: ["002", "010"]}}
 *
 * A plain name is a segment that may be there once.  A loop begins with the
 * segment it is called by.  `when` compares components of the segment itself
 * (of a loop: of its first segment); SVC0102 is the second component of SVC01.
 * Segments of the envelope (ST, SE, UNH, UNT) are in no layout.
 */
#ifndef SLUICE_EDI_LAYOUT_H
#define SLUICE_EDI_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/yaml_tree.h"
#include "core/err.h"
#include "core/mem.h"
#include "read/edi_segment.h"
#include "read/read_conf.h"

/* Loops within loops. */
#define EDI_LEVELS_MAX 16

struct edi_loop;

/* A component of a segment; element 0: none. */
struct edi_ref {
	uint32_t element, component;
};

struct edi_when {
	struct edi_ref ref;
	struct span *value; /* one of which it is */
	size_t n;
	struct edi_when *next; /* and this too */
};

struct edi_item {
	uint64_t key; /* of the tag, edi_key */
	struct span tag;
	struct edi_loop *loop; /* NULL: a segment */
	struct edi_when *when; /* NULL: always */
	uint64_t min, max;
	unsigned area;
	bool list; /* its member is a list: more than one may come */
};

/* What is in order inside a loop, or at the top. */
struct edi_loop {
	struct edi_item *item; /* of a loop: the first is its own segment */
	size_t n;
	struct edi_ref id, parent; /* nested by numbers */
};

struct edi_layout {
	struct yt_node *root; /* texts are borrowed from it */
	struct arena arena;
	const char *name;    /* as `layout` says */
	const char *message; /* NULL: any */
	bool strict;
	struct edi_loop *top;
};

/* A tag as a number, for comparing; 0 beyond 8 bytes: no tag of a layout. */
static inline uint64_t edi_key(struct span tag)
{
	uint64_t key = 0;
	size_t i;

	if (tag.len > 8)
		return 0;
	for (i = 0; i < tag.len; i++)
		key = key << 8 | (unsigned char)tag.p[i];
	return key;
}

/* NULL with ERR_CONFIG at file:line:column. */
struct edi_layout *edi_layout_load(const char *path, struct err *err);
/* Takes NULL. */
void edi_layout_free(struct edi_layout *l);

/* Layouts by name, each loaded once. */
struct edi_layouts;

/*
 * Those of `conf`, which is borrowed: its `layout` is loaded now and replaces
 * all others of its message.  NULL with ERR_CONFIG.
 */
struct edi_layouts *edi_layouts_new(const struct read_conf *conf,
				    struct err *err);
void edi_layouts_free(struct edi_layouts *l);

/*
 * The layout of messages of type `message`: the first of `name`, from the
 * special to the general, that the profiles' folder edi has.  Letters, digits,
 * '-' and '_' are what a name may have; others are passed over.  NULL in *out
 * where there is none.  -1 with ERR_CONFIG where one is wrong.  Valid until
 * the next call.
 */
int edi_layouts_find(struct edi_layouts *l, struct span message,
		     const struct span *name, size_t n,
		     const struct edi_layout **out, struct err *err);

#endif
