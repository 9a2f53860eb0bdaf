/*
 * rights.h - what Odoo says about a user's rights on a model
 *
 * Asked, never inferred from words: those come in the user's language.
 */
#ifndef SLUICE_RIGHTS_H
#define SLUICE_RIGHTS_H

#include <jansson.h>
#include <stdbool.h>

#include "core/err.h"
#include "odoo/session.h"

/*
 * May this user `right` ("read", "create", "write") records of the model at
 * all?  One call.  -1 with ERR_AGAIN where the server is away, with what it
 * said otherwise (there is no such model).
 */
int rights_ask(struct session *s, const char *model, const char *right,
	       bool *may, struct err *err);

/*
 * The groups that have the right, as Odoo names them ("Inventory /
 * Administrator"): a new array of strings, empty where it names none.
 */
json_t *rights_groups(struct session *s, const char *model, const char *right);

/*
 * The groups in Odoo's words: lines that begin with "\t- ", and of a field
 * those behind "allowed for groups".  A new array.
 */
json_t *rights_in_words(const char *words);

#endif
