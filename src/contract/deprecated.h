/*
 * deprecated.h - x-deprecated: what is to go, first with a warning, then not
 * at all
 *
 *	old_code: {type: string,
 *	           x-deprecated: {use: code, warn_from: 2026-01-01,
 *	                          refuse_from: 2027-01-01}}
 *
 * A day begins at midnight UTC.  Uses are counted and told once, at the end
 * of the run.
 */
#ifndef SLUICE_DEPRECATED_H
#define SLUICE_DEPRECATED_H

#include <stddef.h>

#include "conf/yaml_tree.h"
#include "core/err.h"

struct deprecated;

/* All of a set of contracts; each is owned by its keyword. */
struct deprecations {
	struct deprecated **item;
	size_t n, cap;
};

/* `entity` and `version` of those from `from` on. */
void deprecations_name(struct deprecations *d, size_t from, const char *entity,
		       unsigned version);

/*
 * Whether the version that a whole contract gives way to is there, by `has`.
 * -1 with ERR_CONFIG.
 */
int deprecations_check(const struct deprecations *d,
		       bool (*has)(void *to, const char *entity,
				   unsigned version),
		       void *to, struct err *err);

/* A line in the log for each that was used. */
void deprecations_tell(const struct deprecations *d);
void deprecations_release(struct deprecations *d);

/* What `use` names in the fields of contract `root` must be one of them. */
int deprecated_check_names(const struct yt_node *root, struct err *err);

#endif
