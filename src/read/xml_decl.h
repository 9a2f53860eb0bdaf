/*
 * xml_decl.h - the character set of an XML file
 */
#ifndef SLUICE_XML_DECL_H
#define SLUICE_XML_DECL_H

#include "core/err.h"
#include "read/charset.h"
#include "read/input.h"

/*
 * The set of `in`: what its byte order mark says, else `encoding`, else what
 * its first bytes and its declaration say, else UTF-8.  The mark is taken.
 * -1 with ERR_USAGE, or ERR_DATA where the file names a set nobody knows.
 *
 * Spec: XML 1.0, appendix F.
 */
int xml_charset(struct charset *cs, struct input *in, const char *encoding,
		struct err *err);

#endif
