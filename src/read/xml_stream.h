/*
 * xml_stream.h - the elements of an XML input, one event after another
 *
 * expat over an input: namespaces are resolved, character sets are those of
 * charset.h, nothing outside the file is ever opened, and what entities
 * expand to is bounded.  Handlers may pause the stream; xml_run goes on behind
 * that event.
 *
 * Bytes that are no text of the character set or no characters of XML (control
 * characters) are passed to expat as '?' and remembered: within a record they
 * are this record's fault, elsewhere they are the file's.
 *
 * Spec: XML 1.0 (fifth edition), Namespaces in XML 1.0 (third edition).
 */
#ifndef SLUICE_XML_STREAM_H
#define SLUICE_XML_STREAM_H

#define XML_DTD 1 /* expat.h then has the limits of expansion */
#include <expat.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/span.h"
#include "read/charset.h"
#include "read/input.h"

/* Elements inside each other, records or not. */
#define XML_DEPTH_MAX 256

/* A name of an element or attribute; parts there are none of are empty. */
struct xml_name {
	struct span uri, local, prefix;
};

struct xml_events {
	/* `att`: name, value, name, value, ..., NULL; xml_name_of splits. */
	void (*start)(void *ctx, const struct xml_name *name, const char **att);
	void (*end)(void *ctx);
	void (*text)(void *ctx, struct span text); /* in pieces */
};

struct xml_stream {
	struct input *in;
	XML_Parser parser;
	struct charset cs;
	bool recode; /* to UTF-8 before expat sees it: no offsets then */
	const struct xml_events *events;
	void *ctx;
	char *chunk;       /* as it is in the input; what expat has now */
	size_t chunk_len;  /* bytes */
	uint64_t chunk_at; /* offset of the chunk in the input */
	uint64_t base;     /* offset at which expat began */
	uint32_t *bad;     /* places in the chunk, in order */
	size_t n_bad, cap_bad, next_bad;
	struct buf recoded;
	unsigned depth;
	bool paused, final, failed;
	struct err trouble; /* of a handler */

	/* the record that is open */
	bool in_record;
	uint64_t from, to; /* bytes of the input */
	uint64_t line;     /* on which it begins, from 1 */
	uint64_t bad_at;   /* its first bad byte, or UINT64_MAX */
	struct buf shown;  /* its first bytes, for a reject */
};

enum xml_got { XML_PAUSED, XML_DONE, XML_FAILED };

/* -1 with ERR_USAGE or ERR_DATA; xml_close it also then.  `encoding` NULL:
 * what the file declares. */
int xml_open(struct xml_stream *s, struct input *in, const char *encoding,
	     const struct xml_events *events, void *ctx, struct err *err);
void xml_close(struct xml_stream *s);

/* On to the next pause, or the end.  XML_FAILED with ERR_DATA and the like. */
enum xml_got xml_run(struct xml_stream *s, struct err *err);

/* For handlers: stop behind this event. */
void xml_pause(struct xml_stream *s);
/* For handlers: the file is damaged; nothing follows. */
void xml_fail(struct xml_stream *s, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* For handlers: the start (end) of this element is that of a record. */
void xml_record_begin(struct xml_stream *s);
void xml_record_end(struct xml_stream *s);
/* The first bytes of the record that has ended, up to RD_SHOWN; while the
 * stream is paused. */
struct span xml_record_bytes(struct xml_stream *s);

void xml_name_of(const char *text, struct xml_name *name);

#endif
