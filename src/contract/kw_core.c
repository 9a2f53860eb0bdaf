/*
 * kw_core.c - keywords that say nothing about a value: notes to the reader
 */
#include "contract/schema.h"

const struct kw kw_core[] = {
	{"$schema", 0, NULL, NULL, NULL},
	{"$comment", 0, NULL, NULL, NULL},
	{"title", 0, NULL, NULL, NULL},
	{"description", 0, NULL, NULL, NULL},
	{"default", 0, NULL, NULL, NULL},
	{"examples", 0, NULL, NULL, NULL},
	{"deprecated", 0, NULL, NULL, NULL},
	{"readOnly", 0, NULL, NULL, NULL},
	{"writeOnly", 0, NULL, NULL, NULL},
	{"contentEncoding", 0, NULL, NULL, NULL},
	{"contentMediaType", 0, NULL, NULL, NULL},
	{"contentSchema", 0, NULL, NULL, NULL},
	{NULL, 0, NULL, NULL, NULL},
};
