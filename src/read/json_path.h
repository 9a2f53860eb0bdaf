/*
 * json_path.h - which values of a JSON document are records
 *
 * Names lead from the document to the value that is meant; arrays on the way
 * are gone through.  An array at the end gives its elements, any other value
 * itself, null nothing.  All of these are the same:
 *
 *	data.orders    /data/orders    $.data.orders[*]    $['data']['orders']
 *
 * A number where there is an array is an element from 0, * any member.
 *
 * Spec: RFC 6901 (with /), of RFC 9535 what is shown.
 */
#ifndef SLUICE_JSON_PATH_H
#define SLUICE_JSON_PATH_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/rec.h"
#include "core/span.h"

#define JSON_STEPS_MAX 32

struct json_step {
	size_t from, len; /* the name, in `text` */
	int64_t index;    /* of an element, where the name is a number; -1 */
	bool any;
};

struct json_path {
	struct buf text; /* the names, one behind the other */
	struct json_step step[JSON_STEPS_MAX];
	unsigned n;
};

/* NULL is the document itself.  -1: `why` says what is wrong. */
int json_path_parse(struct json_path *p, const char *text, struct buf *why);
void json_path_release(struct json_path *p);

/* Whether step `i` is (may be) this member of an object. */
bool json_path_is(const struct json_path *p, unsigned i, struct span name);

/* The nodes that are records. */
struct json_hits {
	const struct rec_node **node;
	size_t n, cap;
	bool reached; /* there is something at the path, if only an empty list
		       */
};

void json_path_select(const struct json_path *p, struct rec *r,
		      struct json_hits *hits);

#endif
