/*
 * binding_check.h - the names in a binding, before the server is asked
 */
#ifndef SLUICE_BINDING_CHECK_H
#define SLUICE_BINDING_CHECK_H

#include "push/layer.h"

/*
 * Canonical fields must be the entity's (conf/entity.h), models and fields of
 * Odoo have the form of such.  What has the wrong type is left to whoever
 * compiles it.  -1 with ERR_CONFIG: file, line and column.
 */
int binding_check(struct layer root, const char *option, const char *entity,
		  struct err *err);

#endif
