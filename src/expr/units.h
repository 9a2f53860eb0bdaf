/*
 * units.h - quantities from one unit to another of the same kind
 *
 * Units are those of UN/ECE Recommendation 20, by its codes, as far as their
 * factor is an exact number: a foot is 0.3048 m, an acre is not here.
 */
#ifndef SLUICE_UNITS_H
#define SLUICE_UNITS_H

#include "core/dec.h"

struct unit;

/* NULL where there is none of this code. */
const struct unit *unit_find(struct span code);
const char *unit_code(const struct unit *u);
/* "mass", "length", ... */
const char *unit_kind(const struct unit *u);
/* Whether one can be made of the other. */
bool unit_is_like(const struct unit *a, const struct unit *b);

/* To so many decimals, rounded once.  -1 where it has too many digits. */
int unit_convert(struct dec q, const struct unit *from, const struct unit *to,
		 unsigned places, enum dec_half half, struct dec *out);
/* Exactly.  -1 where it has too many digits, -2 where it never ends. */
int unit_convert_exactly(struct dec q, const struct unit *from,
			 const struct unit *to, struct dec *out);

#endif
