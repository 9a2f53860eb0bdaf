/*
 * xml_path.h - which elements are meant
 *
 *	/orders/order        from the root on
 *	order, //order       wherever it is
 *	/orders//line        at any depth below
 *	cac:InvoiceLine      of this namespace only
 *	{urn:x}line          the same by the namespace's own name
 *	*                    any element
 *	/orders/order/@id    an attribute (where the caller allows it)
 *
 * A name without prefix is one of any namespace.  A prefix is the one that
 * `namespaces` of a layout binds, or else the one the document uses.
 */
#ifndef SLUICE_XML_PATH_H
#define SLUICE_XML_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/yaml_tree.h"
#include "core/buf.h"
#include "core/err.h"
#include "read/xml_stream.h"

#define XML_STEPS_MAX 30

struct xml_step {
	struct span uri, prefix, local; /* empty: any */
	bool deep;                      /* at any depth below the one before */
};

struct xml_path {
	struct buf text; /* what the spans point into */
	struct xml_step step[XML_STEPS_MAX];
	unsigned n;
	struct span att; /* the attribute's local name; empty: none */
	/* Steps that may be matched, of each element that is open; [0] is the
	 * document. */
	uint32_t state[XML_DEPTH_MAX + 1];
	unsigned depth;
};

/* -1: `why` says what is wrong.  xml_path_release it also then. */
int xml_path_parse(struct xml_path *p, const char *text,
		   const struct yt_node *namespaces, struct buf *why);
void xml_path_release(struct xml_path *p);

/* An element begins: whether it is meant.  It ends. */
bool xml_path_enter(struct xml_path *p, const struct xml_name *name);
void xml_path_leave(struct xml_path *p);

/* Steps that both have at their beginning; those at any depth do not count. */
unsigned xml_path_common(const struct xml_path *a, const struct xml_path *b);

#endif
