/*
 * kw_core.c - keywords that say nothing about a value: notes to the reader
 */
#include "contract/schema.h"

#define DIALECT "https://json-schema.org/draft/2020-12/schema"

static int compile_dialect(struct schema *s, struct kw_use *u,
			   const struct yt_node *n, struct schema_load *l,
			   struct err *err)
{
	(void)s, (void)u, (void)l;
	if (n->type == YT_SCALAR &&
	    (!strcmp(n->text, DIALECT) || !strcmp(n->text, DIALECT "#")))
		return 0;
	return yt_err(n, err, "$schema is %s and no other", DIALECT);
}

const struct kw kw_core[] = {
	{"$schema", 0, compile_dialect, NULL, NULL},
	{"$comment", 0, NULL, NULL, NULL},
	{"title", 0, NULL, NULL, NULL},
	{"description", 0, NULL, NULL, NULL},
	{"default", 0, NULL, NULL, NULL},
	{"examples", 0, NULL, NULL, NULL},
	{"deprecated", 0, NULL, NULL, NULL},
	{"readOnly", 0, NULL, NULL, NULL},
	{"writeOnly", 0, NULL, NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
