/*
 * ecma.h - regular expressions of schemas
 *
 * PCRE2's as far as they mean the same as ECMA-262's: `$` is the very end, \d
 * and \w are ASCII.  Each match has a limited number of steps.
 */
#ifndef SLUICE_ECMA_H
#define SLUICE_ECMA_H

#include <stdbool.h>

#include "core/err.h"
#include "core/span.h"

struct ecma;

/* NULL, and what is wrong with it in `why`.  ecma_free it. */
struct ecma *ecma_new(struct span text, struct err *why);
void ecma_free(struct ecma *p); /* takes NULL */

enum ecma_found { ECMA_NO, ECMA_YES, ECMA_LIMIT };

enum ecma_found ecma_match(const struct ecma *p, struct span text);

/* Whether it is one of ECMA-262 with the flag u, and nothing of PCRE2 alone. */
bool ecma_is(struct span text);

#endif
