/*
 * base64.h - bytes as text
 *
 * Spec: RFC 4648, section 4, with padding.
 */
#ifndef SLUICE_BASE64_H
#define SLUICE_BASE64_H

#include "core/buf.h"

/* Append `bytes` encoded. */
void base64_put(struct buf *b, struct span bytes);

#endif
