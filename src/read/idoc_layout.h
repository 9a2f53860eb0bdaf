/*
 * idoc_layout.h - the fields of IDoc segments
 *
 * From YAML (a segment's fields with their widths, in order) or from a CSV
 * whose rows are the fields of a segment's line from its first character.
 * Names are those of segment types: what a file calls E2EDK01 or E2EDK01005 is
 * E1EDK01.
 *
 * Format: sluice-formats(7), section idoc.
 */
#ifndef SLUICE_IDOC_LAYOUT_H
#define SLUICE_IDOC_LAYOUT_H

#include <stdbool.h>

#include "core/err.h"
#include "core/mem.h"
#include "core/span.h"

/* Characters before the data of a segment. */
#define IDOC_HEAD     63
#define IDOC_NAME_MAX 30
#define IDOC_DATA_MAX 1000

struct idoc_field {
	struct span name;
	size_t from, len; /* of the data, from 0; characters */
};

struct idoc_segment {
	struct span name, parent; /* parent: empty for none */
	bool once;                /* it is no list */
	struct idoc_field *field;
	size_t n, cap, len;
};

struct idoc_layout {
	struct idoc_segment *segment;
	size_t n, cap;
	struct arena arena;
};

/* NULL with ERR_CONFIG; a file that ends in .csv is CSV. */
struct idoc_layout *idoc_layout_load(const char *path, struct err *err);
void idoc_layout_free(struct idoc_layout *l); /* takes NULL */

/* The name of the segment type; points into `to` or `name`. */
struct span idoc_type(struct span name, char to[IDOC_NAME_MAX]);
/* NULL where the layout, which may be NULL, has none. */
const struct idoc_segment *idoc_find(const struct idoc_layout *l,
				     struct span type);

#endif
