/*
 * access.h - whether a user may do what the bindings need, asked beforehand
 *
 * Nothing is written and no record is read.
 */
#ifndef SLUICE_ACCESS_H
#define SLUICE_ACCESS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"
#include "odoo/session.h"

/*
 * Ask for these entities (n 0: all that have a binding for this release, but
 * without those whose model this Odoo does not have).
 *
 * dir      --profiles, or NULL
 * report   a new array, to be released by the caller: one object an entity,
 *          and one for the external ids, with `model`, `read`, `create`,
 *          `write`, `missing` (objects with `right` or `field`, `model`,
 *          `groups`, `why`) and `hint`, what works without
 * Returns how many rights and fields are missing, or -1: ERR_AGAIN,
 * ERR_CONFIG (no such entity).
 */
long access_check(struct session *s, const char *dir, char *const *entity,
		  size_t n, json_t **report, struct err *err);

/* Append the report for readers, as a table, or as JSON lines. */
void access_table(struct buf *out, const json_t *report);
void access_lines(struct buf *out, const json_t *report);

#endif
