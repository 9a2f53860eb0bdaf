/*
 * yaml_tree.h - a YAML file as a tree with line numbers
 *
 * Profiles are read into this and then walked; whoever finds something wrong
 * reports it with yt_err, which says file:line:column.  Aliases are refused
 * (they make trees that explode), as are a name given twice and documents
 * beyond the first.  Scalars stay text: 1.10 is "1.10"; `plain` tells 12
 * from "12".
 */
#ifndef SLUICE_YAML_TREE_H
#define SLUICE_YAML_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"

enum yt_type { YT_SCALAR, YT_LIST, YT_MAP };

struct yt_node {
	const char *file;    /* as opened, for messages */
	size_t line, column; /* from 1 */
	enum yt_type type;
	bool plain; /* a scalar without quotes */
	char *text; /* a scalar's text, NUL-terminated */
	size_t len; /* its bytes */
	char *key;  /* in a map: the member's name */
	size_t key_line, key_column;
	struct yt_node *child; /* of a list or map, in order */
	size_t n, cap;
};

#define YT_FILE_CEILING ((size_t)16 << 20)
#define YT_DEPTH_MAX    64
#define YT_NODES_MAX    1000000

/* Read a file.  NULL with ERR_CONFIG ("file:line:column: ..."); yt_free it. */
struct yt_node *yt_load(const char *path, struct err *err);
/* The same from memory; `name` is used in messages and copied. */
struct yt_node *yt_parse(const char *name, struct span text, struct err *err);
void yt_free(struct yt_node *root);
/* An empty scalar for trees made by other readers; `name` is copied. */
struct yt_node *yt_root(const char *name);

/* Walk the children `c` of a list or map. */
#define yt_each(list, c)          \
	for ((c) = (list)->child; \
	     (list)->n && (c) < (list)->child + (list)->n; (c)++)

/* The member of map `n`, or NULL (also where n is NULL or no map). */
const struct yt_node *yt_get(const struct yt_node *n, const char *key);

/* Fill err with ERR_CONFIG and "file:line:column: ...".  Returns -1. */
int yt_err(const struct yt_node *n, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same at the member's name. */
int yt_err_key(const struct yt_node *n, struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * `n` must be a map whose names are all in the NULL-terminated `known`; a
 * misspelt one is an error that suggests the right one.
 */
int yt_check_keys(const struct yt_node *n, const char *const *known,
		  struct err *err);

/* No name in map `n` is given twice; for those who make trees. */
int yt_check_twice(const struct yt_node *n, struct err *err);

/* `n` must be of this type; `what` names it in the message. */
int yt_want(const struct yt_node *n, enum yt_type type, const char *what,
	    struct err *err);

/*
 * Typed members of map `n`.  An absent one leaves *out as it is and is no
 * error, but for yt_text_required.  Text is borrowed from the tree.
 */
int yt_text(const struct yt_node *n, const char *key, const char **out,
	    struct err *err);
int yt_text_required(const struct yt_node *n, const char *key, const char **out,
		     struct err *err);
int yt_int(const struct yt_node *n, const char *key, int64_t min, int64_t max,
	   int64_t *out, struct err *err);
int yt_bool(const struct yt_node *n, const char *key, bool *out,
	    struct err *err);
/* One of the NULL-terminated `words`; *out is its index. */
int yt_word(const struct yt_node *n, const char *key, const char *const *words,
	    int *out, struct err *err);

/* A plain scalar that YAML 1.2 reads as null, true or false. */
bool yt_is_null(const struct yt_node *n);
bool yt_is_true(const struct yt_node *n);
bool yt_is_false(const struct yt_node *n);

/*
 * Append the subtree as JSON: plain scalars that are JSON numbers, true,
 * false or null stay such, all others become strings.
 */
void yt_put_json(struct buf *out, const struct yt_node *n);

/*
 * Append `text` (UTF-8) as a scalar in double quotes, which reads back as it
 * is: escapes for what libyaml takes for no character of YAML 1.1.
 */
void yt_put_text(struct buf *b, struct span text);

#endif
