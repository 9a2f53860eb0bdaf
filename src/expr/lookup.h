/*
 * lookup.h - code tables: a legacy code to a value
 *
 * Compiled from an inline map or from a file of the profiles folder:
 * tables/NAME.yaml, a map of codes to values, or tables/NAME.csv, whose first
 * row is a header and whose first two columns are code and value (all text).
 * A file may also say how codes are compared, other names of a code, and from
 * when until when it is valid: sluice-profile(5).
 */
#ifndef SLUICE_LOOKUP_H
#define SLUICE_LOOKUP_H

#include "core/err.h"
#include "core/sip.h"
#include "expr/val.h"

struct lookup;

/* Empty; `name` is for messages and copied. */
struct lookup *lookup_new(const char *name);
void lookup_free(struct lookup *t);
/* Where it comes from; `path` becomes the table's. */
void lookup_set_path(struct lookup *t, char *path);

/* How codes are compared; before the first is added. */
struct lookup_rules {
	bool ignore_case;
	bool ignore_zeros; /* those in front; the last character stays */
};

void lookup_set_rules(struct lookup *t, struct lookup_rules rules);

/* Copies the code and the text of the value.  -1: the code is there already. */
int lookup_add(struct lookup *t, struct span code, const struct val *value);
/* The same for a time, days since 1970, both included. */
int lookup_add_dated(struct lookup *t, struct span code,
		     const struct val *value, int64_t from, int64_t until);
/* Whether a code has a time. */
bool lookup_is_dated(const struct lookup *t);

/*
 * Find and load a named table.  NULL with ERR_CONFIG; *found tells whether
 * the message has a place in the table's file already.
 */
struct lookup *lookup_load(const char *profiles, const char *profile_path,
			   const char *name, bool *found, struct err *err);

const char *lookup_name(const struct lookup *t);
/* Of the file it was loaded from; NULL where it was not. */
const char *lookup_path(const struct lookup *t);
/* What is in it, whatever the form and order of its file: of this process. */
struct sip_hash lookup_content(const struct lookup *t);
size_t lookup_count(const struct lookup *t);

/* The value of a code on a day, or NULL.  `a` is for working in. */
const struct val *lookup_get(const struct lookup *t, struct span code,
			     int64_t day, struct arena *a);
/* Whether it is there at any time. */
bool lookup_has(const struct lookup *t, struct span code, struct arena *a);

#define LOOKUP_NEAR_MAX 3
/* Up to LOOKUP_NEAR_MAX codes that look like `code`; how many. */
size_t lookup_near(const struct lookup *t, struct span code,
		   struct span near[LOOKUP_NEAR_MAX]);

/* Append as "{A: true, X: false}", cut short beyond some entries. */
void lookup_show(const struct lookup *t, struct buf *out);

#endif
