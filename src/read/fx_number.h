/*
 * fx_number.h - a fixed-width field as an exact decimal
 */
#ifndef SLUICE_FX_NUMBER_H
#define SLUICE_FX_NUMBER_H

#include "core/dec.h"
#include "read/fx_layout.h"

enum fx_number { FX_VALUE, FX_NOTHING, FX_WRONG };

/*
 * Read UTF-8 `text` as field `f` says.  Blanks and *BLANKS are nothing,
 * *ZEROS is zero.  FX_WRONG: `err` says why, without the value.
 */
enum fx_number fx_number(const struct fx_field *f, struct span text,
			 struct dec *out, struct err *err);

#endif
