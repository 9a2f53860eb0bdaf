/*
 * pyjson.h - JSON as Python's json.dumps writes it
 *
 * ", " and ": ", non-ASCII as \u escapes, floats in the shortest form that
 * reads back ("1.5", "100.0").  A string of SPECIAL and "NaN" or such is
 * written as that bare word: Odoo 19 does so with what is no JSON.
 */
#ifndef SLUICE_SANDBOX_PYJSON_H
#define SLUICE_SANDBOX_PYJSON_H

#include <jansson.h>

#include "core/buf.h"

#define PYJSON_SPECIAL '\001'

void pyjson_put(struct buf *b, const json_t *v);

/* Python's repr of a value, as error messages quote it: ('a', '=', 1). */
void pyjson_repr(struct buf *b, const json_t *v);

#endif
