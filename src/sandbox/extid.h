/*
 * extid.h - external ids: ir.model.data
 */
#ifndef SLUICE_SANDBOX_EXTID_H
#define SLUICE_SANDBOX_EXTID_H

#include "sandbox/env.h"

struct extid {
	json_int_t row;    /* of ir.model.data; 0: there is none */
	json_int_t res_id; /* 0 also where the record itself is gone */
	char *model;       /* free it */
	bool noupdate;
};

/* "module.name"; without a point the module is __import__. */
int extid_find(struct env *env, const char *xid, struct extid *out);
/* The id of a record of that model, 0 where there is none. */
int extid_id(struct env *env, const struct model *m, const char *xid,
	     json_int_t *id);
/* Make or move the external id. */
int extid_set(struct env *env, const char *xid, const struct model *m,
	      json_int_t id, bool noupdate);
/* The first external id of a record, or "": free it. */
char *extid_of(struct env *env, const struct model *m, json_int_t id);
/* The record is gone: so are its ids. */
int extid_drop(struct env *env, const struct model *m, json_int_t id);

#endif
