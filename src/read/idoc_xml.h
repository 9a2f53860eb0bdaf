/*
 * idoc_xml.h - IDocs as XML: elements IDOC, in them segments and their fields
 *
 * The record is the same as that of the flat file, but for fields without a
 * value, which XML does not have.  A segment has the attribute SEGMENT.
 *
 * Spec: SAP, "IDoc XML Schema", IDoc-XML of the XML HTTP and XML file ports.
 */
#ifndef SLUICE_IDOC_XML_H
#define SLUICE_IDOC_XML_H

#include "read/idoc_layout.h"
#include "read/reader.h"

struct idoc_xml;

/* Whether the input begins as XML does.  -1 with err. */
int idoc_xml_is(struct input *in, struct err *err);

/* NULL with err.  `l` may be NULL. */
struct idoc_xml *idoc_xml_open(struct input *in, const char *encoding,
			       const struct idoc_layout *l, struct err *err);
enum rd_status idoc_xml_next(struct idoc_xml *x, struct rd_record *r,
			     struct err *err);
void idoc_xml_close(struct idoc_xml *x); /* takes NULL */

#endif
