/*
 * xml_layout.h - what a layout says of a kind of XML document
 *
 *	record: /Invoice
 *	namespaces: {cac: "urn:oasis:..."}
 *	lists: [InvoiceLine, TaxSubtotal]
 *	keep: {OrderDate: /Orders/Header/Date}
 *
 * Format: sluice-formats(7).
 */
#ifndef SLUICE_XML_LAYOUT_H
#define SLUICE_XML_LAYOUT_H

#include "read/read_conf.h"
#include "read/xml_path.h"
#include "read/xml_tree.h"

/* A text from before the record that goes into it. */
struct xml_keep {
	struct span name;
	struct xml_path path;
	unsigned common; /* steps it shares with the record's path */
	struct buf text;
	bool known;
	unsigned at; /* depth of the element whose text is taken, or 0 */
};

struct xml_layout {
	struct yt_node *root; /* NULL without a layout */
	struct xml_path record;
	bool has_record; /* else the root is the record */
	struct xml_lists lists;
	struct xml_keep *keep;
	size_t n_keep;
};

/* -1 with ERR_CONFIG or ERR_USAGE; xml_layout_release it also then. */
int xml_layout_open(struct xml_layout *l, const struct read_conf *conf,
		    struct err *err);
void xml_layout_release(struct xml_layout *l);

/* An element outside of records begins, has text, ends: `depth` of it, 1 the
 * root. */
void xml_keep_start(struct xml_layout *l, const struct xml_name *name,
		    const char **att, unsigned depth);
void xml_keep_text(struct xml_layout *l, struct span text, unsigned depth);
void xml_keep_end(struct xml_layout *l, unsigned depth);
/* Whether any is kept now; append them as members. */
bool xml_keep_any(const struct xml_layout *l);
void xml_keep_put(const struct xml_layout *l, struct buf *b);

#endif
