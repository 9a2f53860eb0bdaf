/*
 * orm_many.h - one2many and many2many: commands of create and write
 *
 *	[0, 0, vals] make   [1, id, vals] change   [2, id] delete
 *	[3, id] let go      [4, id] take           [5] none   [6, 0, ids] these
 */
#ifndef SLUICE_SANDBOX_ORM_MANY_H
#define SLUICE_SANDBOX_ORM_MANY_H

#include "sandbox/env.h"

/* Carry out what `vals` has for such fields. */
int orm_many_write(struct env *env, const struct model *m, json_int_t id,
		   const json_t *vals);
/* A record goes: its pairs in a many2many do, too. */
int orm_many_clear(struct env *env, const struct model *m,
		   const struct field *f, json_int_t id);

#endif
