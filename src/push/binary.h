/*
 * binary.h - pictures and documents, which Odoo takes and gives as base64
 *
 * They may have megabytes, so a cell holds a digest in their place
 * ("sha256:..."): it is what is remembered, compared and shown.  The text
 * itself is only kept for the call.
 *
 * Spec: RFC 4648 section 4, without line ends.
 */
#ifndef SLUICE_BINARY_H
#define SLUICE_BINARY_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/span.h"

/* Whether the text is base64 with its padding. */
bool binary_is_base64(struct span text);

/* Append the digest of a base64 text, line ends left out; empty is empty. */
void binary_put_digest(struct span text, struct buf *out);

#endif
