/*
 * suggest.h - the word somebody probably meant
 */
#ifndef SLUICE_SUGGEST_H
#define SLUICE_SUGGEST_H

#include "core/span.h"

/*
 * Of the NULL-terminated `words`, the one nearest to `typed`, or NULL where
 * none is near (a third of its letters wrong, swaps counting one).
 */
const char *suggest(struct span typed, const char *const *words);

#endif
