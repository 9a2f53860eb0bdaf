/*
 * xml_record.h - the record of a stream that has paused, for the output
 */
#ifndef SLUICE_XML_RECORD_H
#define SLUICE_XML_RECORD_H

#include "read/reader.h"
#include "read/xml_stream.h"

/* Begin its line: row and byte are those of its first tag. */
void xml_stream_begin(const struct xml_stream *s, struct rd_record *r);

/*
 * Reject it: for a byte that is no character, for its depth, or else for its
 * length.
 */
void xml_stream_reject(struct xml_stream *s, struct rd_record *r, bool deep);

/* Reject it for the value of a field, with a code of its own. */
void xml_stream_reject_value(struct xml_stream *s, struct rd_record *r,
			     const char *code, const char *field,
			     const char *why);

#endif
