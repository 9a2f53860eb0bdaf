/*
 * uri.h - URI references resolved against a base
 *
 * Only text is worked on; nothing is ever fetched.
 *
 * Spec: RFC 3986, section 5.
 */
#ifndef SLUICE_URI_H
#define SLUICE_URI_H

#include "core/buf.h"
#include "core/span.h"

/* The parts of a URI; p is NULL where a part is not there.  No fragment. */
struct uri {
	struct span scheme, authority, path, query;
};
struct uri uri_split(struct span s);

/* A reference up to its '#', and what is behind it. */
void uri_cut(struct span ref, struct span *uri, struct span *fragment);

/*
 * Append `ref`, which has no fragment, as seen from the base `base`.  A base
 * of no scheme (a relative one, or none) is worked on all the same.
 */
void uri_resolve(struct span base, struct span ref, struct buf *out);

/* Append the text with its %XX decoded.  -1 where one is no such thing. */
int uri_decode(struct span text, struct buf *out);

#endif
