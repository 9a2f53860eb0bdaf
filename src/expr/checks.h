/*
 * checks.h - numbers with check digits
 *
 * All take text without blanks and in capitals.  0, or -1 with ERR_DATA: what
 * is wrong, without repeating the value.
 */
#ifndef SLUICE_CHECKS_H
#define SLUICE_CHECKS_H

#include <stdbool.h>

#include "core/err.h"
#include "core/span.h"

/* GTIN-8, -12, -13 and -14 (GS1 General Specifications, 7.9). */
int check_gtin(struct span s, struct err *err);

/* IBAN (ISO 13616): country, length of that country, ISO 7064 MOD 97-10. */
int check_iban(struct span s, struct err *err);

/*
 * `s` behind the two letters of `country`, a member of the EU (Greece is EL)
 * or XI for Northern Ireland.
 */
int check_vat(struct span country, struct span s, struct err *err);
bool check_vat_has(struct span country);

#endif
