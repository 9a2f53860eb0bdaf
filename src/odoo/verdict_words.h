/*
 * verdict_words.h - what Odoo's and PostgreSQL's words tell
 *
 * Shared by verdict.c, verdict_load.c and verdict_words.c.
 */
#ifndef SLUICE_VERDICT_WORDS_H
#define SLUICE_VERDICT_WORDS_H

#include <stdbool.h>

#include "odoo/verdict.h"

/* Fill `v` from words that came as a message. */
void verdict_say(struct verdict *v, enum odoo_verdict what, enum err_code code,
		 const char *words);
/* A conflict or a lost database session: nothing was kept, try again. */
bool verdict_transient(const char *message);
/*
 * The Python class that Odoo puts in front of an error it did not expect:
 * "...: <class 'odoo.exceptions.AccessError'>: ...", the same in all
 * languages.
 */
bool verdict_class(struct span words, struct span *class);
/*
 * What an exception means by its class alone ("builtins." may be left out);
 * false: nothing, its words count.
 */
bool verdict_of_class(struct span class, enum odoo_verdict *what,
		      enum err_code *code);
/* The user has no right to the model, so that no record of it works. */
bool verdict_no_rights(const char *message);
/* The reject code that fits. */
const char *verdict_reject_code(const char *message);

#endif
