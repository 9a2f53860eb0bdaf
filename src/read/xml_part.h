/*
 * xml_part.h - XML of a part of an archive, with a pause after each row
 *
 * Names come without their prefix: the vocabularies read here have no two
 * names that differ in it.  A document may have no entities of its own, be
 * XML_PART_DEEP deep, and have tags of up to XML_PART_TOKEN bytes; beyond, it
 * is damaged.
 *
 * Spec: XML 1.0, fifth edition; expat.
 */
#ifndef SLUICE_XML_PART_H
#define SLUICE_XML_PART_H

#include <expat.h>

#include "read/zip_part.h"

#define XML_PART_DEEP  256
#define XML_PART_TOKEN ((size_t)1 << 20)

struct xml_part;

struct xml_part_ops {
	/* `attr` is names and values in turn, NULL at the end; names have
	 * their prefix. */
	void (*start)(void *ctx, const char *name, const char **attr);
	void (*end)(void *ctx, const char *name);
	void (*text)(void *ctx, const char *s, size_t len); /* may be NULL */
};

struct xml_part {
	struct zip_part part;
	XML_Parser parser;
	const struct xml_part_ops *ops;
	void *ctx;
	unsigned depth;
	uint64_t fed;
	bool paused, last, over;
	struct err *err; /* of the call that runs */
	bool failed;
};

int xml_part_open(struct xml_part *x, const struct zip_file_set *s, uint64_t i,
		  const struct xml_part_ops *ops, void *ctx, struct err *err);

/*
 * Read on.  1 where xml_part_pause was called, 0 at the end, -1.  The end is
 * reached only when the part's checksum was right.
 */
int xml_part_run(struct xml_part *x, struct err *err);

/* From a callback: xml_part_run returns when it is done. */
void xml_part_pause(struct xml_part *x);
/* From a callback: the part is damaged; as err_set, ERR_DATA and where. */
void xml_part_fail(struct xml_part *x, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Takes one that was never opened (zeroed). */
void xml_part_close(struct xml_part *x);

/* The name behind its prefix. */
const char *xml_local(const char *name);
/* The value of the attribute with this name, prefix and all, or NULL. */
const char *xml_attr(const char **attr, const char *name);
/* The same, by the name behind any prefix. */
const char *xml_attr_local(const char **attr, const char *name);

#endif
