/*
 * pattern.h - regular expressions of schemas
 *
 * PCRE2's as far as they mean the same as ECMA-262's: `$` is the very end, \d
 * and \w are ASCII.  Each match has a limited number of steps.
 */
#ifndef SLUICE_PATTERN_H
#define SLUICE_PATTERN_H

#include <stdbool.h>

#include "core/err.h"
#include "core/span.h"

struct pattern;

/* NULL, and what is wrong with it in `why`.  pattern_free it. */
struct pattern *pattern_new(struct span text, struct err *why);
void pattern_free(struct pattern *p); /* takes NULL */

enum pattern_found { PATTERN_NO, PATTERN_YES, PATTERN_LIMIT };

enum pattern_found pattern_match(const struct pattern *p, struct span text);

/* Whether it is one of ECMA-262 with the flag u, and nothing of PCRE2 alone. */
bool pattern_is_ecma(struct span text);

#endif
