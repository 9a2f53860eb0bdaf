/*
 * group.h - read_group and formatted_read_group: counts and sums
 */
#ifndef SLUICE_SANDBOX_GROUP_H
#define SLUICE_SANDBOX_GROUP_H

#include "sandbox/env.h"

/* The methods of those names; see method.h. */
int group_read(struct env *env, const struct model *m, const json_t *args,
	       json_t **result);
int group_formatted(struct env *env, const struct model *m, const json_t *args,
		    json_t **result);

#endif
